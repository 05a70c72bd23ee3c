//! Pages to measure on: the samples, longer pages grown from them, and pages made to hurt.
//!
//! Everything comes from `samples/` and a seeded generator, so that two runs measure the same bytes. Shared by the
//! benches and `tests/linear.rs`; must not know what is measured.

#![allow(dead_code)] // each bench uses a part
#![allow(clippy::unwrap_used)] // a bench that cannot read the samples has failed

use std::collections::HashSet;
use std::fmt::{self, Display, Write as _};
use std::fs;
use std::path::Path;

/// A page that is long for a news site.
const TYPICAL_BYTES: usize = 8 << 10;
/// A book on one page.
pub const LARGE_BYTES: usize = 1 << 20;
/// More lines than any real page has.
pub const MANY_LINES: usize = 100_000;
/// Of the words of a line, one in so many is replaced in a copy.
const REPLACED: u64 = 4;

/// The pages that the benches measure on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Corpus {
    /// Every sample, as it is: 1 to 6 KB each.
    Samples,
    /// Every sample, its article grown until the page has about 8 KB.
    Typical,
    /// One page of 1 MB: copies of all samples, no two alike.
    Large,
    /// One page of 100,000 lines.
    ManyLines,
    /// One page of 1 MB without a line end.
    OneLine,
}

impl Corpus {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Samples,
        Self::Typical,
        Self::Large,
        Self::ManyLines,
        Self::OneLine,
    ];

    /// The pages.
    pub fn pages(self) -> Vec<String> {
        match self {
            Self::Samples => samples().into_iter().map(|s| s.page).collect(),
            Self::Typical => samples().iter().zip(1..).map(|(s, seed)| typical(s, seed)).collect(),
            Self::Large => vec![varied(LARGE_BYTES)],
            Self::ManyLines => vec![varied_lines(MANY_LINES)],
            Self::OneLine => vec![one_line(LARGE_BYTES)],
        }
    }
}

impl Display for Corpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Samples => "samples",
            Self::Typical => "8 KB pages",
            Self::Large => "1 MB page",
            Self::ManyLines => "100,000 lines",
            Self::OneLine => "1 MB line",
        })
    }
}

/// Bytes of all pages.
pub fn bytes(pages: &[String]) -> usize {
    pages.iter().map(String::len).sum()
}

/// Lines of all pages, blank ones left out.
pub fn lines(pages: &[String]) -> usize {
    let filled = |page: &String| page.lines().filter(|line| !line.trim().is_empty()).count();
    pages.iter().map(filled).sum()
}

/// A dump and what stays of it.
pub struct Sample {
    /// File name without its ending.
    pub name: String,
    /// The dump.
    pub page: String,
    /// The article.
    pub article: String,
}

/// All samples, by name.
pub fn samples() -> Vec<Sample> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut paths: Vec<_> = fs::read_dir(root.join("pages"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| Sample {
            name: path.file_stem().unwrap().to_string_lossy().into_owned(),
            page: fs::read_to_string(path).unwrap(),
            article: fs::read_to_string(root.join("expected").join(path.file_name().unwrap())).unwrap(),
        })
        .collect()
}

/// The sample with varied copies of its article between the article and what follows it.
fn typical(sample: &Sample, seed: u64) -> String {
    let article: HashSet<&str> = sample.article.lines().filter(|l| !l.trim().is_empty()).collect();
    let lines: Vec<&str> = sample.page.lines().collect();
    let end = lines
        .iter()
        .rposition(|l| article.contains(l))
        .map_or(lines.len(), |i| i + 1);
    let mut page = lines[..end].join("\n");
    let mut variation = Variation::of(&sample.article, seed);
    while page.len() < TYPICAL_BYTES {
        page.push_str("\n\n");
        variation.copy(sample.article.trim_end(), &mut page);
    }
    for line in &lines[end..] {
        page.push('\n');
        page.push_str(line);
    }
    page.push('\n');
    page
}

/// About so many bytes of all samples in turn, each copy another.
pub fn varied(bytes: usize) -> String {
    vary_until(|page| page.len() >= bytes)
}

/// So many filled lines of all samples in turn, each copy another.
pub fn varied_lines(count: usize) -> String {
    // Counting as the page grows would be quadratic: ask for more than enough and cut.
    let text = vary_until(|page| page.len() >= count * 128);
    let filled = text.lines().filter(|line| !line.trim().is_empty());
    let mut page = String::with_capacity(text.len());
    for line in filled.cycle().take(count) {
        page.push_str(line);
        page.push('\n');
    }
    page
}

/// About so many bytes of all samples without a line end.
pub fn one_line(bytes: usize) -> String {
    varied(bytes).replace('\n', " ")
}

fn vary_until(done: impl Fn(&str) -> bool) -> String {
    let samples = samples();
    let mut variations: Vec<_> = samples
        .iter()
        .zip(100..)
        .map(|(s, seed)| Variation::of(&s.page, seed))
        .collect();
    let mut page = String::new();
    while !done(&page) {
        for (sample, variation) in samples.iter().zip(&mut variations) {
            variation.copy(&sample.page, &mut page);
            page.push('\n');
            if done(&page) {
                break;
            }
        }
    }
    page
}

/// Copies a text with other words and numbers, in the same language.
struct Variation<'t> {
    words: Vec<&'t str>,
    random: Random,
}

impl<'t> Variation<'t> {
    fn of(text: &'t str, seed: u64) -> Self {
        let plain = |w: &&str| w.chars().count() >= 4 && w.chars().all(char::is_alphabetic);
        Self {
            words: text.split_whitespace().filter(plain).collect(),
            random: Random(seed),
        }
    }

    fn copy(&mut self, text: &str, out: &mut String) {
        for (i, line) in text.lines().enumerate() {
            if i > 0 {
                out.push('\n');
            }
            for (j, word) in line.split(' ').enumerate() {
                if j > 0 {
                    out.push(' ');
                }
                self.word(word, out);
            }
        }
    }

    fn word(&mut self, word: &str, out: &mut String) {
        let long = word.len() >= 48;
        if !long && word.chars().all(char::is_alphabetic) && word.chars().count() >= 4 {
            let other = self.random.below(REPLACED) == 0 && !self.words.is_empty();
            let pick = self.random.below(self.words.len().max(1) as u64) as usize;
            out.push_str(if other { self.words[pick] } else { word });
            return;
        }
        // A script without spaces: other letters of the same stretch.
        let letters: Vec<char> = word.chars().filter(|c| c.is_alphabetic()).collect();
        for c in word.chars() {
            if c.is_ascii_digit() {
                out.push(char::from(b'0' + self.random.below(10) as u8));
            } else if long && c.is_alphabetic() && self.random.below(2 * REPLACED) == 0 {
                out.push(letters[self.random.below(letters.len() as u64) as usize]);
            } else {
                out.push(c);
            }
        }
    }
}

/// `SplitMix64` (Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

/// Pages made to be slow. Each is made in a size of `n` lines, or bytes where it has but few lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hostile {
    /// One sentence, again and again.
    EqualLines,
    /// The line `a`.
    ShortLines,
    /// Nothing but combining marks, of two classes in turn.
    Marks,
    /// Nothing but `<`.
    Angles,
    /// Paragraphs of which each has one word and one number that the others have not.
    NearEqual,
    /// The article on one line, then its paragraphs one by one.
    Flattened,
    /// Two lines of numbers that differ at the end.
    Numbers,
    /// As many lines of prose as links after them.
    Links,
    /// A headline of half the page's bytes, and short lines below the article.
    Headline,
    /// Nothing but `&amp;`, in one line.
    Entities,
    /// UTF-8 read as windows-1252, twice.
    Mojibake,
    /// A word of the lexicon, again and again in one line.
    Phrases,
    /// A menu and nothing else.
    Menu,
    /// Headlines and dates in turn after an article.
    List,
    /// Zero-width characters and bidi controls that open and never close.
    Invisible,
}

impl Hostile {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::EqualLines,
        Self::ShortLines,
        Self::Marks,
        Self::Angles,
        Self::NearEqual,
        Self::Flattened,
        Self::Numbers,
        Self::Links,
        Self::Headline,
        Self::Entities,
        Self::Mojibake,
        Self::Phrases,
        Self::Menu,
        Self::List,
        Self::Invisible,
    ];

    /// The size in which it is at its worst: about 1 MB, or 100,000 lines.
    pub fn full(self) -> usize {
        match self {
            Self::EqualLines | Self::ShortLines | Self::Links | Self::Menu | Self::List => MANY_LINES,
            Self::NearEqual => MANY_LINES / 2,
            _ => LARGE_BYTES,
        }
    }

    /// The page in size `n`.
    pub fn page(self, n: usize) -> String {
        match self {
            Self::EqualLines => format!("{SENTENCE}\n").repeat(n),
            Self::ShortLines => "a\n".repeat(n),
            Self::Marks => "\u{301}\u{323}".repeat(n / 4),
            Self::Angles => "<".repeat(n),
            Self::NearEqual => numbered(n, |i, out| {
                let word = word(i);
                writeln!(
                    out,
                    "The council of {word} met on Monday evening and voted for bridge {i} over the river."
                )
            }),
            Self::Flattened => {
                let lines = paragraphs(n / 2);
                format!("{}\n{lines}", lines.replace('\n', " "))
            }
            Self::Numbers => {
                let line = numbered(n / 14, |i, out| write!(out, "{} ", 100_000 + i));
                format!("{line}stood on the board.\n{line}stood there.\n")
            }
            Self::Links => {
                let links = numbered(n / 2, |i, out| writeln!(out, "https://example.org/{i}"));
                format!("{}{links}", numbered(n / 2, paragraph))
            }
            Self::Headline => {
                let article = numbered(40, paragraph);
                let rest = "Bridge of Lorn\n".repeat(n / 30);
                let headline = format!("The council of Lornby voted {}", "x".repeat(n / 2));
                format!("{headline}\n{article}{rest}")
            }
            Self::Entities => "&amp;".repeat(n / 5),
            Self::Mojibake => "Zoë’s café ".repeat(n / 55).chars().fold(String::new(), |mut out, c| {
                misread(c, &mut out);
                out
            }),
            Self::Phrases => "cookie newsletter ".repeat(n / 18),
            Self::Menu => numbered(n, |i, out| writeln!(out, "{} news", word(i))),
            Self::List => {
                let article = numbered(40, paragraph);
                let list = numbered(n / 2, |i, out| {
                    writeln!(
                        out,
                        "{} wins the cup of {} again\n{:02}.{:02}.2024",
                        word(i),
                        word(i * 7),
                        i % 28 + 1,
                        i % 12 + 1
                    )
                });
                format!("{article}Read also\n{list}")
            }
            Self::Invisible => "ab\u{200b}\u{2067}אב\u{202b}\u{200d}".repeat(n / 18),
        }
    }
}

impl Display for Hostile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EqualLines => "equal lines",
            Self::ShortLines => "lines `a`",
            Self::Marks => "combining marks",
            Self::Angles => "`<<<<`",
            Self::NearEqual => "near-equal paragraphs",
            Self::Flattened => "an article twice, once on one line",
            Self::Numbers => "two lines of numbers",
            Self::Links => "prose, then links",
            Self::Headline => "an endless headline",
            Self::Entities => "entities",
            Self::Mojibake => "mojibake twice",
            Self::Phrases => "phrases of the lexicon",
            Self::Menu => "a menu",
            Self::List => "a list of headlines and dates",
            Self::Invisible => "invisible characters",
        })
    }
}

const SENTENCE: &str = "The council of Lornby met on Monday evening and voted for the new bridge over the river.";

fn numbered(n: usize, each: impl Fn(usize, &mut String) -> fmt::Result) -> String {
    let mut out = String::new();
    for i in 0..n {
        each(i, &mut out).unwrap();
    }
    out
}

/// Paragraphs of about so many bytes in all.
fn paragraphs(bytes: usize) -> String {
    let mut out = String::new();
    for i in 0.. {
        if out.len() >= bytes {
            break;
        }
        paragraph(i, &mut out).unwrap();
    }
    out
}

fn paragraph(i: usize, out: &mut String) -> fmt::Result {
    let mut random = Random(i as u64);
    let mut other = || word(random.below(5000) as usize);
    let (a, b, c, d, e) = (other(), other(), other(), other(), other());
    writeln!(
        out,
        "The {a} of {b} was told on Monday that the {c} would not reopen before {d} has paid for its {e}."
    )
}

/// A word that looks like one, another for every number.
fn word(mut i: usize) -> String {
    const SYLLABLES: [&str; 16] = [
        "ba", "den", "fo", "gul", "har", "ki", "lor", "mun", "nes", "pa", "rit", "sol", "ta", "vem", "wi", "zan",
    ];
    let mut out = String::from("Ka");
    loop {
        out.push_str(SYLLABLES[i % 16]);
        i /= 16;
        if i == 0 {
            return out;
        }
    }
}

/// The character's UTF-8 bytes, each read as Latin-1 and that once more: C1 controls and accented letters.
fn misread(c: char, out: &mut String) {
    for byte in c.to_string().bytes() {
        for again in char::from(byte).to_string().bytes() {
            out.push(char::from(again));
        }
    }
}
