//! Shingles: hashes of every window of characters of a folded text.
//!
//! Characters, not words, so that scripts without spaces need no segmenter. Must not know pages.

/// Characters of a shingle. Eight are enough to make a chance match inside one page rare in any script.
pub const SHINGLE_CHARS: usize = 8;

const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// `BASE` to the power of [`SHINGLE_CHARS`].
const BASE_POWER: u64 = {
    let mut power = 1u64;
    let mut i = 0;
    while i < SHINGLE_CHARS {
        power = power.wrapping_mul(BASE);
        i += 1;
    }
    power
};

/// One shingle in so many is sampled by [`sampled`].
pub const SAMPLE: u64 = 8;

/// Calls `each` with about one in [`SAMPLE`] of the [`shingles`], chosen by their value: the same in every text.
pub fn sampled(folded: &str, mut each: impl FnMut(u64)) {
    // The top bits of a polynomial depend on the whole window; mixing is saved for the chosen.
    windows(folded, |raw| {
        if raw >> (64 - SAMPLE.ilog2()) == 0 {
            each(mix(raw));
        }
    });
}

/// Calls `each` with the hash of every window of [`SHINGLE_CHARS`] letters and digits of a folded text,
/// in order (spaces do not count, so that a lost or doubled space changes nothing). A rolling polynomial
/// (Karp and Rabin 1987), then mixed: a few operations a character.
pub fn shingles(folded: &str, mut each: impl FnMut(u64)) {
    windows(folded, |raw| each(mix(raw)));
}

fn windows(folded: &str, mut each: impl FnMut(u64)) {
    let mut window = [0u64; SHINGLE_CHARS];
    let (mut n, mut hash) = (0usize, 0u64);
    let mut feed = |value: u64| {
        let slot = n % SHINGLE_CHARS;
        hash = hash
            .wrapping_mul(BASE)
            .wrapping_add(value)
            .wrapping_sub(window[slot].wrapping_mul(BASE_POWER));
        window[slot] = value;
        n += 1;
        if n >= SHINGLE_CHARS {
            each(hash);
        }
    };
    if folded.is_ascii() {
        folded
            .bytes()
            .filter(|&b| b != b' ')
            .for_each(|b| feed(u64::from(b) + 1));
    } else {
        folded
            .chars()
            .filter(|&c| c != ' ')
            .for_each(|c| feed(u64::from(u32::from(c)) + 1));
    }
}

/// The finaliser of xxh3: every input bit reaches every output bit.
fn mix(mut h: u64) -> u64 {
    h ^= h >> 37;
    h = h.wrapping_mul(0x1656_6791_9E37_79F9);
    h ^ (h >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<u64> {
        let mut out = Vec::new();
        shingles(text, |h| out.push(h));
        out
    }

    #[test]
    fn a_window_hashes_the_same_wherever_it_stands() {
        let (a, b) = (all("abcdefgh"), all("xyz abc defgh"));
        assert_eq!(a.len(), 1);
        assert_eq!(b.last(), a.last());
    }

    #[test]
    fn about_one_in_eight_is_sampled() {
        let text: String = (0..4000u32)
            .map(|i| char::from_u32(97 + (i * i + i / 7) % 26).unwrap())
            .collect();
        let mut n = 0;
        sampled(&text, |_| n += 1);
        let distinct: std::collections::HashSet<u64> = all(&text).into_iter().collect();
        assert!((200..1000).contains(&n), "{n} of {}", distinct.len());
    }

    #[test]
    fn a_text_shorter_than_a_window_has_none() {
        assert!(all("abc").is_empty());
    }
}
