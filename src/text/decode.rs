//! Bytes to text: byte order marks, UTF-8, UTF-16 and UTF-32, legacy code pages, and the refusal of binary data.
//!
//! [`decode`] answers with the text, the encoding it was read as, how that encoding was found, and how many byte
//! sequences were not valid in it, so that a caller can count them, warn or give up.
//! Valid UTF-8 is borrowed and costs its validation.
//!
//! This module sees a slice of bytes and knows neither file names nor streams:
//! [`DecodeError`] says what is wrong and at which byte, and the caller adds the file and the hint.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8};

use super::links::{LinkShares, Marked};

mod binary;

/// What to do with a byte sequence that is not valid in the encoding of the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InvalidPolicy {
    /// Put U+FFFD in its place, or the punctuation mark it stood for where no code page disagrees.
    #[default]
    Replace,
    /// Leave it out.
    Drop,
    /// Refuse the whole text with [`DecodeError::Invalid`].
    Fail,
}

/// How [`decode`] reads.
#[derive(Clone, Copy, Debug, Default)]
pub struct DecodeOptions {
    /// Read as this encoding and ask no further; otherwise the encoding is found out.
    pub encoding: Option<&'static Encoding>,
    /// What to do with invalid sequences.
    pub invalid: InvalidPolicy,
}

/// How the encoding of a text was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodingSource {
    /// Valid UTF-8, or UTF-8 with a few invalid sequences.
    Utf8,
    /// A byte order mark said so.
    Bom,
    /// [`DecodeOptions::encoding`] said so.
    Forced,
    /// Somebody said so who may be wrong, and nothing spoke against it.
    Declared,
    /// Guessed from the bytes.
    Guessed,
    /// UTF-8 in which stray bytes of a Windows code page were read as the punctuation they stand for.
    Mixed,
}

/// A decoded text and how it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text, without a byte order mark. Borrowed when the bytes were valid UTF-8.
    pub text: Cow<'a, str>,
    /// Name of the encoding the bytes were read as.
    pub encoding: &'static str,
    /// How that encoding was found.
    pub source: EncodingSource,
    /// Number of byte sequences that were not valid in the encoding and were replaced or dropped.
    pub invalid: usize,
    /// Byte offset of the first of them.
    pub first_invalid: Option<usize>,
    /// What is known of its links, if it was HTML.
    pub links: LinkShares,
}

/// The text with its links.
impl<'a> From<&'a Decoded<'_>> for Marked<'a> {
    fn from(decoded: &'a Decoded<'_>) -> Self {
        Self {
            text: &decoded.text,
            links: &decoded.links,
        }
    }
}

/// Why bytes did not become text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The bytes are no text in any encoding.
    #[error("binary data, not text: {evidence} at byte {offset}")]
    Binary {
        /// Offset of the first byte that says so.
        offset: usize,
        /// What stands there.
        evidence: &'static str,
    },
    /// A sequence is not valid in the encoding, and [`InvalidPolicy::Fail`] was asked for.
    #[error("invalid {encoding} at byte {offset}")]
    Invalid {
        /// Offset of the first byte of the sequence.
        offset: usize,
        /// The encoding the bytes were read as.
        encoding: &'static str,
    },
}

impl From<binary::Evidence> for DecodeError {
    fn from(found: binary::Evidence) -> Self {
        Self::Binary {
            offset: found.offset,
            evidence: found.what,
        }
    }
}

/// Reads `bytes` as text.
///
/// The order of trust: the encoding that was asked for, a byte order mark, valid UTF-8, UTF-16 shown by its NULs,
/// UTF-8 with a few faults, a guess among the legacy encodings. Binary data is refused before anything is guessed.
///
/// # Errors
///
/// [`DecodeError::Binary`] when the bytes are no text (never when an encoding was asked for),
/// [`DecodeError::Invalid`] on the first invalid sequence under [`InvalidPolicy::Fail`].
///
/// # Examples
///
/// ```
/// use textsieve::text::decode::{DecodeOptions, EncodingSource, decode};
///
/// let page = decode("\u{feff}Київ".as_bytes(), &DecodeOptions::default())?;
/// assert_eq!(page.text, "Київ");
/// assert_eq!(page.source, EncodingSource::Bom);
/// # Ok::<(), textsieve::text::decode::DecodeError>(())
/// ```
pub fn decode<'a>(bytes: &'a [u8], options: &DecodeOptions) -> Result<Decoded<'a>, DecodeError> {
    decode_declared(bytes, None, options)
}

/// Reads `bytes` as text that somebody says is in an encoding: a header, the text itself.
///
/// Such statements are often wrong. They are believed where [`decode`] would guess, that is, behind a byte order mark,
/// all that shows binary data, and UTF-8 with no or few faults, which texts in other encodings are never by chance.
///
/// # Errors
///
/// Those of [`decode`].
pub fn decode_declared<'a>(
    bytes: &'a [u8],
    declared: Option<&'static Encoding>,
    options: &DecodeOptions,
) -> Result<Decoded<'a>, DecodeError> {
    let policy = options.invalid;
    if let Some(encoding) = options.encoding {
        return with_encoding(strip_own_bom(bytes, encoding), encoding, EncodingSource::Forced, policy);
    }
    if let Some(decoded) = by_bom(bytes, policy) {
        return decoded;
    }
    if let Some(found) = binary::magic(bytes) {
        return Err(found.into());
    }
    let whole = Body::whole(bytes);
    if let Some(nul) = memchr::memchr(0, bytes) {
        return match binary::utf16_without_bom(bytes) {
            Some(encoding) => with_encoding(whole, encoding, EncodingSource::Guessed, policy),
            None => Err(DecodeError::Binary {
                offset: nul,
                evidence: "a NUL",
            }),
        };
    }
    if let Some(found) = binary::controls(bytes) {
        return Err(found.into());
    }
    // This one has seven bits, so all of it is valid UTF-8.
    if let Some(encoding) = declared.filter(|&told| told == ISO_2022_JP && bytes.is_ascii()) {
        return with_encoding(whole, encoding, EncodingSource::Declared, policy);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(clean(text, EncodingSource::Utf8));
    }
    if mostly_utf8(bytes) {
        return damaged_utf8(whole, EncodingSource::Utf8, policy);
    }
    match declared.filter(|&told| told != UTF_8) {
        Some(encoding) => with_encoding(whole, encoding, EncodingSource::Declared, policy),
        None => with_encoding(whole, guess(bytes), EncodingSource::Guessed, policy),
    }
}

/// What is left to decode, and how many bytes of a byte order mark stood before it.
#[derive(Clone, Copy)]
struct Body<'a> {
    bytes: &'a [u8],
    skipped: usize,
}

impl<'a> Body<'a> {
    fn whole(bytes: &'a [u8]) -> Self {
        Self { bytes, skipped: 0 }
    }

    fn after(bytes: &'a [u8], skipped: usize) -> Self {
        Self {
            bytes: &bytes[skipped..],
            skipped,
        }
    }
}

fn clean(text: &str, source: EncodingSource) -> Decoded<'_> {
    Decoded {
        text: Cow::Borrowed(text),
        encoding: UTF_8.name(),
        source,
        invalid: 0,
        first_invalid: None,
        links: LinkShares::UNKNOWN,
    }
}

fn strip_own_bom<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Body<'a> {
    match Encoding::for_bom(bytes) {
        Some((found, length)) if found == encoding => Body::after(bytes, length),
        _ => Body::whole(bytes),
    }
}

fn by_bom(bytes: &[u8], policy: InvalidPolicy) -> Option<Result<Decoded<'_>, DecodeError>> {
    // The UTF-32LE mark begins with the UTF-16LE one, so it is asked for first.
    if bytes.starts_with(&[0xFF, 0xFE, 0, 0]) {
        return Some(utf32(Body::after(bytes, 4), "UTF-32LE", u32::from_le_bytes, policy));
    }
    if bytes.starts_with(&[0, 0, 0xFE, 0xFF]) {
        return Some(utf32(Body::after(bytes, 4), "UTF-32BE", u32::from_be_bytes, policy));
    }
    let (encoding, length) = Encoding::for_bom(bytes)?;
    Some(with_encoding(
        Body::after(bytes, length),
        encoding,
        EncodingSource::Bom,
        policy,
    ))
}

fn with_encoding<'a>(
    body: Body<'a>,
    encoding: &'static Encoding,
    source: EncodingSource,
    policy: InvalidPolicy,
) -> Result<Decoded<'a>, DecodeError> {
    if encoding != UTF_8 {
        return legacy(body, encoding, source, policy);
    }
    match std::str::from_utf8(body.bytes) {
        Ok(text) => Ok(clean(text, source)),
        Err(_) => damaged_utf8(body, source, policy),
    }
}

/// Collects text and applies the policy to what is invalid.
struct Sink {
    text: String,
    encoding: &'static str,
    policy: InvalidPolicy,
    invalid: usize,
    first_invalid: Option<usize>,
}

impl Sink {
    fn new(encoding: &'static str, policy: InvalidPolicy, capacity: usize) -> Self {
        Self {
            text: String::with_capacity(capacity),
            encoding,
            policy,
            invalid: 0,
            first_invalid: None,
        }
    }

    fn bad(&mut self, offset: usize, instead: char) -> Result<(), DecodeError> {
        self.invalid += 1;
        self.first_invalid.get_or_insert(offset);
        match self.policy {
            InvalidPolicy::Replace => self.text.push(instead),
            InvalidPolicy::Drop => {}
            InvalidPolicy::Fail => {
                return Err(DecodeError::Invalid {
                    offset,
                    encoding: self.encoding,
                });
            }
        }
        Ok(())
    }

    fn finish<'a>(self, source: EncodingSource) -> Decoded<'a> {
        Decoded {
            text: Cow::Owned(self.text),
            encoding: self.encoding,
            source,
            invalid: self.invalid,
            first_invalid: self.first_invalid,
            links: LinkShares::UNKNOWN,
        }
    }
}

fn legacy<'a>(
    body: Body<'a>,
    encoding: &'static Encoding,
    source: EncodingSource,
    policy: InvalidPolicy,
) -> Result<Decoded<'a>, DecodeError> {
    use encoding_rs::DecoderResult;

    let mut sink = Sink::new(encoding.name(), policy, body.bytes.len());
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut at = 0;
    loop {
        let rest = &body.bytes[at..];
        let room = decoder.max_utf8_buffer_length_without_replacement(rest.len().min(1 << 16));
        sink.text.reserve(room.unwrap_or(1 << 16));
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut sink.text, true);
        at += read;
        match result {
            DecoderResult::InputEmpty => return Ok(sink.finish(source)),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(length, after) => {
                let back = usize::from(length) + usize::from(after);
                sink.bad(body.skipped + at.saturating_sub(back), char::REPLACEMENT_CHARACTER)?;
            }
        }
    }
}

fn utf32<'a>(
    body: Body<'a>,
    encoding: &'static str,
    read: fn([u8; 4]) -> u32,
    policy: InvalidPolicy,
) -> Result<Decoded<'a>, DecodeError> {
    let mut sink = Sink::new(encoding, policy, body.bytes.len() / 4);
    let (units, rest) = body.bytes.as_chunks::<4>();
    for (index, &unit) in units.iter().enumerate() {
        match char::from_u32(read(unit)) {
            Some(character) => sink.text.push(character),
            None => sink.bad(body.skipped + index * 4, char::REPLACEMENT_CHARACTER)?,
        }
    }
    if !rest.is_empty() {
        sink.bad(body.skipped + units.len() * 4, char::REPLACEMENT_CHARACTER)?;
    }
    Ok(sink.finish(EncodingSource::Bom))
}

/// Whether the bytes are UTF-8 with faults, and not a legacy encoding.
///
/// Bytes of a legacy text hardly ever form valid multi-byte sequences, so a few faults among many valid sequences
/// are faults. In a short text one stray byte is more than the hundredth part, hence the second test.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut valid, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().bytes().filter(|&byte| byte >= 0xC0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    bad * 99 <= valid || (bad <= 2 && valid >= 4 * bad)
}

fn damaged_utf8(body: Body<'_>, source: EncodingSource, policy: InvalidPolicy) -> Result<Decoded<'_>, DecodeError> {
    let mut sink = Sink::new(UTF_8.name(), policy, body.bytes.len());
    let mut mixed = false;
    let mut at = 0;
    for chunk in body.bytes.utf8_chunks() {
        sink.text.push_str(chunk.valid());
        at += chunk.valid().len();
        if chunk.invalid().is_empty() {
            continue;
        }
        let mark = stray_windows_mark(body.bytes, at);
        mixed |= mark.is_some();
        sink.bad(body.skipped + at, mark.unwrap_or(char::REPLACEMENT_CHARACTER))?;
        at += chunk.invalid().len();
    }
    let mixed = mixed && policy == InvalidPolicy::Replace && source == EncodingSource::Utf8;
    Ok(sink.finish(if mixed { EncodingSource::Mixed } else { source }))
}

/// The punctuation mark that the invalid byte at `at` stands for in all of windows-1250, 1251, 1252, 1254 and 1257.
///
/// A byte of a torn UTF-8 sequence looks the same, so the mark must stand between two ASCII characters:
/// a tear leaves more than one byte or touches the next sequence.
fn stray_windows_mark(bytes: &[u8], at: usize) -> Option<char> {
    let before = at.checked_sub(1).and_then(|index| bytes.get(index))?;
    let after = bytes.get(at + 1)?;
    if !before.is_ascii() || !after.is_ascii() {
        return None;
    }
    Some(match bytes[at] {
        0x82 => '‚',
        0x84 => '„',
        0x85 => '…',
        0x8B => '‹',
        0x91 => '‘',
        0x92 => '’',
        0x93 => '“',
        0x94 => '”',
        0x95 => '•',
        0x96 => '–',
        0x97 => '—',
        0x99 => '™',
        0x9B => '›',
        0xA0 => '\u{A0}',
        0xA7 => '§',
        0xA9 => '©',
        0xAB => '«',
        0xAE => '®',
        0xB0 => '°',
        0xB7 => '·',
        0xBB => '»',
        _ => return None,
    })
}

/// Guesses among the legacy encodings from the first stretch that holds anything but ASCII.
fn guess(bytes: &[u8]) -> &'static Encoding {
    // More than this does not change the answer and costs a pass over the whole file for every candidate.
    const ENOUGH: usize = 1 << 18;

    let start = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    // The detector scores pairs, so the word before the first non-ASCII byte belongs to the evidence.
    let start = start.saturating_sub(64);
    let end = bytes.len().min(start + ENOUGH);
    // ISO-2022-JP is seven-bit, so it has passed as UTF-8 long before this.
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[start..end], end == bytes.len());
    detector.guess(None, Utf8Detection::Deny)
}

#[cfg(test)]
mod tests;
