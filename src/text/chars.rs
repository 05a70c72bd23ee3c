//! What a character is to the judges: class, wide or not, sentence end, closer, separator.
//!
//! One table for ASCII, tables for the rest that are filled as scripts are met.
//! Must not know lines or pages.

use std::sync::OnceLock;

/// A character's class. Wide characters (Han, kana, Thai, Lao, Khmer, Burmese) are words of their own
/// because their scripts put no spaces between words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Space of any kind.
    Space,
    /// Lower-case letter, or a letter of a script without case.
    Lower,
    /// Upper- or title-case letter.
    Upper,
    /// Letter of a script that is written without spaces.
    Wide,
    /// Decimal digit.
    Digit,
    /// Combining mark.
    Mark,
    /// Anything else.
    Other,
}

const ASCII: [Class; 128] = {
    let mut table = [Class::Other; 128];
    let mut i = 0;
    while i < 128 {
        let c = i as u8;
        table[i] = match c {
            b'\t'..=b'\r' | b' ' => Class::Space,
            b'a'..=b'z' => Class::Lower,
            b'A'..=b'Z' => Class::Upper,
            b'0'..=b'9' => Class::Digit,
            _ => Class::Other,
        };
        i += 1;
    }
    table
};

/// Classes of the characters beyond ASCII up to U+FFFF, filled by blocks of 256 as scripts are met.
static BLOCKS: [OnceLock<[Class; 256]>; 256] = [const { OnceLock::new() }; 256];

/// The class of a character.
#[must_use]
pub fn class(c: char) -> Class {
    let u = c as u32;
    if u < 0x80 {
        return ASCII[u as usize];
    }
    if u > 0xFFFF {
        return if is_wide(c) { Class::Wide } else { rare(c) };
    }
    let block = BLOCKS[(u >> 8) as usize].get_or_init(|| {
        std::array::from_fn(|low| {
            // Surrogates are no characters; nothing will ask for them.
            char::from_u32((u & !0xFF) + low as u32)
                .map_or(Class::Other, |c| if is_wide(c) { Class::Wide } else { rare(c) })
        })
    });
    block[(u & 0xFF) as usize]
}

fn rare(c: char) -> Class {
    if unicode_normalization::char::is_combining_mark(c) {
        Class::Mark
    } else if c.is_uppercase() {
        Class::Upper
    } else if c.is_alphabetic() {
        Class::Lower
    } else if c.is_numeric() {
        Class::Digit
    } else if c.is_whitespace() {
        Class::Space
    } else {
        Class::Other
    }
}

/// Letters of scripts without spaces between words: each counts as a token of its own
/// (the token definition that the field's scores use).
#[must_use]
pub fn is_wide(c: char) -> bool {
    matches!(c as u32,
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF
        | 0x3005..=0x3007 | 0x3021..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF
        | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

/// Ends a sentence (Unicode `Sentence_Terminal`, the members that dumps hold).
#[must_use]
pub fn is_terminal(c: char) -> bool {
    matches!(
        c,
        '.' | '!'
            | '?'
            | '…'
            | '。'
            | '！'
            | '？'
            | '｡'
            | '؟'
            | '۔'
            | '।'
            | '॥'
            | '։'
            | '។'
            | '៕'
            | '።'
            | '။'
            | '⁇'
            | '⁈'
            | '⁉'
            | '‼'
    )
}

/// May stand after the sentence end: quotes and brackets.
#[must_use]
pub fn is_closer(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '”' | '’' | '»' | ')' | ']' | '）' | '」' | '』' | '“' | '›' | '*' | '】' | '〉' | '》'
    )
}

/// Opens a quotation.
#[must_use]
pub fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '“' | '”' | '„' | '«' | '»' | '「' | '」' | '『' | '』' | '‹' | '›' | '‘' | '‚'
    )
}

/// Separates the items of a menu or breadcrumb.
#[must_use]
pub fn is_separator(c: char) -> bool {
    matches!(
        c,
        '|' | '•'
            | '·'
            | '›'
            | '»'
            | '«'
            | '‹'
            | '▶'
            | '►'
            | '→'
            | '←'
            | '▸'
            | '>'
            | '<'
            | '/'
            | '\\'
            | '¦'
            | '∙'
            | '●'
            | '■'
            | '◆'
            | '▪'
    )
}

/// A dash or hyphen.
#[must_use]
pub fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '−' | '－' | '⸺' | '〜' | '～')
}

/// The script of a letter, as coarsely as "unlike the article's" needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Script {
    /// Latin.
    Latin,
    /// Greek.
    Greek,
    /// Cyrillic.
    Cyrillic,
    /// Hebrew.
    Hebrew,
    /// Arabic.
    Arabic,
    /// Indic scripts and their neighbours (Devanagari to Sinhala).
    Indic,
    /// Thai, Lao, Khmer, Burmese.
    SouthEastAsian,
    /// Han, kana.
    Han,
    /// Hangul.
    Hangul,
    /// Everything else.
    Other,
}

impl Script {
    /// How many scripts there are.
    pub const COUNT: usize = 10;
}

/// The script of a letter.
#[must_use]
pub fn script(c: char) -> Script {
    match c as u32 {
        0..=0x024F | 0x1E00..=0x1EFF | 0xFF21..=0xFF5A => Script::Latin,
        0x0370..=0x03FF | 0x1F00..=0x1FFF => Script::Greek,
        0x0400..=0x052F | 0x1C80..=0x1C8F | 0x2DE0..=0x2DFF => Script::Cyrillic,
        0x0590..=0x05FF => Script::Hebrew,
        0x0600..=0x077F | 0x08A0..=0x08FF | 0xFB50..=0xFDFF | 0xFE70..=0xFEFC => Script::Arabic,
        0x0900..=0x0DFF => Script::Indic,
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF => Script::SouthEastAsian,
        0x3005..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF => Script::Han,
        0x1100..=0x11FF | 0x3130..=0x318F | 0xAC00..=0xD7AF => Script::Hangul,
        _ => Script::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_and_the_ranges_agree_with_unicode() {
        for c in (0..0x3_0000).filter_map(char::from_u32) {
            let class = class(c);
            if c.is_uppercase() && !is_wide(c) && c.is_alphabetic() {
                assert_eq!(class, Class::Upper, "{c:?}");
            }
            if c.is_whitespace() {
                assert_eq!(class, Class::Space, "{c:?}");
            }
            if matches!(class, Class::Lower | Class::Upper) {
                assert!(c.is_alphabetic(), "{c:?} U+{:04X}", c as u32);
            }
        }
    }
}
