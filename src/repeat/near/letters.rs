//! Words with more than ASCII letters and digits, a character at a time.
//!
//! Characters whose fold is one character, whatever stands beside them, come from a table; a word with any other goes
//! the way of everyone. Must not know where words begin and end.

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::words::{Words, hash_token};
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
        into.folded.extend_from_slice(folded.as_bytes());
        let hashes = tokens(&folded).map(|token| hash_token(token.as_bytes()));
        into.hashes.extend(hashes);
    }
}

/// `None` at the first character that cannot be folded alone.
fn read_by_table(piece: &str, into: &mut Words) -> Option<()> {
    let mut token = into.folded.len();
    // Two marks in a row may have to change places.
    let mut after_mark = false;
    for character in piece.chars() {
        let folded = FOLDS.get(character);
        match folded {
            Fold::To(other) => put(other, into),
            Fold::Wide(other) => {
                end_token(&mut token, into);
                put(other, into);
                end_token(&mut token, into);
            }
            Fold::Space => {
                end_token(&mut token, into);
                into.end_word();
                token = into.folded.len();
            }
            Fold::Nothing => continue,
            Fold::Mark { .. } if after_mark => return None,
            Fold::Mark { wide } => {
                if wide {
                    end_token(&mut token, into);
                }
                put(character, into);
                if wide {
                    end_token(&mut token, into);
                }
            }
            Fold::Context => return None,
        }
        after_mark = matches!(folded, Fold::Mark { .. });
    }
    end_token(&mut token, into);
    Some(())
}

fn put(character: char, into: &mut Words) {
    if character.is_ascii() {
        into.folded.push(character as u8);
    } else {
        into.folded
            .extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

fn end_token(token: &mut usize, into: &mut Words) {
    if into.folded.len() > *token {
        into.hashes.push(hash_token(&into.folded[*token..]));
        *token = into.folded.len();
    }
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
                Fold::Mark { wide: is_wide(c) }
            } else {
                Fold::Context
            }
        }
        (Some(c), None) if is_wide(c) => Fold::Wide(c),
        (Some(c), None) => Fold::To(c),
    }
}
