//! A member of a gzip file.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

use super::Member;

pub(super) struct Gzip<R>(GzDecoder<R>);

impl<R: BufRead> Gzip<R> {
    pub(super) fn new(source: R) -> Self {
        Self(GzDecoder::new(source))
    }
}

impl<R: BufRead> Member for Gzip<R> {
    type Source = R;

    fn begins(byte: u8) -> bool {
        byte == 0x1f
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }

    fn source(&mut self) -> &mut R {
        self.0.get_mut()
    }

    fn again(self) -> io::Result<Self> {
        Ok(Self::new(self.0.into_inner()))
    }
}
