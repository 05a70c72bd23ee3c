//! The key of a line: what two lines of a site have in common when a template wrote both.
//!
//! Folded, with every number masked: "12 comments" and "7 comments" have one key. Must not know what is counted.

use std::ops::Range;

use crate::hash::hash64;
use crate::page::Page;
use crate::text::char_table::CharTable;
use crate::text::chars::{Script, is_closer, is_terminal, is_wide, script};

/// A sentence of so many tokens may be what an article says; fewer are a label or a headline's worth.
pub const PROSE_TOKENS: usize = 12;

/// The key of a folded line; none for a line without a letter, since the cells of tables repeat by chance.
///
/// ```
/// use textsieve::repeat::lines::key::key;
///
/// assert_eq!(key("page 1 of 12"), key("page 3 of 9"));
/// assert_eq!(key("2011 12"), None);
/// ```
#[must_use]
pub fn key(folded: &str) -> Option<u64> {
    Look::at(folded).key(folded)
}

/// What one look at a folded line tells.
#[derive(Default)]
struct Look {
    tokens: usize,
    letter: bool,
    /// Characters that are numbers.
    numbers: usize,
    /// Letters of scripts without a full stop.
    unstopped: usize,
}

impl Look {
    fn at(folded: &str) -> Self {
        let mut look = Self::default();
        let (mut all, mut in_token) = (Traits::NONE, false);
        // Without branches: where a token begins is hard to foresee.
        for c in folded.chars() {
            let traits = TRAITS.get(c);
            look.tokens += usize::from(traits.begins_token(in_token));
            in_token = traits.goes_on();
            all.0 |= traits.0;
            look.numbers += usize::from(traits.has(Traits::NUMBER));
            look.unstopped += usize::from(traits.has(Traits::UNSTOPPED));
        }
        look.letter = all.has(Traits::LETTER);
        look
    }

    fn key(&self, folded: &str) -> Option<u64> {
        match (self.letter, self.numbers) {
            (false, _) => None,
            (true, 0) => Some(hash64(folded.as_bytes())),
            (true, _) => {
                let mut masked = String::with_capacity(folded.len());
                push_masked(folded, &mut masked);
                Some(hash64(masked.as_bytes()))
            }
        }
    }

    /// The key of a long sentence: dates are masked with the names of their months, whatever the language. A name of up
    /// to [`MONTH`] letters between two numbers is one, and a word before two numbers with nothing between.
    fn sentence_key(&self, folded: &str) -> Option<u64> {
        // A date has two numbers.
        if !self.letter || self.numbers < 2 {
            return self.key(folded);
        }
        let tokens = Token::all(folded, self.tokens);
        let numbers: Vec<usize> = (0..tokens.len()).filter(|&i| tokens[i].is_number()).collect();
        if numbers.len() < 2 {
            return self.key(folded);
        }
        let mut masked: Vec<bool> = tokens.iter().map(Token::is_number).collect();
        for two in numbers.windows(2) {
            let between = two[0] + 1..two[1];
            let letters: usize = tokens[between.clone()].iter().map(|token| token.length).sum();
            if letters <= MONTH {
                masked[between].fill(true);
            }
            if two[1] == two[0] + 1 && two[0] > 0 {
                masked[two[0] - 1] = true;
            }
        }
        let mut text = String::with_capacity(folded.len() + tokens.len());
        for (i, token) in tokens.iter().enumerate() {
            match (masked[i], i > 0 && masked[i - 1]) {
                (true, true) => continue,
                (true, false) => text.push('0'),
                (false, _) if token.numbers > 0 => push_masked(&folded[token.range()], &mut text),
                (false, _) => text.push_str(&folded[token.range()]),
            }
            text.push(' ');
        }
        Some(hash64(text.as_bytes()))
    }

    /// Thai, Lao, Khmer and Burmese have no full stop that every sentence ends in. So many of their letters are no
    /// headline. Of paragraphs that several articles of a synthetic dump share, 99 % are listed, and 86 % were without
    /// this.
    fn is_unstopped_prose(&self) -> bool {
        self.unstopped >= 80
    }
}

/// Letters of the longest name of a month, with its case ending.
const MONTH: usize = 12;

/// A token and what it consists of.
struct Token {
    start: usize,
    end: usize,
    /// Characters.
    length: usize,
    /// Those that are numbers.
    numbers: usize,
}

impl Token {
    /// The tokens of a folded line, of which there are so many.
    fn all(folded: &str, count: usize) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::with_capacity(count);
        let mut in_token = false;
        for (start, c) in folded.char_indices() {
            let traits = TRAITS.get(c);
            let (end, number) = (start + c.len_utf8(), usize::from(traits.has(Traits::NUMBER)));
            if traits.begins_token(in_token) {
                all.push(Self {
                    start,
                    end,
                    length: 1,
                    numbers: number,
                });
            } else if let Some(token) = all.last_mut().filter(|_| in_token && traits.goes_on()) {
                token.end = end;
                token.length += 1;
                token.numbers += number;
            }
            in_token = traits.goes_on();
        }
        all
    }

    fn is_number(&self) -> bool {
        self.numbers == self.length
    }

    fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// Appends the text with a nought for every run of numbers.
fn push_masked(text: &str, out: &mut String) {
    let (mut copied, mut in_number) = (0, false);
    for (at, c) in text.char_indices() {
        let number = TRAITS.get(c).has(Traits::NUMBER);
        if number {
            if !in_number {
                out.push_str(&text[copied..at]);
                out.push('0');
            }
            copied = at + c.len_utf8();
        }
        in_number = number;
    }
    out.push_str(&text[copied..]);
}

/// What counts of a character, bit by bit.
#[derive(Clone, Copy)]
struct Traits(u8);

impl Traits {
    const NONE: Self = Self(0);
    const LETTER: Self = Self(1);
    const NUMBER: Self = Self(2);
    /// A token of its own.
    const WIDE: Self = Self(4);
    /// Of a script without a full stop.
    const UNSTOPPED: Self = Self(8);
    const SPACE: Self = Self(16);

    fn of(c: char) -> Self {
        let sort = match c {
            ' ' => Self::SPACE,
            _ if c.is_numeric() => Self::NUMBER,
            _ if c.is_alphabetic() => Self::LETTER,
            _ => Self::NONE,
        };
        let wide = u8::from(is_wide(c)) * Self::WIDE.0;
        let unstopped = u8::from(script(c) == Script::SouthEastAsian) * Self::UNSTOPPED.0;
        Self(sort.0 | wide | unstopped)
    }

    fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether a character begins a token, as `text::tokens` has it.
    fn begins_token(self, in_token: bool) -> bool {
        self.has(Self::WIDE) || (!self.has(Self::SPACE) && !in_token)
    }

    /// Whether the token may go on behind it.
    fn goes_on(self) -> bool {
        !self.has(Self(Self::WIDE.0 | Self::SPACE.0))
    }
}

static TRAITS: CharTable<Traits> = CharTable::new(Traits::of);

/// The lines of a page as they are counted: one entry a block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines {
    keys: Vec<Option<u64>>,
    prose: Vec<bool>,
    paths: Vec<bool>,
}

/// Bytes of a line as it is kept.
pub(crate) const LINE_BYTES: usize = 9;

impl Lines {
    /// Looks at every block of a page.
    #[must_use]
    pub fn of(page: &Page<'_>) -> Self {
        let mut lines = Self {
            keys: Vec::with_capacity(page.len()),
            prose: Vec::with_capacity(page.len()),
            paths: Vec::with_capacity(page.len()),
        };
        for i in 0..page.len() {
            let folded = page.folded(i);
            let look = Look::at(folded);
            let prose = (look.tokens >= PROSE_TOKENS && ends_sentence(page.block(i))) || look.is_unstopped_prose();
            lines.keys.push(if prose {
                look.sentence_key(folded)
            } else {
                look.key(folded)
            });
            lines.prose.push(prose);
            lines.paths.push(is_path(page.block(i)));
        }
        lines
    }

    /// The lines as bytes: of each its key, and a byte of what else is known.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.len() * LINE_BYTES);
        for (i, key) in self.keys.iter().enumerate() {
            bytes.extend(key.unwrap_or(0).to_le_bytes());
            let flags = [key.is_some(), self.prose[i], self.paths[i]];
            bytes.push(flags.iter().rev().fold(0, |byte, &flag| byte << 1 | u8::from(flag)));
        }
        bytes
    }

    /// The lines that were encoded.
    pub(super) fn decode(bytes: &[u8]) -> Self {
        let (lines, _) = bytes.as_chunks::<LINE_BYTES>();
        let key = |line: &[u8; LINE_BYTES]| u64::from_le_bytes(std::array::from_fn(|i| line[i]));
        let flag = |line: &[u8; LINE_BYTES], i: usize| line[LINE_BYTES - 1] >> i & 1 == 1;
        Self {
            keys: lines.iter().map(|line| flag(line, 0).then(|| key(line))).collect(),
            prose: lines.iter().map(|line| flag(line, 1)).collect(),
            paths: lines.iter().map(|line| flag(line, 2)).collect(),
        }
    }

    /// How many lines the page has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The key of each line.
    #[must_use]
    pub fn keys(&self) -> &[Option<u64>] {
        &self.keys
    }

    /// Whether line `i` is words parted by signs, as breadcrumbs are.
    #[must_use]
    pub fn path(&self, i: usize) -> bool {
        self.paths[i]
    }

    /// Whether line `i` is a long sentence: what articles are made of.
    #[must_use]
    pub fn prose(&self, i: usize) -> bool {
        self.prose[i]
    }
}

/// A sign between spaces that stands between the names in breadcrumbs and menus.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "a lazy operator is a branch for each byte and keeps the loop from being vectorised"
)]
fn is_path(text: &str) -> bool {
    // Most lines have none of the bytes that these begin with, which is told of many bytes at once.
    let bytes = text.as_bytes();
    let begins = |byte: u8| (byte == b'>') | (byte == b'|') | (byte == b'/') | (byte == 0xC2) | (byte == 0xE2);
    bytes.iter().fold(false, |any, &byte| any | begins(byte))
        && bytes.split(|&byte| byte == b' ').any(|word| {
            matches!(
                word,
                b">" | b"|" | b"/" | [0xC2, 0xBB | 0xB7] | [0xE2, 0x80, 0xBA | 0xA2]
            )
        })
}

fn ends_sentence(text: &str) -> bool {
    text.chars()
        .rev()
        .find(|&c| !is_closer(c) && !c.is_whitespace())
        .is_some_and(is_terminal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens::tokens;

    fn sentence_key(folded: &str) -> Option<u64> {
        Look::at(folded).sentence_key(folded)
    }

    #[test]
    fn words_parted_by_signs_are_a_path() {
        for sign in [">", "»", "›", "|", "·", "•", "/"] {
            assert!(is_path(&format!("Home {sign} News")), "{sign}");
            assert!(!is_path(&format!("Home{sign} News")), "{sign}");
        }
        assert!(!is_path("‘One’ é"));
    }

    #[test]
    fn tokens_are_counted_as_everywhere() {
        for folded in ["", "the 12 bridges 東京", "a東b 東 京c12", "เมื่อ 17", "§a"] {
            let ours = Token::all(folded, 0);
            assert!(
                ours.iter().map(|token| &folded[token.range()]).eq(tokens(folded)),
                "{folded}"
            );
            assert_eq!(Look::at(folded).tokens, ours.len(), "{folded}");
        }
    }

    #[test]
    fn a_date_does_not_tell_sentences_apart() {
        for (one, other) in [
            (
                "on 5 january 2017 the council met and",
                "on 24 march 2020 the council met and",
            ),
            (
                "on january 5 2017 the council met and",
                "on september 24 2020 the council met and",
            ),
            ("24 ноября 2022 года совет собрался", "3 мая 2019 года совет собрался"),
            ("เมื่อวันที่ 17 พฤศจิกายน 2024 และ", "เมื่อวันที่ 3 มีนาคม 2019 และ"),
            ("2017年1月5日 会議", "2020年12月24日 会議"),
        ] {
            assert_eq!(sentence_key(one), sentence_key(other), "{one}");
        }
        let (one, other) = ("5 january 2017 the council met", "5 january 2017 the mayor met");
        assert_ne!(sentence_key(one), sentence_key(other));
    }

    #[test]
    fn numbers_do_not_tell_lines_apart_and_alone_are_no_key() {
        assert_eq!(key("12 comments"), key("7 comments"));
        assert_eq!(key("第3页"), key("第12页"));
        assert_ne!(key("12 comments"), key("12 views"));
        for folded in ["", "2011", "12 30", "½ 3"] {
            assert_eq!(key(folded), None, "{folded}");
        }
    }

    #[test]
    fn a_long_sentence_is_prose_and_a_long_menu_is_not() {
        let page = Page::new(
            "The council of Lornby met on Monday evening and voted for the new bridge.\n\
             Home News Sport Weather Culture Travel Food Opinion Video Games Jobs Cars Homes",
        );
        let lines = Lines::of(&page);
        assert!(lines.prose(0));
        assert!(!lines.prose(1));
    }
}
