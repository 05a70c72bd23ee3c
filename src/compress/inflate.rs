//! Small compressed texts that are in memory, as servers send them.

use std::io::{self, Read};

use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// How a server compresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// gzip.
    Gzip,
    /// Deflate: zlib, as the standard has it, or bare, as some servers read the standard.
    Deflate,
}

/// What was compressed; nothing if that is more than `most` bytes.
///
/// # Errors
///
/// The text is damaged or ends too early.
pub fn inflate(coding: Coding, bytes: &[u8], most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut out = Vec::new();
    let limit = most.saturating_add(1);
    let read = match coding {
        Coding::Gzip => MultiGzDecoder::new(bytes).take(limit).read_to_end(&mut out),
        Coding::Deflate if is_zlib(bytes) => ZlibDecoder::new(bytes).take(limit).read_to_end(&mut out),
        Coding::Deflate => DeflateDecoder::new(bytes).take(limit).read_to_end(&mut out),
    };
    Ok((read? as u64 <= most).then_some(out))
}

/// Whether bytes begin as zlib says: the method, and a check over the first two.
fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [method, flags, ..] if method & 0x8f == 8 && (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    #[test]
    fn both_kinds_of_deflate_are_read_within_bounds() {
        let text = b"text ".repeat(1000);
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(&text).unwrap();
        zlib.write_all(&text).unwrap();
        bare.write_all(&text).unwrap();
        let packed = [
            (Coding::Gzip, gzip.finish().unwrap()),
            (Coding::Deflate, zlib.finish().unwrap()),
            (Coding::Deflate, bare.finish().unwrap()),
        ];
        for (coding, bytes) in packed {
            assert_eq!(inflate(coding, &bytes, 5000).unwrap().as_ref(), Some(&text));
            assert_eq!(inflate(coding, &bytes, 4999).unwrap(), None);
            assert!(inflate(coding, &bytes[..bytes.len() / 2], 5000).is_err());
        }
    }
}
