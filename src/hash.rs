//! Floor 0: xxh3 with fixed seeds, the only hash whose values may reach a disk.
//!
//! `std`'s hashers may change between releases; these values may not (see the test).

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

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
}
