//! Floor 0: xxh3 with fixed seeds, the only hash whose values may reach a disk.
//!
//! `std`'s hashers may change between releases; these values may not (see the test).

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh3::{Xxh3, xxh3_64, xxh3_128};

/// 64-bit xxh3 of the bytes, seed 0.
#[must_use]
pub fn hash64(bytes: &[u8]) -> u64 {
    xxh3_64(bytes)
}

/// 128-bit xxh3 of the bytes, seed 0: the identity of a page or a configuration.
#[must_use]
pub fn hash128(bytes: &[u8]) -> u128 {
    xxh3_128(bytes)
}

/// [`hash128`] of bytes that come in pieces. A clone goes on from where this one is.
#[derive(Clone, Default)]
pub struct Hash128(Xxh3);

impl Hash128 {
    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all bytes so far.
    #[must_use]
    pub fn value(&self) -> u128 {
        self.0.digest128()
    }
}

impl fmt::Debug for Hash128 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash128({:032x})", self.value())
    }
}

/// A hasher for keys that are already hashes: takes the 64 bits as they are.
#[derive(Debug, Default, Clone, Copy)]
pub struct Prehashed(u64);

impl Hasher for Prehashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash64(bytes);
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }

    fn write_u32(&mut self, value: u32) {
        // hashbrown takes its control byte from the top bits: spread the 32 bits over 64.
        self.0 = u64::from(value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

/// A map keyed by hashes from this module.
pub type HashedMap<K, V> = HashMap<K, V, BuildHasherDefault<Prehashed>>;
/// A set of hashes from this module.
pub type HashedSet<K> = HashSet<K, BuildHasherDefault<Prehashed>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_never_change() {
        assert_eq!(hash64(b"textsieve"), 2_214_785_950_460_650_974);
        assert_eq!(hash64(b""), 0x2d06_8005_38d3_94c2);
    }

    #[test]
    fn pieces_hash_like_the_whole() {
        let bytes: Vec<u8> = (0..3000u32).map(|i| i as u8).collect();
        let mut pieces = Hash128::default();
        bytes.chunks(7).for_each(|piece| pieces.update(piece));
        assert_eq!(pieces.value(), hash128(&bytes));
        assert_eq!(Hash128::default().value(), hash128(b""));
    }
}
