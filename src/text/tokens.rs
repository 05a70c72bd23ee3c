//! Tokens of folded text: runs of letters and digits; each wide character is a token of its own.
//!
//! Must not know what tokens are counted for.

use crate::text::chars::is_wide;

/// The tokens of a folded line, in order.
///
/// ```
/// let tokens: Vec<_> = textsieve::text::tokens::tokens("the 12 bridges 東京").collect();
/// assert_eq!(tokens, ["the", "12", "bridges", "東", "京"]);
/// ```
#[must_use]
pub fn tokens(folded: &str) -> Tokens<'_> {
    Tokens { rest: folded }
}

/// Iterator over tokens; see [`tokens`].
#[derive(Debug, Clone)]
pub struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        self.rest = self.rest.trim_start_matches(' ');
        if self.rest.is_empty() {
            return None;
        }
        let bytes = self.rest.as_bytes();
        let mut end = 0;
        while end < bytes.len() {
            let byte = bytes[end];
            if byte == b' ' {
                break;
            }
            // Wide scripts start at U+0E00, whose first UTF-8 byte is 0xE0: cheaper bytes need no look.
            if byte >= 0xE0 {
                let c = self.rest[end..].chars().next().unwrap_or(' ');
                if is_wide(c) {
                    end = if end == 0 { c.len_utf8() } else { end };
                    break;
                }
                end += c.len_utf8();
            } else {
                end += if byte < 0x80 { 1 } else { 2 };
            }
        }
        let (token, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(token)
    }
}

/// The first `n` characters of a token: its stem, near enough to unite inflected forms.
#[must_use]
pub fn stem(token: &str, n: usize) -> &str {
    if token.len() <= n {
        return token;
    }
    token.char_indices().nth(n).map_or(token, |(i, _)| &token[..i])
}
