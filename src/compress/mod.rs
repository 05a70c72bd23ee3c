//! Floor 0: gzip and zstd, in and out, as streams.
//!
//! Reading takes all members and frames of a file, and an end that comes too early is an error. Writing gives the same
//! bytes for the same pieces, whoever packs them: no time, no name, no machine stands in a header. Must not know what
//! is in a stream.

mod inflate;
mod members;
mod pack;
mod unpack;

pub use inflate::{Coding, inflate};
pub use pack::{Packed, Packer, pack, pack_members};
pub use unpack::unpack;

use std::ffi::OsStr;
use std::path::Path;

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// gzip (RFC 1952).
    Gzip,
    /// zstd (RFC 8878).
    Zstd,
}

impl Compression {
    /// So many bytes are enough for [`Compression::of`].
    pub const HEAD: usize = 4;

    /// What the first bytes of a file say. Neither magic number can begin a text in UTF-8.
    #[must_use]
    pub fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            _ => Self::None,
        }
    }

    /// What a file's name says.
    #[must_use]
    pub fn named(name: &Path) -> Self {
        let extension = name.extension().map(OsStr::to_ascii_lowercase);
        match extension.as_ref().and_then(|extension| extension.to_str()) {
            Some("gz") => Self::Gzip,
            Some("zst") => Self::Zstd,
            _ => Self::None,
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "plain",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read, Write};

    use super::*;

    const ALL: [Compression; 3] = [Compression::None, Compression::Gzip, Compression::Zstd];

    fn packed(compression: Compression, pieces: &[&[u8]]) -> Vec<u8> {
        let mut packer = Packer::new(compression, Vec::new()).unwrap();
        for piece in pieces {
            packer.push(&pack(compression, piece.to_vec()).unwrap()).unwrap();
        }
        packer.finish().unwrap()
    }

    fn unpacked(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        unpack(Compression::of(bytes), io::Cursor::new(bytes.to_vec()))?.read_to_end(&mut out)?;
        Ok(out)
    }

    fn lines() -> Vec<u8> {
        (0..40_000).flat_map(|i| format!("line {i}\n").into_bytes()).collect()
    }

    #[test]
    fn what_is_packed_in_pieces_comes_back_whole() {
        let text = lines();
        for compression in ALL {
            let pieces = [&text[..1000], &[], &text[1000..300_000], &text[300_000..]];
            let bytes = packed(compression, &pieces);
            assert_eq!(bytes, packed(compression, &pieces));
            assert_eq!(Compression::of(&bytes), compression);
            assert_eq!(unpacked(&bytes).unwrap(), text, "{compression:?}");
        }
        assert_eq!(unpacked(&packed(Compression::Gzip, &[])).unwrap(), b"");
        assert_eq!(unpacked(&packed(Compression::Zstd, &[])).unwrap(), b"");
    }

    #[test]
    fn gzip_is_one_member_without_a_time() {
        let bytes = packed(Compression::Gzip, &[b"one ", b"two"]);
        assert_eq!(bytes[4..8], [0; 4]);
        // A reader that stops after one member still has it all.
        let mut text = String::new();
        flate2::read::GzDecoder::new(&bytes[..])
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, "one two");
    }

    #[test]
    fn members_may_end_where_they_are_asked_to() {
        let mut packer = Packer::new(Compression::Gzip, Vec::new()).unwrap();
        for (text, ends) in [("one two", &[3, 4][..]), (" and", &[]), ("", &[0]), ("more", &[4])] {
            let piece = pack_members(Compression::Gzip, text.as_bytes().to_vec(), ends).unwrap();
            packer.push(&piece).unwrap();
        }
        let bytes = packer.finish().unwrap();
        let (mut rest, mut texts) = (&bytes[..], Vec::new());
        while !rest.is_empty() {
            let mut member = flate2::bufread::GzDecoder::new(rest);
            let mut text = String::new();
            member.read_to_string(&mut text).unwrap();
            texts.push(text);
            rest = member.into_inner();
        }
        assert_eq!(texts, ["one", " ", "two and", "more"]);
    }

    #[test]
    fn all_members_and_frames_are_read_and_padding_is_passed_over() {
        let gzip = |text: &[u8]| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(text).unwrap();
            encoder.finish().unwrap()
        };
        let members = [gzip(b"a"), gzip(b""), gzip(b"b")].concat();
        assert_eq!(unpacked(&members).unwrap(), b"ab");
        assert_eq!(unpacked(&[members.clone(), vec![0; 700]].concat()).unwrap(), b"ab");
        assert!(unpacked(&[members, b"rest".to_vec()].concat()).is_err());
        let frames = [packed(Compression::Zstd, &[b"a"]), packed(Compression::Zstd, &[b"b"])].concat();
        assert_eq!(unpacked(&frames).unwrap(), b"ab");
    }

    #[test]
    fn an_end_that_comes_too_early_is_an_error_wherever_it_comes() {
        let text = lines();
        for compression in [Compression::Gzip, Compression::Zstd] {
            let bytes = packed(compression, &[&text[..500], &text[500..2000]]);
            for end in Compression::HEAD..bytes.len() {
                assert!(unpacked(&bytes[..end]).is_err(), "{compression:?} {end}");
            }
            let mut wrong = bytes.clone();
            *wrong.last_mut().unwrap() ^= 1;
            assert!(unpacked(&wrong).is_err(), "{compression:?}: checksum");
        }
    }
}
