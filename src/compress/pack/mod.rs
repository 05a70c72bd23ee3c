//! Writing a compressed stream from pieces that may be packed on many threads.
//!
//! A file is one member, stream or frame, since many readers stop after the first, unless its form wants more. Pieces of
//! gzip are deflated apart, each to a byte border, and joined with the combined checksum; pieces of xz are blocks of one stream. The others are packed
//! on the thread that writes: zstd and lz4 are fast enough, and blocks of bzip2 end within a byte.

mod gzip;
mod xz;

use std::io::{self, Write};

use bzip2::write::BzEncoder;
use lz4_flex::frame::{BlockMode, BlockSize, FrameEncoder, FrameInfo};

use super::Compression;

const ZSTD_LEVEL: i32 = 3;
/// In hundreds of kilobytes of a block: this is no matter of time but of memory.
const BZIP2_LEVEL: u32 = 9;

/// A piece of a stream, packed as far as that can be done apart.
#[derive(Debug)]
pub struct Packed {
    bytes: Vec<u8>,
    joint: Joint,
}

/// What joining has to know of a piece.
#[derive(Debug)]
enum Joint {
    Nothing,
    /// The members that it is of.
    Gzip(Vec<gzip::Segment>),
    /// What the index says of its block.
    Xz(xz::Record),
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
    match compression {
        Compression::Gzip => gzip::deflate(&text, ends).map(|(bytes, segments)| Packed {
            bytes,
            joint: Joint::Gzip(segments),
        }),
        Compression::Xz => Ok(
            xz::block(&text)?.map_or_else(Packed::nothing, |(bytes, record)| Packed {
                bytes,
                joint: Joint::Xz(record),
            }),
        ),
        Compression::None | Compression::Zstd | Compression::Bzip2 | Compression::Lz4 => Ok(Packed {
            bytes: text,
            joint: Joint::Nothing,
        }),
    }
}

impl Packed {
    fn nothing() -> Self {
        Self {
            bytes: Vec::new(),
            joint: Joint::Nothing,
        }
    }
}

/// Packs a whole stream.
///
/// # Errors
///
/// The encoder fails.
pub fn pack_whole(compression: Compression, text: Vec<u8>) -> io::Result<Vec<u8>> {
    if compression == Compression::None {
        return Ok(text);
    }
    let mut packer = Packer::new(compression, Vec::new())?;
    packer.push(&pack(compression, text)?)?;
    packer.finish()
}

/// Joins packed pieces to a stream.
pub struct Packer<W: Write>(Kind<W>);

enum Kind<W: Write> {
    Plain(W),
    Gzip(gzip::Members<W>),
    Zstd(zstd::Encoder<'static, W>),
    Xz { out: W, index: xz::Index },
    Bzip2(BzEncoder<W>),
    Lz4(Box<FrameEncoder<W>>),
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
            Compression::Gzip => Kind::Gzip(gzip::Members::new(out)),
            Compression::Zstd => {
                let mut encoder = zstd::Encoder::new(out, ZSTD_LEVEL)?;
                encoder.include_checksum(true)?;
                Kind::Zstd(encoder)
            }
            Compression::Xz => {
                let index = xz::Index::begin(&mut out)?;
                Kind::Xz { out, index }
            }
            Compression::Bzip2 => Kind::Bzip2(BzEncoder::new(out, bzip2::Compression::new(BZIP2_LEVEL))),
            Compression::Lz4 => {
                let frame = FrameInfo::new()
                    .block_size(BlockSize::Max256KB)
                    .block_mode(BlockMode::Linked)
                    .content_checksum(true);
                Kind::Lz4(Box::new(FrameEncoder::with_frame_info(frame, out)))
            }
        }))
    }

    /// Adds a piece that was packed for the same compression.
    ///
    /// # Errors
    ///
    /// `out` fails.
    pub fn push(&mut self, piece: &Packed) -> io::Result<()> {
        match (&mut self.0, &piece.joint) {
            (Kind::Plain(out), _) => out.write_all(&piece.bytes),
            (Kind::Gzip(members), Joint::Gzip(segments)) => members.push(&piece.bytes, segments),
            (Kind::Xz { out, index }, Joint::Xz(record)) => {
                index.push(record);
                out.write_all(&piece.bytes)
            }
            (Kind::Zstd(encoder), _) => encoder.write_all(&piece.bytes),
            (Kind::Bzip2(encoder), _) => encoder.write_all(&piece.bytes),
            (Kind::Lz4(encoder), _) => encoder.write_all(&piece.bytes),
            (Kind::Gzip(_) | Kind::Xz { .. }, _) if piece.bytes.is_empty() => Ok(()),
            (Kind::Gzip(_) | Kind::Xz { .. }, _) => {
                let what = "a piece was packed for another compression";
                Err(io::Error::new(io::ErrorKind::InvalidInput, what))
            }
        }
    }

    /// Where the stream goes.
    pub fn get_mut(&mut self) -> &mut W {
        match &mut self.0 {
            Kind::Plain(out) | Kind::Xz { out, .. } => out,
            Kind::Gzip(members) => members.get_mut(),
            Kind::Zstd(encoder) => encoder.get_mut(),
            Kind::Bzip2(encoder) => encoder.get_mut(),
            Kind::Lz4(encoder) => encoder.get_mut(),
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
            Kind::Xz { mut out, index } => {
                index.end(&mut out)?;
                Ok(out)
            }
            Kind::Bzip2(encoder) => encoder.finish(),
            Kind::Lz4(encoder) => encoder.finish().map_err(io::Error::from),
        }
    }
}
