//! A frame of an lz4 file, or one to skip, which the decoder refuses.

use std::io::{self, BufRead, Read};

use lz4_flex::frame::FrameDecoder;

use super::Member;

/// What a frame to skip begins with; the last four bits of its first byte are free.
const SKIPPED: [u8; 4] = [0x50, 0x2a, 0x4d, 0x18];

pub(super) struct Lz4<R: BufRead> {
    decoder: FrameDecoder<Watched<R>>,
    /// Whether nothing of the frame was read yet.
    fresh: bool,
}

/// Knows whether the end was met. The decoder takes an end between two blocks for that of the frame; but one that has
/// seen the frame's own end does not read beyond it.
pub(super) struct Watched<R> {
    source: R,
    ended: bool,
}

impl<R: BufRead> Lz4<R> {
    pub(super) fn new(source: R) -> Self {
        let ended = false;
        let decoder = FrameDecoder::new(Watched { source, ended });
        Self { decoder, fresh: true }
    }
}

impl<R: BufRead> Member for Lz4<R> {
    type Source = R;

    fn begins(byte: u8) -> bool {
        byte == 0x04 || may_be_skipped(byte)
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.fresh {
            let first = self.source().fill_buf()?.first().copied();
            self.fresh = false;
            if first.is_some_and(may_be_skipped) {
                // A member that holds nothing.
                return skip(self.source()).map(|()| 0);
            }
        }
        let read = self.decoder.read(buffer)?;
        if read == 0 && self.decoder.get_ref().ended {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(read)
    }

    fn source(&mut self) -> &mut R {
        &mut self.decoder.get_mut().source
    }

    fn again(mut self) -> io::Result<Self> {
        // The decoder goes on with the next frame by itself, and keeps its memory.
        self.fresh = true;
        Ok(self)
    }
}

fn may_be_skipped(byte: u8) -> bool {
    byte & 0xf0 == SKIPPED[0]
}

/// Reads a frame to skip: what it begins with, the length of the rest, and that.
fn skip(source: &mut impl BufRead) -> io::Result<()> {
    let (mut magic, mut length) = ([0; 4], [0; 4]);
    source.read_exact(&mut magic)?;
    if magic[1..] != SKIPPED[1..] {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "no frame begins here"));
    }
    source.read_exact(&mut length)?;
    let length = u64::from(u32::from_le_bytes(length));
    if io::copy(&mut source.take(length), &mut io::sink())? < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

impl<R: BufRead> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.ended |= read == 0 && !buffer.is_empty();
        Ok(read)
    }
}
