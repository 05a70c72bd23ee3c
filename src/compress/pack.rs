//! Writing a compressed stream from pieces that may be packed on many threads.
//!
//! A gzip file is one member, since many readers stop after the first, unless its form wants more: pieces are deflated
//! apart, each to a byte border, and joined with the combined checksum. A zstd file is one frame for the same reason;
//! zstd is fast enough to be packed on the thread that writes.

use std::io::{self, Write};

use super::Compression;
use super::members::{Members, Segment, deflate};

const ZSTD_LEVEL: i32 = 3;

/// A piece of a stream, packed as far as that can be done apart.
#[derive(Debug)]
pub struct Packed {
    bytes: Vec<u8>,
    /// What they are of gzip members.
    segments: Vec<Segment>,
}

/// Packs a piece.
///
/// # Errors
///
/// The encoder fails.
pub fn pack(compression: Compression, text: Vec<u8>) -> io::Result<Packed> {
    pack_members(compression, text, &[])
}

/// Packs a piece. If it is gzip, a member ends at each of these places, in order, and the next begins.
///
/// # Errors
///
/// The encoder fails.
pub fn pack_members(compression: Compression, text: Vec<u8>, ends: &[usize]) -> io::Result<Packed> {
    let (bytes, segments) = match compression {
        Compression::Gzip => deflate(&text, ends)?,
        Compression::None | Compression::Zstd => (text, Vec::new()),
    };
    Ok(Packed { bytes, segments })
}

/// Joins packed pieces to a stream.
pub struct Packer<W: Write>(Kind<W>);

enum Kind<W: Write> {
    Plain(W),
    Gzip(Members<W>),
    Zstd(zstd::Encoder<'static, W>),
}

impl<W: Write> Packer<W> {
    /// Begins a stream.
    ///
    /// # Errors
    ///
    /// `out` fails.
    pub fn new(compression: Compression, out: W) -> io::Result<Self> {
        Ok(Self(match compression {
            Compression::None => Kind::Plain(out),
            Compression::Gzip => Kind::Gzip(Members::new(out)),
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
            Kind::Gzip(members) => members.push(&piece.bytes, &piece.segments),
            Kind::Zstd(encoder) => encoder.write_all(&piece.bytes),
        }
    }

    /// Where the stream goes.
    pub fn get_mut(&mut self) -> &mut W {
        match &mut self.0 {
            Kind::Plain(out) => out,
            Kind::Gzip(members) => members.get_mut(),
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
            Kind::Gzip(members) => members.finish(),
            Kind::Zstd(encoder) => encoder.finish(),
        }
    }
}
