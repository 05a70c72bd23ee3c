//! The encoding that a page names itself, near its beginning.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use memchr::memmem;

/// The standard looks no further; a search within so few bytes may be simple.
const LOOKED_AT: usize = 1024;

/// The encoding that `<meta charset>`, `<meta http-equiv>` or an XML declaration names.
pub(super) fn named(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(LOOKED_AT)].to_ascii_lowercase();
    let mut rest = &head[..];
    while let Some(at) = memchr::memchr(b'<', rest) {
        rest = &rest[at..];
        let end = |close: &[u8]| memmem::find(rest, close).unwrap_or(rest.len());
        if rest.starts_with(b"<!--") {
            rest = &rest[end(b"-->").max(1)..];
            continue;
        }
        let tag = &rest[..end(b">").max(1)];
        let key: Option<&[u8]> = match tag {
            [
                b'<',
                b'm',
                b'e',
                b't',
                b'a',
                b' ' | b'/' | b'\t' | b'\r' | b'\n' | b'\x0c',
                ..,
            ] => Some(b"charset"),
            [b'<', b'?', b'x', b'm', b'l', ..] => Some(b"encoding"),
            _ => None,
        };
        if let Some(encoding) = key
            .and_then(|key| value(tag, key))
            .and_then(Encoding::for_label_no_replacement)
        {
            // What could be read so far is no UTF-16, whatever it says.
            let wide = encoding == UTF_16LE || encoding == UTF_16BE;
            return Some(if wide { UTF_8 } else { encoding });
        }
        rest = &rest[tag.len()..];
    }
    None
}

/// What stands behind a key and an equals sign.
fn value<'t>(tag: &'t [u8], key: &[u8]) -> Option<&'t [u8]> {
    for at in memmem::find_iter(tag, key) {
        let Some(value) = tag[at + key.len()..].trim_ascii_start().strip_prefix(b"=") else {
            continue;
        };
        let value = value.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
        let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b';' | b'>' | b'/' | b'?');
        let end = value.iter().position(ends);
        return Some(&value[..end.unwrap_or(value.len())]);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_name_their_encoding() {
        for (page, encoding) in [
            ("<meta charset=koi8-r>", Some("KOI8-R")),
            ("<META  Charset = 'ISO-8859-2' />", Some("ISO-8859-2")),
            (
                "<html><meta http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1251\">",
                Some("windows-1251"),
            ),
            ("<?xml version=\"1.0\" encoding=\"EUC-JP\"?>", Some("EUC-JP")),
            ("<!-- <meta charset=koi8-r> --><meta charset=utf-16>", Some("UTF-8")),
            ("<meta name=charset content=x><meta charset=big5>", Some("Big5")),
            ("<meta charset=nonsense>", None),
            ("<metal charset=big5>", None),
            ("<meta charset", None),
            ("<!--", None),
            ("<", None),
        ] {
            assert_eq!(named(page.as_bytes()).map(Encoding::name), encoding, "{page}");
        }
        let late = " ".repeat(LOOKED_AT) + "<meta charset=koi8-r>";
        assert_eq!(named(late.as_bytes()), None);
    }
}
