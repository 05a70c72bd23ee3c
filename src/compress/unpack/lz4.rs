//! A frame of an lz4 file.

use std::io::{self, BufRead, Read};

use lz4_flex::frame::FrameDecoder;

use super::Member;

pub(super) struct Lz4<R: BufRead>(FrameDecoder<Watched<R>>);

/// Knows whether the end was met. The decoder takes an end between two blocks for that of the frame; but one that has
/// seen the frame's own end does not read beyond it.
pub(super) struct Watched<R> {
    source: R,
    ended: bool,
}

impl<R: BufRead> Lz4<R> {
    pub(super) fn new(source: R) -> Self {
        let ended = false;
        Self(FrameDecoder::new(Watched { source, ended }))
    }
}

impl<R: BufRead> Member for Lz4<R> {
    type Source = R;

    fn begins(byte: u8) -> bool {
        byte == 0x04 || byte & 0xf0 == 0x50
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        if read == 0 && self.0.get_ref().ended {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(read)
    }

    fn source(&mut self) -> &mut R {
        &mut self.0.get_mut().source
    }

    fn again(self) -> io::Result<Self> {
        // The decoder goes on with the next frame by itself, and keeps its memory.
        Ok(self)
    }
}

impl<R: BufRead> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.ended |= read == 0 && !buffer.is_empty();
        Ok(read)
    }
}
