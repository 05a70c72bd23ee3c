//! gzip members from segments that may be packed on many threads.
//!
//! A segment is deflated apart and ends its member or, at a byte border, leaves it open for the next one; the checksums
//! of a member's segments are combined. Must not know why a text is parted.

use std::io::{self, Write};

use flate2::{Crc, write::DeflateEncoder};

const LEVEL: u32 = 6;
/// Deflate, no flags, no time, no hint of the level, an unknown system.
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// An empty last block.
const END: [u8; 2] = [3, 0];

/// Part of a member.
#[derive(Debug)]
pub(super) struct Segment {
    /// How long it is, packed.
    length: usize,
    /// Checksum and length of the text.
    sum: Crc,
    /// Whether the member ends with it.
    last: bool,
}

/// Deflates a text in which members end at these places, in order.
pub(super) fn deflate(text: &[u8], ends: &[usize]) -> io::Result<(Vec<u8>, Vec<Segment>)> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut segments = Vec::with_capacity(ends.len() + 1);
    let mut encoder = DeflateEncoder::new(Vec::new(), flate2::Compression::new(LEVEL));
    let mut push = |text: &[u8], last: bool| -> io::Result<()> {
        let mut sum = Crc::new();
        sum.update(text);
        encoder.write_all(text)?;
        let packed = if last {
            encoder.reset(Vec::new())?
        } else {
            // Ends on a byte border without ending the stream; what dropping the encoder adds goes nowhere.
            encoder.flush()?;
            std::mem::take(encoder.get_mut())
        };
        bytes.extend_from_slice(&packed);
        let length = packed.len();
        segments.push(Segment { length, sum, last });
        Ok(())
    };
    let mut start = 0;
    for &end in ends {
        push(&text[start..end], true)?;
        start = end;
    }
    if start < text.len() {
        push(&text[start..], false)?;
    }
    Ok((bytes, segments))
}

/// Joins segments to a file.
#[derive(Debug)]
pub(super) struct Members<W> {
    out: W,
    /// What is known of the member in hand, if one is open.
    open: Option<Crc>,
    begun: bool,
}

impl<W: Write> Members<W> {
    pub(super) fn new(out: W) -> Self {
        Self {
            out,
            open: None,
            begun: false,
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8], segments: &[Segment]) -> io::Result<()> {
        let mut rest = bytes;
        for segment in segments {
            let mut sum = self.opened()?;
            let (packed, after) = rest.split_at(segment.length);
            self.out.write_all(packed)?;
            sum.combine(&segment.sum);
            if segment.last {
                self.close(&sum)?;
            } else {
                self.open = Some(sum);
            }
            rest = after;
        }
        Ok(())
    }

    fn opened(&mut self) -> io::Result<Crc> {
        if let Some(sum) = self.open.take() {
            return Ok(sum);
        }
        self.begun = true;
        self.out.write_all(&HEAD)?;
        Ok(Crc::new())
    }

    fn close(&mut self, sum: &Crc) -> io::Result<()> {
        self.out.write_all(&sum.sum().to_le_bytes())?;
        self.out.write_all(&sum.amount().to_le_bytes())
    }

    pub(super) fn get_mut(&mut self) -> &mut W {
        &mut self.out
    }

    /// Ends the file. One of no text has an empty member.
    pub(super) fn finish(mut self) -> io::Result<W> {
        if self.open.is_some() || !self.begun {
            let sum = self.opened()?;
            self.out.write_all(&END)?;
            self.close(&sum)?;
        }
        Ok(self.out)
    }
}
