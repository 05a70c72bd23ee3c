//! Splits a text into blocks (non-empty lines) and the gaps between them.
//!
//! Expects `\n` line ends, as `normalize` leaves them. Must not know why blocks are looked at.

use std::ops::Range;

use memchr::memchr;

/// One non-empty line of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Bytes of the line, without blanks at its ends and without its line end.
    pub range: Range<usize>,
    /// Its number, from 1, blank lines counted.
    pub number: usize,
    /// Blank lines right before it.
    pub blank_before: usize,
}

/// The non-empty lines of `text`, in order. A line of blanks only counts as empty.
///
/// ```
/// let lines = textsieve::text::blocks::lines("One\n\n  \nTwo\n");
/// assert_eq!(lines.len(), 2);
/// assert_eq!((lines[1].number, lines[1].blank_before), (4, 2));
/// ```
#[must_use]
pub fn lines(text: &str) -> Vec<Line> {
    let mut out = Vec::with_capacity(text.len() / 64 + 1);
    let (mut start, mut number, mut blank_before) = (0, 0, 0);
    while start < text.len() {
        let end = memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |i| start + i);
        number += 1;
        let line = &text[start..end];
        let trimmed = line.trim_start();
        if trimmed.is_empty() {
            blank_before += 1;
        } else {
            let from = end - trimmed.len();
            out.push(Line {
                range: from..from + trimmed.trim_end().len(),
                number,
                blank_before,
            });
            blank_before = 0;
        }
        start = end + 1;
    }
    out
}
