//! What the forest costs a line, on one thread: 200 trees of 31 leaves over 200 columns (`tests/model/speed.bin`).
//!
//! An item is a line, so nanoseconds a line are 1000 divided by `Mitem/s`.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use textsieve::chrome::forest::Forest;

const WIDTH: usize = 200;

fn main() {
    divan::main();
}

fn forest() -> Forest {
    let names: Vec<String> = (0..WIDTH).map(|i| format!("column-{i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Forest::parse(include_bytes!("../tests/model/speed.bin"), &names).expect("the model is read by a test")
}

/// Seeded bytes, from the high bits of a linear congruence.
fn random(lines: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let byte = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    });
    byte.take(lines * WIDTH).collect()
}

/// Pages of `page` lines, 6,400 lines together.
fn score(bencher: Bencher<'_, '_>, page: usize, rows: &[u8]) {
    let forest = forest();
    let mut out = Vec::new();
    bencher.counter(ItemsCount::new(rows.len() / WIDTH)).bench_local(|| {
        for rows in black_box(rows).chunks(page * WIDTH) {
            out.clear();
            forest.score(rows, WIDTH, &mut out);
            black_box(&out);
        }
    });
}

#[divan::bench(args = [10, 16, 32, 50, 64, 6400])]
fn random_rows(bencher: Bencher<'_, '_>, page: usize) {
    score(bencher, page, &random(6400));
}

/// Four different lines, as in a menu.
#[divan::bench(args = [10, 16, 32, 50, 64, 6400])]
fn equal_rows(bencher: Bencher<'_, '_>, page: usize) {
    score(bencher, page, &random(4).repeat(1600));
}

#[divan::bench]
fn parse() -> Forest {
    forest()
}
