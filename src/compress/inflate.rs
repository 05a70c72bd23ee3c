//! Small compressed texts that are in memory, as servers send them.

use std::io::{self, Read};

use brotli_decompressor::Decompressor as Brotli;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// How a server compresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// gzip.
    Gzip,
    /// Deflate: zlib, as the standard has it, or bare, as some servers read the standard.
    Deflate,
    /// Brotli (RFC 7932).
    Brotli,
    /// zstd, with the window that the web allows (RFC 9659).
    Zstd,
}

/// The window of zstd on the web, as a power of two.
const WEB_WINDOW: u32 = 23;
/// Brotli is read through a buffer of this size.
const BUFFER: usize = 1 << 12;

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
        Coding::Brotli => Brotli::new(bytes, BUFFER).take(limit).read_to_end(&mut out),
        Coding::Zstd => {
            let mut decoder = zstd::Decoder::with_buffer(bytes)?;
            decoder.window_log_max(WEB_WINDOW)?;
            decoder.take(limit).read_to_end(&mut out)
        }
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

    /// A stream with one block that is not compressed (RFC 7932, 9.2), and the empty one that ends it.
    fn brotli(text: &[u8]) -> Vec<u8> {
        let length = text.len() as u32 - 1;
        let head = (length << 4 | 1 << 20).to_le_bytes();
        [&head[..3], text, &[3]].concat()
    }

    #[test]
    fn every_coding_is_read_within_bounds() {
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
            (Coding::Brotli, brotli(&text)),
            (Coding::Zstd, zstd::encode_all(&*text, 3).unwrap()),
        ];
        for (coding, bytes) in packed {
            assert_eq!(inflate(coding, &bytes, 5000).unwrap().as_ref(), Some(&text));
            assert_eq!(inflate(coding, &bytes, 4999).unwrap(), None);
            assert!(inflate(coding, &bytes[..bytes.len() / 2], 5000).is_err());
        }
    }
}
