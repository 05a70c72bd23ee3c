//! What is remembered of a page: enough to propose its copies, and to choose among them.
//!
//! Must not know where sketches are kept.

use super::shingles::Shingles;
use super::signature::{BINS, Signature};
use super::words::Words;
use crate::hash::hash128;

/// A page's sketch: 91 bytes, in memory and on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sketch {
    /// Hash of the folded clean text, lines joined by spaces. Equal texts are exact copies.
    pub identity: u128,
    /// Of the set of shingles.
    pub signature: Signature,
    /// How many different shingles the clean text has.
    pub shingles: u32,
    /// Characters of the clean text.
    pub chars: u32,
    /// How much of the page's text stayed when it was cleaned: a share in 1/65535.
    pub kept: u16,
}

impl Sketch {
    /// Bytes of a sketch.
    pub const BYTES: usize = 91;

    /// The sketch of a clean text with shingles of `n` tokens, and the set it was made from.
    ///
    /// `kept` is left to the caller.
    #[must_use]
    pub fn of(clean: &str, n: usize) -> (Self, Shingles) {
        let words = Words::of(clean);
        let shingles = Shingles::of_tokens(&words.hashes, n);
        let sketch = Self {
            identity: hash128(words.folded.bytes()),
            signature: Signature::of(&shingles),
            shingles: u32::try_from(shingles.len()).unwrap_or(u32::MAX),
            chars: u32::try_from(clean.chars().count()).unwrap_or(u32::MAX),
            kept: 0,
        };
        (sketch, shingles)
    }

    /// The bytes of a page's sketch, or of a page that has none.
    pub(in crate::repeat) fn encode(sketch: Option<&Self>) -> [u8; Self::BYTES] {
        let mut out = [0; Self::BYTES];
        if let Some(sketch) = sketch {
            out[..64].copy_from_slice(&sketch.signature.0);
            out[64..80].copy_from_slice(&sketch.identity.to_le_bytes());
            out[80..84].copy_from_slice(&sketch.shingles.to_le_bytes());
            out[84..88].copy_from_slice(&sketch.chars.to_le_bytes());
            out[88..90].copy_from_slice(&sketch.kept.to_le_bytes());
            out[90] = 1;
        }
        out
    }

    pub(in crate::repeat) fn decode(bytes: &[u8; Self::BYTES]) -> Option<Self> {
        (bytes[90] != 0).then(|| Self {
            identity: u128::from_le_bytes(part(bytes, 64)),
            signature: Signature(part::<BINS>(bytes, 0)),
            shingles: u32::from_le_bytes(part(bytes, 80)),
            chars: u32::from_le_bytes(part(bytes, 84)),
            kept: u16::from_le_bytes(part(bytes, 88)),
        })
    }
}

fn part<const N: usize>(bytes: &[u8; Sketch::BYTES], from: usize) -> [u8; N] {
    std::array::from_fn(|i| bytes[from + i])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sketch_comes_back_from_its_bytes() {
        let (sketch, _) = Sketch::of("Some words of a page, and some more.", 5);
        let sketch = Sketch { kept: 65_535, ..sketch };
        assert_eq!(Sketch::decode(&Sketch::encode(Some(&sketch))), Some(sketch));
        assert_eq!(Sketch::decode(&Sketch::encode(None)), None);
    }

    #[test]
    fn the_identity_is_that_of_the_folded_text() {
        let identity = |text| Sketch::of(text, 5).0.identity;
        assert_eq!(identity("It’s “new”.\n\nSee!"), identity("its NEW see"));
        assert_eq!(identity("its NEW see"), hash128(b"its new see"));
        assert_ne!(identity("its new see"), identity("its news ee"));
    }
}
