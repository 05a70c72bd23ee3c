//! One-byte code pages turned round: from the character back to the byte it was read from.

use std::sync::OnceLock;

use encoding_rs::{Encoding, KOI8_R, KOI8_U, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254};

/// No code page has a character beyond the box drawing and block elements.
const BEYOND: usize = 0x2600;

/// A code page whose upper half can be looked up by character.
pub(super) struct CodePage {
    encoding: &'static Encoding,
    /// The byte for each character, zero for none.
    bytes: Box<[u8; BEYOND]>,
}

/// How many code pages there are: a set of them is a byte.
const PAGES: usize = 7;
const _: () = assert!(PAGES <= u8::BITS as usize);

/// The code pages that UTF-8 is read in by mistake, the most usual first.
pub(super) fn code_pages() -> &'static [CodePage] {
    static ALL: OnceLock<[CodePage; PAGES]> = OnceLock::new();
    ALL.get_or_init(|| {
        [
            WINDOWS_1252,
            WINDOWS_1250,
            WINDOWS_1254,
            WINDOWS_1251,
            WINDOWS_1253,
            KOI8_R,
            KOI8_U,
        ]
        .map(CodePage::new)
    })
}

/// In which code pages, bit by bit, a character is read from the first byte of a UTF-8 sequence, and in which from a
/// later one.
pub(super) struct Roles(Box<[(u8, u8)]>);

impl Roles {
    pub(super) fn all() -> &'static Self {
        static ROLES: OnceLock<Roles> = OnceLock::new();
        ROLES.get_or_init(|| {
            let mut roles = vec![(0, 0); BEYOND];
            for (i, page) in code_pages().iter().enumerate() {
                for (role, byte) in roles.iter_mut().zip(page.bytes.iter()) {
                    role.0 |= u8::from(matches!(byte, 0xC2..=0xF4)) << i;
                    role.1 |= u8::from(matches!(byte, 0x80..=0xBF)) << i;
                }
            }
            Self(roles.into())
        })
    }

    #[inline]
    pub(super) fn of(&self, character: char) -> (u8, u8) {
        self.0.get(character as usize).copied().unwrap_or_default()
    }
}

impl CodePage {
    fn new(encoding: &'static Encoding) -> Self {
        let mut bytes = Box::new([0; BEYOND]);
        // Bytes without a character, and readings as Latin-1, come out as C1 controls.
        for byte in 0x80..=0x9F_u8 {
            bytes[usize::from(byte)] = byte;
        }
        for byte in 0x80..=0xFF_u8 {
            let one = [byte];
            let (text, _) = encoding.decode_without_bom_handling(&one);
            for character in text.chars() {
                if let Some(entry) = bytes.get_mut(character as usize) {
                    *entry = byte;
                }
            }
        }
        Self { encoding, bytes }
    }

    /// The byte of the upper half that reads as `character`.
    pub(super) fn byte(&self, character: char) -> Option<u8> {
        self.bytes.get(character as usize).copied().filter(|&byte| byte != 0)
    }

    /// Whether the upper half is Latin letters and signs.
    pub(super) fn is_latin(&self) -> bool {
        [WINDOWS_1250, WINDOWS_1252, WINDOWS_1254].contains(&self.encoding)
    }

    pub(super) fn is_central_european(&self) -> bool {
        self.encoding == WINDOWS_1250
    }
}
