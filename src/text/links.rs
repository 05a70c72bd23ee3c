//! What the markup of a page said of links, kept beside its text: how much of each line is the text of links.
//!
//! Only a text that was HTML has shares; all others have none, which costs nothing. Lines are those of the text as it was
//! rendered, so whoever changes the text has to ask which of them are left. Must not know what links prove.

use super::normalize::{Normal, tidy};

/// How much of each line of a text stands in links, in percent of its characters that are no spaces. Empty if nothing
/// is known: the text is no HTML, or has no links.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkShares(Vec<u8>);

impl LinkShares {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self(Vec::new());

    /// Of every line, blank ones too, how many characters it has and how many of them are links.
    pub(super) fn of_lines(shares: Vec<u8>) -> Self {
        if shares.iter().all(|&share| share == 0) {
            return Self::UNKNOWN;
        }
        Self(shares)
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The shares of the lines that are not blank in the normal form of `text`, whose lines these are; nothing if it does
    /// not have the same lines.
    ///
    /// Repairing only ever adds line ends: what stands for one in other encodings becomes one. Tidying drops lines, those
    /// of which it leaves nothing. So if the first added none, the place of every line is known.
    #[must_use]
    pub fn left(&self, text: &str, normal: &Normal<'_>) -> Vec<u8> {
        let line_ends = |text: &str| memchr::memchr_iter(b'\n', text.as_bytes()).count();
        if self.is_empty() || line_ends(text) != line_ends(normal.repaired()) {
            return Vec::new();
        }
        let lines = normal.repaired().lines().zip(&self.0);
        lines
            .filter(|(line, _)| !tidy(line).is_empty())
            .map(|(_, &share)| share)
            .collect()
    }
}

/// A text, and what its markup said of it.
///
/// ```
/// use textsieve::text::html::render;
/// use textsieve::text::links::Marked;
///
/// let rendered = render("<p>A <a href=/b>b</a></p>");
/// assert!(!Marked::from(&rendered).links.is_empty());
/// assert!(Marked::from("A b\n").links.is_empty());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Marked<'a> {
    /// The text.
    pub text: &'a str,
    /// Its links.
    pub links: &'a LinkShares,
}

/// A text without markup.
impl<'a, T: AsRef<str> + ?Sized> From<&'a T> for Marked<'a> {
    fn from(text: &'a T) -> Self {
        static UNKNOWN: LinkShares = LinkShares::UNKNOWN;
        Self {
            text: text.as_ref(),
            links: &UNKNOWN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::html::render;
    use super::*;

    fn left(html: &str) -> Vec<u8> {
        let rendered = render(html);
        rendered.links.left(&rendered.text, &Normal::of(&rendered.text))
    }

    #[test]
    fn shares_follow_their_lines_through_repair_and_tidying() {
        for (html, shares) in [
            ("<p>a<p><a href=x>b</a><p>c", &[0, 100, 0][..]),
            ("<p>a  \u{a0} c<p>&nbsp;<p>\u{200b}<p><a href=x>b</a>c", &[0, 50]),
            (
                "<pre>\n\n\n\n</pre>caf\u{65}\u{301}<p>&amp;amp; <a href=x>b</a>",
                &[0, 16],
            ),
            ("<p>\u{1}<p><a href=x>bb b\u{1}</a><p>c", &[100, 0]),
            // No links, and nothing is kept of that.
            ("<p>a<p>b", &[]),
            // A line that becomes two; one that did so and one that went would have the number right again.
            ("<p>a\u{2028}d<p><a href=x>b</a>", &[]),
            ("<p>a\u{2028}d<p>\u{200b}<p><a href=x>b</a>", &[]),
        ] {
            assert_eq!(left(html), shares, "{html}");
        }
    }

    #[test]
    fn a_text_without_markup_has_no_shares() {
        assert!(Marked::from("a").links.left("a", &Normal::of("a")).is_empty());
        assert!(Marked::from(&String::from("a")).links.is_empty());
    }
}
