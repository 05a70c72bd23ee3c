//! A page as a member of an archive: a plain file, of nobody and of no time, so that equal pages are equal bytes.

use super::member::{BLOCK, KIND, MAGIC, NAME};
use super::{push_header, push_zeros};

/// What an archive ends with: two blocks of zeros (POSIX, `pax`).
pub(in crate::record) const END: [u8; 2 * BLOCK] = [0; 2 * BLOCK];

/// Writes a page that is called `path`, in steps parted by `/`.
pub(in crate::record) fn push_page(path: &str, content: &[u8], out: &mut Vec<u8>) {
    if path.len() > NAME.len() || !path.is_ascii() {
        let line = pax_line("path", path);
        push_header(&header("pax", b'x'), line.len(), out);
        out.extend_from_slice(line.as_bytes());
        push_zeros(line.len(), out);
    }
    push_header(&header(path, b'0'), content.len(), out);
    out.extend_from_slice(content);
    push_zeros(content.len(), out);
}

/// A header without size and sum. Of a long name it has the beginning.
fn header(path: &str, kind: u8) -> [u8; BLOCK] {
    const MODE: std::ops::Range<usize> = 100..108;
    const OWNER: std::ops::Range<usize> = 108..116;
    const GROUP: std::ops::Range<usize> = 116..124;
    const TIME: std::ops::Range<usize> = 136..148;
    const VERSION: std::ops::Range<usize> = 263..265;
    let mut header = [0; BLOCK];
    let name = &path.as_bytes()[..path.floor_char_boundary(NAME.len())];
    header[..name.len()].copy_from_slice(name);
    header[MODE].copy_from_slice(b"0000644\0");
    header[OWNER].copy_from_slice(b"0000000\0");
    header[GROUP].copy_from_slice(b"0000000\0");
    header[TIME].copy_from_slice(b"00000000000\0");
    header[KIND] = kind;
    header[MAGIC].copy_from_slice(b"ustar\0");
    header[VERSION].copy_from_slice(b"00");
    header
}

/// A line of a pax header, which says how long it is, with the digits that say so.
fn pax_line(key: &str, value: &str) -> String {
    let rest = " =\n".len() + key.len() + value.len();
    let mut length = rest + 1;
    while rest + length.to_string().len() != length {
        length += 1;
    }
    format!("{length} {key}={value}\n")
}
