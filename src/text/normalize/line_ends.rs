//! Line ends.
//!
//! Everything that ends a line somewhere (CRLF, CR, VT, FF, U+2028, U+2029) becomes LF, so that line numbers are the
//! same in every tool. U+0085 is not decided here: in damaged text it may be an ellipsis, see [`super::controls`].

use std::borrow::Cow;

/// Makes every line end LF.
pub(super) fn fix(text: &str) -> Cow<'_, str> {
    if !text.contains(is_line_end) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_line_end) {
        out.push_str(&rest[..at]);
        out.push('\n');
        let end = &rest[at..];
        rest = end
            .strip_prefix("\r\n")
            .or_else(|| end.strip_prefix(is_line_end))
            .unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn is_line_end(character: char) -> bool {
    matches!(character, '\r' | '\u{B}' | '\u{C}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_becomes_one_lf() {
        let cases = [
            ("a\nb", "a\nb"),
            ("a\r\nb\r\n", "a\nb\n"),
            ("a\rb\r\rc", "a\nb\n\nc"),
            ("a\r\r\nb", "a\n\nb"),
            ("nel\u{b}vt\u{c}ff", "nel\nvt\nff"),
            ("a\u{2028}b\u{2029}c", "a\nb\nc"),
        ];
        for (text, fixed) in cases {
            assert_eq!(fix(text), fixed, "{text:?}");
        }
    }
}
