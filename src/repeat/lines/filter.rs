//! Which lines stand on two pages of a site? Two bits a slot, set by any thread in any order.
//!
//! It only chooses which lines are counted exactly: two lines that share a slot are both counted, and the count tells
//! them apart. Must not know what a count proves.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::hash::HashedSet;
use crate::repeat::lines::key::Lines;
use crate::repeat::lines::site_key;
use crate::repeat::lines::table::DUMP;

/// Slots in a word of memory.
const SLOTS: usize = 32;

/// Seen never, on one page, on two or more.
#[derive(Debug)]
pub struct Filter {
    words: Box<[AtomicU64]>,
}

impl Filter {
    /// A filter of about `bytes` bytes; it keeps its size.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        Self {
            words: (0..(bytes / 8).max(1)).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// Notes the lines of one page; a line that stands on it twice counts once.
    pub fn see(&self, site: u64, lines: &Lines) {
        let mut seen = HashedSet::default();
        let here = lines.keys().iter().flatten().map(|&key| site_key(site, key));
        // Long sentences are looked for in the whole dump, too.
        let sentences = (0..lines.len()).filter(|&i| lines.prose(i));
        let anywhere = sentences.filter_map(|i| lines.keys()[i]).map(|key| site_key(DUMP, key));
        for key in here.chain(anywhere) {
            if seen.insert(key) {
                let (word, once) = self.slot(key);
                // What the bits are in the end depends on how often this is done, not on the order.
                if word.fetch_or(once, Ordering::Relaxed) & once != 0 {
                    word.fetch_or(once << 1, Ordering::Relaxed);
                }
            }
        }
    }

    /// Whether this line may stand on two pages of the site; never wrong when it says no.
    #[must_use]
    pub fn repeated(&self, site: u64, key: u64) -> bool {
        let (word, once) = self.slot(site_key(site, key));
        word.load(Ordering::Relaxed) & (once << 1) != 0
    }

    fn slot(&self, key: u64) -> (&AtomicU64, u64) {
        let slots = self.words.len() as u64 * SLOTS as u64;
        let slot = ((u128::from(key) * u128::from(slots)) >> 64) as usize;
        (&self.words[slot / SLOTS], 1 << (slot % SLOTS * 2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Page;

    fn lines(text: &str) -> Lines {
        Lines::of(&Page::new(text))
    }

    #[test]
    fn a_line_is_repeated_from_the_second_page_of_its_site_on() {
        let filter = Filter::new(1 << 16);
        let [home, news] = ["Home\nHome", "Home\nNews"].map(lines);
        let [at_home, at_news] = [home.keys()[0], news.keys()[1]].map(Option::unwrap_or_default);
        filter.see(1, &home);
        filter.see(2, &home);
        assert!(!filter.repeated(1, at_home));
        filter.see(1, &news);
        assert!(filter.repeated(1, at_home));
        assert!(!filter.repeated(2, at_home));
        assert!(!filter.repeated(1, at_news));
    }

    #[test]
    fn a_filter_too_small_says_yes_too_often_and_never_no() {
        let filter = Filter::new(1);
        let text: Vec<String> = (0..300).map(|i| format!("line {}", "x".repeat(i))).collect();
        let page = lines(&text.join("\n"));
        filter.see(0, &page);
        filter.see(0, &page);
        assert!(page.keys().iter().flatten().all(|&key| filter.repeated(0, key)));
    }
}
