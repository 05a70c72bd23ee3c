//! Control characters: terminal escapes, C0, C1 and noncharacters.
//!
//! They are deleted, with two exceptions. A tab is a space. C1 characters are bytes 80 to 9F of a Windows code page
//! that was read as Latin-1, so they become the punctuation they were; they come last because mojibake is made of
//! them too.

use std::borrow::Cow;

use encoding_rs::{Encoding, WINDOWS_1250, WINDOWS_1252};

/// Deletes terminal escapes, C0 controls but LF, DEL and noncharacters; tabs become spaces.
pub(super) fn fix(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find(is_deleted) else {
        return tabs(text);
    };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(character) = rest.chars().next() {
        let skipped = if character == '\u{1B}' {
            escape_length(rest)
        } else {
            character.len_utf8()
        };
        rest = &rest[skipped..];
        let plain = rest.find(is_deleted).unwrap_or(rest.len());
        out.push_str(&rest[..plain]);
        rest = &rest[plain..];
    }
    Cow::Owned(tabs(&out).into_owned())
}

fn tabs(text: &str) -> Cow<'_, str> {
    if text.contains('\t') {
        Cow::Owned(text.replace('\t', " "))
    } else {
        Cow::Borrowed(text)
    }
}

fn is_deleted(character: char) -> bool {
    matches!(character, '\0'..='\u{8}' | '\u{E}'..='\u{1F}' | '\u{7F}' | '\u{FDD0}'..='\u{FDEF}')
        || u32::from(character) & 0xFFFE == 0xFFFE
}

/// Length of the terminal escape at the start of `text`, of the bare ESC if it is not a whole one.
fn escape_length(text: &str) -> usize {
    let bytes = &text.as_bytes()[1..];
    let inner = match bytes.first() {
        Some(b'[') => {
            let body = bytes[1..].iter().take_while(|byte| matches!(byte, 0x20..=0x3F)).count();
            bytes
                .get(1 + body)
                .filter(|byte| matches!(byte, 0x40..=0x7E))
                .map(|_| body + 2)
        }
        // Window titles and links: up to BEL or ESC \, within the line. Stopping at any ESC keeps a flood of unfinished
        // ones linear.
        Some(b']') => {
            let end = memchr::memchr3(b'\x07', b'\x1b', b'\n', bytes);
            end.and_then(|end| match bytes[end..] {
                [b'\x07', ..] => Some(end + 1),
                [b'\x1b', b'\\', ..] => Some(end + 2),
                _ => None,
            })
        }
        Some(b'(' | b')' | b'#') => bytes.get(1).filter(|byte| byte.is_ascii_graphic()).map(|_| 2),
        Some(b'=' | b'>' | b'7' | b'8' | b'c' | b'D' | b'E' | b'H' | b'M') => Some(1),
        _ => None,
    };
    1 + inner.unwrap_or(0)
}

/// Gives C1 characters the meaning they have in a Windows code page, and deletes those that have none.
///
/// The pages agree on punctuation. On letters they do not, so the letters of the text decide: windows-1250 where some
/// are Polish, Czech or Hungarian, windows-1252 otherwise.
/// A text whose only C1 character is U+0085 was not misread: there it is the line end it is meant to be.
pub(super) fn fix_c1(text: &str) -> Cow<'_, str> {
    let is_c1 = |character| matches!(character, '\u{80}'..='\u{9F}');
    if !text.contains(is_c1) {
        return Cow::Borrowed(text);
    }
    let misread = text.contains(|c| is_c1(c) && c != '\u{85}');
    let page = if text.contains(CENTRAL_EUROPEAN) {
        WINDOWS_1250
    } else {
        WINDOWS_1252
    };
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{85}' if !misread => out.push('\n'),
            c if is_c1(c) => out.extend(meaning(c, page)),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Letters that windows-1250 has and windows-1252 has not.
const CENTRAL_EUROPEAN: [char; 12] = ['ą', 'ę', 'ł', 'ż', 'ć', 'ń', 'ś', 'ě', 'ř', 'ů', 'ő', 'ű'];

/// What a C1 character means when its number is a windows-1252 byte.
pub(super) fn windows_1252(c1: char) -> Option<char> {
    meaning(c1, WINDOWS_1252)
}

fn meaning(c1: char, page: &'static Encoding) -> Option<char> {
    let byte = [u8::try_from(c1).ok()?];
    let (text, _) = page.decode_without_bom_handling(&byte);
    text.chars().next().filter(|character| !character.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_and_escapes_go_and_tabs_become_spaces() {
        let cases = [
            ("a\tb", "a b"),
            ("a\0b\u{8}\u{7f}c\u{1f}", "abc"),
            ("line\nline", "line\nline"),
            ("\u{1b}[1;31mred\u{1b}[0m", "red"),
            ("\u{1b}]0;title\u{7}text\u{1b}]8;;http://x\u{1b}\\link", "textlink"),
            ("\u{1b}(Btext\u{1b}=", "text"),
            ("bare \u{1b} and \u{1b}[unfinished", "bare  and nfinished"),
            ("\u{1b}]never ends\nnext", "]never ends\nnext"),
            ("\u{1b}Ж", "Ж"),
            ("a\u{fffe}\u{ffff}\u{fdd0}\u{1fffe}b\u{fffd}", "ab\u{fffd}"),
        ];
        for (text, fixed) in cases {
            assert_eq!(fix(text), fixed, "{text:?}");
        }
    }

    #[test]
    fn c1_is_windows_punctuation_but_a_lone_nel_is_a_line_end() {
        let cases = [
            ("nel\u{85}line", "nel\nline"),
            ("don\u{92}t \u{85}", "don’t …"),
            ("\u{93}a\u{94} \u{96} b\u{81}", "“a” – b"),
            ("c\u{9c}ur", "cœur"),
            ("kto\u{9c} będzie", "ktoś będzie"),
        ];
        for (text, fixed) in cases {
            assert_eq!(fix_c1(text), fixed, "{text:?}");
        }
    }
}
