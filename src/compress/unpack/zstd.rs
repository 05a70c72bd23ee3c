//! A frame of a zstd file.

use std::io;

use zstd::stream::raw::{DParameter, Decoder, Operation};
use zstd::zstd_safe::get_error_name;

use super::steps::{Codec, Step};
use crate::compress::{Compression, Flaw};

/// `ZSTD_error_frameParameter_windowTooLarge`, as the library returns it.
const WINDOW_TOO_LARGE: usize = 16_usize.wrapping_neg();

pub(super) struct Zstd {
    decoder: Decoder<'static>,
    window: u64,
}

impl Zstd {
    pub(super) fn new(window: u64) -> io::Result<Self> {
        let mut decoder = Decoder::new()?;
        decoder.set_parameter(DParameter::WindowLogMax(window.max(1).ilog2()))?;
        Ok(Self { decoder, window })
    }
}

impl Codec for Zstd {
    fn begins(byte: u8) -> bool {
        byte == 0x28 || byte & 0xf0 == 0x50
    }

    fn step(&mut self, input: &[u8], output: &mut [u8]) -> io::Result<Step> {
        let status = self.decoder.run_on_buffers(input, output).map_err(|error| {
            // Errors of the library come as text alone.
            if error.to_string() == get_error_name(WINDOW_TOO_LARGE) {
                let (compression, window) = (Compression::Zstd, self.window);
                return Flaw::Window { compression, window }.into();
            }
            error
        })?;
        Ok(Step {
            taken: status.bytes_read,
            given: status.bytes_written,
            ended: status.remaining == 0,
        })
    }

    fn restart(&mut self) -> io::Result<()> {
        self.decoder.reinit()
    }
}
