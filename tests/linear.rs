//! Nothing grows faster than the page: for every page made to hurt, four times the page takes at most
//! about four times as long.
//!
//! A debug build tries small pages. The full sizes (1 MB, 100,000 lines) want a release build:
//! `cargo test --release --test linear -- --ignored`.

#[path = "../benches/corpus/mod.rs"]
mod corpus;

use std::fmt::Display;
use std::hint::black_box;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use corpus::Hostile;
use textsieve::text::decode::{DecodeOptions, decode};
use textsieve::{Cleaner, Options};

/// Times four the page, times this the time: room for caches that are full and for tables that grow.
const SLACK: f64 = 1.8;
/// Beneath this a difference says nothing.
const FLOOR: Duration = Duration::from_millis(15);
/// Best of so many.
const RUNS: usize = 3;
/// … but once if it takes longer than this.
const LONG: Duration = Duration::from_secs(3);
/// A machine may be busy with something else just then: what fails is measured so often.
const ATTEMPTS: usize = 3;
/// A debug build tries the full size divided by this.
const SMALL: usize = 32;

/// Measuring two things at once measures neither.
static ALONE: Mutex<()> = Mutex::new(());

/// The shortest of a few runs. What takes this long is no accident and not worth repeating.
fn best_of(mut run: impl FnMut()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..RUNS {
        let start = Instant::now();
        run();
        best = best.min(start.elapsed());
        if best > LONG {
            break;
        }
    }
    best
}

/// Times `work` on pages of size `n` and `4 n`; says so where the second takes too long.
fn fault(shape: impl Display, full: usize, page: impl Fn(usize) -> String, work: impl Fn(&str)) -> Option<String> {
    let (small, large) = (page(full / 4), page(full));
    let mut said = None;
    for _ in 0..ATTEMPTS {
        let once = best_of(|| work(&small));
        let four = best_of(|| work(&large));
        let allowed = once.mul_f64(4.0 * SLACK) + FLOOR;
        println!(
            "{shape}: {once:.2?} for {} bytes, {four:.2?} for {}",
            small.len(),
            large.len()
        );
        if four <= allowed {
            return None;
        }
        said = Some(format!(
            "{shape}: {} bytes in {once:.2?}, {} bytes in {four:.2?}, which is {:.1} times as long",
            small.len(),
            large.len(),
            four.as_secs_f64() / once.as_secs_f64()
        ));
        if four > LONG {
            break;
        }
    }
    said
}

fn cleaner() -> Cleaner {
    Cleaner::new(Options::default()).expect("the built-in lexicon parses")
}

/// Cleans and explains a page made to hurt, in its full size divided by `part`.
fn hostile(shape: Hostile, part: usize) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let cleaner = cleaner();
    let clean = |text: &str| {
        black_box(cleaner.clean(text));
    };
    let explain = |text: &str| {
        black_box(cleaner.explain(text));
    };
    let full = shape.full() / part;
    let cleaned = fault(format!("clean, {shape}"), full, |n| shape.page(n), clean);
    let explained = fault(format!("explain, {shape}"), full, |n| shape.page(n), explain);
    let faults: Vec<String> = [cleaned, explained].into_iter().flatten().collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// A test of each shape in small and in full. A literal says why the small one fails for now.
macro_rules! hostile {
    ($($name:ident: $shape:ident $(= $debt:literal)?,)*) => {
        mod small {
            $(
                #[test]
                $(#[ignore = $debt])?
                fn $name() {
                    super::hostile(super::Hostile::$shape, super::SMALL);
                }
            )*
        }
        mod full {
            $(
                #[test]
                #[ignore = "long: cargo test --release --test linear -- --ignored"]
                fn $name() {
                    super::hostile(super::Hostile::$shape, 1);
                }
            )*
        }
    };
}

hostile! {
    equal_lines: EqualLines,
    short_lines: ShortLines,
    marks: Marks,
    angles: Angles,
    near_equal: NearEqual,
    flattened: Flattened,
    numbers: Numbers,
    links: Links,
    headline: Headline,
    entities: Entities,
    mojibake: Mojibake,
    phrases: Phrases,
    menu: Menu,
    list: List,
    invisible: Invisible,
}

/// Varied copies of the samples: one line, and as many lines as there are.
fn growing(part: usize) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let cleaner = cleaner();
    let clean = |text: &str| {
        black_box(cleaner.clean(text));
    };
    let faults = [
        fault("one line", corpus::LARGE_BYTES / part, corpus::one_line, clean),
        fault("varied lines", corpus::MANY_LINES / part, corpus::varied_lines, clean),
    ];
    let faults: Vec<String> = faults.into_iter().flatten().collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Bytes that are no UTF-8, and UTF-8 with a fault in every word.
fn decoding(part: usize) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut torn = "слово ".repeat(20).into_bytes();
    torn.push(0xD1);
    let bytes: [(&str, &[u8]); 4] = [
        ("windows-1251", b"\xcf\xf0\xe8\xe2\xe5\xf2 \xec\xe8\xf0\n"),
        ("UTF-8 with faults", &torn),
        ("UTF-16 without a mark", b"a\0b\0c\0 \0d\0\n\0"),
        ("bytes that are nothing", b"\x81\x8d\x90\xff"),
    ];
    let read = |bytes: &[u8]| {
        black_box(decode(bytes, &DecodeOptions::default()).is_ok());
    };
    let mut faults = Vec::new();
    for (name, pattern) in bytes {
        // `fault` hands out text; here only its length counts.
        let length = corpus::LARGE_BYTES / part;
        let page = |n: usize| "x".repeat(n);
        let work = |text: &str| read(&pattern.repeat(text.len() / pattern.len()));
        faults.extend(fault(name, length, page, work));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn cleaning_long_pages_is_linear() {
    growing(SMALL);
}

#[test]
fn decoding_is_linear() {
    decoding(SMALL);
}

#[test]
#[ignore = "long: cargo test --release --test linear -- --ignored"]
fn cleaning_long_pages_is_linear_in_full() {
    growing(1);
}

#[test]
#[ignore = "long: cargo test --release --test linear -- --ignored"]
fn decoding_is_linear_in_full() {
    decoding(1);
}
