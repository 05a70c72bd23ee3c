//! The fingerprint fold: what two lines have in common when a reader would call them the same.
//!
//! Case, compatibility forms, quotes, dashes, spaces, combining marks and a few letters that are written in more than
//! one way disappear; letters, digits and the vowel signs of Indic and South-East Asian scripts stay.
//! The result is for comparing, looking up and hashing, never for showing: it is not words in any language.
//!
//! This module must not know what is compared with what, and keeps digits: whoever wants "Day 12" and "Day 13" to be
//! equal has to mask them on top.
//!
//! # Performance
//!
//! Nearly every character folds on its own, whatever stands beside it. Those come from a table, filled block by block
//! as scripts are met, and stretches that fold to themselves are copied whole. A text with a character that may
//! compose with the one before it takes the long way through NFKC.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_normalization::{IsNormalized, is_nfc_quick};

use crate::text::char_table::CharTable;

/// Folds `text` into a new string; see [`fold_into`].
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::new();
    fold_into(text, &mut out);
    out
}

/// Appends the fold of `text` to `out`.
///
/// Folding is idempotent, and its result has neither spaces at the ends nor two in a row.
/// Apostrophes and quotes vanish without a space, all other punctuation becomes one.
///
/// # Examples
///
/// ```
/// use textsieve::text::fold::fold;
///
/// assert_eq!(fold("Don’t “stop”!"), "dont stop");
/// assert_eq!(fold("DIŞİ"), fold("dışi"));
/// assert_eq!(fold("Вторая мировая — всё"), "вторая мировая все");
/// ```
pub fn fold_into(text: &str, out: &mut String) {
    out.reserve(text.len());
    let start = out.len();
    if fold_by_table(text, out, start).is_none() {
        out.truncate(start);
        fold_by_normalisation(text, out, start);
    }
    if out.len() > start && out.ends_with(' ') {
        out.pop();
    }
}

/// What the table says about one character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fold {
    /// Folds to itself.
    Same,
    /// Folds to one other character.
    To(char),
    /// Becomes a space.
    Space,
    /// Vanishes.
    Nothing,
    /// Folds to itself and stands above or below a letter. Behind a mark of a higher class it has to change places with
    /// it.
    Mark(u8),
    /// Folds to several characters.
    Several,
    /// May compose with its neighbours.
    Context,
}

/// Folds while every character can be folded alone; `None` at the first one that cannot.
fn fold_by_table(text: &str, out: &mut String, start: usize) -> Option<()> {
    let bytes = text.as_bytes();
    // Everything in `run..at` folds to itself and is not copied yet.
    let (mut run, mut at) = (0, 0);
    let mut after_space = true;
    // The class of the mark before, or nought.
    let mut class = 0;
    while at < bytes.len() {
        if bytes[at] < 0x80
            && let Some(eight) = bytes[at..].first_chunk()
        {
            let plain = plain(u64::from_le_bytes(*eight), after_space);
            if plain > 0 {
                at += plain;
                (after_space, class) = (bytes[at - 1] == b' ', 0);
            }
            if plain == eight.len() {
                continue;
            }
        }
        if let b'a'..=b'z' | b'0'..=b'9' = bytes[at] {
            at += 1;
            (after_space, class) = (false, 0);
            continue;
        }
        if bytes[at] == b' ' && !after_space {
            at += 1;
            (after_space, class) = (true, 0);
            continue;
        }
        let character = text[at..].chars().next()?;
        let next = at + character.len_utf8();
        let folded = FOLDS.get(character);
        match folded {
            Fold::Same => {
                at = next;
                (after_space, class) = (false, 0);
                continue;
            }
            Fold::Mark(own) if own >= class => {
                at = next;
                (after_space, class) = (false, own);
                continue;
            }
            _ => {}
        }
        out.push_str(&text[run..at]);
        (run, at) = (next, next);
        match folded {
            Fold::To(other) => {
                out.push(other);
                (after_space, class) = (false, 0);
            }
            Fold::Space if after_space => {}
            Fold::Space => {
                out.push(' ');
                (after_space, class) = (true, 0);
            }
            Fold::Several => {
                fold_by_normalisation(character.encode_utf8(&mut [0; 4]), out, start);
                after_space = out[start..].is_empty() || out.ends_with(' ');
                class = u8::MAX; // perhaps; only sends a following mark the long way
            }
            Fold::Nothing => {}
            Fold::Same | Fold::Mark(_) | Fold::Context => return None,
        }
    }
    out.push_str(&text[run..]);
    Some(())
}

/// How many of eight bytes, from the lowest on, are lower-case letters of ASCII, digits, and spaces of which no two stand
/// side by side. Adding carries into a byte's high bit what is at least so much, and seven bits cannot carry into the
/// next byte.
fn plain(eight: u64, after_space: bool) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    let at_least = |from: u8| (eight & !HIGH) + u64::from(0x80 - from) * ONES;
    let between = |from: u8, to: u8| at_least(from) & !at_least(to + 1) & !eight & HIGH;
    let spaces = between(b' ', b' ');
    let doubled = spaces & (spaces << 8 | u64::from(after_space) << 7);
    let other = !(between(b'a', b'z') | between(b'0', b'9') | spaces) & HIGH;
    ((other | doubled).trailing_zeros() / 8) as usize
}

/// The definition of the fold; the table is made from it.
fn fold_by_normalisation(text: &str, out: &mut String, start: usize) {
    // A spacing acute accent is an apostrophe by use; NFKC would make it a space with an accent.
    let compatible = text.chars().filter(|&c| c != '\u{B4}').nfkc();
    let pieces = compatible
        .flat_map(char::to_lowercase)
        .flat_map(|c| letters(c).into_iter().flatten());
    let mut after_space = out[start..].is_empty() || out.ends_with(' ');
    for character in pieces.nfc() {
        if character != ' ' || !after_space {
            out.push(character);
        }
        after_space = character == ' ';
    }
}

/// What a lower-case character of NFKC text contributes.
fn letters(character: char) -> [Option<char>; 2] {
    let one = match character {
        'ß' => return [Some('s'), Some('s')],
        'ı' => 'i',
        'ё' => 'е',
        'ς' => 'σ',
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' | 'ی' => 'ي',
        'ک' => 'ك',
        c if c.is_ascii_alphanumeric() => c,
        c if is_dropped(c) => return [None, None],
        c if c.is_alphanumeric() || is_combining_mark(c) => c,
        _ => ' ',
    };
    [Some(one), None]
}

/// Quotes and apostrophes, the tatweel, marks of scripts that can be read without them, and what has no width.
fn is_dropped(character: char) -> bool {
    is_quote(character) || is_unread_mark(character) || is_invisible(character)
}

fn is_quote(character: char) -> bool {
    matches!(
        character,
        '\'' | '"' | '`' | '«' | '»' | '\u{2B9}'..='\u{2BF}' | '\u{2C8}' | '\u{2EE}' | '\u{5F3}' | '\u{5F4}'
            | '\u{2018}'..='\u{201F}' | '\u{2032}'..='\u{2037}' | '‹' | '›' | '《' | '》' | '「' | '」' | '『' | '』'
            | '\u{301D}'..='\u{301F}' | '\u{A78B}' | '\u{A78C}'
    )
}

/// Combining marks of Latin, Greek, Cyrillic, Hebrew and Arabic, and the tatweel.
///
/// The marks of Indic, Thai, Lao, Khmer and Burmese are vowels and must stay: without them different words are equal.
fn is_unread_mark(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}' | '\u{5C2}'
            | '\u{5C4}' | '\u{5C5}' | '\u{5C7}' | '\u{610}'..='\u{61A}' | '\u{640}' | '\u{64B}'..='\u{65F}'
            | '\u{670}' | '\u{6D6}'..='\u{6DC}' | '\u{6DF}'..='\u{6E4}' | '\u{6E7}' | '\u{6E8}'
            | '\u{6EA}'..='\u{6ED}' | '\u{897}'..='\u{89F}' | '\u{8CA}'..='\u{8E1}' | '\u{8E3}'..='\u{8FF}'
            | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{2DE0}'..='\u{2DFF}'
            | '\u{A66F}'..='\u{A672}' | '\u{A674}'..='\u{A67D}' | '\u{A69E}' | '\u{A69F}' | '\u{FB1E}'
            | '\u{FE20}'..='\u{FE2F}'
    )
}

/// Characters that Unicode asks programs to ignore: soft hyphen, joiners, bidi controls, variation selectors, tags.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{AD}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

static FOLDS: CharTable<Fold> = CharTable::new(classify);

fn classify(character: char) -> Fold {
    if std::iter::once(character).nfkd().take(1).any(may_compose_backwards) {
        return Fold::Context;
    }
    // Behind a letter, because a space is not written at the start.
    let mut folded = String::from("a");
    fold_by_normalisation(character.encode_utf8(&mut [0; 4]), &mut folded, 0);
    let mut characters = folded.chars().skip(1);
    let Some(first) = characters.next() else {
        return Fold::Nothing;
    };
    let alone = characters.next().is_none();
    let class = canonical_combining_class(first);
    if class != 0 {
        return if alone && first == character {
            Fold::Mark(class)
        } else {
            Fold::Context
        };
    }
    match first {
        _ if !alone => Fold::Several,
        ' ' => Fold::Space,
        _ if first == character => Fold::Same,
        _ => Fold::To(first),
    }
}

fn may_compose_backwards(character: char) -> bool {
    is_nfc_quick(std::iter::once(character)) == IsNormalized::Maybe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long_way(text: &str) -> String {
        let mut out = String::new();
        fold_by_normalisation(text, &mut out, 0);
        out.trim_end_matches(' ').to_owned()
    }

    #[test]
    fn what_reads_the_same_folds_the_same() {
        let cases = [
            ("Don’t", "dont"),
            ("DON'T", "dont"),
            ("ув’язненні", "увязненні"),
            ("звʼязок", "звязок"),
            ("DIŞİ", "dişi"),
            ("dışi", "dişi"),
            ("İSTANBUL’dan", "istanbuldan"),
            ("Всё ещё", "все еще"),
            ("Straße", "strasse"),
            ("STRASSE", "strasse"),
            ("ΟΔΟΣ", "οδοσ"),
            ("οδός", "οδόσ"),
            ("so-called  —  “thing”…", "so called thing"),
            ("  (2024) ", "2024"),
            ("AT&T", "at t"),
            ("10³ ½ №5 ﬁn", "103 1 2 no5 fin"),
            ("cafe\u{301}", "café"),
            ("don´t", "dont"),
            ("И\u{306}од", "йод"),
            ("уда\u{301}рение", "ударение"),
            ("Ｆｕｌｌ　ｗｉｄｔｈ！", "full width"),
            ("「東京」の空", "東京の空"),
            ("مُحَمَّد", "محمد"),
            ("محـــمد", "محمد"),
            ("أحمد إلى آخر", "احمد الي اخر"),
            ("می‌خواهم", "ميخواهم"),
            ("שָׁלוֹם", "שלום"),
            ("हिन्दी", "हिन्दी"),
            ("ภาษาไทย", "ภาษาไทย"),
            ("👍🏽 ok", "ok"),
            ("", ""),
            (" — ", ""),
        ];
        for (text, folded) in cases {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn vowel_signs_keep_words_apart() {
        for (one, other) in [("कि", "की"), ("पता", "पति"), ("ที่", "ที"), ("Day 12", "Day 13")]
        {
            assert_ne!(fold(one), fold(other));
        }
    }

    #[test]
    fn the_table_agrees_with_the_definition_for_every_character() {
        // Ideographs and Hangul are alike, and above them is nothing but tags: some will do.
        let sparse = |c: char| matches!(c, '\u{3500}'..='\u{A400}' | '\u{AC00}'..='\u{F800}' | '\u{20000}'..);
        let all = '\0'..=char::MAX;
        for character in all.filter(|&c| !sparse(c) || u32::from(c) % 997 == 0) {
            for text in [
                format!("{character}"),
                format!("a{character}b"),
                format!("न {character}न्"),
            ] {
                let folded = fold(&text);
                assert_eq!(folded, long_way(&text), "{text:?}");
                assert_eq!(fold(&folded), folded, "{text:?}");
            }
        }
    }

    #[test]
    fn marks_in_a_row_come_out_in_their_order() {
        let marks = [
            "", "\u{e38}", "\u{e48}", "\u{e3a}", "\u{94d}", "\u{93c}", "\u{64e}", "\u{200d}", "\u{301}", "ﷺ",
        ];
        for base in ["ผ", "क", "a", ""] {
            for one in marks {
                for two in marks {
                    for three in marks {
                        let text = format!("{base}{one}{two}{three}x");
                        assert_eq!(fold(&text), long_way(&text), "{text:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn folding_appends() {
        let mut out = String::from("kept ");
        fold_into("— One", &mut out);
        fold_into("Two", &mut out);
        assert_eq!(out, "kept onetwo");
        fold_into("؟", &mut out);
        assert_eq!(out, "kept onetwo");
    }
}
