//! Counts of hashed keys, and where each was seen last: a table of one allocation that never grows.
//!
//! Keeps half of each hash: two keys that share it and lie next to each other are counted as one. That happens on one
//! page of ten thousand words in some hundred thousand; it moves a feature and cuts nothing.

/// Counts beyond this are this.
const MOST: u32 = 15;

/// Spreads a key that is not a hash over 64 bits (Fibonacci hashing; Knuth, TAOCP 3, 6.4).
pub fn spread(key: u64) -> u64 {
    let x = (key ^ (key >> 29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x ^ (x >> 32)
}

/// Eight bytes, since most of the time here is waiting for memory.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    /// The upper half of the key; the lower one says where it lies.
    key: u32,
    /// How many owners it had, and above these four bits the last one.
    owners: u32,
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
            slots: vec![Slot::default(); (keys + keys / 3 + 1).next_power_of_two()],
        }
    }

    /// Counts a key for an owner, once in a row: (where it lies, who had it last, if someone else did).
    ///
    /// Owners are numbers below 2^28: a page has fewer lines.
    pub fn add(&mut self, key: u64, owner: u32) -> (usize, Option<u32>) {
        let mask = self.slots.len() - 1;
        let (mut at, key) = (key as usize & mask, (key >> 32) as u32);
        loop {
            let slot = &mut self.slots[at];
            if slot.owners == 0 {
                *slot = Slot {
                    key,
                    owners: owner << 4 | 1,
                };
                return (at, None);
            }
            if slot.key == key {
                let (last, count) = (slot.owners >> 4, slot.owners & MOST);
                if last == owner {
                    return (at, None);
                }
                slot.owners = owner << 4 | (count + 1).min(MOST);
                return (at, Some(last));
            }
            at = (at + 1) & mask;
        }
    }

    /// How many owners had the key at `slot`, at most fifteen.
    pub fn count(&self, slot: usize) -> u32 {
        self.slots[slot].owners & MOST
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

    #[test]
    fn many_keys_find_their_place() {
        let mut tally = Tally::with_capacity(1000);
        let slots: Vec<usize> = (0..1000).map(|k| tally.add(spread(k), 1).0).collect();
        for (k, &slot) in (0..1000).zip(&slots) {
            assert_eq!(tally.add(spread(k), 2), (slot, Some(1)));
        }
        for owner in 3..99 {
            tally.add(spread(5), owner);
        }
        assert_eq!(tally.count(slots[5]), MOST);
    }
}
