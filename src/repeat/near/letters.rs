//! Words with more than ASCII letters and digits, a character at a time.
//!
//! Characters whose fold is one character, whatever stands beside them, come from a table; a word with any other goes
//! the way of everyone. Must not know where words begin and end.

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::words::{WORD, Words, hash_token, mix_word};
use crate::text::char_table::CharTable;
use crate::text::chars::is_wide;
use crate::text::fold::{fold, fold_into};
use crate::text::tokens::tokens;

/// Appends a piece of text that stands between ASCII spaces or punctuation, so that its fold depends on nothing else.
pub(super) fn read(piece: &str, into: &mut Words) {
    let (bytes, count) = (into.folded.len(), into.hashes.len());
    if read_by_table(piece, into).is_none() {
        into.folded.truncate(bytes);
        into.hashes.truncate(count);
        let mut folded = String::new();
        fold_into(piece, &mut folded);
        into.folded.push(folded.as_bytes());
        let hashes = tokens(&folded).map(|token| hash_token(token.as_bytes()));
        into.hashes.extend(hashes);
    }
}

/// `None` at the first character that cannot be folded alone.
fn read_by_table(piece: &str, into: &mut Words) -> Option<()> {
    let mut token = into.folded.len();
    // Of the mark before, or nought.
    let mut before = 0;
    for character in piece.chars() {
        let folded = FOLDS.get(character);
        match folded {
            Fold::To(other) => {
                put(other, into);
            }
            Fold::Wide(other) => {
                end_token(&mut token, into);
                put_token(other, into);
                token = into.folded.len();
            }
            Fold::Space => {
                end_token(&mut token, into);
                into.end_word();
                token = into.folded.len();
            }
            Fold::Nothing => continue,
            // These have to change places.
            Fold::Mark { class, .. } if class < before => return None,
            Fold::Mark { wide: true, .. } => {
                end_token(&mut token, into);
                put_token(character, into);
                token = into.folded.len();
            }
            Fold::Mark { .. } => {
                put(character, into);
            }
            Fold::Context => return None,
        }
        before = match folded {
            Fold::Mark { class, .. } => class,
            _ => 0,
        };
    }
    end_token(&mut token, into);
    Some(())
}

/// Appends a character and returns its bytes as a number.
#[inline]
fn put(character: char, into: &mut Words) -> u64 {
    let mut bytes = [0; WORD];
    let length = character.encode_utf8(&mut bytes).len();
    let word = u64::from_le_bytes(bytes);
    into.folded.push_some(word, length);
    word
}

/// A character that is a token by itself.
#[inline]
fn put_token(character: char, into: &mut Words) {
    let word = put(character, into);
    into.hashes.push(mix_word(word));
}

#[inline]
fn end_token(token: &mut usize, into: &mut Words) {
    let length = into.folded.len() - *token;
    if length == 0 {
        return;
    }
    let bytes = into.folded.bytes();
    let hash = match bytes.last_chunk() {
        // What stands before a short token is shifted out.
        Some(last) if length <= WORD => mix_word(u64::from_le_bytes(*last) >> (8 * (WORD - length))),
        _ => hash_token(&bytes[*token..]),
    };
    into.hashes.push(hash);
    *token = into.folded.len();
}

/// What the table says about one character.
#[derive(Clone, Copy)]
enum Fold {
    /// Folds to one character.
    To(char),
    /// Folds to one character, which is a token of its own.
    Wide(char),
    Space,
    Nothing,
    /// Folds to itself and stands above or below a letter.
    Mark {
        /// Its class: behind a mark of a higher one it has to change places with it.
        class: u8,
        wide: bool,
    },
    /// Folds to several characters, or may compose with its neighbours.
    Context,
}

static FOLDS: CharTable<Fold> = CharTable::new(classify);

fn classify(character: char) -> Fold {
    let first = std::iter::once(character).nfkd().next();
    if first.is_none_or(|c| is_nfc_quick(std::iter::once(c)) == IsNormalized::Maybe) {
        return Fold::Context;
    }
    // Between letters, because a space is not written at the ends.
    let folded = fold(&format!("a{character}a"));
    let middle = folded.strip_prefix('a').and_then(|rest| rest.strip_suffix('a'));
    let mut middle = middle.unwrap_or("  ").chars();
    match (middle.next(), middle.next()) {
        (None, _) => Fold::Nothing,
        (Some(_), Some(_)) => Fold::Context,
        (Some(' '), None) => Fold::Space,
        (Some(c), None) if canonical_combining_class(c) != 0 => {
            if c == character {
                Fold::Mark {
                    class: canonical_combining_class(c),
                    wide: is_wide(c),
                }
            } else {
                Fold::Context
            }
        }
        (Some(c), None) if is_wide(c) => Fold::Wide(c),
        (Some(c), None) => Fold::To(c),
    }
}
