//! A stream of an xz file.

use std::io;

use liblzma::stream::{Action, Error, Status, Stream};

use super::steps::{Codec, Step};
use crate::compress::{Compression, Flaw};

/// The first byte of a stream.
pub(super) const FIRST: u8 = 0xfd;
/// What a decoder needs beside the dictionary.
const BESIDE: u64 = 1 << 17;

pub(super) struct Xz {
    stream: Stream,
    window: u64,
}

impl Xz {
    pub(super) fn new(window: u64) -> io::Result<Self> {
        let stream = Stream::new_stream_decoder(window + BESIDE, 0)?;
        Ok(Self { stream, window })
    }
}

impl Codec for Xz {
    fn begins(byte: u8) -> bool {
        byte == FIRST
    }

    fn step(&mut self, input: &[u8], output: &mut [u8]) -> io::Result<Step> {
        let before = (self.stream.total_in(), self.stream.total_out());
        let status = match self.stream.process(input, output, Action::Run) {
            Ok(status) => status,
            Err(Error::MemLimit) => {
                let (compression, window) = (Compression::Xz, self.window);
                return Err(Flaw::Window { compression, window }.into());
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Step {
            taken: (self.stream.total_in() - before.0) as usize,
            given: (self.stream.total_out() - before.1) as usize,
            ended: status == Status::StreamEnd,
        })
    }

    fn restart(&mut self) -> io::Result<()> {
        *self = Self::new(self.window)?;
        Ok(())
    }
}
