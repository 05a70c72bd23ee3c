//! Where a member of a tar archive begins and ends, and what it is called: ustar, long names as GNU writes them, and
//! pax.
//!
//! The crates for this form give streams of members and not where numbers and checksums stand; here every byte but the
//! text's and theirs is passed on.

use std::borrow::Cow;
use std::ops::Range;

use crate::record::Malformed;

pub(super) const BLOCK: usize = 512;
pub(super) const NAME: Range<usize> = 0..100;
pub(super) const SIZE: Range<usize> = 124..136;
pub(super) const SUM: Range<usize> = 148..156;
pub(super) const KIND: usize = 156;
pub(super) const MAGIC: Range<usize> = 257..263;
const PREFIX: Range<usize> = 345..500;
/// Whether more of a sparse file's map follows: in the header of an old GNU archive, in a block of the map.
const SPARSE_MORE: [usize; 2] = [482, 504];
/// What stands before a member's own header ends before this, and so does a sparse file's map, or it is none. The first
/// piece that is read holds it, so that only content decides whether a member is too large.
pub(super) const MOST_BEFORE: usize = 1 << 19;

/// What some bytes begin with.
#[derive(Debug, Clone)]
pub(super) enum Begun {
    /// So many bytes of blocks of zeros, which end an archive.
    Zeros(usize),
    /// Part of what stands before a member's content; at least so many bytes are needed.
    Head(usize),
    Member(Member),
}

/// A member whose headers are there.
#[derive(Debug, Clone)]
pub(super) struct Member {
    /// Where its own header stands, behind those that only say more of it.
    pub(super) header: usize,
    /// Where its content begins.
    pub(super) start: usize,
    /// How long that is.
    pub(super) size: u64,
    /// Its name, as it is written.
    pub(super) path: Vec<u8>,
    /// Whether it is a plain file, or what else.
    pub(super) is_file: bool,
    /// Whether it says something of all members after it, and is none itself.
    pub(super) is_global: bool,
    /// Where pax headers say how long the content is, too: the block of each, and the end of its content.
    pub(super) sized: Vec<Range<usize>>,
}

impl Member {
    /// Where the content ends.
    pub(super) fn end(&self) -> u64 {
        (self.start as u64).saturating_add(self.size)
    }

    /// Where it ends with what fills its last block.
    pub(super) fn whole(&self) -> u64 {
        self.end().checked_next_multiple_of(BLOCK as u64).unwrap_or(u64::MAX)
    }

    pub(super) fn name(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.path)
    }
}

/// What the headers before a member's own say of it.
#[derive(Debug, Default)]
struct Before {
    path: Option<Vec<u8>>,
    size: Option<u64>,
    sized: Vec<Range<usize>>,
    sparse: bool,
}

/// What some bytes begin with.
pub(super) fn begun(bytes: &[u8]) -> Result<Begun, Malformed> {
    let zeros = bytes.chunks_exact(BLOCK).take_while(|block| is_zero(block)).count();
    if zeros > 0 {
        return Ok(Begun::Zeros(zeros * BLOCK));
    }
    let mut before = Before::default();
    let mut at = 0;
    loop {
        let Some(block) = bytes.get(at..at + BLOCK) else {
            return Ok(Begun::Head(at + BLOCK));
        };
        let malformed = |what: &str| Malformed {
            what: what.to_owned(),
            at,
        };
        if !sums_up(block) {
            return Err(malformed("no header of a tar archive stands here"));
        }
        let size = number(&block[SIZE]).ok_or_else(|| malformed("a member whose size is no number"))?;
        if !matches!(block[KIND], b'L' | b'K' | b'x' | b'X') {
            return member(bytes, at, size, before);
        }
        let start = at + BLOCK;
        let end = usize::try_from(size).ok().and_then(|size| start.checked_add(size));
        let Some(end) = end.filter(|&end| end <= MOST_BEFORE) else {
            return Err(endless(at));
        };
        let Some(content) = bytes.get(start..end) else {
            return Ok(Begun::Head(end.next_multiple_of(BLOCK) + BLOCK));
        };
        match block[KIND] {
            b'L' => before.path = Some(until_nul(content).to_vec()),
            b'K' => {}
            _ => before.pax(content, &(at..end)),
        }
        at = end.next_multiple_of(BLOCK);
    }
}

fn endless(at: usize) -> Malformed {
    Malformed {
        what: "the headers of a member do not end".to_owned(),
        at,
    }
}

fn member(bytes: &[u8], header: usize, size: u64, before: Before) -> Result<Begun, Malformed> {
    let block = &bytes[header..header + BLOCK];
    let mut start = header + BLOCK;
    let mut more = block[KIND] == b'S' && block[SPARSE_MORE[0]] != 0;
    while more {
        if start >= MOST_BEFORE {
            return Err(endless(header));
        }
        let Some(map) = bytes.get(start..start + BLOCK) else {
            return Ok(Begun::Head(start + BLOCK));
        };
        more = map[SPARSE_MORE[1]] != 0;
        start += BLOCK;
    }
    let path = before.path.unwrap_or_else(|| own_path(block));
    let plain = matches!(block[KIND], b'0' | b'\0' | b'7') && !path.ends_with(b"/");
    // Links, devices and folders have no content, whatever they say.
    let size = match block[KIND] {
        b'1'..=b'6' => 0,
        _ => before.size.unwrap_or(size),
    };
    Ok(Begun::Member(Member {
        header,
        start,
        size,
        path,
        is_file: plain && !before.sparse,
        is_global: block[KIND] == b'g',
        sized: before.sized,
    }))
}

impl Before {
    /// Reads lines `length key=value` that stand in a pax header.
    fn pax(&mut self, content: &[u8], range: &Range<usize>) {
        for record in records(content) {
            match record.key {
                b"path" => self.path = Some(record.value.to_vec()),
                b"size" => {
                    self.size = str::from_utf8(record.value).ok().and_then(|size| size.parse().ok());
                    if self.sized.last() != Some(range) {
                        self.sized.push(range.clone());
                    }
                }
                key => self.sparse |= key.starts_with(b"GNU.sparse."),
            }
        }
    }
}

/// A line of a pax header.
pub(super) struct Record<'a> {
    pub(super) line: &'a [u8],
    pub(super) key: &'a [u8],
    pub(super) value: &'a [u8],
}

/// The lines of a pax header, as far as they are such.
pub(super) fn records(content: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut rest = content;
    std::iter::from_fn(move || {
        let space = memchr::memchr(b' ', &rest[..rest.len().min(20)])?;
        let length: usize = str::from_utf8(&rest[..space]).ok()?.parse().ok()?;
        let line = rest.get(..length)?;
        let pair = line.get(space + 1..)?.strip_suffix(b"\n")?;
        let equals = memchr::memchr(b'=', pair)?;
        rest = &rest[length..];
        Some(Record {
            line,
            key: &pair[..equals],
            value: &pair[equals + 1..],
        })
    })
}

fn own_path(block: &[u8]) -> Vec<u8> {
    let name = until_nul(&block[NAME]);
    let prefix = until_nul(&block[PREFIX]);
    // GNU keeps times where the standard has the first part of a name.
    if &block[MAGIC] == b"ustar\0" && !prefix.is_empty() {
        return [prefix, b"/", name].concat();
    }
    name.to_vec()
}

fn until_nul(field: &[u8]) -> &[u8] {
    let end = memchr::memchr(0, field);
    &field[..end.unwrap_or(field.len())]
}

fn is_zero(block: &[u8]) -> bool {
    block.iter().all(|&byte| byte == 0)
}

/// A number: octal digits, or, if the first bit says so, the bits themselves.
fn number(field: &[u8]) -> Option<u64> {
    let (&first, rest) = field.split_first()?;
    if first & 0x80 != 0 {
        let shifted = |value: u64, byte: u64| value.checked_mul(256).map(|value| value | byte);
        return rest
            .iter()
            .try_fold(u64::from(first & 0x7f), |value, &byte| shifted(value, u64::from(byte)));
    }
    let digits = str::from_utf8(until_nul(field)).ok()?.trim();
    if digits.is_empty() {
        return Some(0);
    }
    u64::from_str_radix(digits, 8).ok()
}

/// The sum of a header's bytes, with spaces for the sum itself.
pub(super) fn sum(block: &[u8]) -> u64 {
    let own: u64 = block[SUM].iter().map(|&byte| u64::from(byte)).sum();
    block.iter().map(|&byte| u64::from(byte)).sum::<u64>() - own + 8 * u64::from(b' ')
}

/// Whether a header's sum is right. Old archives have it of signed bytes.
fn sums_up(block: &[u8]) -> bool {
    let Some(told) = number(&block[SUM]) else {
        return false;
    };
    let high = |part: &[u8]| part.iter().filter(|byte| !byte.is_ascii()).count() as u64;
    let signed = sum(block).wrapping_sub(256 * (high(block) - high(&block[SUM])));
    told == sum(block) || told == signed
}
