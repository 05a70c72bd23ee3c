//! One look over the bytes that says which steps have work.
//!
//! The first two bytes of a character tell those that may be something to fix from those that never are. Clean text
//! holds few of the former, so the look runs at the speed of a table, and each hit is settled by the bytes that follow.
//! A wrong "yes" costs a step that finds nothing; a wrong "no" would leave a fault in the text.

use std::sync::LazyLock;

/// Finds signs of damage, characters that cannot be seen, and exotic spaces.
pub(super) fn look(text: &str) -> (Damage, Unseen) {
    static MARKED: LazyLock<Table> = LazyLock::new(|| Table::of(|two| may_be_damage(two) || may_be_unseen(two)));

    let bytes = text.as_bytes();
    let mut damage = Damage::default();
    let mut unseen = Unseen {
        // Of the scripts that begin so (Indic ones, Thai) nearly every character may be decomposed.
        form: memchr::memchr(0xE0, bytes).is_some(),
        ..Unseen::default()
    };
    for_each_marked(bytes, &MARKED, |hit| {
        let three = following(bytes, hit);
        damage.note(three);
        damage.mojibake |= may_be_mojibake(bytes, hit, three);
        unseen.note(three);
    });
    (damage, unseen)
}

/// What [`super::tidy`] may have to do.
#[expect(clippy::struct_excessive_bools, reason = "one for each step")]
#[derive(Clone, Copy, Default)]
pub(super) struct Unseen {
    pub(super) invisible: bool,
    pub(super) bidi: bool,
    pub(super) space: bool,
    pub(super) form: bool,
}

impl Unseen {
    /// Notes the character that begins with these bytes.
    fn note(&mut self, three: [u8; 3]) {
        self.form |= may_be_decomposed(three);
        match three {
            [b'\t', ..]
            | [0xC2, 0xA0, _]
            | [0xE1, 0x9A, 0x80]
            | [0xE2, 0x80, 0x80..=0x8A | 0xAF]
            | [0xE2, 0x81, 0x9F]
            | [0xE3, 0x80, 0x80] => {
                self.space = true;
            }
            [0xD8, 0x9C, _] | [0xE2, 0x80, 0x8E | 0x8F | 0xAA..=0xAE] | [0xE2, 0x81, 0xA6..=0xA9] => {
                self.bidi = true;
            }
            [0xC2, 0xAD, _]
            | [0xE1, 0xA0, 0x8E]
            | [0xE2, 0x80, 0x8B..=0x8D]
            | [0xE2, 0x81, 0xA0 | 0xAA..=0xAF]
            | [0xEF, 0xB8, 0x80..=0x8F]
            | [0xEF, 0xBB, 0xBF]
            | [0xF3, 0xA0, _] => {
                self.invisible = true;
            }
            _ => {}
        }
    }
}

/// Whether [`Unseen::note`] may find something in a character that begins with these two bytes. Of E0 it is known.
fn may_be_unseen(two: [u8; 2]) -> bool {
    match two {
        [b'\t' | 0xCC | 0xCD | 0xDC | 0xDD | 0xDF, _]
        | [0xC2, 0xA0 | 0xAD]
        | [0xCE, 0x87]
        | [0xD2, 0x83..=0x87]
        | [0xD6, 0x91..=0xBF]
        | [0xD7, 0x80..=0x8F]
        | [0xD8, 0x90..=0x9C]
        | [0xD9, 0x8B..=0x9F | 0xB0]
        | [0xDB, 0x96..=0xAD]
        | [0xE2, 0x80 | 0x81 | 0x83 | 0x84 | 0x8C | 0xAB | 0xB3 | 0xB5 | 0xB7]
        | [0xE3, 0x80 | 0x82]
        | [0xEA, 0x80..=0xAF]
        | [0xEF, 0xA4..=0xAD | 0xB8 | 0xBB]
        | [0xF3, 0xA0] => true,
        // Latin with Vietnamese tones is whole.
        [0xE1, second] => !matches!(second, 0xB8..=0xBB),
        [0xF0, second] => !matches!(second, 0x9F..=0xAE | 0xB0..=0xBF),
        _ => false,
    }
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

impl Damage {
    /// Whether there is any.
    pub(super) fn any(self) -> bool {
        self != Self::default()
    }

    /// Notes what the character that begins with these bytes is by itself.
    fn note(&mut self, three: [u8; 3]) {
        match three {
            [b'\r' | 0x0B | 0x0C, ..] | [0xE2, 0x80, 0xA8 | 0xA9] => { self.line_end = true; }
            [0..=0x1F | 0x7F, ..]
            | [0xC2, 0x80..=0x9F, _]
            | [0xEF, 0xB7, 0x90..=0xAF]
            | [0xEF, 0xBF, 0xBE | 0xBF]
            // Half of these are not the last characters of a plane; they are rare enough to look again.
            | [0xF0..=0xF4, 0x9F | 0xAF | 0xBF | 0x8F, 0xBF] => { self.control = true; }
            [b'&', b'#' | b'a'..=b'z' | b'A'..=b'Z', _] => { self.entity = true; }
            _ => {}
        }
    }
}

/// Whether damage may be found in a character that begins with these two bytes.
fn may_be_damage(two: [u8; 2]) -> bool {
    match two {
        [b'\n', _] => false,
        [0..=0x1F | b'&' | 0x7F, _]
        | [0xC2, 0x80..=0x9F | 0xB0 | 0xB1 | 0xB5..=0xB7 | 0xBB]
        | [0xC3, 0x82..=0xB4]
        | [0xC4, 0x82 | 0x8E | 0x90 | 0x91 | 0x9E | 0x9F | 0xB9]
        | [0xC5, 0x83 | 0x84]
        | [0xE2, 0x80 | 0x94..=0x96]
        | [0xEF, 0xB7 | 0xBF]
        | [0xF0..=0xF4, 0x8F | 0x9F | 0xAF | 0xBF] => true,
        _ => false,
    }
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

/// Says of the first two bytes of a character whether it is to be looked at: of a byte of ASCII at its own place, of the
/// others at [`place`].
struct Table {
    ascii: [bool; 128],
    beyond: [bool; 1 << 12],
}

/// The first bytes of characters beyond ASCII differ in their lower six bits, and all later bytes in theirs.
#[inline]
fn place(two: [u8; 2]) -> usize {
    ((two[0] & 0x3F) as usize) << 6 | (two[1] & 0x3F) as usize
}

impl Table {
    /// The table of what `marked` says.
    fn of(marked: fn([u8; 2]) -> bool) -> Self {
        let mut table = Self {
            ascii: std::array::from_fn(|byte| marked([byte as u8, 0])),
            beyond: [false; 1 << 12],
        };
        for first in 0xC2..=0xF4 {
            for second in 0x80..=0xBF {
                table.beyond[place([first, second])] = marked([first, second]);
            }
        }
        table
    }
}

/// Calls `visit` with the place of every character that the table marks.
fn for_each_marked(bytes: &[u8], table: &Table, mut visit: impl FnMut(usize)) {
    let mut at = 0;
    while at < bytes.len() {
        // Many at once and without a branch for each, as long as that goes well.
        if let Some(chunk) = bytes[at..].first_chunk::<16>()
            && chunk.iter().fold(true, |all, &byte| all & is_plain(byte))
        {
            at += chunk.len();
            continue;
        }
        let end = bytes.len().min(at + 16);
        while at < end {
            let byte = bytes[at];
            if byte < 0x80 {
                if table.ascii[usize::from(byte)] {
                    visit(at);
                }
                at += 1;
            } else if byte < 0xC0 {
                // Of a plain character.
                at += 1;
            } else {
                let second = bytes.get(at + 1).copied().unwrap_or(0);
                if table.beyond[place([byte, second])] {
                    visit(at);
                }
                at += 2 + usize::from(byte >= 0xE0) + usize::from(byte >= 0xF0);
            }
        }
    }
}

/// Whether no character that begins with this byte is marked; a later byte of a character begins none.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "a lazy operator, or a pattern, is a branch for each byte and keeps the loop from being vectorised"
)]
#[inline]
fn is_plain(byte: u8) -> bool {
    let ascii = ((byte >= b' ') | (byte == b'\n')) & (byte != b'&') & (byte < 0x7F);
    let later = (byte & 0xC0) == 0x80;
    // Most of Cyrillic, the Indic scripts and Thai, ideographs, most of Hangul.
    let beyond =
        (byte == 0xD0) | (byte == 0xD1) | (byte == 0xE0) | (byte.wrapping_sub(0xE4) <= 0xE9 - 0xE4) | (byte == 0xEC);
    ascii | later | beyond
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_marked_character_is_visited_once() {
        let marked = Table::of(|two| matches!(two, [b'&', _] | [0xC3, 0xA9]));
        for text in [
            "",
            "&",
            "a&",
            "&a&&",
            "0123456789abcdef&",
            "0123456789abcde&&123456789abcdef0&",
            "0123456789abcdeé&é3456789éabcdef東é🚀&é",
            "東京東京東京東京é東京東京東京東京Жé",
        ] {
            let mut places = Vec::new();
            for_each_marked(text.as_bytes(), &marked, |place| places.push(place));
            let expected: Vec<_> = text.match_indices(['&', 'é']).map(|(place, _)| place).collect();
            assert_eq!(places, expected, "{text}");
        }
    }

    #[test]
    fn what_begins_with_a_plain_byte_is_never_marked() {
        for first in (0..0x80).chain(0xC2..=0xF4).filter(|&byte| is_plain(byte)) {
            assert!((0..=0xFF).all(|second| !may_be_unseen([first, second]) && !may_be_damage([first, second])));
        }
    }

    #[test]
    fn two_bytes_tell_what_three_may_be() {
        for first in (0..0x80).chain(0xC2..=0xF4) {
            for second in 0..=0xFF {
                for third in 0..=0xFF {
                    let three = [first, second, third];
                    let beyond = first >= 0xC2;
                    if beyond && !(0x80..=0xBF).contains(&second) {
                        continue;
                    }
                    let two = if beyond { [first, second] } else { [first, 0] };
                    let mut seen = Unseen::default();
                    seen.note(three);
                    let found = seen.form || seen.space || seen.bidi || seen.invisible;
                    assert!(!found || first == 0xE0 || may_be_unseen(two), "{three:x?}");
                    let mut damage = Damage::default();
                    damage.note(three);
                    // Company that makes anything mojibake that can be.
                    let company = [[0xD0, 0xA0], [0xC3, 0xA0]].map(|before| {
                        let bytes = [before[0], before[1], first, second, third, 0xC2, 0xC2, 0xC2];
                        may_be_mojibake(&bytes, 2, three)
                    });
                    let found = damage != Damage::default() || company.contains(&true);
                    assert!(!found || first == b'\n' || may_be_damage(two), "{three:x?}");
                }
            }
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
                    look(&character.to_string()).1.form,
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
            assert!(!look(text).0.any(), "{text}");
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
            let (_, found) = look(text);
            assert!(!found.bidi && !found.invisible && !found.space, "{text}");
        }
    }
}
