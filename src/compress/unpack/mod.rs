//! Reading a compressed stream to its end, all of it.
//!
//! A format says how one of its members is read (`Member`, a file a format); that there may be several, what may stand
//! behind the last, and how far unpacking may go is the same for all.

mod gzip;
mod lz4;
mod steps;
mod xz;
mod zstd;

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::{Compression, Flaw, Limits};
use steps::Steps;

/// The bytes in a compressed stream.
///
/// Reading ends with an error that is a [`Flaw`] if the stream ends too early, is damaged, is followed by what is not
/// part of it, or goes beyond the limits.
pub struct Unpacked {
    reader: Box<dyn Read + Send>,
    compression: Compression,
    limits: Limits,
    seen: Arc<Seen>,
    length: u64,
}

/// What was seen of the stored bytes.
#[derive(Default)]
struct Seen {
    stored: AtomicU64,
    padded: AtomicBool,
}

/// Unpacks a stream.
///
/// # Errors
///
/// The decoder cannot be made.
pub fn unpack(compression: Compression, reader: impl BufRead + Send + 'static, limits: Limits) -> io::Result<Unpacked> {
    let seen = Arc::new(Seen::default());
    let counted = Counted {
        reader,
        seen: Arc::clone(&seen),
    };
    let reader: Box<dyn Read + Send> = match compression {
        Compression::None => Box::new(counted),
        Compression::Gzip => Members::boxed(gzip::Gzip::new(counted), &seen),
        Compression::Zstd => Members::boxed(Steps::new(counted, zstd::Zstd::new(limits.window)?), &seen),
        Compression::Xz => Members::boxed(Steps::new(counted, xz::Xz::new(limits.window)?), &seen),
        Compression::Bzip2 => Members::boxed(Steps::new(counted, steps::Bzip2::new()), &seen),
        Compression::Lz4 => Members::boxed(lz4::Lz4::new(counted), &seen),
    };
    Ok(Unpacked {
        reader,
        compression,
        limits,
        seen,
        length: 0,
    })
}

impl Unpacked {
    /// How the stream is compressed.
    #[must_use]
    pub fn compression(&self) -> Compression {
        self.compression
    }

    /// So many stored bytes were dealt with.
    #[must_use]
    pub fn stored(&self) -> u64 {
        self.seen.stored.load(Ordering::Relaxed)
    }

    /// So many bytes came out.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Whether zeros stood behind the end, as tapes and disk images leave them.
    #[must_use]
    pub fn padded(&self) -> bool {
        self.seen.padded.load(Ordering::Relaxed)
    }
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let compression = self.compression;
        let read = self.reader.read(buffer);
        let read = read.map_err(|error| Flaw::told(compression, error))?;
        self.length += read as u64;
        let times = self.limits.expand;
        let much = self.length > Limits::EXPAND_FLOOR.max(self.stored().saturating_mul(times));
        if much && compression != Compression::None {
            return Err(Flaw::Expands { compression, times }.into());
        }
        Ok(read)
    }
}

/// A member of a stream: what could be a file by itself.
trait Member: Sized {
    type Source: BufRead;

    /// Whether a member can begin with this byte.
    fn begins(byte: u8) -> bool;

    /// Reads on in it; nothing at its end.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize>;

    /// Where it is read from.
    fn source(&mut self) -> &mut Self::Source;

    /// The next one, of which the first byte is there.
    fn again(self) -> io::Result<Self>;
}

/// All members of a stream. Decoders by themselves tend to stop after the first and say nothing.
struct Members<M> {
    member: Option<M>,
    seen: Arc<Seen>,
}

impl<M: Member + Send + 'static> Members<M> {
    fn boxed(member: M, seen: &Arc<Seen>) -> Box<dyn Read + Send> {
        Box::new(Self {
            member: Some(member),
            seen: Arc::clone(seen),
        })
    }
}

impl<M: Member> Read for Members<M> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let read = member.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let another = another(member, &self.seen)?;
            let member = self.member.take().filter(|_| another);
            self.member = member.map(M::again).transpose()?;
        }
        Ok(0)
    }
}

/// Whether another member follows. Tapes and disk images pad files with zeros; anything else is damage.
fn another<M: Member>(member: &mut M, seen: &Seen) -> io::Result<bool> {
    let source = member.source();
    let mut padding = 0;
    loop {
        let next = source.fill_buf()?;
        let zeros = next.iter().take_while(|&&byte| byte == 0).count();
        match next.get(zeros) {
            Some(&byte) if zeros == 0 && padding == 0 && M::begins(byte) => return Ok(true),
            // Streams of xz may stand at borders of four bytes.
            Some(&byte) if (padding + zeros).is_multiple_of(4) && byte == xz::FIRST && M::begins(byte) => {
                source.consume(zeros);
                return Ok(true);
            }
            Some(_) => {
                let what = "what follows the compressed data is not part of it";
                return Err(io::Error::new(io::ErrorKind::InvalidData, what));
            }
            None if next.is_empty() => {
                seen.padded.store(padding > 0, Ordering::Relaxed);
                return Ok(false);
            }
            None => {
                padding += zeros;
                source.consume(zeros);
            }
        }
    }
}

/// Counts what is read of a file.
struct Counted<R> {
    reader: R,
    seen: Arc<Seen>,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.seen.stored.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.seen.stored.fetch_add(amount as u64, Ordering::Relaxed);
        self.reader.consume(amount);
    }
}
