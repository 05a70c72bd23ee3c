//! What cleaning a page costs as a whole, on one thread, and what it costs to start.

mod corpus;

use corpus::{Corpus, Hostile};
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use textsieve::lexicon::Lexicon;
use textsieve::{Cleaner, Options, Profile};

fn main() {
    divan::main();
}

fn cleaner(profile: Profile) -> Cleaner {
    Cleaner::new(Options {
        profile,
        ..Options::default()
    })
    .expect("the built-in lexicon parses")
}

fn clean_all(bencher: Bencher<'_, '_>, profile: Profile, pages: &[String]) {
    let cleaner = cleaner(profile);
    bencher
        .counter(BytesCount::new(corpus::bytes(pages)))
        .counter(ItemsCount::new(corpus::lines(pages)))
        .bench_local(|| {
            for page in pages {
                black_box(cleaner.clean(black_box(page)));
            }
        });
}

#[divan::bench(args = Corpus::ALL)]
fn clean(bencher: Bencher<'_, '_>, corpus: &Corpus) {
    clean_all(bencher, Profile::Balanced, &corpus.pages());
}

/// Cleaning what is clean already: one round, nothing to apply.
#[divan::bench(args = Corpus::ALL)]
fn clean_again(bencher: Bencher<'_, '_>, corpus: &Corpus) {
    let cleaner = cleaner(Profile::Balanced);
    let pages: Vec<String> = corpus.pages().iter().map(|page| cleaner.clean(page).text).collect();
    clean_all(bencher, Profile::Balanced, &pages);
}

#[divan::bench(args = [Profile::Careful, Profile::Thorough])]
fn clean_samples(bencher: Bencher<'_, '_>, profile: Profile) {
    clean_all(bencher, profile, &Corpus::Samples.pages());
}

/// A tenth of the size that `tests/linear.rs` goes to.
#[divan::bench(args = Hostile::ALL, sample_count = 5, sample_size = 1)]
fn clean_hostile(bencher: Bencher<'_, '_>, shape: &Hostile) {
    clean_all(bencher, Profile::Balanced, &[shape.page(shape.full() / 10)]);
}

/// The first cleaner of a process: every built-in lexicon is parsed.
#[divan::bench]
fn start_lexicon() -> Lexicon {
    Lexicon::with_files(&[]).expect("the built-in lexicon parses")
}

/// Every later one.
#[divan::bench]
fn start_again() -> Cleaner {
    cleaner(Profile::Balanced)
}
