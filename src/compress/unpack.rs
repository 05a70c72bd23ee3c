//! Reading a compressed stream to its end, all of it.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

use super::Compression;

/// The bytes in a compressed stream.
///
/// Reading ends with an error if the stream ends too early, is damaged, or is followed by what is not part of it.
///
/// # Errors
///
/// The decoder cannot be made.
pub fn unpack(compression: Compression, reader: impl BufRead + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    Ok(match compression {
        Compression::None => Box::new(reader),
        Compression::Gzip => Box::new(Members(Some(GzDecoder::new(reader)))),
        Compression::Zstd => Box::new(zstd::Decoder::with_buffer(reader)?),
    })
}

/// All members of a gzip file. A plain `GzDecoder` would stop after the first and say nothing.
struct Members<R>(Option<GzDecoder<R>>);

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.0 {
            let read = member.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            if another(member.get_mut())? {
                self.0 = self.0.take().map(|member| GzDecoder::new(member.into_inner()));
            } else {
                self.0 = None;
            }
        }
        Ok(0)
    }
}

/// Whether another member follows. Tapes and disk images pad files with zeros; anything else is damage.
fn another(reader: &mut impl BufRead) -> io::Result<bool> {
    let mut padded = false;
    loop {
        let next = reader.fill_buf()?;
        let zeros = next.iter().take_while(|&&byte| byte == 0).count();
        match next.get(zeros) {
            Some(0x1f) if zeros == 0 && !padded => return Ok(true),
            Some(_) => {
                let what = "what follows the compressed data is not part of it";
                return Err(io::Error::new(io::ErrorKind::InvalidData, what));
            }
            None if next.is_empty() => return Ok(false),
            None => {
                padded = true;
                reader.consume(zeros);
            }
        }
    }
}
