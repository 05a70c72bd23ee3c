//! Spaces and blank lines.
//!
//! Exotic spaces (no-break, thin, ideographic …) become plain ones, runs become one, lines are trimmed; two or more
//! blank lines become one, and none stand at the start or the end.

use std::borrow::Cow;

/// Whether plain spaces and newlines stand as [`fix`] leaves them. Exotic spaces are not looked for.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "a lazy operator is a branch for each byte and keeps the loop from being vectorised"
)]
pub(super) fn are_tidy(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else {
        return true;
    };
    if *first <= b' ' || *last == b' ' || bytes.ends_with(b"\n\n") {
        return false;
    }
    // All other faults are two bytes up to the space in a row, except one blank line. Any such byte counts as white:
    // a control character more or less only makes `fix` look.
    let Some(thirds) = bytes.get(2..) else {
        return true;
    };
    // A block at a time, so that the compiler can compare many bytes at once and the answer still comes early.
    let firsts = bytes.chunks(256);
    let seconds = bytes[1..].chunks(256);
    firsts.zip(seconds).zip(thirds.chunks(256)).all(|((a, b), c)| {
        let triples = a.iter().zip(b).zip(c);
        !triples.fold(false, |any, ((&a, &b), &c)| {
            let blank = (a == b'\n') & (b == b'\n');
            any | ((a <= b' ') & (b <= b' ') & (!blank | (c <= b' ')))
        })
    }) && !matches!(bytes, [.., b'\0'..=b' ', b' '] | [.., b' ', b'\n'])
}

/// Makes spaces plain and few, and blank lines single.
pub(super) fn fix(text: &str) -> Cow<'_, str> {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for line in text.split('\n') {
        let line = line.trim_matches(is_space);
        if line.is_empty() {
            blank = !out.is_empty();
            continue;
        }
        if !out.is_empty() {
            out.push_str(if blank { "\n\n" } else { "\n" });
        }
        push_collapsed(line, &mut out);
        blank = false;
    }
    if text.ends_with('\n') && !out.is_empty() {
        out.push('\n');
    }
    if out == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(out)
    }
}

fn push_collapsed(line: &str, out: &mut String) {
    let mut words = line.split(is_space).filter(|word| !word.is_empty());
    out.extend(words.next());
    for word in words {
        out.push(' ');
        out.push_str(word);
    }
}

fn is_space(character: char) -> bool {
    matches!(
        character,
        ' ' | '\t' | '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: [(&str, &str); 16] = [
        ("", ""),
        ("a", "a"),
        ("a\n", "a\n"),
        ("a b\nc\n\nd", "a b\nc\n\nd"),
        ("a  b", "a b"),
        (" a\n b \nc ", "a\nb\nc"),
        ("a\u{a0} \u{3000}b\t\tc", "a b c"),
        ("\u{3000}東京\u{3000}大阪", "東京 大阪"),
        ("\u{a0}\n\u{a0}\na", "a"),
        ("a\n\n\nb", "a\n\nb"),
        ("a\n \n \nb", "a\n\nb"),
        ("\n\na\n\n\n", "a\n"),
        ("a\n\n ", "a"),
        ("a \n", "a\n"),
        ("\n", ""),
        (" \n\n ", ""),
    ];

    #[test]
    fn spaces_and_blank_lines_become_plain_and_single() {
        for (text, fixed) in CASES {
            assert_eq!(fix(text), fixed, "{text:?}");
            assert_eq!(fix(fixed), fixed, "{text:?}");
        }
    }

    #[test]
    fn a_quick_yes_is_never_wrong() {
        for (text, fixed) in CASES {
            assert!(
                text == fixed || text.contains(['\u{a0}', '\u{3000}']) || !are_tidy(text),
                "{text:?}"
            );
            assert!(are_tidy(fixed), "{fixed:?}");
        }
        // Every text of up to six of these, so that each fault meets both ends.
        for code in 0..4_u32.pow(6) {
            let text: String = (0..6)
                .filter_map(|i| [None, Some('a'), Some(' '), Some('\n')][(code >> (2 * i)) as usize % 4])
                .collect();
            assert_eq!(are_tidy(&text), fix(&text) == text, "{text:?}");
        }
    }

    #[test]
    fn long_texts_are_looked_through_to_the_end() {
        for place in [0, 254, 255, 256, 257, 511, 512, 900, 999] {
            let mut text = "a".repeat(1000);
            text.insert_str(place, "b  b");
            assert!(!are_tidy(&text), "{place}");
        }
    }
}
