//! What the page says about its blocks: its own small words, its runs of prose, its headline.
//!
//! Language-free: nothing here reads a word, all is counted; of the lexicon it only takes that a line is
//! surely no headline.

use crate::chrome::facts::Facts;
use crate::chrome::hints::Hints;
use crate::chrome::segments;
use crate::chrome::shape::{Shape, letters_by_script};
use crate::chrome::stems::{StemSet, Stems};
use crate::chrome::survey::{LONG_WORDS, LONG_WORDS_FALLBACK, Survey, prose_value};
use crate::page::Page;

/// The headline is looked for so many blocks above the prose.
const HEADLINE_REACH: usize = 25;
/// A headline has at least so many letters; menus of scripts without spaces have fewer.
const HEADLINE_LETTERS: u32 = 8;
/// A headline has at most so many words.
const HEADLINE_WORDS: f32 = 30.0;

/// A half-open range of blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Run {
    /// First block.
    pub start: usize,
    /// One past the last block.
    pub end: usize,
}

impl Run {
    /// Whether block `i` lies in it.
    #[must_use]
    pub fn contains(self, i: usize) -> bool {
        (self.start..self.end).contains(&i)
    }

    /// Blocks it holds.
    #[must_use]
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.end <= self.start
    }
}

/// Everything the judges need to know about a page beyond single blocks.
#[derive(Debug)]
pub struct Context<'f> {
    /// The shape of each block.
    pub shapes: &'f [Shape],
    /// Words of each block.
    pub words: Vec<f32>,
    /// Whether each block is a long sentence.
    pub long: Vec<bool>,
    /// Share of each block's stems that are the page's own stop words.
    pub stop_share: Vec<f32>,
    /// Densest run of long sentences, or of words if there are none: the article, as best one sum can tell.
    pub main: Run,
    /// The script of the main run's letters.
    pub script: Option<usize>,
    stems: &'f Stems,
    stop: &'f StemSet,
}

impl<'f> Context<'f> {
    /// Looks at a page.
    #[must_use]
    pub fn of(facts: &'f Facts, survey: &'f Survey) -> Self {
        let (shapes, stems, stop) = (facts.shapes.as_slice(), &facts.stems, &survey.stop);
        let words: Vec<f32> = shapes.iter().map(Shape::words).collect();
        let main = best_run(shapes.iter().map(prose_value))
            .or_else(|| best_run(words.iter().map(|w| w - LONG_WORDS)))
            .unwrap_or_default();
        Self {
            long: long_blocks(shapes, &words),
            stop_share: stems.stop_shares(stop).0,
            script: main_script(shapes, main),
            words,
            main,
            shapes,
            stems,
            stop,
        }
    }

    /// How many blocks the page has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shapes.len()
    }

    /// Whether the page has no block.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shapes.is_empty()
    }

    /// The headline above a run.
    #[must_use]
    pub fn headline_above(&self, page: &Page<'_>, hints: &Hints, run: Run) -> Option<usize> {
        headline(page, hints, self.shapes, &self.words, self.stems, self.stop, run)
    }

    /// Whether most of block `i`'s letters are in another script than the article's.
    #[must_use]
    pub fn foreign(&self, i: usize) -> bool {
        matches!((self.shapes[i].main_script(), self.script), (Some(a), Some(b)) if a != b)
    }
}

fn long_blocks(shapes: &[Shape], words: &[f32]) -> Vec<bool> {
    let with = |least: f32| -> Vec<bool> {
        shapes
            .iter()
            .zip(words)
            .map(|(s, &w)| w >= least && s.terminal())
            .collect()
    };
    let long = with(LONG_WORDS);
    if long.iter().filter(|&&l| l).count() >= 2 {
        long
    } else {
        with(LONG_WORDS_FALLBACK)
    }
}

/// The run with the greatest sum.
fn best_run(values: impl Iterator<Item = f32>) -> Option<Run> {
    let best = segments::best(&segments::maximal(&values.collect::<Vec<_>>()))?;
    Some(Run {
        start: best.start,
        end: best.last + 1,
    })
}

/// The block above (or at the start of) the prose that shares most with it and has a headline's shape.
fn headline(
    page: &Page<'_>,
    hints: &Hints,
    shapes: &[Shape],
    words: &[f32],
    stems: &Stems,
    stop: &StemSet,
    main: Run,
) -> Option<usize> {
    if main.is_empty() {
        return None;
    }
    let said = stems.said(main, stop);
    let mut best: Option<(f32, usize)> = None;
    for i in main.start.saturating_sub(HEADLINE_REACH)..=main.start.min(shapes.len() - 1) {
        let shape = &shapes[i];
        let most = if shape.wide > 0 {
            HEADLINE_WORDS * 1.5
        } else {
            HEADLINE_WORDS
        };
        if words[i] < 2.0
            || shape.letters < HEADLINE_LETTERS
            || words[i] > most
            || (shape.end == crate::chrome::shape::End::Stop && words[i] > 14.0)
            || shape.url
        {
            continue;
        }
        // "Reading time: 4 minutes" shares words with many an article.
        if hints.sure[i] || hints.dates[i].whole {
            continue;
        }
        let (mut content, mut hits) = (0.0f32, 0.0f32);
        for &s in stems.block(i).iter().filter(|&&s| !stop.contains(s)) {
            content += 1.0;
            hits += f32::from(u8::from(said.contains(s)));
        }
        if content < 2.0 {
            continue;
        }
        let share = hits / (content + 1.0) * (hits / 3.0).min(1.0);
        let near = 1.0 / (1.0 + 0.05 * (main.start - i) as f32);
        let open = if shape.terminal() { 0.7 } else { 1.0 };
        let mut score = share * near * open;
        if score > 0.1 {
            score *= 1.0 + 0.5 * echoes(page, i).min(2) as f32;
        }
        if score > 0.2 && best.is_none_or(|(s, _)| score > s) {
            best = Some((score, i));
        }
    }
    best.map(|(_, i)| i)
}

/// How many other blocks hold all of block `i`'s text: alternative texts, footers and share links repeat a
/// headline, nothing repeats a caption.
fn echoes(page: &Page<'_>, i: usize) -> usize {
    let needle = page.folded(i);
    if needle.len() < 12 {
        return 0;
    }
    let finder = memchr::memmem::Finder::new(needle);
    (0..page.len())
        .filter(|&j| j != i && finder.find(page.folded(j).as_bytes()).is_some())
        .take(2)
        .count()
}

fn main_script(shapes: &[Shape], main: Run) -> Option<usize> {
    let run = if main.is_empty() {
        0..shapes.len()
    } else {
        main.start..main.end
    };
    let totals = letters_by_script(shapes[run].iter());
    (0..totals.len()).filter(|&i| totals[i] > 0).max_by_key(|&i| totals[i])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Lexicon;

    const PAGE: &str = "Home\nNews\nSport\nBridge over the Lorn reopens after two years\n\
        The old bridge over the river Lorn was opened again on Monday after two years of work on its piers.\n\
        A new start\n\
        The mayor of the town thanked the workers and said that the bridge had cost less than the council feared.\n\
        People of the town walked over the bridge in the evening and the band of the fire brigade played for them.\n\
        Contact\nImprint";

    #[test]
    fn the_prose_run_holds_the_paragraphs_and_what_lies_between() {
        let page = Page::new(PAGE);
        let facts = Facts::of(&page, Lexicon::built_in());
        let survey = Survey::of(&page, &facts);
        let context = Context::of(&facts, &survey);
        assert_eq!(context.main, Run { start: 4, end: 8 });
    }

    #[test]
    fn the_headline_is_the_line_above_that_shares_most() {
        let page = Page::new(PAGE);
        let facts = Facts::of(&page, Lexicon::built_in());
        let survey = Survey::of(&page, &facts);
        let context = Context::of(&facts, &survey);
        assert_eq!(context.headline_above(&page, &facts.hints, context.main), Some(3));
    }

    #[test]
    fn an_empty_page_has_an_empty_context() {
        let page = Page::new("");
        let facts = Facts::of(&page, Lexicon::built_in());
        let survey = Survey::of(&page, &facts);
        let context = Context::of(&facts, &survey);
        assert!(context.is_empty() && context.main.is_empty());
    }
}
