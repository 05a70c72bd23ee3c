//! Which lines of a page its site's template wrote: by place, order and company.
//!
//! "Parameters" and "See also" stand on most pages of a manual and are content; a menu's lines stand in the same run,
//! at the same place, as often on each page. Runs that are surely the template's come first; what stands between them,
//! or always next to them, follows. The figures were chosen on whole sites of news and of documentation, each judged by
//! constants that hold for all others. Must not know how a page is judged.

use crate::repeat::lines::key::Lines;
use crate::repeat::lines::row::{Fact, MOST_ARTICLES};
use crate::repeat::lines::template::Site;

/// Two lines are linked if each stands beside the other on this share of its pages …
const LINKED: f32 = 0.5;
/// … or at one line's distance on this share: what stands between changes from page to page.
const LINKED_OVER: f32 = 0.8;
/// A template has a line as often on each page: so it is on this share of the pages …
const STEADY: f32 = 0.7;
/// … and on this share if nothing else speaks for it but that it is the template's elsewhere on the page.
const VERY_STEADY: f32 = 0.9;
/// A run that reaches the page's edge needs so many articles, and to stand there on this share of its pages.
const EDGE_ARTICLES: u8 = 3;
const AT_EDGE: f32 = 0.8;
const SURELY_AT_EDGE: f32 = 0.9;
/// A run of three lines anywhere is the template's on this share of the site's articles, a long run on fewer.
const RUN: usize = 3;
const RUN_SHARE: f32 = 0.8;
const LONG_RUN: usize = 8;
const LONG_RUN_SHARE: f32 = 0.3;
/// A line alone is, on this share, if it keeps its distance from an edge of the page so well.
const PLACE_SHARE: f32 = 0.5;
const PLACE_SPREAD: f32 = 1.0;
const PLACE_OFF: f32 = 2.0;
/// The next line of a template follows it on this share of the pages.
const FOLLOWS: f32 = 0.9;
/// Lines between two of the template's, of which one may change from page to page: each has its neighbour on this share.
const BETWEEN: usize = 4;
const BETWEEN_LINKED: f32 = 0.8;
const BETWEEN_ONE: f32 = 0.6;
/// So many lines between the template and the page's edge are the template's.
const OUTSIDE: usize = 3;
/// What grows onto the template stands on so many articles …
const GROWN_ARTICLES: u8 = 5;
/// … and, where it names the way to the page or stands on it twice, keeps its place so well.
const GROWN_SPREAD: f32 = 1.5;
const TWICE: f32 = 1.5;
/// So many lines from the page's ends, on average, are at its ends.
const END: f32 = 12.0;
/// A run of so many template lines parts a page; what lies beyond it, away from the prose, is the template's, too.
const PARTING_RUN: usize = 5;
/// So many sentences tell where the prose is.
const PARTED_SENTENCES: usize = 2;
/// A sentence between template lines needs so many articles: two may quote the same.
const SENTENCE_ARTICLES: u8 = 3;

/// What is known of the lines of one page and of their neighbours.
pub(super) struct Company<'p> {
    pub lines: &'p Lines,
    /// What is known of each line; nothing for a line of one article.
    pub facts: Vec<Option<Fact>>,
    /// Pages that have lines `i - 1` and `i` as neighbours; ends of the page are lines, too.
    pub beside: Vec<u32>,
    /// Pages that have lines `i - 1` and `i + 1` with one between.
    pub over: Vec<u32>,
    pub site: Site,
}

impl Company<'_> {
    fn len(&self) -> usize {
        self.facts.len()
    }

    fn articles(&self, i: usize) -> u8 {
        self.facts[i].map_or(0, |fact| fact.articles)
    }

    fn steady(&self, i: usize) -> bool {
        self.facts[i].is_some_and(|fact| fact.steady >= STEADY)
    }

    /// Share of the site's articles: exact while they are counted exactly, else by pages.
    fn share(&self, i: usize) -> f32 {
        let Some(fact) = self.facts[i] else { return 0.0 };
        if usize::from(fact.articles) < MOST_ARTICLES {
            f32::from(fact.articles) / self.site.articles.max(1) as f32
        } else {
            fact.pages as f32 / self.site.pages.max(1) as f32
        }
    }

    /// Pages of line `i - 1`, where line 0 is the page's upper end.
    fn pages(&self, i: usize) -> f32 {
        match i.checked_sub(1).and_then(|i| self.facts.get(i)) {
            None => self.site.pages as f32,
            Some(fact) => fact.map_or(f32::INFINITY, |fact| fact.pages as f32),
        }
    }

    /// Share of line `i - 1`'s pages on which line `i` follows it.
    fn down(&self, i: usize) -> f32 {
        self.beside[i] as f32 / self.pages(i)
    }

    /// Share of line `i`'s pages on which it follows line `i - 1`.
    fn up(&self, i: usize) -> f32 {
        self.beside[i] as f32 / self.pages(i + 1)
    }

    /// Which lines are the template's.
    pub fn template(&self) -> Vec<bool> {
        let mut sure = vec![false; self.len()];
        for run in self.runs() {
            if self.is_template(&run) {
                for i in run {
                    sure[i] = true;
                }
            }
        }
        self.walk_from_edges(&mut sure);
        self.fill_between(&mut sure);
        self.grow(&mut sure);
        self.fill_between(&mut sure);
        self.beyond_the_prose(&mut sure);
        sure
    }

    /// Lines that are linked, directly or over a line that changes.
    fn runs(&self) -> Vec<Vec<usize>> {
        let n = self.len();
        let known = |i: usize| self.facts[i].is_some();
        // The run of each line: links lead downwards only, so the line above has its run already.
        let mut run_of: Vec<usize> = (0..n).collect();
        for i in 1..n {
            if known(i) && known(i - 1) && self.down(i).min(self.up(i)) >= LINKED {
                run_of[i] = run_of[i - 1];
            } else if i >= 2 && known(i) && known(i - 2) {
                let over = self.over[i - 1] as f32;
                if (over / self.pages(i - 1)).min(over / self.pages(i + 1)) >= LINKED_OVER {
                    run_of[i] = run_of[i - 2];
                }
            }
        }
        let mut runs: Vec<Vec<usize>> = vec![Vec::new(); n];
        for i in (0..n).filter(|&i| known(i)) {
            runs[run_of[i]].push(i);
        }
        runs.retain(|run| !run.is_empty());
        runs
    }

    fn is_template(&self, run: &[usize]) -> bool {
        let (n, len) = (self.len(), run.len());
        let steady: f32 = run.iter().filter_map(|&i| self.facts[i]).map(|fact| fact.steady).sum();
        if steady < STEADY * len as f32 {
            return false;
        }
        let middle = |mut shares: Vec<f32>| {
            shares.sort_unstable_by(f32::total_cmp);
            shares[len / 2]
        };
        let share = middle(run.iter().map(|&i| self.share(i)).collect());
        let articles = middle(run.iter().map(|&i| f32::from(self.articles(i))).collect());
        let at_top = if run[0] == 0 { self.up(0) } else { 0.0 };
        let at_bottom = if run[len - 1] == n - 1 { self.down(n) } else { 0.0 };
        let edge = at_top.max(at_bottom);
        (edge >= SURELY_AT_EDGE && share >= PLACE_SHARE)
            || (edge >= AT_EDGE && len >= 2 && articles >= f32::from(EDGE_ARTICLES))
            || (len >= LONG_RUN && share >= LONG_RUN_SHARE)
            || (len >= RUN && share >= RUN_SHARE)
            || (share >= PLACE_SHARE && run.iter().any(|&i| self.keeps_place(i)))
    }

    /// Whether line `i` keeps its distance from an edge of the page, and stands there on this page, too.
    fn keeps_place(&self, i: usize) -> bool {
        self.facts[i].is_some_and(|fact| {
            let here = [(fact.above, i), (fact.below, self.len() - 1 - i)];
            here.iter()
                .any(|(spot, at)| spot.spread <= PLACE_SPREAD && (*at as f32 - spot.mean).abs() <= PLACE_OFF)
        })
    }

    /// From each edge as far as every line is nearly always followed by the next.
    fn walk_from_edges(&self, sure: &mut [bool]) {
        let n = self.len();
        let starts = |i: usize| self.articles(i) >= EDGE_ARTICLES && self.steady(i);
        if n < 2 {
            return;
        }
        if starts(0) && self.up(0) >= SURELY_AT_EDGE {
            let end = (1..n)
                .find(|&i| self.facts[i].is_none() || self.down(i) < FOLLOWS)
                .unwrap_or(n);
            if end > 1 {
                sure[..end].fill(true);
            }
        }
        if starts(n - 1) && self.down(n) >= SURELY_AT_EDGE {
            let start = (0..n - 1)
                .rev()
                .find(|&i| self.facts[i].is_none() || self.up(i + 1) < FOLLOWS)
                .map_or(0, |i| i + 1);
            if start < n - 1 {
                sure[start..].fill(true);
            }
        }
    }

    /// A repeated line, and not a sentence that two articles may quote.
    fn may_fill(&self, i: usize) -> bool {
        self.articles(i) >= if self.lines.prose(i) { SENTENCE_ARTICLES } else { 2 }
    }

    /// Repeated lines between the template's lines, and between these and the page's edges.
    fn fill_between(&self, sure: &mut [bool]) {
        let n = self.len();
        let mut last: Option<usize> = None;
        for i in 0..=n {
            if i < n && !sure[i] {
                continue;
            }
            let start = last.map_or(0, |last| last + 1);
            let gap = i - start;
            if last.is_none() || i == n {
                if gap <= OUTSIDE && gap < n {
                    (start..i).filter(|&t| self.may_fill(t)).for_each(|t| sure[t] = true);
                }
            } else if gap == 1 {
                sure[start] = self.may_fill(start) && self.up(start).max(self.down(i)) >= BETWEEN_ONE;
            } else if gap <= BETWEEN {
                let mut t = start;
                while t < i && self.may_fill(t) && self.up(t) >= BETWEEN_LINKED {
                    sure[t] = true;
                    t += 1;
                }
                let mut u = i;
                while u > t && self.may_fill(u - 1) && self.down(u) >= BETWEEN_LINKED {
                    sure[u - 1] = true;
                    u -= 1;
                }
            }
            last = Some(i);
        }
    }

    /// What stands next to the template for a reason that holds on all pages.
    fn grow(&self, sure: &mut [bool]) {
        for _ in 0..2 {
            let template: Vec<u64> = (0..self.len())
                .filter(|&i| sure[i])
                .filter_map(|i| self.lines.keys()[i])
                .collect();
            let here: crate::hash::HashedSet<u64> = template.into_iter().collect();
            let known = |i: usize| self.lines.keys()[i].is_some_and(|key| here.contains(&key));
            for i in (0..self.len()).chain((0..self.len()).rev()) {
                if !sure[i] && self.articles(i) >= GROWN_ARTICLES && self.steady(i) {
                    sure[i] = self.grows(i, known(i), sure);
                }
            }
        }
    }

    /// Whether line `i` has one copy near the top and one near the bottom of its pages, and this is one of them.
    fn at_both_ends(&self, i: usize) -> bool {
        let below = self.len() - 1 - i;
        self.facts[i].is_some_and(|fact| {
            let (top, bottom) = (fact.above.mean, fact.below.mean);
            let here = (i as f32 - top).abs().min((below as f32 - bottom).abs());
            top.max(bottom) <= END && here <= PLACE_OFF
        })
    }

    fn grows(&self, i: usize, known: bool, sure: &[bool]) -> bool {
        let at = |j: Option<usize>| j.and_then(|j| sure.get(j)).copied().unwrap_or(false);
        let (above, below) = (at(i.checked_sub(1)), at(Some(i + 1)));
        let Some(fact) = self.facts[i] else { return false };
        let (least, most) = (
            fact.above.spread.min(fact.below.spread),
            fact.above.spread.max(fact.below.spread),
        );
        let twice = fact.copies > TWICE;
        if !above && !below {
            let near = i < 2 || i + 2 >= self.len() || at(i.checked_sub(2)) || at(Some(i + 2));
            let everywhere = fact.steady >= VERY_STEADY && self.share(i) >= PLACE_SHARE;
            return twice && ((known && everywhere) || (near && self.at_both_ends(i)));
        }
        let always = (above && self.down(i) >= FOLLOWS) || (below && self.up(i + 1) >= FOLLOWS);
        let belongs = (above && self.up(i) >= FOLLOWS) || (below && self.down(i + 1) >= FOLLOWS);
        always
            || (twice && (known || most <= GROWN_SPREAD))
            || self.share(i) >= PLACE_SHARE
            || (belongs && least <= GROWN_SPREAD && self.lines.path(i))
    }

    /// Where a long run of the template parts the page and all sentences stand on one side of it, the repeated lines
    /// on the other side are its: a table of contents above the menu.
    fn beyond_the_prose(&self, sure: &mut [bool]) {
        let n = self.len();
        let prose: Vec<usize> = (0..n).filter(|&i| self.lines.prose(i) && !sure[i]).collect();
        if prose.len() < PARTED_SENTENCES {
            return;
        }
        let (first, last) = (prose[0], prose[prose.len() - 1]);
        let template = sure.to_vec();
        let mut start = 0;
        for run in template.chunk_by(|a, b| a == b) {
            let end = start + run.len();
            if run[0] && run.len() >= PARTING_RUN {
                let beyond = if first >= end {
                    0..start
                } else if last < start {
                    end..n
                } else {
                    0..0
                };
                for i in beyond.filter(|&i| self.articles(i) >= 2) {
                    sure[i] = true;
                }
            }
            start = end;
        }
    }
}
