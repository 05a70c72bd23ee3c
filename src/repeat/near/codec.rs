//! A set of shingles as compact bytes, for what is kept on disk.
//!
//! The gaps between sorted numbers, Rice-coded (Rice and Plaunt 1971): the low bits as they are, the rest as so many
//! ones and a zero. A set of 500 takes 3.1 bytes a shingle, where bytes of seven bits take 3.8 and plain numbers 4;
//! no code can do with less than 3.05. Must not know what the sets are kept for.

use super::shingles::Shingles;

/// Takes no set beyond so many shingles: more tokens than a page of 4 GB has room for.
const MOST: u64 = 1 << 31;

impl Shingles {
    /// The set as bytes; see [`Shingles::from_bytes`].
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.len() * 25 / 8 + 8);
        put_count(self.len() as u64, &mut out);
        let width = low_bits(self.len() as u64);
        let mut bits = BitWriter::new(out);
        let mut next = 0u64;
        for &value in self.values() {
            let gap = u64::from(value) - next;
            bits.ones(gap >> width);
            bits.put(0, 1);
            bits.put(gap & ((1 << width) - 1), width);
            next = u64::from(value) + 1;
        }
        bits.finish()
    }

    /// Reads what [`Shingles::to_bytes`] wrote; `None` if these bytes are anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (count, rest) = take_count(bytes)?;
        // Every shingle takes at least its low bits and a zero; so a damaged count cannot make us reserve more.
        let width = low_bits(count);
        if count.checked_mul(u64::from(width) + 1)? > rest.len() as u64 * 8 {
            return None;
        }
        let mut bits = BitReader::new(rest);
        let mut values = Vec::with_capacity(count as usize);
        let mut next = 0u64;
        for _ in 0..count {
            let high = bits.ones()?;
            let value = next + (high << width) + bits.take(width)?;
            values.push(u32::try_from(value).ok()?);
            next = value + 1;
        }
        bits.is_at_end().then(|| Self::from_sorted(values))
    }
}

/// The width that suits the gaps of so many evenly strewn numbers.
fn low_bits(count: u64) -> u32 {
    ((1u64 << 32) / count.max(1)).checked_ilog2().unwrap_or(0).min(31)
}

fn put_count(mut count: u64, out: &mut Vec<u8>) {
    while count >= 0x80 {
        out.push(count as u8 | 0x80);
        count >>= 7;
    }
    out.push(count as u8);
}

fn take_count(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut count = 0u64;
    for (i, &byte) in bytes.iter().enumerate().take(5) {
        count |= u64::from(byte & 0x7F) << (7 * i);
        if byte < 0x80 {
            let shortest = byte != 0 || i == 0;
            return (shortest && count <= MOST).then(|| (count, &bytes[i + 1..]));
        }
    }
    None
}

/// Bits, lowest first.
struct BitWriter {
    out: Vec<u8>,
    held: u64,
    held_bits: u32,
}

impl BitWriter {
    fn new(out: Vec<u8>) -> Self {
        Self {
            out,
            held: 0,
            held_bits: 0,
        }
    }

    /// Appends the `width` (at most 32) low bits of a number that has no others.
    fn put(&mut self, bits: u64, width: u32) {
        self.held |= bits << self.held_bits;
        self.held_bits += width;
        while self.held_bits >= 8 {
            self.out.push(self.held as u8);
            self.held >>= 8;
            self.held_bits -= 8;
        }
    }

    fn ones(&mut self, mut count: u64) {
        while count > 0 {
            let some = count.min(32) as u32;
            self.put((1 << some) - 1, some);
            count -= u64::from(some);
        }
    }

    fn finish(mut self) -> Vec<u8> {
        if self.held_bits > 0 {
            self.out.push(self.held as u8);
        }
        self.out
    }
}

struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next 32 bits or more, with zeros beyond the end.
    fn peek(&self) -> u64 {
        let from = (self.at / 8).min(self.bytes.len());
        let some = &self.bytes[from..self.bytes.len().min(from + 8)];
        let mut word = [0; 8];
        word[..some.len()].copy_from_slice(some);
        u64::from_le_bytes(word) >> (self.at % 8)
    }

    fn advance(&mut self, bits: u32) -> Option<()> {
        self.at += bits as usize;
        (self.at <= self.bytes.len() * 8).then_some(())
    }

    fn take(&mut self, width: u32) -> Option<u64> {
        let bits = self.peek() & ((1 << width) - 1);
        self.advance(width)?;
        Some(bits)
    }

    /// How many ones stand before the next zero.
    fn ones(&mut self) -> Option<u64> {
        let mut count = 0;
        loop {
            let some = self.peek().trailing_ones().min(32);
            count += u64::from(some);
            if some < 32 {
                self.advance(some + 1)?;
                return Some(count);
            }
            self.advance(some)?;
        }
    }

    /// Whether nothing is left but the zeros that fill the last byte.
    fn is_at_end(&self) -> bool {
        self.at.div_ceil(8) == self.bytes.len() && self.peek() == 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_set_of_500_takes_about_25_bits_a_shingle() {
        let values = (1..=500u64).map(|i| (crate::hash::hash64(&i.to_le_bytes()) >> 32) as u32);
        let bytes = Shingles::from_values(values.collect()).to_bytes();
        assert!(bytes.len() < 500 * 25 / 8, "{}", bytes.len());
    }

    #[test]
    fn what_is_cut_short_or_too_long_is_refused() {
        let bytes = Shingles::of("one two three four five six seven eight nine", 5).to_bytes();
        assert!(Shingles::from_bytes(&bytes).is_some());
        for end in 0..bytes.len() {
            assert_eq!(Shingles::from_bytes(&bytes[..end]), None);
        }
        assert_eq!(Shingles::from_bytes(&[&*bytes, &[0]].concat()), None);
        assert_eq!(Shingles::from_bytes(&[0xFF, 0xFF, 0xFF, 0xFF, 0x07]), None);
        assert_eq!(Shingles::from_bytes(&[0]), Some(Shingles::default()));
    }

    proptest! {
        #[test]
        fn a_set_comes_back(values in prop::collection::vec(prop_oneof![any::<u32>(), 0u32..20, u32::MAX - 3..], 0..400)) {
            let set = Shingles::from_values(values);
            prop_assert_eq!(Shingles::from_bytes(&set.to_bytes()), Some(set));
        }

        #[test]
        fn bytes_are_one_set_at_most(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Some(set) = Shingles::from_bytes(&bytes) {
                prop_assert_eq!(set.to_bytes(), bytes);
            }
        }
    }
}
