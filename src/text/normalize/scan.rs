//! One look over the bytes that says which steps have work.
//!
//! A table tells the bytes that may begin something to fix from those that never do. Clean text holds few of the
//! former, so the look runs at the speed of the table, and each hit is settled by the bytes that follow.
//! A wrong "yes" costs a step that finds nothing; a wrong "no" would leave a fault in the text.

/// What [`super::tidy`] may have to do.
#[expect(clippy::struct_excessive_bools, reason = "one for each step")]
#[derive(Clone, Copy, Default)]
pub(super) struct Unseen {
    pub(super) invisible: bool,
    pub(super) bidi: bool,
    pub(super) space: bool,
    pub(super) form: bool,
}

/// Finds characters that cannot be seen and exotic spaces.
pub(super) fn unseen(text: &str) -> Unseen {
    static TABLE: [bool; 256] = table(&[
        b'\t', 0xC2, 0xCC, 0xCD, 0xCE, 0xD2, 0xD6, 0xD7, 0xD8, 0xD9, 0xDB, 0xDC, 0xDD, 0xDF, 0xE0, 0xE1, 0xE2, 0xE3,
        0xEA, 0xEF, 0xF0, 0xF3,
    ]);

    let bytes = text.as_bytes();
    let mut found = Unseen::default();
    for_each_marked(bytes, &TABLE, |hit| {
        let three = following(bytes, hit);
        found.form |= may_be_decomposed(three);
        match three {
            [b'\t', ..]
            | [0xC2, 0xA0, _]
            | [0xE1, 0x9A, 0x80]
            | [0xE2, 0x80, 0x80..=0x8A | 0xAF]
            | [0xE2, 0x81, 0x9F]
            | [0xE3, 0x80, 0x80] => {
                found.space = true;
            }
            [0xD8, 0x9C, _] | [0xE2, 0x80, 0x8E | 0x8F | 0xAA..=0xAE] | [0xE2, 0x81, 0xA6..=0xA9] => {
                found.bidi = true;
            }
            [0xC2, 0xAD, _]
            | [0xE1, 0xA0, 0x8E]
            | [0xE2, 0x80, 0x8B..=0x8D]
            | [0xE2, 0x81, 0xA0 | 0xAA..=0xAF]
            | [0xEF, 0xB8, 0x80..=0x8F]
            | [0xEF, 0xBB, 0xBF]
            | [0xF3, 0xA0, _] => {
                found.invisible = true;
            }
            _ => {}
        }
    });
    found
}

/// What [`super::repair`] may have to do.
#[expect(clippy::struct_excessive_bools, reason = "one for each step")]
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Damage {
    pub(super) line_end: bool,
    pub(super) control: bool,
    pub(super) entity: bool,
    pub(super) mojibake: bool,
}

/// Finds signs of damage.
pub(super) fn damage(text: &str) -> Damage {
    static TABLE: [bool; 256] = {
        let mut table = table(&[
            b'&', 0x7F, 0xC2, 0xC3, 0xC4, 0xC5, 0xE2, 0xEF, 0xF0, 0xF1, 0xF2, 0xF3, 0xF4,
        ]);
        let mut control = 0;
        while control < b' ' {
            table[control as usize] = control != b'\n';
            control += 1;
        }
        table
    };

    let bytes = text.as_bytes();
    let mut found = Damage::default();
    for_each_marked(bytes, &TABLE, |hit| {
        let three = following(bytes, hit);
        match three {
            [b'\r' | 0x0B | 0x0C, ..] | [0xE2, 0x80, 0xA8 | 0xA9] => { found.line_end = true; }
            [0..=0x1F | 0x7F, ..]
            | [0xC2, 0x80..=0x9F, _]
            | [0xEF, 0xB7, 0x90..=0xAF]
            | [0xEF, 0xBF, 0xBE | 0xBF]
            // Half of these are not the last characters of a plane; they are rare enough to look again.
            | [0xF0..=0xF4, 0x9F | 0xAF | 0xBF | 0x8F, 0xBF] => { found.control = true; }
            [b'&', b'#' | b'a'..=b'z' | b'A'..=b'Z', _] => { found.entity = true; }
            _ => {}
        }
        found.mojibake |= may_be_mojibake(bytes, hit, three);
    });
    found
}

/// Whether UTF-8 read in a code page may stand at `hit`.
///
/// Western and Turkish pages show the first byte of a sequence as a Latin letter before another character beyond
/// ASCII. Cyrillic and Greek pages show it as a letter of their own, so only odd company gives it away: a sign such as
/// `°` or a box-drawing character right behind it, which no mojibake of more than a few words is without.
fn may_be_mojibake(bytes: &[u8], hit: usize, three: [u8; 3]) -> bool {
    match three {
        // The bytes E0 to EF begin a sequence of three.
        [0xC3, 0xA0..=0xAF, 0xC2 | 0xC5 | 0xC6 | 0xCB | 0xE2] => {
            let length = if three[2] == 0xE2 { 3 } else { 2 };
            matches!(bytes.get(hit + 2 + length), Some(0xC2 | 0xC5 | 0xC6 | 0xCB | 0xE2))
        }
        [0xC3, 0x82..=0xB4, 0xC2 | 0xC5 | 0xC6 | 0xCB | 0xE2]
        | [0xC4, 0x82 | 0x8E | 0x90 | 0x91 | 0x9E | 0x9F | 0xB9, 0xC2..=0xCB | 0xE2]
        | [0xC5, 0x83 | 0x84, 0xC2..=0xCB | 0xE2] => true,
        [0xC2, 0xB0 | 0xB1 | 0xB5..=0xB7 | 0xBB, _] | [0xE2, 0x94..=0x96, _] => matches!(
            hit.checked_sub(2).map(|before| [bytes[before], bytes[before + 1]]),
            Some([0xD0, 0xA0 | 0xBF] | [0xD1, 0x8F] | [0xCE, 0x9E | 0x9F])
        ),
        _ => false,
    }
}

/// Whether a character that NFC may change begins here.
fn may_be_decomposed(three: [u8; 3]) -> bool {
    match three {
        [0xCC | 0xCD | 0xDC | 0xDD | 0xDF | 0xE0, ..]
        | [0xCE, 0x87, _]
        | [0xD2, 0x83..=0x87, _]
        | [0xD6, 0x91..=0xBF, _]
        | [0xD7, 0x80..=0x8F, _]
        | [0xD8, 0x90..=0x9A, _]
        | [0xD9, 0x8B..=0x9F | 0xB0, _]
        | [0xDB, 0x96..=0xAD, _]
        | [0xE2, 0x80, 0x80 | 0x81]
        | [0xE2, 0x83, 0x90..=0xBF]
        | [0xE2, 0x84, 0xA6 | 0xAA | 0xAB]
        | [0xE2, 0x8C, 0xA9 | 0xAA]
        | [0xE2, 0xAB, 0x9C]
        | [0xE2, 0xB3 | 0xB5 | 0xB7, _]
        | [0xE3, 0x80, 0xAA..=0xAF]
        | [0xE3, 0x82, 0x99 | 0x9A]
        | [0xEA, 0x80..=0xAF, _]
        | [0xEF, 0xA4..=0xAD | 0xB8, _] => true,
        // Latin with Vietnamese tones is whole already; Georgian, Burmese, Khmer and the rest have marks.
        [0xE1, second, _] => !matches!(second, 0xB8..=0xBB),
        // Emoji and ideographs stand alone, but for the compatibility ideographs of plane 2.
        [0xF0, second, _] => !matches!(second, 0x9F..=0xAE | 0xB0..=0xBF),
        _ => false,
    }
}

/// The byte at `at` and the two behind it, zeros beyond the end.
fn following(bytes: &[u8], at: usize) -> [u8; 3] {
    [0, 1, 2].map(|offset| bytes.get(at + offset).copied().unwrap_or(0))
}

const fn table(marked: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut index = 0;
    while index < marked.len() {
        table[marked[index] as usize] = true;
        index += 1;
    }
    table
}

/// Calls `visit` with the place of every byte that the table marks.
fn for_each_marked(bytes: &[u8], table: &[bool; 256], mut visit: impl FnMut(usize)) {
    let marked = |byte: &u8| table[usize::from(*byte)];
    let (chunks, tail) = bytes.as_chunks::<16>();
    for (index, chunk) in chunks.iter().enumerate() {
        // Without a branch for each byte; places are asked for only when there is one.
        if chunk.iter().fold(false, |any, byte| any | marked(byte)) {
            for (place, _) in chunk.iter().enumerate().filter(|(_, byte)| marked(byte)) {
                visit(index * chunk.len() + place);
            }
        }
    }
    for (place, _) in tail.iter().enumerate().filter(|(_, byte)| marked(byte)) {
        visit(bytes.len() - tail.len() + place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_marked_byte_is_visited_once() {
        static COMMA: [bool; 256] = table(b",");
        for text in [
            "",
            ",",
            "a,",
            ",a,,",
            "0123456789abcdef,",
            "0123456789abcde,,123456789abcdef0,",
        ] {
            let mut places = Vec::new();
            for_each_marked(text.as_bytes(), &COMMA, |place| places.push(place));
            let expected: Vec<_> = text.match_indices(',').map(|(place, _)| place).collect();
            assert_eq!(places, expected, "{text}");
        }
    }

    #[test]
    fn every_character_that_nfc_changes_is_seen() {
        use unicode_normalization::char::canonical_combining_class;
        use unicode_normalization::{IsNormalized, is_nfc_quick};

        for character in '\0'..=char::MAX {
            let alone = is_nfc_quick(std::iter::once(character)) == IsNormalized::Yes;
            if !alone || canonical_combining_class(character) != 0 {
                assert!(
                    unseen(&character.to_string()).form,
                    "{character:?} {:x}",
                    u32::from(character)
                );
            }
        }
    }

    #[test]
    fn undamaged_text_raises_nothing() {
        for text in [
            "plain text",
            "«Слово» — РІК № 5",
            "naïve café, l’été…",
            "日本語",
            "ŁÓDŹ",
            "AT & T",
            "Tiếng Việt",
        ] {
            assert!(damage(text) == Damage::default(), "{text}");
        }
    }

    #[test]
    fn clean_text_raises_nothing() {
        for text in [
            "plain text",
            "«Слово» — “word” … №5",
            "日本語、そして",
            "עברית",
            "नमस्ते",
            "naïve Â é",
        ] {
            let found = unseen(text);
            assert!(!found.bidi && !found.invisible && !found.space, "{text}");
        }
    }
}
