//! A language as far as a generator of texts needs it: small words, made-up content words, what templates say.
//!
//! The lists stand in `data/synth/`, one file a language. Content words are put together from syllables (or from common
//! characters) in a fixed order, so that a word's number means the same in every corpus. Must not know what a page is.

use std::collections::HashSet;

use serde::Deserialize;

use super::rng::Rng;
use crate::text::fold::fold;
use crate::text::tokens::tokens;

/// Frequencies fall in octaves: the first 16 words are as frequent together as the next 32, and so on to 8192. That is
/// Zipf's law in whole numbers, without the few words that would stand in every line.
const OCTAVES: std::ops::RangeInclusive<u32> = 4..=13;
/// Content words of a language.
const WORDS: usize = (1 << 14) - 16;

/// The lists, in the order in which sites take turns.
const SOURCES: [&str; 7] = [
    include_str!("../../data/synth/en.toml"),
    include_str!("../../data/synth/de.toml"),
    include_str!("../../data/synth/ru.toml"),
    include_str!("../../data/synth/pl.toml"),
    include_str!("../../data/synth/zh.toml"),
    include_str!("../../data/synth/ja.toml"),
    include_str!("../../data/synth/th.toml"),
];

/// The codes of the languages that can be written.
pub const CODES: [&str; 7] = ["en", "de", "ru", "pl", "zh", "ja", "th"];

/// A file of lists.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lists {
    lang: String,
    /// What stands between words, after a part of a sentence, after a sentence.
    pub join: String,
    pub comma: String,
    pub stop: String,
    /// Sentences begin with a capital.
    pub capitals: bool,
    /// Content words a sentence: fewest, most.
    pub sentence: [usize; 2],
    syllables: [usize; 2],
    /// Content words that follow a small word, in per cent.
    pub small_share: u64,
    pub small: Vec<String>,
    consonants: Vec<String>,
    patterns: Vec<String>,
    endings: Vec<String>,
    pub menu: Vec<String>,
    pub share: Vec<String>,
    pub related: Vec<String>,
    pub footer: Vec<String>,
    pub pitch: Vec<String>,
    pub legal: Vec<String>,
    pub copyright: Vec<String>,
    pub date: Vec<String>,
    pub months: Vec<String>,
    pub dated: String,
}

/// A language, ready to be written.
#[derive(Debug)]
pub struct Language {
    /// Its code, such as `en`.
    pub code: &'static str,
    /// What its file says.
    pub lists: Lists,
    /// All content words, one after the other, and where each ends.
    words: String,
    ends: Vec<u32>,
    tokens: Vec<u8>,
}

impl Language {
    /// The language with this code.
    ///
    /// # Panics
    ///
    /// If the file that is compiled in cannot be read; a test reads all.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        let place = CODES.iter().position(|known| *known == code)?;
        // Compiled in, and a test reads each: a failure here is a broken build.
        let lists: Lists = toml::from_str(SOURCES[place]).expect("the built-in lists are read by a test");
        debug_assert_eq!(lists.lang, CODES[place]);
        let mut language = Self {
            code: CODES[place],
            lists,
            words: String::new(),
            ends: Vec::with_capacity(WORDS),
            tokens: Vec::with_capacity(WORDS),
        };
        language.make_words(place as u64);
        Some(language)
    }

    fn make_words(&mut self, place: u64) {
        let mut rng = Rng::of(&[0x0077_6f72_6473, place]);
        let mut seen: HashSet<String> = self.lists.small.iter().cloned().collect();
        while self.ends.len() < WORDS {
            let [fewest, most] = self.lists.syllables;
            let mut word: String = (0..rng.between(fewest, most))
                .map(|_| {
                    let consonant = rng.pick(&self.lists.consonants);
                    rng.pick(&self.lists.patterns).replace('C', consonant)
                })
                .collect();
            word.push_str(rng.pick(&self.lists.endings).as_str());
            let count = tokens(&fold(&word)).count() as u8;
            if word.len() < 3 || !seen.insert(word.clone()) {
                continue;
            }
            self.words.push_str(&word);
            self.ends.push(self.words.len() as u32);
            self.tokens.push(count);
        }
    }

    /// The number of a content word, drawn as frequent as it is.
    #[must_use]
    pub fn draw(rng: &mut Rng) -> u16 {
        let bits = rng.bits();
        let octaves = u64::from(OCTAVES.end() - OCTAVES.start() + 1);
        let octave = OCTAVES.start() + (((bits & 0xFFFF_FFFF) * octaves) >> 32) as u32;
        let offset = (bits >> 32) & ((1 << octave) - 1);
        ((1 << octave) - (1 << OCTAVES.start()) + offset) as u16
    }

    /// A small word; the first of the list are the most frequent.
    #[must_use]
    pub fn small(&self, rng: &mut Rng) -> &str {
        let n = self.lists.small.len() as u64;
        let (a, b) = (rng.below(n), rng.below(n));
        &self.lists.small[(a * b / n) as usize]
    }

    /// A content word by its number.
    #[must_use]
    pub fn word(&self, number: u16) -> &str {
        let number = usize::from(number);
        let start = if number == 0 { 0 } else { self.ends[number - 1] as usize };
        &self.words[start..self.ends[number] as usize]
    }

    /// How many tokens a content word is.
    #[must_use]
    pub fn tokens(&self, number: u16) -> usize {
        usize::from(self.tokens[usize::from(number)])
    }
}

/// Appends a word with its first letter as a capital.
pub fn push_capital(word: &str, out: &mut String) {
    let mut characters = word.chars();
    if let Some(first) = characters.next() {
        out.extend(first.to_uppercase());
        out.push_str(characters.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::normalize::normalize;

    #[test]
    fn every_language_is_there_and_has_words_that_are_in_order() {
        for code in CODES {
            let language = Language::of(code).unwrap();
            assert_eq!(language.lists.lang, code);
            assert_eq!(language.lists.months.len(), 12, "{code}");
            assert_eq!(language.ends.len(), WORDS);
            let words: HashSet<&str> = (0..WORDS).map(|i| language.word(i as u16)).collect();
            assert_eq!(words.len(), WORDS, "{code}");
            assert!((0..WORDS).all(|i| language.tokens(i as u16) > 0), "{code}");
            // Tidying must change nothing: line numbers and bytes of the truth are those of the page as written.
            assert_eq!(normalize(&language.words), language.words, "{code}");
        }
        assert!(Language::of("xx").is_none());
    }

    #[test]
    fn frequent_words_come_first() {
        let mut rng = Rng::of(&[7]);
        let drawn: Vec<u16> = (0..10_000).map(|_| Language::draw(&mut rng)).collect();
        assert!(drawn.iter().all(|&word| usize::from(word) < WORDS));
        let first = drawn.iter().filter(|&&word| word < 16).count();
        assert!((800..1200).contains(&first), "{first}");
        assert!(drawn.iter().any(|&word| word > 8192));
    }
}
