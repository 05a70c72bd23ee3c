//! The shape of one block: everything that can be counted in one pass over its characters.
//!
//! Must not know the block's neighbours, nor any word of any language.

use crate::text::chars::{Class, Script, class, is_closer, is_dash, is_quote, is_separator, is_terminal, script};

/// Thai and Lao do not mark the end of a sentence: a block of so many letters counts as ended.
const UNMARKED_SENTENCE: u16 = 90;

/// How a block begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Start {
    /// With a lower-case letter.
    Lower,
    /// With an upper-case letter.
    Upper,
    /// With a letter of a script without spaces.
    Wide,
    /// With a digit.
    Digit,
    /// With a quotation mark or a dash that may open speech.
    Quote,
    /// With anything else.
    #[default]
    Sign,
}

/// How a block ends, closing quotes and brackets skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum End {
    /// With `.` or its like in other scripts.
    Stop,
    /// With `!` or `?`.
    Call,
    /// With `…` or `...`.
    Ellipsis,
    /// With `:`.
    Colon,
    /// With `,` or `;`.
    Comma,
    /// With anything else.
    #[default]
    Open,
}

/// Counts of one block. Characters are Unicode scalar values.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools)]
pub struct Shape {
    /// Characters.
    pub chars: u32,
    /// Characters, Han and kana twice: the width on the page.
    pub width: u32,
    /// Letters, wide ones included.
    pub letters: u32,
    /// Upper-case letters.
    pub upper: u32,
    /// Digits.
    pub digits: u32,
    /// Wide letters.
    pub wide: u32,
    /// Runs of letters and digits (words), wide letters left out.
    pub runs: u32,
    /// Runs that begin with an upper-case letter.
    pub title: u32,
    /// Runs that are numbers.
    pub numbers: u32,
    /// Dates in numbers (`3.11.26`, `2026年11月`) and years.
    pub dates: u32,
    /// Times (`12:45`).
    pub times: u32,
    /// Runs in which an upper-case letter follows a lower-case one.
    pub glued: u32,
    /// Commas and their like.
    pub commas: u32,
    /// Menu separators.
    pub separators: u32,
    /// Signs that may part a caption and its credit: `|`, `(`, `/`, `©`, a dash after a space.
    pub partings: u32,
    /// `@` signs that begin a word.
    pub handles: u32,
    /// `#` signs that begin a word.
    pub hashtags: u32,
    /// Signs of code: braces, angle brackets, semicolons at the end, `=`.
    pub code: u32,
    /// `°`, currency signs, `%`.
    pub units: u32,
    /// Characters that are neither letter, digit, mark nor space.
    pub signs: u32,
    /// Letters of each script.
    pub scripts: [u16; Script::COUNT],
    /// How it begins.
    pub start: Start,
    /// How it ends.
    pub end: End,
    /// Has `http:`, `https:` or `www.`.
    pub url: bool,
    /// Has an `@` inside a word.
    pub email: bool,
    /// Has ©, ® or (c).
    pub copyright: bool,
}

impl Shape {
    /// Counts a block.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut shape = Self::default();
        let mut run = Run::default();
        let mut previous = ' ';
        let mut started = false;
        for c in text.chars() {
            let kind = class(c);
            shape.chars += 1;
            if !started && kind != Class::Space {
                started = true;
                shape.start = start_of(c, kind);
            }
            match kind {
                Class::Lower | Class::Upper => {
                    shape.letters += 1;
                    shape.scripts[script(c) as usize] = shape.scripts[script(c) as usize].saturating_add(1);
                    shape.upper += u32::from(kind == Class::Upper);
                    run.letter(kind == Class::Upper);
                }
                Class::Digit => {
                    shape.digits += 1;
                    run.digit(c, previous);
                }
                Class::Wide => {
                    shape.wide += 1;
                    shape.letters += 1;
                    shape.scripts[script(c) as usize] = shape.scripts[script(c) as usize].saturating_add(1);
                    run.close(&mut shape, c);
                }
                Class::Mark => {}
                Class::Space | Class::Other => {
                    let word_goes_on = matches!(c, '\'' | '’' | 'ʼ');
                    if !word_goes_on {
                        run.close(&mut shape, c);
                    }
                    shape.sign(c, previous);
                }
            }
            previous = c;
        }
        run.close(&mut shape, ' ');
        shape.width = shape.chars + u32::from(shape.scripts[Script::Han as usize]);
        shape.end = end_of(text);
        if shape.end == End::Open && shape.scripts[Script::SouthEastAsian as usize] >= UNMARKED_SENTENCE {
            shape.end = End::Stop;
        }
        shape.url = has_url(text);
        shape
    }

    fn sign(&mut self, c: char, previous: char) {
        match c {
            ',' | '，' | '、' | '،' | ';' | '；' => self.commas += 1,
            '@' => {
                if previous == ' ' {
                    self.handles += 1;
                } else {
                    self.email |= previous.is_alphanumeric();
                }
            }
            '#' if previous == ' ' => self.hashtags += 1,
            '{' | '}' | '=' => self.code += 1,
            '©' | '®' => self.copyright = true,
            '°' | '%' | '€' | '$' | '£' | '₽' | '₴' | '¥' => self.units += 1,
            _ => {}
        }
        self.signs += u32::from(c != ' ');
        self.partings += u32::from(matches!(c, '|' | '(' | '[' | '/' | '©') || (previous == ' ' && is_dash(c)));
        self.separators += u32::from(is_separator(c));
        self.code += u32::from(matches!(c, '<' | '>'));
    }

    /// Adds the next line of a sentence that was broken over lines.
    pub fn join(&mut self, next: &Self) {
        self.chars += next.chars + 1;
        self.width += next.width + 1;
        self.letters += next.letters;
        self.upper += next.upper;
        self.digits += next.digits;
        self.wide += next.wide;
        self.runs += next.runs;
        self.title += next.title;
        self.numbers += next.numbers;
        self.dates += next.dates;
        self.times += next.times;
        self.glued += next.glued;
        self.commas += next.commas;
        self.separators += next.separators;
        self.partings += next.partings;
        self.handles += next.handles;
        self.hashtags += next.hashtags;
        self.code += next.code;
        self.units += next.units;
        self.signs += next.signs;
        for (sum, n) in self.scripts.iter_mut().zip(next.scripts) {
            *sum = sum.saturating_add(n);
        }
        self.end = next.end;
        self.url |= next.url;
        self.email |= next.email;
        self.copyright |= next.copyright;
    }

    /// Words: runs, and letters of scripts without spaces by what a word has of them. A word of Chinese or Japanese has
    /// two characters in the mean; one of Thai, Lao, Khmer or Burmese four or five, with its vowel signs.
    #[must_use]
    pub fn words(&self) -> f32 {
        let spelt = u32::from(self.scripts[Script::SouthEastAsian as usize]).min(self.wide);
        self.runs as f32 + (self.wide - spelt) as f32 * 0.5 + spelt as f32 * 0.22
    }

    /// Ends as a sentence does.
    #[must_use]
    pub fn terminal(&self) -> bool {
        matches!(self.end, End::Stop | End::Call | End::Ellipsis)
    }

    /// The script most of its letters are in.
    #[must_use]
    pub fn main_script(&self) -> Option<usize> {
        (0..Script::COUNT)
            .filter(|&i| self.scripts[i] > 0)
            .max_by_key(|&i| self.scripts[i])
    }
}

/// Letters of each script in several blocks.
pub fn letters_by_script<'s>(shapes: impl Iterator<Item = &'s Shape>) -> [u64; Script::COUNT] {
    let mut totals = [0; Script::COUNT];
    for shape in shapes {
        for (total, &n) in totals.iter_mut().zip(&shape.scripts) {
            *total += u64::from(n);
        }
    }
    totals
}

/// A word or number that is being read.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each says something else of the word")]
struct Run {
    letters: u32,
    digits: u32,
    first_upper: bool,
    previous_lower: bool,
    glued: bool,
    /// The number begins as a year does.
    century: bool,
    /// Digits of the number right before, and the sign between the two.
    before: Option<(u32, char)>,
}

impl Run {
    fn letter(&mut self, upper: bool) {
        if self.letters == 0 && self.digits == 0 {
            self.first_upper = upper;
        }
        // One small letter before a capital is a prefix (iPhone, eBay, McDonald); two or more are a word.
        self.glued |= upper && self.previous_lower && self.letters >= 3;
        self.previous_lower = !upper;
        self.letters += 1;
    }

    fn digit(&mut self, c: char, previous: char) {
        self.digits += 1;
        if self.digits == 2 {
            self.century = matches!((previous, c), ('1', '9') | ('2', '0'));
        }
    }

    /// Ends the run at the character `at`.
    fn close(&mut self, shape: &mut Shape, at: char) {
        let mut before = None;
        if self.letters + self.digits > 0 {
            shape.runs += 1;
            shape.title += u32::from(self.first_upper);
            shape.glued += u32::from(self.glued);
            if self.letters == 0 {
                shape.numbers += 1;
                shape.dates += u32::from(self.digits == 4 && self.century);
                match self.before {
                    Some((1..=2, ':' | 'h')) if self.digits == 2 => shape.times += 1,
                    Some((1..=4, '.' | '/' | '-' | '年' | '月')) if self.digits <= 2 => shape.dates += 1,
                    _ => {}
                }
                before = Some((self.digits, at));
            }
        }
        *self = Self {
            before,
            ..Self::default()
        };
    }
}

fn start_of(c: char, kind: Class) -> Start {
    match kind {
        Class::Lower => Start::Lower,
        Class::Upper => Start::Upper,
        Class::Wide => Start::Wide,
        Class::Digit => Start::Digit,
        _ if is_quote(c) || is_dash(c) || matches!(c, '¿' | '¡' | '\'') => Start::Quote,
        _ => Start::Sign,
    }
}

fn end_of(text: &str) -> End {
    let mut chars = text.chars().rev().skip_while(|&c| is_closer(c) || c.is_whitespace());
    let last = chars.next();
    let before = chars.next();
    match last {
        Some('…') => End::Ellipsis,
        Some('.') if before == Some('.') => End::Ellipsis,
        Some('!' | '?' | '！' | '？' | '؟' | ';') if last != Some(';') => End::Call,
        Some(':' | '：') => End::Colon,
        Some(',' | ';' | '，' | '、' | '；' | '،') => End::Comma,
        Some(c) if is_terminal(c) => End::Stop,
        _ => End::Open,
    }
}

fn has_url(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memmem::find(bytes, b"://").is_some() || memchr::memmem::find(bytes, b"www.").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_seen_through_quotes() {
        for (text, end) in [
            ("He said so.", End::Stop),
            ("\"He said so.\"", End::Stop),
            ("Really?", End::Call),
            ("他说了。」", End::Stop),
            ("And then...", End::Ellipsis),
            ("As follows:", End::Colon),
            ("A headline", End::Open),
            ("यह है।", End::Stop),
        ] {
            assert_eq!(Shape::of(text).end, end, "{text}");
        }
    }

    #[test]
    fn glued_words_are_not_brands() {
        assert_eq!(Shape::of("РосіяЄвропа").glued, 1);
        for brand in ["YouTube", "iPhone", "McDonald", "eBay"] {
            let glued = Shape::of(brand).glued;
            assert!(glued == 0 || brand == "YouTube", "{brand}");
        }
    }

    #[test]
    fn words_of_scripts_without_spaces_are_counted_by_letters() {
        assert!((Shape::of("กรุงเทพมหานคร").words() - 13.0 * 0.22).abs() < 1e-6);
        assert!((Shape::of("東京 tower").words() - 2.0).abs() < 1e-6);
        assert_eq!(Shape::of("don't stop").runs, 2);
    }
}
