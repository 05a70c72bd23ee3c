//! What is known of every character, worked out block by block as scripts are met: a page of Greek pays for Greek only.
//!
//! Must not know what is known.

use std::sync::OnceLock;

const BLOCK: usize = 256;
/// Blocks of the first two planes; characters beyond are worked out each time.
const BLOCKS: usize = 0x20000 / BLOCK;

/// A value for every character.
pub struct CharTable<T> {
    classify: fn(char) -> T,
    blocks: [OnceLock<Box<[T; BLOCK]>>; BLOCKS],
}

impl<T: Copy> CharTable<T> {
    /// A table of what `classify` says, which is asked when a block is met first.
    #[must_use]
    pub const fn new(classify: fn(char) -> T) -> Self {
        Self {
            classify,
            blocks: [const { OnceLock::new() }; BLOCKS],
        }
    }

    /// The value of a character.
    #[must_use]
    #[inline]
    pub fn get(&self, character: char) -> T {
        let code = character as usize;
        match self.blocks.get(code / BLOCK) {
            Some(block) => block.get_or_init(|| Box::new(self.fill(code / BLOCK)))[code % BLOCK],
            None => (self.classify)(character),
        }
    }

    fn fill(&self, block: usize) -> [T; BLOCK] {
        // Surrogates are no characters, and nobody asks for them.
        let character = |i: usize| char::from_u32((block * BLOCK + i) as u32).unwrap_or(' ');
        std::array::from_fn(|i| (self.classify)(character(i)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_says_what_it_was_told_of_every_character() {
        static TABLE: CharTable<bool> = CharTable::new(char::is_alphabetic);
        for c in ('\0'..='\u{2ffff}')
            .step_by(7)
            .chain(['\u{d7ff}', '\u{e000}', char::MAX])
        {
            assert_eq!(TABLE.get(c), c.is_alphabetic(), "{c:?}");
        }
    }
}
