//! Formats whose decoders take some bytes and give some, and the one among them that needs no more than that: bzip2.

use std::io::{self, BufRead};

use bzip2::{Decompress, Status};

use super::Member;

/// A decoder that goes from bytes to bytes.
pub(super) trait Codec {
    /// Whether a member can begin with this byte.
    fn begins(byte: u8) -> bool;

    /// Goes as far as it can.
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> io::Result<Step>;

    /// Makes ready for another member.
    fn restart(&mut self) -> io::Result<()>;
}

/// How far a decoder went.
pub(super) struct Step {
    pub taken: usize,
    pub given: usize,
    /// The member has come to its end.
    pub ended: bool,
}

/// A member that is decoded in steps.
pub(super) struct Steps<R, C> {
    source: R,
    codec: C,
    ended: bool,
}

impl<R: BufRead, C: Codec> Steps<R, C> {
    pub(super) fn new(source: R, codec: C) -> Self {
        Self {
            source,
            codec,
            ended: false,
        }
    }
}

impl<R: BufRead, C: Codec> Member for Steps<R, C> {
    type Source = R;

    fn begins(byte: u8) -> bool {
        C::begins(byte)
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while !self.ended {
            let input = self.source.fill_buf()?;
            let spent = input.is_empty();
            let step = self.codec.step(input, buffer)?;
            self.source.consume(step.taken);
            self.ended = step.ended;
            if step.given > 0 {
                return Ok(step.given);
            }
            if step.taken == 0 && !step.ended {
                return Err(if spent {
                    io::ErrorKind::UnexpectedEof.into()
                } else {
                    io::Error::new(io::ErrorKind::InvalidData, "it leads nowhere")
                });
            }
        }
        Ok(0)
    }

    fn source(&mut self) -> &mut R {
        &mut self.source
    }

    fn again(mut self) -> io::Result<Self> {
        self.codec.restart()?;
        self.ended = false;
        Ok(self)
    }
}

/// A stream of a bzip2 file.
pub(super) struct Bzip2(Decompress);

impl Bzip2 {
    pub(super) fn new() -> Self {
        Self(Decompress::new(false))
    }
}

impl Codec for Bzip2 {
    fn begins(byte: u8) -> bool {
        byte == b'B'
    }

    fn step(&mut self, input: &[u8], output: &mut [u8]) -> io::Result<Step> {
        let before = (self.0.total_in(), self.0.total_out());
        let status = self.0.decompress(input, output);
        let status = status.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        Ok(Step {
            taken: (self.0.total_in() - before.0) as usize,
            given: (self.0.total_out() - before.1) as usize,
            ended: status == Status::StreamEnd,
        })
    }

    fn restart(&mut self) -> io::Result<()> {
        *self = Self::new();
        Ok(())
    }
}
