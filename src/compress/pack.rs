//! Writing a compressed stream from pieces that may be packed on many threads.
//!
//! A gzip file is one member, since many readers stop after the first: pieces are deflated apart, each to a byte
//! border, and joined with the combined checksum. A zstd file is one frame for the same reason; zstd is fast enough to
//! be packed on the thread that writes.

use std::io::{self, Write};

use flate2::{Crc, write::DeflateEncoder};

use super::Compression;

const GZIP_LEVEL: u32 = 6;
const ZSTD_LEVEL: i32 = 3;
/// Deflate, no flags, no time, no hint of the level, an unknown system.
const GZIP_HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// An empty last block.
const DEFLATE_END: [u8; 2] = [3, 0];

/// A piece of a stream, packed as far as that can be done apart.
#[derive(Debug)]
pub struct Packed {
    bytes: Vec<u8>,
    /// Checksum and length of the text, for gzip.
    sum: Crc,
}

/// Packs a piece.
///
/// # Errors
///
/// The encoder fails.
pub fn pack(compression: Compression, text: Vec<u8>) -> io::Result<Packed> {
    let mut sum = Crc::new();
    if compression != Compression::Gzip {
        return Ok(Packed { bytes: text, sum });
    }
    sum.update(&text);
    let room = Vec::with_capacity(text.len() / 2);
    let mut encoder = DeflateEncoder::new(room, flate2::Compression::new(GZIP_LEVEL));
    encoder.write_all(&text)?;
    // Ends on a byte border without ending the stream; what dropping the encoder adds goes nowhere.
    encoder.flush()?;
    let bytes = std::mem::take(encoder.get_mut());
    Ok(Packed { bytes, sum })
}

/// Joins packed pieces to a stream.
pub struct Packer<W: Write>(Kind<W>);

enum Kind<W: Write> {
    Plain(W),
    Gzip { out: W, sum: Crc },
    Zstd(zstd::Encoder<'static, W>),
}

impl<W: Write> Packer<W> {
    /// Begins a stream.
    ///
    /// # Errors
    ///
    /// `out` fails.
    pub fn new(compression: Compression, mut out: W) -> io::Result<Self> {
        Ok(Self(match compression {
            Compression::None => Kind::Plain(out),
            Compression::Gzip => {
                out.write_all(&GZIP_HEAD)?;
                Kind::Gzip { out, sum: Crc::new() }
            }
            Compression::Zstd => {
                let mut encoder = zstd::Encoder::new(out, ZSTD_LEVEL)?;
                encoder.include_checksum(true)?;
                Kind::Zstd(encoder)
            }
        }))
    }

    /// Adds a piece that was packed for the same compression.
    ///
    /// # Errors
    ///
    /// `out` fails.
    pub fn push(&mut self, piece: &Packed) -> io::Result<()> {
        match &mut self.0 {
            Kind::Plain(out) => out.write_all(&piece.bytes),
            Kind::Gzip { out, sum } => {
                sum.combine(&piece.sum);
                out.write_all(&piece.bytes)
            }
            Kind::Zstd(encoder) => encoder.write_all(&piece.bytes),
        }
    }

    /// Where the stream goes.
    pub fn get_mut(&mut self) -> &mut W {
        match &mut self.0 {
            Kind::Plain(out) | Kind::Gzip { out, .. } => out,
            Kind::Zstd(encoder) => encoder.get_mut(),
        }
    }

    /// Ends the stream.
    ///
    /// # Errors
    ///
    /// `out` fails.
    pub fn finish(self) -> io::Result<W> {
        match self.0 {
            Kind::Plain(out) => Ok(out),
            Kind::Gzip { mut out, sum } => {
                out.write_all(&DEFLATE_END)?;
                out.write_all(&sum.sum().to_le_bytes())?;
                out.write_all(&sum.amount().to_le_bytes())?;
                Ok(out)
            }
            Kind::Zstd(encoder) => encoder.finish(),
        }
    }
}
