//! What near copies cost: sketching a page, and comparing two sets.
//!
//! Pages of made-up words, 3 KB each; an item is a byte of text.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use textsieve::repeat::near::{SHINGLE_TOKENS, Shingles, Signature, Sketch};

fn main() {
    divan::main();
}

/// Seeded numbers, from the high bits of a linear congruence.
fn random() -> impl FnMut(u32) -> u32 {
    let mut state = 1_u64;
    move |below| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u32 % below
    }
}

fn page(script: &str) -> String {
    let mut random = random();
    let mut text = String::new();
    while text.len() < 3000 {
        let (first, letters, length) = match script {
            "latin" => ('a', 26, 1 + random(9)),
            "cyrillic" => ('а', 32, 1 + random(9)),
            "thai" => ('ก', 46, 40),
            _ => ('一', 3000, 20),
        };
        let word = (0..length).filter_map(|_| char::from_u32(u32::from(first) + random(letters)));
        text.extend(word);
        text.push_str(match random(60) {
            0 => ".\n",
            1..6 => ", ",
            _ => " ",
        });
    }
    text
}

#[divan::bench(args = ["latin", "cyrillic", "thai", "chinese"])]
fn sketch(bencher: Bencher<'_, '_>, script: &str) {
    let text = page(script);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| Sketch::of(black_box(&text), SHINGLE_TOKENS));
}

#[divan::bench]
fn signature(bencher: Bencher<'_, '_>) {
    let text = page("latin");
    let shingles = Shingles::of(&text, SHINGLE_TOKENS);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| Signature::of(black_box(&shingles)));
}

#[divan::bench]
fn jaccard(bencher: Bencher<'_, '_>) {
    let text = page("latin");
    let one = Shingles::of(&text, SHINGLE_TOKENS);
    let other = Shingles::of(&text[300..], SHINGLE_TOKENS);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| black_box(&one).jaccard(black_box(&other)));
}
