//! Repeats inside one page: the headline again, paragraphs again, and paragraphs that say nothing new.
//!
//! Everything is compared after folding. Exact repeats are found by hash and compared; near repeats are
//! found by shared shingles and verified by containment. Must not know chrome.

use std::borrow::Cow;

use crate::hash::{HashedMap, HashedSet, hash64};
use crate::page::{Cut, Page, Repeats};
use crate::reason::Reason;
use crate::repeat::shingle::{sampled, shingles};
use crate::text::chars::{is_closer, is_terminal, is_wide};

/// Shorter blocks are repeats only as part of a longer run ("Yes.", a refrain, a subhead).
const LEAST_WIDTH: usize = 60;
/// A block that does not end a sentence (a line of verse, a label) needs so much to be a repeat by itself.
const LEAST_WIDTH_OPEN: usize = 120;
/// A near repeat has at least this width; below it one word weighs too much.
const LEAST_WIDTH_NEAR: usize = 80;
/// Share of a block's shingles that must stand in the other block.
const CONTAINMENT: f32 = 0.9;
/// A shingle that stands in more blocks than this leads to none of the later ones. Keeps hostile pages linear.
const MOST_HOLDERS: usize = 6;
/// So many blocks at most are counted as sharing samples with a block.
const MOST_RIVALS: usize = 64;
/// Blocks on either side that tell how well a copy is placed.
const NEIGHBOURHOOD: usize = 4;
/// Copies whose placement differs by less are about equally well placed.
const PLACEMENT_SLACK: f32 = 0.25;
/// A line that stands oftener is no headline but a refrain or a table's heading.
const MOST_HEADLINES: usize = 4;
/// A headline is at least so wide before its copies go.
const LEAST_HEADLINE_WIDTH: usize = 15;

/// A repeat: block `block` says what block `of` says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Repeat {
    /// The block that may go.
    pub block: usize,
    /// The block that stays.
    pub of: usize,
    /// `RepeatedHeadline`, `RepeatedBlock` or `NearRepeat`.
    pub reason: Reason,
    /// Share of the block's shingles that stand in the other.
    pub share: f32,
    /// It stands alone: no neighbour repeats the other's neighbour. An interviewer's question or a table's
    /// heading may do so in an article.
    pub alone: bool,
}

impl Repeat {
    /// The repeat as a cut.
    #[must_use]
    pub fn cut(&self, page: &Page<'_>) -> Cut {
        let block = &page.blocks()[self.block];
        let evidence: Cow<'static, str> = if self.reason == Reason::NearRepeat {
            format!("{:.0} % of its shingles stand in the other block", self.share * 100.0).into()
        } else {
            "equal after folding".into()
        };
        Cut {
            range: block.range.clone(),
            line: block.line,
            reason: self.reason,
            score: self.share,
            evidence,
            repeats: Some(Repeats {
                line: page.blocks()[self.of].line,
            }),
        }
    }
}

/// The repeats of a page, in the order of the page. `headline` is the block that stays of the headline's
/// copies. `placement` says how well each block stands, 0 to 1 (negative: it goes anyway); of copies that
/// stand about equally well, the one among most other text stays, then the first.
///
/// # Panics
///
/// If `placement` is shorter than the page has blocks.
#[must_use]
pub fn repeats(page: &Page<'_>, headline: Option<usize>, placement: &[f32]) -> Vec<Repeat> {
    let mut finder = Finder::new(page, placement);
    finder.headline(headline);
    finder.exact();
    finder.near();
    finder.company();
    finder.found.into_iter().flatten().collect()
}

struct Finder<'p, 'a> {
    page: &'p Page<'a>,
    placement: &'p [f32],
    widths: Vec<usize>,
    /// Blocks by folded text, in order; only texts that stand more than once.
    groups: Vec<Vec<usize>>,
    found: Vec<Option<Repeat>>,
}

impl<'p, 'a> Finder<'p, 'a> {
    fn new(page: &'p Page<'a>, placement: &'p [f32]) -> Self {
        let n = page.len();
        let widths = (0..n).map(|i| width(page.folded(i))).collect();
        let mut first: HashedMap<u64, usize> = HashedMap::default();
        let mut group_of: HashedMap<u64, usize> = HashedMap::default();
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for i in 0..n {
            let key = page.key(i);
            if page.folded(i).is_empty() {
                continue;
            }
            match first.get(&key) {
                None => {
                    first.insert(key, i);
                }
                Some(&j) if page.folded(j) == page.folded(i) => {
                    let g = *group_of.entry(key).or_insert_with(|| {
                        groups.push(vec![j]);
                        groups.len() - 1
                    });
                    groups[g].push(i);
                }
                Some(_) => {}
            }
        }
        Self {
            page,
            placement,
            widths,
            groups,
            found: vec![None; n],
        }
    }

    fn headline(&mut self, headline: Option<usize>) {
        let Some(h) = headline.filter(|&h| self.widths[h] >= LEAST_HEADLINE_WIDTH) else {
            return;
        };
        for group in self
            .groups
            .iter()
            .filter(|g| g.len() <= MOST_HEADLINES && g.contains(&h))
        {
            for &i in group.iter().filter(|&&i| i != h) {
                self.found[i] = Some(Repeat {
                    block: i,
                    of: h,
                    reason: Reason::RepeatedHeadline,
                    share: 1.0,
                    alone: true,
                });
            }
        }
    }

    fn exact(&mut self) {
        let mut repeated = vec![false; self.page.len()];
        for &i in self.groups.iter().flatten() {
            repeated[i] = true;
        }
        for g in 0..self.groups.len() {
            let group = std::mem::take(&mut self.groups[g]);
            let first = group[0];
            let ends = ends_sentence(self.page.block(first));
            let least = if ends { LEAST_WIDTH } else { LEAST_WIDTH_OPEN };
            if self.widths[first] >= least && self.found[first].is_none() && !asks(self.page.block(first)) {
                let kept = self.best_placed(&group, &repeated);
                for &i in group.iter().filter(|&&i| i != kept) {
                    self.found[i] = Some(Repeat {
                        block: i,
                        of: kept,
                        reason: Reason::RepeatedBlock,
                        share: 1.0,
                        alone: true,
                    });
                }
            }
            self.groups[g] = group;
        }
        self.spread();
    }

    /// The copy that stands best; of those about as good the one with most text around it that stands
    /// nowhere else, the nearer the better; of equals the first.
    fn best_placed(&self, group: &[usize], repeated: &[bool]) -> usize {
        let around = |i: usize| -> usize {
            let from = i.saturating_sub(NEIGHBOURHOOD);
            let to = (i + NEIGHBOURHOOD + 1).min(self.page.len());
            (from..to)
                .filter(|&j| !repeated[j] && self.widths[j] >= LEAST_WIDTH)
                .map(|j| self.widths[j] / i.abs_diff(j))
                .sum()
        };
        let highest = group.iter().map(|&i| self.placement[i]).fold(f32::MIN, f32::max);
        let good = |i: usize| self.placement[i] >= 0.0 && self.placement[i] >= highest - PLACEMENT_SLACK;
        let mut best: Option<(usize, usize)> = None;
        for &i in group.iter().filter(|&&i| good(i)) {
            let room = around(i);
            if best.is_none_or(|(most, _)| room > most) {
                best = Some((room, i));
            }
        }
        best.map_or(group[0], |(_, i)| i)
    }

    /// Short blocks beside a repeat go with it if the same blocks stand beside the copy that stays.
    fn spread(&mut self) {
        let n = self.page.len();
        for step in [1i64, -1] {
            let order: Vec<usize> = if step > 0 {
                (0..n).collect()
            } else {
                (0..n).rev().collect()
            };
            for i in order {
                let Some(Repeat {
                    of,
                    reason: Reason::RepeatedBlock,
                    ..
                }) = self.found[i]
                else {
                    continue;
                };
                let (Some(next), Some(next_of)) = (offset(i, step, n), offset(of, step, n)) else {
                    continue;
                };
                if self.found[next].is_none()
                    && self.found[next_of].is_none()
                    && next != next_of
                    && self.page.key(next) == self.page.key(next_of)
                    && self.page.folded(next) == self.page.folded(next_of)
                {
                    self.found[next] = Some(Repeat {
                        block: next,
                        of: next_of,
                        reason: Reason::RepeatedBlock,
                        share: 1.0,
                        alone: true,
                    });
                }
            }
        }
    }

    /// A paragraph that tells something; questions and list items may stand again with reason.
    fn tells(&self, i: usize) -> bool {
        let text = self.page.block(i);
        self.widths[i] >= LEAST_WIDTH && ends_sentence(text) && !asks(text)
    }

    /// Marks the repeats whose neighbour, too, repeats a neighbour of the same copy.
    fn company(&mut self) {
        let n = self.page.len();
        for i in 0..n {
            let Some(repeat) = self.found[i] else { continue };
            let beside = |step: i64| {
                let Some(j) = offset(i, step, n).filter(|&j| self.tells(j)) else {
                    return false;
                };
                self.found[j].is_some_and(|other| Some(other.of) == offset(repeat.of, step, n))
            };
            let alone = !self.tells(i) || (!beside(1) && !beside(-1));
            if let Some(repeat) = &mut self.found[i] {
                repeat.alone = alone;
            }
        }
    }

    fn near(&mut self) {
        let candidates: Vec<usize> = (0..self.page.len())
            .filter(|&i| self.found[i].is_none() && self.widths[i] >= LEAST_WIDTH_NEAR)
            .collect();
        let samples = Samples::of(candidates.iter().map(|&i| self.page.folded(i)));
        // Shorter blocks first, so that a chain of teasers ends at the longest text.
        let mut order: Vec<usize> = (0..candidates.len()).collect();
        order.sort_by_key(|&slot| (self.widths[candidates[slot]], usize::MAX - slot));
        // One long block may hold many short ones: what it says is looked up once.
        let mut wholes: HashedMap<u64, Sayings> = HashedMap::default();
        for slot in order {
            let i = candidates[slot];
            let Some(other) = samples.most_shared(slot) else {
                continue;
            };
            let j = candidates[other];
            let longer = self.widths[j] > self.widths[i] || (self.widths[j] == self.widths[i] && j < i);
            if !longer || self.found[j].is_some() {
                continue;
            }
            let whole = wholes
                .entry(j as u64)
                .or_insert_with(|| Sayings::of(self.page.folded(j)));
            let part = self.page.folded(i);
            let share = whole.share_of(part);
            if share >= CONTAINMENT && whole.has_numbers_of(part) {
                self.found[i] = Some(Repeat {
                    block: i,
                    of: j,
                    reason: Reason::NearRepeat,
                    share,
                    alone: true,
                });
            }
        }
    }
}

/// What a block says: its shingles and its numbers.
struct Sayings {
    shingles: HashedSet<u64>,
    numbers: HashedSet<u64>,
}

impl Sayings {
    fn of(folded: &str) -> Self {
        let mut known = HashedSet::default();
        shingles(folded, |h| {
            known.insert(h);
        });
        Self {
            shingles: known,
            numbers: numbers(folded).map(|t| hash64(t.as_bytes())).collect(),
        }
    }

    /// Share of the part's shingles that stand in the whole.
    fn share_of(&self, part: &str) -> f32 {
        let (mut all, mut shared) = (0u32, 0u32);
        shingles(part, |h| {
            all += 1;
            shared += u32::from(self.shingles.contains(&h));
        });
        shared as f32 / all.max(1) as f32
    }

    /// Every number of the part stands in the whole: "Day 12" is not a repeat of "Day 13".
    fn has_numbers_of(&self, part: &str) -> bool {
        numbers(part).all(|t| self.numbers.contains(&hash64(t.as_bytes())))
    }
}

/// The words of a folded text that hold a digit.
fn numbers(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(' ').filter(|t| t.chars().any(char::is_numeric))
}

fn offset(i: usize, step: i64, n: usize) -> Option<usize> {
    usize::try_from(i as i64 + step).ok().filter(|&j| j < n)
}

/// Width of a folded text: characters, those of scripts without spaces twice.
fn width(folded: &str) -> usize {
    if folded.is_ascii() {
        return folded.len();
    }
    folded.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

fn ends_sentence(text: &str) -> bool {
    text.chars()
        .rev()
        .find(|&c| !is_closer(c) && !c.is_whitespace())
        .is_some_and(is_terminal)
}

/// A question: an interviewer may ask everybody the same.
fn asks(text: &str) -> bool {
    text.trim_end_matches(is_closer).ends_with(['?', '？', '؟'])
}

/// Sampled shingles of blocks, and which blocks hold each.
struct Samples {
    flat: Vec<u64>,
    bounds: Vec<usize>,
    holders: HashedMap<u64, Holders>,
}

/// Blocks that hold a shingle: most are held by one.
#[derive(Clone, Copy)]
struct Holders {
    slots: [u32; MOST_HOLDERS],
    len: u8,
}

impl Samples {
    fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let mut samples = Self {
            flat: Vec::new(),
            bounds: vec![0],
            holders: HashedMap::default(),
        };
        for text in texts {
            sampled(text, |h| samples.flat.push(h));
            samples.bounds.push(samples.flat.len());
        }
        samples.holders.reserve(samples.flat.len());
        for slot in 0..samples.bounds.len() - 1 {
            for &h in &samples.flat[samples.bounds[slot]..samples.bounds[slot + 1]] {
                let holders = samples.holders.entry(h).or_insert(Holders {
                    slots: [0; MOST_HOLDERS],
                    len: 0,
                });
                let len = usize::from(holders.len);
                if len < MOST_HOLDERS && (len == 0 || holders.slots[len - 1] != slot as u32) {
                    holders.slots[len] = slot as u32;
                    holders.len += 1;
                }
            }
        }
        samples
    }

    /// The other block that holds most of this one's samples, if it holds half of them: fewer cannot become
    /// nine tenths of all shingles but by a very unlucky sample.
    fn most_shared(&self, slot: usize) -> Option<usize> {
        let sample = &self.flat[self.bounds[slot]..self.bounds[slot + 1]];
        let mut votes: Vec<(u32, u32)> = Vec::new();
        for h in sample {
            let holders = self.holders[h];
            for &other in holders.slots[..usize::from(holders.len)]
                .iter()
                .filter(|&&o| o as usize != slot)
            {
                if let Some((_, n)) = votes.iter_mut().find(|(o, _)| *o == other) {
                    *n += 1;
                } else if votes.len() < MOST_RIVALS {
                    votes.push((other, 1));
                }
            }
        }
        let &(other, count) = votes.iter().max_by_key(|&&(o, n)| (n, u32::MAX - o))?;
        (count as usize * 2 >= sample.len()).then_some(other as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "The council of Lornby met on Monday evening and voted for the new bridge over the river.";
    const B: &str = "Work is to begin in spring, said the mayor, and will take two years if nothing goes wrong.";
    const C: &str = "The opposition asked where the money was to come from, and left the hall before the vote.";

    fn reasons(text: &str, headline: Option<usize>) -> Vec<(usize, Reason, usize)> {
        let page = Page::new(text);
        let even = vec![0.5; page.len()];
        let line = |i: usize| page.blocks()[i].line;
        repeats(&page, headline, &even)
            .iter()
            .map(|r| (line(r.block), r.reason, line(r.of)))
            .collect()
    }

    #[test]
    fn a_repeated_paragraph_goes_and_the_copy_among_other_prose_stays() {
        let text = format!("{A}\n{A}\n{B}\n{C}");
        assert_eq!(reasons(&text, None), [(1, Reason::RepeatedBlock, 2)]);
    }

    #[test]
    fn case_and_turkish_letters_do_not_hide_a_repeat() {
        let text = "IŞIK DİYARI BELEDİYESİ YENİ KÖPRÜYÜ AÇTI VE HALK BÜYÜK BİR SEVİNÇ YAŞADI BUGÜN.\n\
                    Işık diyarı belediyesi yeni köprüyü açtı ve halk büyük bir sevinç yaşadı bugün.";
        assert_eq!(reasons(text, None).len(), 1);
    }

    #[test]
    fn short_lines_stay_unless_they_go_with_a_longer_repeat() {
        assert!(reasons("Yes.\nNo.\nYes.\nYes.\n", None).is_empty());
        let text = format!("{B}\n{A}\nA new start\n{C}\n{A}\nA new start");
        let found = reasons(&text, None);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().any(|r| r.0 == 6 || r.0 == 3));
    }

    #[test]
    fn a_teaser_that_says_nothing_new_goes() {
        let teaser = "The council of Lornby met on Monday evening and voted for the new bridge over the river. Work...";
        assert_eq!(
            reasons(&format!("{teaser}\n{C}\n{A} {B}"), None),
            [(1, Reason::NearRepeat, 3)]
        );
    }

    #[test]
    fn new_words_and_new_numbers_stay() {
        let more = format!("{A} Nobody spoke against it, though the benches were full and the night was long.");
        assert_eq!(reasons(&format!("{A}\n{more}"), None), [(1, Reason::NearRepeat, 2)]);
        let overlap = "The council of Lornby met on Monday evening, yet it did not find the time to speak of schools.";
        assert!(reasons(&format!("{A}\n{overlap}"), None).is_empty());
        let day = |n: u32| {
            format!("On day {n} of the strike the trains of the northern line stood still again from early morning.")
        };
        assert!(reasons(&format!("{}\n{}", day(12), day(13)), None).is_empty());
    }

    #[test]
    fn the_headline_in_another_case_goes() {
        let text = format!("BRIDGE OVER THE LORN\n{A}\nBridge over the Lorn\n{B}");
        assert_eq!(reasons(&text, Some(0)), [(3, Reason::RepeatedHeadline, 1)]);
    }
}
