//! Floor 0: gzip, zstd, xz, bzip2 and lz4, in and out, as streams.
//!
//! Reading takes all members, streams and frames of a file, within [`Limits`], and an end that comes too early is told
//! from damage ([`Flaw`]). Writing gives the same bytes for the same pieces, whoever packs them: no time, no name, no
//! machine stands in a header. Must not know what is in a stream.

mod flaw;
mod inflate;
mod pack;
mod unpack;

pub use flaw::Flaw;
pub use inflate::{Coding, inflate};
pub use pack::{Packed, Packer, pack, pack_members, pack_whole};
pub use unpack::{Unpacked, unpack};

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// gzip (RFC 1952).
    Gzip,
    /// zstd (RFC 8878).
    Zstd,
    /// xz.
    Xz,
    /// bzip2.
    Bzip2,
    /// lz4 in frames.
    Lz4,
}

/// How far unpacking may go: a few bytes can ask for any amount of memory and of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// What comes out may be so many times as large as what is stored.
    pub expand: u64,
    /// Bytes of a decoder's window (zstd) or dictionary (xz).
    pub window: u64,
}

impl Limits {
    /// Up to so many bytes come out of a file, however small it is: short files of the same line are nothing odd.
    pub const EXPAND_FLOOR: u64 = 64 << 20;
    /// The windows that can be asked for, in bytes: what zstd can do.
    pub const WINDOWS: std::ops::RangeInclusive<u64> = 1 << 10..=1 << 31;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            expand: 1000,
            window: 1 << 27,
        }
    }
}

/// What `.tar.gz` is called for short.
const TGZ: &str = "tgz";

impl Compression {
    /// So many bytes are enough for [`Compression::of`].
    pub const HEAD: usize = 10;
    /// All ways to compress.
    pub const PACKED: [Self; 5] = [Self::Gzip, Self::Zstd, Self::Xz, Self::Bzip2, Self::Lz4];

    /// What the first bytes of a file say. No text begins so.
    #[must_use]
    pub fn of(head: &[u8]) -> Self {
        let packed = Self::PACKED.into_iter();
        let mut found = packed.filter(|packed| packed.magic().iter().any(|magic| magic.begins(head)));
        found.next().unwrap_or_default()
    }

    /// What the first bytes of a file say, if its name says this.
    ///
    /// # Errors
    ///
    /// There are too few bytes to say anything else than the name.
    pub fn told(head: &[u8], named: Self) -> Result<Self, Flaw> {
        let cut_off = |magic: &Magic| head.len() < magic.0.len() && magic.begins_with(head);
        match Self::of(head) {
            Self::None if named == Self::None => Ok(Self::None),
            Self::None if head.is_empty() => Err(Flaw::Empty),
            Self::None if named.magic().iter().any(cut_off) => Err(Flaw::EndsEarly(named)),
            // Skippable frames are common to both; the name tells whose they are.
            Self::Zstd if named == Self::Lz4 && head[0] != 0x28 => Ok(Self::Lz4),
            found => Ok(found),
        }
    }

    /// What a file's name says.
    #[must_use]
    pub fn named(name: &Path) -> Self {
        let extension = name.extension().map(OsStr::to_ascii_lowercase);
        let extension = extension.as_ref().and_then(|extension| extension.to_str());
        let mut packed = Self::PACKED.into_iter();
        packed
            .find(|packed| extension == Some(packed.extension()) || *packed == Self::Gzip && extension == Some(TGZ))
            .unwrap_or_default()
    }

    /// The extension of files, without the dot; nothing for plain ones.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Gzip => "gz",
            Self::Zstd => "zst",
            Self::Xz => "xz",
            Self::Bzip2 => "bz2",
            Self::Lz4 => "lz4",
        }
    }

    /// What a file is called when it is compressed this way: its extension is that of this way, in place of another's.
    #[must_use]
    pub fn rename(self, name: &Path) -> PathBuf {
        let named = Self::named(name);
        if named == self {
            return name.to_owned();
        }
        let stem = name.file_stem().filter(|stem| named != Self::None && !is_dots(stem));
        let mut file = stem.or(name.file_name()).unwrap_or_default().to_owned();
        if name
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case(TGZ))
        {
            file.push(".tar");
        }
        if self != Self::None {
            file.push(".");
            file.push(self.extension());
        }
        name.with_file_name(file)
    }

    /// The name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "plain",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
            Self::Lz4 => "lz4",
        }
    }

    fn magic(self) -> &'static [Magic] {
        match self {
            Self::None => &[],
            Self::Gzip => &[Magic(&[0x1f, 0x8b])],
            // The second is that of a frame to skip; its last four bits are free.
            Self::Zstd => &[Magic(&[0x28, 0xb5, 0x2f, 0xfd]), Magic(&[0x50, 0x2a, 0x4d, 0x18])],
            Self::Xz => &[Magic(&[0xfd, b'7', b'z', b'X', b'Z', 0])],
            // "BZh" and a digit might begin a text; the block behind it, or the end if there is none, does not.
            Self::Bzip2 => &[Magic(b"BZh91AY&SY"), Magic(b"BZh9\x17\x72\x45\x38\x50\x90")],
            // A frame to skip is taken for one of zstd, which is asked first, unless the name says this.
            Self::Lz4 => &[Magic(&[0x04, 0x22, 0x4d, 0x18]), Magic(&[0x50, 0x2a, 0x4d, 0x18])],
        }
    }
}

/// `.` and `..` are no files.
fn is_dots(name: &OsStr) -> bool {
    name == "." || name == ".."
}

/// The bytes that a kind of stream begins with.
struct Magic(&'static [u8]);

impl Magic {
    fn begins(&self, head: &[u8]) -> bool {
        head.len() >= self.0.len() && self.begins_with(&head[..self.0.len()])
    }

    /// Whether these bytes are its first.
    fn begins_with(&self, bytes: &[u8]) -> bool {
        let alike = |(at, (&byte, &own)): (usize, (&u8, &u8))| match (at, self.0) {
            (0, [0x50, 0x2a, ..]) => byte & 0xf0 == own,
            (3, [b'B', b'Z', ..]) => (b'1'..=b'9').contains(&byte),
            _ => byte == own,
        };
        bytes.iter().zip(self.0).enumerate().all(alike)
    }
}

#[cfg(test)]
mod tests;
