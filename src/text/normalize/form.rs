//! Unicode normalisation form C: letters and their marks in one piece where there is one.
//!
//! Scripts full of marks (Thai, Arabic with vowels, the Indic scripts) are nearly always in this form already, so the
//! question is answered line by line from a table, and only a line that is not, or may not be, goes through the
//! machinery.

use std::borrow::Cow;
use std::sync::OnceLock;

use unicode_normalization::char::{canonical_combining_class, compose, decompose_canonical};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc, is_nfc_quick};

/// Brings every line into form C.
pub(super) fn fix(text: &str) -> Cow<'_, str> {
    let mut out: Option<String> = None;
    let (mut copied, mut at) = (0, 0);
    // A line end neither composes nor lets a mark pass, so lines are independent.
    for line in text.split_inclusive('\n') {
        if !is_surely_composed(line) && !is_nfc(line) {
            let out = out.get_or_insert_with(|| String::with_capacity(text.len()));
            out.push_str(&text[copied..at]);
            out.extend(line.nfc());
            copied = at + line.len();
        }
        at += line.len();
    }
    match out {
        Some(mut out) => {
            out.push_str(&text[copied..]);
            Cow::Owned(out)
        }
        None => Cow::Borrowed(text),
    }
}

/// What form C has to know of a character.
#[derive(Clone, Copy)]
struct Traits {
    class: u8,
    quick: Quick,
    decomposes: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quick {
    Yes,
    Maybe,
    No,
}

/// Whether the line is in form C, where that can be told without composing it.
fn is_surely_composed(line: &str) -> bool {
    let mut before = ('\n', PLAIN);
    for character in line.chars() {
        let traits = if character.is_ascii() { PLAIN } else { traits(character) };
        let in_order = traits.class == 0 || before.1.class <= traits.class;
        let stands = match traits.quick {
            Quick::Yes => true,
            // Right behind a letter that is in one piece itself, only these two could compose.
            Quick::Maybe => before.1.class == 0 && !before.1.decomposes && compose(before.0, character).is_none(),
            Quick::No => false,
        };
        if !in_order || !stands {
            return false;
        }
        before = (character, traits);
    }
    true
}

const PLAIN: Traits = Traits {
    class: 0,
    quick: Quick::Yes,
    decomposes: false,
};

const BLOCK: usize = 256;

/// The first two planes, filled as scripts are met.
static BLOCKS: [OnceLock<Box<[Traits; BLOCK]>>; 0x20000 / BLOCK] = [const { OnceLock::new() }; 0x20000 / BLOCK];

fn traits(character: char) -> Traits {
    let code = character as usize;
    match BLOCKS.get(code / BLOCK) {
        Some(block) => block.get_or_init(|| fill(code / BLOCK))[code % BLOCK],
        None => look_up(character),
    }
}

fn fill(block: usize) -> Box<[Traits; BLOCK]> {
    let mut table = Box::new([PLAIN; BLOCK]);
    for (index, entry) in table.iter_mut().enumerate() {
        if let Some(character) = char::from_u32((block * BLOCK + index) as u32) {
            *entry = look_up(character);
        }
    }
    table
}

fn look_up(character: char) -> Traits {
    let mut decomposes = false;
    decompose_canonical(character, |part| decomposes |= part != character);
    let quick = match is_nfc_quick(std::iter::once(character)) {
        IsNormalized::Yes => Quick::Yes,
        IsNormalized::Maybe => Quick::Maybe,
        IsNormalized::No => Quick::No,
    };
    Traits {
        class: canonical_combining_class(character),
        quick,
        decomposes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_out_in_form_c() {
        let cases = [
            ("cafe\u{301}\nплохои\u{306}\n", "café\nплохой\n"),
            ("a\u{300}\u{323}", "ạ\u{300}"),
            ("\u{e0}\u{323}", "ạ\u{300}"),
            ("\u{212b} \u{958}", "Å \u{915}\u{93c}"),
            ("\u{1100}\u{1161}\u{11a8}", "각"),
            ("か\u{3099}", "が"),
        ];
        for (text, fixed) in cases {
            assert_eq!(fix(text), fixed, "{text:?}");
        }
    }

    #[test]
    fn composed_text_is_borrowed() {
        for text in [
            "",
            "café",
            "हिन्दी लड़का बढ़ना",
            "ที่นี่ผู้",
            "مُحَمَّد",
            "Tiếng Việt",
            "각",
            "が",
            "שָׁלוֹם",
        ] {
            let text: String = text.nfc().collect();
            assert!(matches!(fix(&text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn a_sure_answer_is_right() {
        let marks = [
            "", "\u{300}", "\u{323}", "\u{93c}", "\u{94d}", "\u{e38}", "\u{e48}", "\u{654}", "\u{3099}", "\u{11a8}",
            "\u{1161}",
        ];
        for base in ["a", "à", "ạ", "क", "ก", "ا", "أ", "か", "ᄀ", "가", "각", "\u{301}"] {
            for one in marks {
                for two in marks {
                    let text = format!("{base}{one}{two}");
                    assert!(!is_surely_composed(&text) || is_nfc(&text), "{text:?}");
                }
            }
        }
    }
}
