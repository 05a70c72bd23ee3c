//! From a string's literal to its text, and back.

use std::fmt::Write as _;

use super::locate::plain;

/// The text of a string literal with its quotes; nothing if a surrogate stands in it alone.
#[must_use]
pub fn text_of(literal: &str) -> Option<String> {
    serde_json::from_str(literal).ok()
}

/// A text as a literal with its quotes. One that takes the place of an `old` literal in pure ASCII is in pure ASCII
/// too: whoever wrote it that way may need it so.
///
/// ```
/// use textsieve::text::json::literal;
///
/// assert_eq!(literal("à la\n\"carte\"", "\"à\""), r#""à la\n\"carte\"""#);
/// assert_eq!(literal("à 🚀", r#""\u00e0""#), r#""\u00e0 \ud83d\ude80""#);
/// ```
#[must_use]
pub fn literal(text: &str, old: &str) -> String {
    let ascii = old.is_ascii() && !text.is_ascii();
    let mut out = String::with_capacity(text.len() + text.len() / 16 + 2);
    out.push('"');
    let mut rest = text;
    loop {
        if !ascii {
            // Not into the middle of a character.
            let (plain, later) = rest.split_at(rest.floor_char_boundary(plain(rest.as_bytes())));
            out.push_str(plain);
            rest = later;
        }
        let mut characters = rest.chars();
        let Some(c) = characters.next() else { break };
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' => escaped(c, &mut out),
            _ if ascii && !c.is_ascii() => escaped(c, &mut out),
            _ => out.push(c),
        }
        rest = characters.as_str();
    }
    out.push('"');
    out
}

fn escaped(c: char, out: &mut String) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        // Writing to a string cannot fail.
        let _ = write!(out, "\\u{unit:04x}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_comes_back() {
        let text: String = ('\0'..='\u{300}').chain(['\u{2028}', '\u{ffff}', '🚀']).collect();
        for old in ["\"\"", "\"é\""] {
            let literal = literal(&text, old);
            assert_eq!(text_of(&literal), Some(text.clone()));
            assert_eq!(literal.is_ascii(), old.is_ascii());
        }
    }

    #[test]
    fn a_lone_surrogate_is_no_text() {
        assert_eq!(text_of(r#""a\ud800b""#), None);
        assert_eq!(text_of(r#""\ud83d\ude80""#), Some("🚀".to_owned()));
    }
}
