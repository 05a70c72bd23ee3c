//! Digests of a record's content, as WARC writes them: an algorithm, a colon, the hash.

use sha1::{Digest as _, Sha1};

/// The digest of another content by the algorithm and in the writing of this one; nothing if that is not SHA-1, which
/// is what the archives of the web use.
pub(super) fn renewed(old: &str, content: &[u8]) -> Option<String> {
    let (algorithm, hash) = old.split_once(':')?;
    if !algorithm.eq_ignore_ascii_case("sha1") && !algorithm.eq_ignore_ascii_case("sha-1") {
        return None;
    }
    let digest: [u8; 20] = Sha1::digest(content).into();
    let hash = if hash.len() == 2 * digest.len() {
        base16(&digest)
    } else {
        base32(&digest)
    };
    Some(format!("{algorithm}:{hash}"))
}

/// Four bits a digit.
fn base16(bytes: &[u8; 20]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// Five bits a letter (RFC 4648). 160 bits are 32 letters, and nothing is padded.
fn base32(bytes: &[u8; 20]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (groups, _) = bytes.as_chunks::<5>();
    let letters = groups.iter().flat_map(|&[a, b, c, d, e]| {
        let bits = u64::from_be_bytes([0, 0, 0, a, b, c, d, e]);
        (0..8)
            .rev()
            .map(move |place| LETTERS[(bits >> (5 * place) & 31) as usize])
    });
    letters.map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha1_is_written_as_it_was() {
        let base32 = renewed("sha1:AAAA", b"abc");
        assert_eq!(base32.as_deref(), Some("sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5"));
        let hex = renewed("SHA1:da39a3ee5e6b4b0d3255bfef95601890afd80709", b"abc");
        assert_eq!(hex.as_deref(), Some("SHA1:a9993e364706816aba3e25717850c26c9cd0d89d"));
        assert_eq!(renewed("md5:x", b"abc"), None);
        assert_eq!(renewed("nonsense", b"abc"), None);
    }
}
