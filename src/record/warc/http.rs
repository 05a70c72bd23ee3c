//! What a server answered: a header block and a body, which may be cut into chunks and compressed.
//!
//! Archives differ on whether they keep a body as it was sent or as it was meant, and some keep the header of the one
//! with the body of the other. So a header is believed only if the body looks like it.

use std::borrow::Cow;

use memchr::memchr;

use super::head::{Head, media};
use crate::compress::{Coding, inflate};
use crate::record::{Lacking, Why};

/// Servers apply one coding or two. Each costs a pass over the whole body, and a header has room for thousands.
const MOST_CODINGS: usize = 4;

/// An answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer<'a> {
    head: Head<'a>,
    body: &'a [u8],
}

impl<'a> Answer<'a> {
    /// The answer that stands in a record, if it has a header.
    pub(super) fn of(content: &'a [u8], most_head: usize) -> Option<Self> {
        let head = Head::of(&content[..content.len().min(most_head)])?;
        let body = &content[head.bytes().len()..];
        head.first_line().starts_with(b"HTTP/").then_some(Self { head, body })
    }

    /// Whether the server says that this is what was asked for.
    pub(super) fn is_ok(self) -> bool {
        let mut words = self.head.first_line().split(u8::is_ascii_whitespace);
        words.nth(1) == Some(b"200")
    }

    /// What kind of content it says this is.
    pub(super) fn media(self) -> Option<Cow<'a, str>> {
        self.head.get("content-type")
    }

    /// The body as it was meant, no longer than this.
    pub(super) fn body(self, most: u64) -> Result<Cow<'a, [u8]>, Lacking> {
        let mut body = Cow::Borrowed(self.body);
        let lists = ["content-encoding", "transfer-encoding"].map(|name| self.head.get(name));
        // In the order in which they were applied.
        let codings: Vec<String> = lists
            .iter()
            .flatten()
            .flat_map(|list| list.split(','))
            .map(|coding| coding.trim().to_ascii_lowercase())
            .filter(|coding| !matches!(&**coding, "" | "identity"))
            .take(MOST_CODINGS + 1)
            .collect();
        if codings.len() > MOST_CODINGS {
            let detail = format!("the header names more than {MOST_CODINGS} codings of the body");
            return Err(Lacking::new(Why::Unreadable, detail));
        }
        for coding in codings.iter().rev() {
            let coding = match &**coding {
                "gzip" | "x-gzip" if body.starts_with(&[0x1f, 0x8b]) => Coding::Gzip,
                "deflate" if !body.trim_ascii_start().starts_with(b"<") => Coding::Deflate,
                "br" if !is_plain(&body) => Coding::Brotli,
                "zstd" if body.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) => Coding::Zstd,
                "chunked" => {
                    body = joined(&body).map_or(body, Cow::Owned);
                    continue;
                }
                "gzip" | "x-gzip" | "deflate" | "br" | "zstd" => continue,
                _ if body.trim_ascii_start().starts_with(b"<") => continue,
                other => {
                    let detail = format!("the body is compressed by `{other}`, which is not read here");
                    return Err(Lacking::new(Why::Unreadable, detail));
                }
            };
            let inflated = inflate(coding, &body, most)
                .map_err(|error| Lacking::new(Why::Damaged, format!("the body is damaged: {error}")))?;
            body = Cow::Owned(inflated.ok_or_else(|| {
                let detail = format!("the body is larger than a record may be ({most} bytes)");
                Lacking::new(Why::TooLarge, detail).hint("raise --max-page if this is one page")
            })?);
        }
        Ok(body)
    }
}

/// Whether a body is text as it is: crawlers unpack bodies and keep what the server said. Brotli cannot be told by how it
/// begins.
fn is_plain(body: &[u8]) -> bool {
    let is_text = |text: &str| !text.contains(|c: char| c.is_control() && !c.is_whitespace());
    body.trim_ascii_start().starts_with(b"<") || str::from_utf8(body).is_ok_and(is_text)
}

/// A body that is cut into chunks, each behind its length. An archive may have kept only its beginning; what is there
/// counts. Nothing if it is not cut.
fn joined(body: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    let mut first = true;
    while let Some(end) = memchr(b'\n', rest) {
        let line = rest[..end].split(|&byte| byte == b';').next()?.trim_ascii();
        let length = str::from_utf8(line)
            .ok()
            .filter(|line| !line.starts_with('+'))
            .and_then(|line| usize::from_str_radix(line, 16).ok());
        let Some(length) = length else {
            return (!first).then_some(out);
        };
        rest = &rest[end + 1..];
        let chunk = length.min(rest.len());
        out.extend_from_slice(&rest[..chunk]);
        rest = &rest[chunk..];
        rest = rest.strip_prefix(b"\r").unwrap_or(rest);
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        first = false;
        if length == 0 {
            break;
        }
    }
    (!first).then_some(out)
}

/// Whether a kind of content is HTML, or is plain text; nothing if it is neither.
pub(super) fn is_html(value: &str) -> Option<bool> {
    match &*media(value).0 {
        "text/html" | "application/xhtml+xml" => Some(true),
        "text/plain" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn body(headers: &str, body: &[u8], most: u64) -> Result<Vec<u8>, Why> {
        let answer = [format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n").as_bytes(), body].concat();
        let answer = Answer::of(&answer, 1 << 16).unwrap();
        assert!(answer.is_ok());
        answer.body(most).map(Cow::into_owned).map_err(|lacking| lacking.why)
    }

    #[test]
    fn bodies_are_unpacked_if_they_are_packed() {
        let chunked = b"5;x=y\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\n\r\n";
        let whole = b"hello world";
        assert_eq!(body("Transfer-Encoding: chunked", chunked, 99).unwrap(), whole);
        assert_eq!(
            body("Transfer-Encoding: chunked", &chunked[..18], 99).unwrap(),
            b"hello "
        );
        assert_eq!(body("Transfer-Encoding: chunked", whole, 99).unwrap(), whole);
        assert_eq!(body("Content-Encoding: gzip", &gzip(whole), 99).unwrap(), whole);
        assert_eq!(body("Content-Encoding: gzip", whole, 99).unwrap(), whole);
        assert_eq!(body("Content-Encoding: gzip", &gzip(whole), 10), Err(Why::TooLarge));
        assert_eq!(
            body("Content-Encoding: gzip", &gzip(whole)[..20], 99),
            Err(Why::Damaged)
        );
        // A block that is not compressed (RFC 7932, 9.2), and the empty one that ends the stream.
        let brotli = [&((10u32 << 4 | 1 << 20).to_le_bytes()[..3]), whole, &[3]].concat();
        assert_eq!(body("Content-Encoding: br", &brotli, 99).unwrap(), whole);
        assert_eq!(body("Content-Encoding: br", &brotli, 10), Err(Why::TooLarge));
        assert_eq!(body("Content-Encoding: br", &brotli[..7], 99), Err(Why::Damaged));
        for plain in [&whole[..], b"\xef\xbb\xbf<p>x", b"<p>caf\xe9"] {
            assert_eq!(body("Content-Encoding: br", plain, 99).unwrap(), plain);
            assert_eq!(body("Content-Encoding: zstd", plain, 99).unwrap(), plain);
        }
        assert_eq!(
            body("Content-Encoding: compress", b"\x1f\x9d", 99),
            Err(Why::Unreadable)
        );
        let packed = gzip(whole);
        let both = [format!("{:x}\r\n", packed.len()).as_bytes(), &packed, b"\r\n0\r\n\r\n"].concat();
        let headers = "content-encoding: x-gzip\r\ntransfer-encoding: chunked";
        assert_eq!(body(headers, &both, 99).unwrap(), whole);
    }

    #[test]
    fn codings_without_end_are_refused() {
        let layers = |count| (0..count).fold(b"hello".to_vec(), |body, _| gzip(&body));
        let headers = |coding: &str, count| format!("Content-Encoding: {}", vec![coding; count].join(","));
        assert_eq!(body(&headers("gzip", 4), &layers(4), 99).unwrap(), b"hello");
        assert_eq!(body(&headers("gzip", 5), &layers(5), 999), Err(Why::Unreadable));
        assert_eq!(
            body(&headers("chunked", 8000), b"5\r\nhello\r\n", 99),
            Err(Why::Unreadable)
        );
        let both = "Content-Encoding: gzip,gzip,gzip\r\nTransfer-Encoding: gzip,chunked";
        assert_eq!(body(both, b"hello", 99), Err(Why::Unreadable));
        // What changes nothing costs nothing.
        assert_eq!(body(&headers("identity", 5), b"hello", 99).unwrap(), b"hello");
    }

    #[test]
    fn answers_have_a_status() {
        let status = |line: &[u8]| Answer::of(&[line, b"\r\nA: b\r\n\r\n"].concat(), 1 << 16).map(Answer::is_ok);
        assert_eq!(status(b"HTTP/1.0 200"), Some(true));
        assert_eq!(status(b"HTTP/2 404 Not Found"), Some(false));
        assert_eq!(status(b"GET / HTTP/1.1"), None);
    }
}
