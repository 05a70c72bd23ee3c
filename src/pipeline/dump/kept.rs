//! Which blocks of a page its judges keep: a bit a block, so that a later pass has the clean text without judging again.
//!
//! Must not know why a block goes.

use std::borrow::Cow;

use crate::page::{Cut, Page};

/// The blocks of a page that stay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Kept {
    /// A bit a block, from the lowest, and none where the rest goes; nothing if all stay.
    bits: Box<[u8]>,
}

impl Kept {
    /// What is left of a page by its cuts, which are in the order of the page.
    pub(super) fn of(page: &Page<'_>, cuts: &[Cut]) -> Self {
        if cuts.is_empty() {
            return Self::default();
        }
        let mut bits = vec![0u8; page.len().div_ceil(8)];
        let mut cuts = cuts.iter().peekable();
        for (i, block) in page.blocks().iter().enumerate() {
            while cuts.next_if(|cut| cut.range.end <= block.range.start).is_some() {}
            let goes = cuts.peek().is_some_and(|cut| cut.range.start < block.range.end);
            bits[i / 8] |= u8::from(!goes) << (i % 8);
        }
        Self { bits: bits.into() }
    }

    /// Whether the whole page stays.
    pub(super) fn is_whole(&self) -> bool {
        self.bits.is_empty()
    }

    /// The same without some of the page's blocks.
    pub(super) fn without(&self, blocks: usize, gone: impl Fn(usize) -> bool) -> Self {
        if !(0..blocks).any(&gone) {
            return self.clone();
        }
        let mut bits = vec![0u8; blocks.div_ceil(8)];
        for i in (0..blocks).filter(|&i| self.holds(i) && !gone(i)) {
            bits[i / 8] |= 1 << (i % 8);
        }
        Self { bits: bits.into() }
    }

    /// Bytes of the blocks that stay.
    pub(super) fn bytes(&self, page: &Page<'_>) -> usize {
        let blocks = page.blocks().iter().enumerate().filter(|&(i, _)| self.holds(i));
        blocks.map(|(_, block)| block.range.len()).sum()
    }

    /// Nothing is left.
    pub(super) fn nothing() -> Self {
        Self { bits: Box::new([0]) }
    }

    /// Whether a block stays.
    pub(super) fn holds(&self, block: usize) -> bool {
        self.bits.is_empty()
            || self
                .bits
                .get(block / 8)
                .is_some_and(|byte| byte >> (block % 8) & 1 == 1)
    }

    /// What is compared of a page: all of it, or the blocks that stay, a line each.
    pub(super) fn clean<'a>(&self, page: &Page<'a>) -> Cow<'a, str> {
        if self.is_whole() {
            return Cow::Borrowed(page.text());
        }
        let mut text = String::with_capacity(page.text().len());
        for i in (0..page.len()).filter(|&i| self.holds(i)) {
            text.push_str(page.block(i));
            text.push('\n');
        }
        Cow::Owned(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reason::Reason;

    #[test]
    fn what_is_not_cut_is_kept() {
        let lines: Vec<String> = (0..20).map(|i| format!("line {i}\n")).collect();
        let text = lines.concat();
        let page = Page::new(&text);
        let cut = |i: usize| Cut {
            range: page.blocks()[i].range.clone(),
            line: i + 1,
            reason: Reason::Menu,
            score: 1.0,
            evidence: "".into(),
            repeats: None,
        };
        assert_eq!(Kept::of(&page, &[]).clean(&page), text);
        let kept = Kept::of(&page, &[cut(0), cut(7), cut(8), cut(19)]);
        assert_eq!(kept.clean(&page), [&lines[1..7], &lines[9..19]].concat().concat());
        let fewer = kept.without(20, |i| i == 0 || i == 18);
        assert_eq!(fewer.clean(&page), [&lines[1..7], &lines[9..18]].concat().concat());
    }
}
