//! HTML to the text that a reader sees, a block a line.
//!
//! A tokenizer that follows the standard reads the tags and entities, and one walk over its tokens makes lines: no tree is
//! built. What a tree would give, the places where wrongly nested elements would be moved to, matters little to a
//! text, and the standard's way there takes time that is not linear in hostile pages.
//!
//! Must not know where the bytes are from, or what is chrome: menus come out as well as articles.

mod charset;
mod elements;
mod lines;
mod walk;

use std::borrow::Cow;

use encoding_rs::Encoding;

use super::decode::{DecodeError, DecodeOptions, Decoded, decode_declared};
use super::links::{LinkShares, Marked};

/// The extensions of its files.
pub const EXTENSIONS: [&str; 3] = ["html", "htm", "xhtml"];

/// What was made of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Its text.
    pub text: String,
    /// How much of each line of it is links.
    pub links: LinkShares,
}

/// The text with its links.
impl<'a> From<&'a Rendered> for Marked<'a> {
    fn from(rendered: &'a Rendered) -> Self {
        Self {
            text: &rendered.text,
            links: &rendered.links,
        }
    }
}

/// What a reader sees of a page: no scripts, styles, forms' choices or pictures, and nothing that is hidden. A blank line
/// parts paragraphs, headings and lists from what stands around them.
///
/// ```
/// use textsieve::text::html::render;
///
/// let html = "<h1>The  bridge</h1><p>It was <b>opened</b> &amp; closed.<ul><li>One<li>Two</ul>";
/// assert_eq!(render(html).text, "The bridge\n\nIt was opened & closed.\n\nOne\nTwo\n");
/// ```
#[must_use]
pub fn render(html: &str) -> Rendered {
    walk::walk(html).finish()
}

/// The text of a page's bytes. `named` is the encoding that stands beside them, in a header; else the page may name one
/// itself.
///
/// # Errors
///
/// Those of [`super::decode::decode`].
pub fn read(
    bytes: &[u8],
    named: Option<&'static Encoding>,
    options: &DecodeOptions,
) -> Result<Decoded<'static>, DecodeError> {
    let decoded = decode_declared(bytes, named.or_else(|| charset::named(bytes)), options)?;
    let Rendered { text, links } = render(&decoded.text);
    Ok(Decoded {
        text: Cow::Owned(text),
        encoding: decoded.encoding,
        source: decoded.source,
        invalid: decoded.invalid,
        first_invalid: decoded.first_invalid,
        links,
    })
}

#[cfg(test)]
mod tests;
