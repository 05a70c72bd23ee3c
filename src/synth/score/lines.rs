//! Cut lines against the truth: lines of templates, and paragraphs that stand in several articles.
//!
//! Pages that were dropped have no lines to score. Must not know why a page was dropped.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::pages::Dropped;
use super::{Limits, Removed, Tally, Truth};
use crate::synth::truth::ParagraphRow;
use crate::synth::{Kind, Row};
use crate::text::fold::fold;

/// The reason for which a paragraph goes that other articles have, too.
const ACROSS: &str = "repeated-across-pages";

/// Scores of the cut lines.
#[derive(Debug, Default)]
pub struct LineScores {
    /// Pages that were not dropped.
    pub pages: u64,
    /// Lines of templates that stand on enough pages: gone or still there; and lines of articles that are gone.
    pub templates: Tally,
    /// Of those, headlines of other articles.
    pub related: Tally,
    /// By language.
    pub languages: BTreeMap<String, Tally>,
    /// Lines of articles, to see how few the lost ones are.
    pub content: u64,
    /// The article again: gone or still there.
    pub doubled: Tally,
    /// Places of paragraphs beyond the first: gone or still there; lines of one article only that are gone as such.
    pub paragraphs: Tally,
    /// Paragraphs in several articles: cut somewhere, or listed.
    pub groups: Tally,
    /// Lines of templates that the run lists, by distinct text.
    pub listed: Tally,
}

/// What the run cut, by page.
#[derive(Debug, Default)]
pub struct Lines {
    /// Line and whether it went because other pages have it.
    cuts: HashMap<u32, Vec<(u32, bool)>>,
    /// Folded texts that the run lists as repeated.
    listed: HashSet<String>,
}

impl Lines {
    /// Takes a row of the audit; false if the truth does not know its page.
    pub fn cut(&mut self, truth: &Truth, row: &Removed) -> bool {
        let Some(page) = truth.place(&row.page) else {
            return false;
        };
        self.cuts
            .entry(page)
            .or_default()
            .push((row.line, row.reason == ACROSS));
        true
    }

    /// Takes a text that the run lists as standing on several pages.
    pub fn list(&mut self, text: &str) {
        self.listed.insert(fold(text));
    }

    /// Scores them.
    #[must_use]
    pub fn score(
        &self,
        truth: &Truth,
        paragraphs: &HashMap<u32, ParagraphRow>,
        dropped: &Dropped,
        limits: Limits,
    ) -> LineScores {
        let mut scores = LineScores::default();
        let mut families: HashMap<u32, u32> = HashMap::new();
        truth
            .pages
            .iter()
            .for_each(|known| *families.entry(known.source).or_default() += 1);
        // How often each paragraph stands somewhere, and how often it is cut.
        let mut places: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
        for page in (0..truth.len() as u32).filter(|&page| !dropped.contains(page)) {
            scores.pages += 1;
            let rows = truth.rows(page);
            let cuts = self.cuts.get(&page).map_or(&[][..], Vec::as_slice);
            let gone = Gone::new(&rows, cuts);
            scores.page(truth, page, &gone, limits);
            let known = &truth.pages[page as usize];
            let shared = (0..rows.len()).find(|&line| rows[line].kind.is_shared());
            if let (Some(number), Some(line)) = (known.paragraph, shared) {
                let (stands, cut) = places.entry(number).or_default();
                *stands += 1;
                *cut += u64::from(gone.lines[line]);
            }
            // Copies have whole paragraphs in common, too; what is cut there may be right.
            if families[&known.source] == 1 {
                let wrong = |line: &usize| rows[*line].kind.is_content() && !rows[*line].kind.is_shared();
                scores.paragraphs.wrong += gone.across.iter().filter(|line| wrong(line)).count() as u64;
            }
        }
        for (number, (stands, cut)) in places.into_iter().filter(|(_, (stands, _))| *stands > 1) {
            scores.paragraphs.found += cut.min(stands - 1);
            scores.paragraphs.missed += (stands - 1).saturating_sub(cut);
            let listed = paragraphs.get(&number).is_some_and(|row| self.lists(row));
            scores.groups.count(cut > 0 || listed);
        }
        self.listing(truth, limits, &mut scores);
        scores
    }

    /// Whether the run lists a paragraph: in the form of its first place, which may have other numbers than the rest.
    fn lists(&self, row: &ParagraphRow) -> bool {
        self.listed.contains(&fold(&row.text))
    }

    fn listing(&self, truth: &Truth, limits: Limits, scores: &mut LineScores) {
        if self.listed.is_empty() {
            return;
        }
        let enough = truth
            .templates
            .values()
            .filter(|(pages, _)| *pages >= limits.least_pages);
        let texts: HashSet<String> = enough.map(|(_, text)| fold(text)).collect();
        for text in &texts {
            scores.listed.count(self.listed.contains(text));
        }
    }
}

/// What is gone of a page.
struct Gone {
    /// For each line, from the first.
    lines: Vec<bool>,
    /// Lines that went because other pages have them.
    across: Vec<usize>,
    rows: Vec<Row>,
}

impl Gone {
    fn new(rows: &[Row], cuts: &[(u32, bool)]) -> Self {
        let mut lines = vec![false; rows.len()];
        let mut across = Vec::new();
        for &(line, because_of_others) in cuts {
            let Some(place) = (line as usize).checked_sub(1).filter(|&place| place < rows.len()) else {
                continue;
            };
            lines[place] = true;
            if because_of_others {
                across.push(place);
            }
        }
        Self {
            lines,
            across,
            rows: rows.to_vec(),
        }
    }

    /// The lines of the article that are gone from the page: of an article that stands there twice, in both places.
    /// What went because other pages have it is scored among paragraphs.
    fn lost(&self) -> u64 {
        let of = |wanted: fn(Kind) -> bool| {
            let lines = self.rows.iter().zip(&self.lines).enumerate();
            let lines = lines.filter(move |(_, (row, _))| wanted(row.kind));
            lines.map(|(line, (_, gone))| *gone && !self.across.contains(&line))
        };
        let mut again = of(|kind| kind == Kind::Doubled);
        of(Kind::is_content)
            .map(|gone| u64::from(gone && again.next().unwrap_or(true)))
            .sum()
    }
}

impl LineScores {
    fn page(&mut self, truth: &Truth, page: u32, gone: &Gone, limits: Limits) {
        let language = &truth.languages[usize::from(truth.pages[page as usize].language)];
        let own = self.languages.entry(language.clone()).or_default();
        let lost = gone.lost();
        own.wrong += lost;
        self.templates.wrong += lost;
        // Of an article that stands there twice, either may go.
        let rows = gone.rows.iter().zip(&gone.lines);
        let mut first = rows
            .clone()
            .filter(|(row, _)| row.kind.is_content())
            .map(|(_, &gone)| gone);
        for (row, &gone) in rows {
            self.content += u64::from(row.kind.is_content());
            if row.kind == Kind::Doubled {
                self.doubled.count(first.next().unwrap_or(false) || gone);
            }
            let pages = row
                .template
                .and_then(|id| truth.templates.get(&id))
                .map_or(0, |(pages, _)| *pages);
            if row.kind.is_template() && pages >= limits.least_pages {
                self.templates.count(gone);
                own.count(gone);
                if row.kind == Kind::Related {
                    self.related.count(gone);
                }
            }
        }
    }
}
