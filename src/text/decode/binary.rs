//! Telling binary data from text by its bytes: file signatures, NULs, control bytes.
//!
//! Serves [`super::decode`]: knows bytes only, and gives no verdict on encodings beyond UTF-16 without a mark.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// What shows that data is binary, and where it stands.
pub(super) struct Evidence {
    pub(super) offset: usize,
    pub(super) what: &'static str,
}

/// A sample this long settles what kind of data a file holds.
const SAMPLE: usize = 1 << 16;

/// Signatures at the start of files that are often met in dumps by mistake.
const MAGIC: [(&[u8], &str); 14] = [
    (b"\x1f\x8b", "the signature of gzip"),
    (b"\x28\xb5\x2f\xfd", "the signature of zstd"),
    (b"\xfd7zXZ\0", "the signature of xz"),
    (b"\x04\x22\x4d\x18", "the signature of lz4"),
    (b"PK\x03\x04", "the signature of zip"),
    (b"7z\xbc\xaf\x27\x1c", "the signature of 7z"),
    (b"Rar!\x1a\x07", "the signature of rar"),
    (b"%PDF-", "the signature of PDF"),
    (b"\x89PNG\r\n", "the signature of PNG"),
    (b"\xff\xd8\xff", "the signature of JPEG"),
    (b"GIF89a", "the signature of GIF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1", "the signature of an old Office file"),
    (b"SQLite format 3\0", "the signature of SQLite"),
    (b"\x7fELF", "the signature of ELF"),
];

/// The signature at the start, if there is one.
pub(super) fn magic(bytes: &[u8]) -> Option<Evidence> {
    let (_, what) = MAGIC.iter().find(|(signature, _)| bytes.starts_with(signature))?;
    Some(Evidence { offset: 0, what })
}

/// The first control byte, when more than a tenth of a sample are control bytes that text has no use for.
pub(super) fn controls(bytes: &[u8]) -> Option<Evidence> {
    let sample = &bytes[..bytes.len().min(SAMPLE / 8)];
    let count = sample.iter().filter(|&&byte| is_binary_control(byte)).count();
    if count * 10 <= sample.len() {
        return None;
    }
    let offset = sample.iter().position(|&byte| is_binary_control(byte))?;
    Some(Evidence {
        offset,
        what: "many control bytes, the first",
    })
}

/// Backspace to CR and ESC occur in captured terminal output; everything else below space does not occur in text.
fn is_binary_control(byte: u8) -> bool {
    matches!(byte, 0..=7 | 0x0E..=0x1A | 0x1C..=0x1F | 0x7F)
}

/// UTF-16 without a byte order mark.
///
/// Latin text has a NUL in every unit, all at one parity. Text in another alphabet has them at spaces, digits and
/// line ends only, and one other value at that parity everywhere else. What comes out must be text: no lone
/// surrogates, hardly any controls.
pub(super) fn utf16_without_bom(bytes: &[u8]) -> Option<&'static Encoding> {
    let (units, _) = bytes[..bytes.len().min(SAMPLE)].as_chunks::<2>();
    let mut high = [[0_usize; 256]; 2];
    for unit in units {
        high[0][usize::from(unit[0])] += 1;
        high[1][usize::from(unit[1])] += 1;
    }
    let big_endian = high[0][0] > high[1][0];
    let [(many, commonest), (few, _)] = if big_endian { [0, 1] } else { [1, 0] }
        .map(|parity| (high[parity][0], high[parity][1..].iter().max().copied().unwrap_or(0)));
    if few * 100 > many || (many + commonest) * 10 < units.len() * 9 {
        return None;
    }
    let read = if big_endian {
        u16::from_be_bytes
    } else {
        u16::from_le_bytes
    };
    let odd = char::decode_utf16(units.iter().map(|&unit| read(unit)))
        .filter(|unit| unit.as_ref().map_or(true, |c| c.is_control() && !c.is_whitespace()))
        .count();
    (odd * 100 <= units.len()).then_some(if big_endian { UTF_16BE } else { UTF_16LE })
}
