//! A text's fold and the hashes of its tokens, in one pass.
//!
//! Exactly what `text::fold` makes of each line and `text::tokens` of that; the tests hold it to them. It is here
//! because sketching a dump needs nothing of a page but this, and three passes over every character took most of the
//! time. A text is parted at ASCII spaces and punctuation. Most of what stands between are plain words: they are found
//! eight bytes at a time, and cost one hash. The others go to `letters`.
//!
//! Must not know shingles.

use super::letters;
use super::shingles::mix;
use crate::hash::hash64;

/// What a page says, for comparing.
pub(super) struct Words {
    /// The fold of every line, joined by spaces.
    pub(super) folded: Folded,
    /// Hashes of the tokens, in order.
    pub(super) hashes: Vec<u64>,
}

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let survey = Survey::of(text.as_bytes());
        let mut words = Self {
            folded: Folded::with_capacity(text.len() + 2 * WORD),
            hashes: Vec::with_capacity(text.len() / 4),
        };
        let mut at = 0;
        while let Some(run) = survey.next(at) {
            if run.odd {
                letters::read(&text[run.from..run.to], &mut words);
                words.end_word();
            } else {
                words.plain(&survey.lower, run.from, run.to);
            }
            at = run.to;
        }
        words.folded.truncate(words.folded.len().saturating_sub(1));
        words
    }

    /// A word of lower-case letters and digits.
    fn plain(&mut self, lower: &[u8], from: usize, to: usize) {
        let length = to - from;
        if length < WORD {
            // The space behind it goes with it.
            let bits = 8 * length as u32;
            let word = load(lower, from) & ((1 << bits) - 1);
            self.hashes.push(mix_word(word));
            let spaced = word | u64::from(b' ') << bits;
            self.folded.push_some(spaced, length + 1);
        } else {
            self.folded.push(&lower[from..to]);
            self.folded.push_some(u64::from(b' '), 1);
            self.hashes.push(hash_token(&lower[from..to]));
        }
    }

    /// A space, unless nothing stands before it.
    pub(super) fn end_word(&mut self) {
        if self.folded.bytes().last().is_some_and(|&last| last != b' ') {
            self.folded.push_some(u64::from(b' '), 1);
        }
    }
}

/// Bytes that grow a few at a time.
///
/// Eight are stored at once, whatever their number: that is one instruction, and a copy of so and so many is a call.
pub(super) struct Folded {
    /// Anything behind the first `length`.
    room: Vec<u8>,
    length: usize,
}

impl Folded {
    fn with_capacity(bytes: usize) -> Self {
        Self {
            room: vec![0; bytes],
            length: 0,
        }
    }

    /// What is there.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.room[..self.length]
    }

    /// How much that is.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Appends the lowest bytes of a number, at most eight.
    #[inline]
    pub(super) fn push_some(&mut self, bytes: u64, count: usize) {
        if self.room.len() < self.length + WORD {
            self.grow(WORD);
        }
        self.room[self.length..self.length + WORD].copy_from_slice(&bytes.to_le_bytes());
        self.length += count;
    }

    /// Appends any number of bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        if self.room.len() < self.length + bytes.len() {
            self.grow(bytes.len());
        }
        self.room[self.length..self.length + bytes.len()].copy_from_slice(bytes);
        self.length += bytes.len();
    }

    #[cold]
    fn grow(&mut self, bytes: usize) {
        self.room.resize(self.length + self.length / 2 + bytes + WORD, 0);
    }

    /// Goes back to when there were so many.
    pub(super) fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }
}

/// Bytes that are looked at together.
pub(super) const WORD: usize = 8;

/// The hash of a token. Up to eight bytes are a number and are only mixed: such tokens never fall together.
pub(super) fn hash_token(token: &[u8]) -> u64 {
    if token.len() > WORD {
        return hash64(token);
    }
    let mut word = [0; WORD];
    word[..token.len()].copy_from_slice(token);
    mix_word(u64::from_le_bytes(word))
}

pub(super) fn mix_word(word: u64) -> u64 {
    mix(word.wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

fn load(bytes: &[u8], from: usize) -> u64 {
    let mut word = [0; WORD];
    word.copy_from_slice(&bytes[from..from + WORD]);
    u64::from_le_bytes(word)
}

/// What eight bytes at a time tell of a text.
struct Survey {
    /// The text with capitals A to Z made small, and zeros behind it.
    lower: Vec<u8>,
    /// A bit a byte: whether it is no ASCII space or punctuation.
    solid: Vec<u64>,
    /// A bit a byte: whether it is a quote or not ASCII.
    odd: Vec<u64>,
}

/// What stands between two spaces.
struct Run {
    from: usize,
    to: usize,
    /// Whether it holds more than ASCII letters and digits.
    odd: bool,
}

impl Survey {
    fn of(text: &[u8]) -> Self {
        let blocks = text.len().div_ceil(64);
        let mut lower = text.to_vec();
        lower.resize(blocks * 64 + WORD, 0);
        // One more, so that two neighbours can always be read.
        let (mut solid, mut odd) = (vec![0; blocks + 1], vec![0; blocks + 1]);
        let (blocks, _) = lower.as_chunks_mut::<64>();
        for (i, block) in blocks.iter_mut().enumerate() {
            let (words, _) = block.as_chunks_mut::<WORD>();
            for (j, bytes) in words.iter_mut().enumerate() {
                let looked = Looked::at(u64::from_le_bytes(*bytes));
                *bytes = looked.lower.to_le_bytes();
                solid[i] |= looked.solid << (8 * j);
                odd[i] |= looked.odd << (8 * j);
            }
        }
        Self { lower, solid, odd }
    }

    /// The next run from `at` on.
    fn next(&self, at: usize) -> Option<Run> {
        let mut block = at / 64;
        let mut bits = self.solid.get(block)? >> (at % 64) << (at % 64);
        while bits == 0 {
            block += 1;
            bits = *self.solid.get(block)?;
        }
        let from = 64 * block + bits.trailing_zeros() as usize;
        let mut to = from;
        let mut odd = false;
        loop {
            let solid = window(&self.solid, to).trailing_ones();
            let strange = window(&self.odd, to).trailing_zeros();
            odd |= strange < solid;
            to += solid as usize;
            if solid < 64 {
                return Some(Run { from, to, odd });
            }
        }
    }
}

/// 64 bits from any one on.
fn window(bits: &[u64], from: usize) -> u64 {
    let low = bits.get(from / 64).copied().unwrap_or(0);
    let high = bits.get(from / 64 + 1).copied().unwrap_or(0);
    ((u128::from(high) << 64 | u128::from(low)) >> (from % 64)) as u64
}

/// What is told of eight bytes; the bits are the lowest eight.
struct Looked {
    lower: u64,
    solid: u64,
    odd: u64,
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x80 * ONES;

impl Looked {
    /// Comparisons of eight bytes at once: adding carries into a byte's high bit what is at least so much, and seven
    /// bits cannot carry into the next byte.
    fn at(bytes: u64) -> Self {
        let beyond = bytes & HIGH;
        let low = bytes & !HIGH;
        let at_least = |x: u64, from: u8| x + u64::from(0x80 - from) * ONES;
        let between = |x, from, to| at_least(x, from) & !at_least(x, to + 1) & HIGH & !beyond;
        let is = |byte: u8| !((low ^ (u64::from(byte) * ONES)) + 0x7F * ONES) & HIGH & !beyond;
        let letter = between(low | (0x20 * ONES), b'a', b'z');
        let quote = is(b'\'') | is(b'"') | is(b'`');
        let odd = beyond | quote;
        Self {
            lower: bytes | (letter >> 2),
            solid: gather(letter | between(low, b'0', b'9') | odd),
            odd: gather(odd),
        }
    }
}

/// The high bits of eight bytes, lowest byte first.
fn gather(high: u64) -> u64 {
    (high >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::fold::fold_into;
    use crate::text::tokens::tokens;

    /// The text folded line by line, the lines joined by spaces.
    fn folded(text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 1);
        for line in text.lines() {
            let before = out.len();
            fold_into(line, &mut out);
            if out.len() > before {
                out.push(' ');
            }
        }
        out.pop();
        out
    }

    fn holds(text: &str) {
        let words = Words::of(text);
        let expected = folded(text);
        assert_eq!(std::str::from_utf8(words.folded.bytes()), Ok(&*expected), "{text:?}");
        let hashes: Vec<_> = tokens(&expected).map(|token| hash_token(token.as_bytes())).collect();
        assert_eq!(words.hashes, hashes, "{text:?}");
    }

    #[test]
    fn every_character_folds_as_everywhere() {
        // Ideographs and Hangul are alike, and above them is nothing but tags: some will do.
        let sparse = |c: char| matches!(c, '\u{3500}'..='\u{A400}' | '\u{AC00}'..='\u{F800}' | '\u{20000}'..);
        for c in ('\0'..=char::MAX).filter(|&c| !sparse(c) || u32::from(c) % 997 == 0) {
            holds(&format!("{c}a{c}b {c} न{c}न् {c}{c}\n{c}é"));
        }
    }

    #[test]
    fn words_on_the_long_way_do_not_touch_others() {
        for text in [
            "",
            " . ",
            "Straße ½ x",
            "a cafe\u{301}-bar b",
            "ที่นี่ 東京へ e\u{301}",
            "‘It’s’ naïve… ﷺ",
        ] {
            holds(text);
        }
    }

    proptest! {
        #[test]
        fn any_text_folds_as_everywhere(text in "\\PC{0,40}(\n|\\PC|[a-zA-Z0-9 .'\"-]|[ß½\u{301}\u{e48}\u{e38}हिा़् ]){0,60}") {
            holds(&text);
        }
    }
}
