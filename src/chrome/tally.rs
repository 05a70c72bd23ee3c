//! Counts of hashed keys, and where each was seen last: a table of one allocation that never grows.
//!
//! Compares 64-bit hashes only: two keys of one page that share all 64 bits would be counted as one, which
//! moves a feature and cuts nothing.

/// Spreads a key that is not a hash over 64 bits (Fibonacci hashing; Knuth, TAOCP 3, 6.4).
pub fn spread(key: u64) -> u64 {
    let x = (key ^ (key >> 29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x ^ (x >> 32)
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    key: u64,
    count: u32,
    last: u32,
}

/// An open-addressing table of counts.
#[derive(Debug)]
pub struct Tally {
    slots: Vec<Slot>,
}

impl Tally {
    /// For at most `keys` additions.
    pub fn with_capacity(keys: usize) -> Self {
        Self {
            slots: vec![Slot::default(); (keys * 2 + 1).next_power_of_two()],
        }
    }

    /// Counts a key for an owner, once in a row: (where it lies, who had it last, if someone else did).
    pub fn add(&mut self, key: u64, owner: u32) -> (usize, Option<u32>) {
        let mask = self.slots.len() - 1;
        let mut at = key as usize & mask;
        loop {
            let slot = &mut self.slots[at];
            if slot.count == 0 {
                *slot = Slot {
                    key,
                    count: 1,
                    last: owner,
                };
                return (at, None);
            }
            if slot.key == key {
                let last = slot.last;
                if last == owner {
                    return (at, None);
                }
                slot.count += 1;
                slot.last = owner;
                return (at, Some(last));
            }
            at = (at + 1) & mask;
        }
    }

    /// How many owners had the key at `slot`.
    pub fn count(&self, slot: usize) -> u32 {
        self.slots[slot].count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_counted_once_in_a_row() {
        let mut tally = Tally::with_capacity(4);
        let (slot, last) = tally.add(7, 0);
        assert_eq!(last, None);
        assert_eq!(tally.add(7, 0), (slot, None));
        assert_eq!(tally.add(7, 3), (slot, Some(0)));
        tally.add(9, 3);
        assert_eq!(tally.count(slot), 2);
    }
}
