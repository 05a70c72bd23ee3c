//! An article: a headline, paragraphs, here and there a subhead; perhaps a paragraph that others have, too.
//!
//! Must not know pages, sites or copies.

use super::language::Language;
use super::line::Kind;
use super::prose::{Prose, Spot};
use super::rng::Rng;

/// A line of an article: what it is and its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub kind: Kind,
    /// Its first byte.
    pub start: u32,
    /// The byte after its last.
    pub end: u32,
}

/// An article and what is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Its lines, each but the last with a line end.
    pub text: String,
    /// The same lines.
    pub lines: Vec<Line>,
    /// The content words in them, in order.
    pub spots: Vec<Spot>,
    /// The number of the paragraph it has in common with others.
    pub shared: Option<u64>,
}

/// A paragraph that several articles have.
#[derive(Debug, Clone)]
pub struct Shared {
    /// Its number.
    pub number: u64,
    /// Its words, the same in every article.
    pub words: Rng,
    /// Its numbers and dates.
    pub numbers: Rng,
    /// Whether they are others than elsewhere.
    pub changed: bool,
}

impl Article {
    /// Writes an article.
    #[must_use]
    pub fn write(language: &Language, mut rng: Rng, shared: Option<Shared>) -> Self {
        let numbers = Rng::of(&[rng.bits()]);
        let mut prose = Prose::new(language, rng, numbers);
        prose.text.reserve(6000);
        prose.spots.reserve(600);
        let paragraphs = prose.rng().between(6, 15);
        let place = prose.rng().between(1, paragraphs - 1);
        let number = shared.as_ref().map(|shared| shared.number);
        let mut lines = Lines::default();
        prose.choose_topic();
        prose.headline();
        lines.end(Kind::Headline, &mut prose.text);
        let mut shared = shared;
        for i in 0..paragraphs {
            if i > 1 && prose.rng().percent(12) {
                prose.subhead();
                lines.end(Kind::Subhead, &mut prose.text);
            }
            if let Some(shared) = shared.take_if(|_| i == place) {
                let kind = shared_paragraph(&mut prose, shared);
                lines.end(kind, &mut prose.text);
            }
            let sentences = prose.rng().between(1, 4);
            prose.paragraph(sentences, false);
            lines.end(Kind::Paragraph, &mut prose.text);
        }
        prose.text.pop();
        Self {
            text: prose.text,
            lines: lines.0,
            spots: prose.spots,
            shared: number,
        }
    }

    /// The text of a line.
    #[must_use]
    pub fn line(&self, line: &Line) -> &str {
        &self.text[line.start as usize..line.end as usize]
    }
}

/// A long paragraph with a date and numbers, from its own streams.
fn shared_paragraph(prose: &mut Prose<'_>, shared: Shared) -> Kind {
    prose.aside(shared.words, shared.numbers, |prose| {
        let sentences = prose.rng().between(4, 6);
        prose.paragraph(sentences, true);
    });
    if shared.changed {
        Kind::SharedChanged
    } else {
        Kind::Shared
    }
}

/// Lines that are being written.
#[derive(Debug, Default)]
pub struct Lines(pub Vec<Line>);

impl Lines {
    /// Ends a line: it began where the last one ended.
    pub fn end(&mut self, kind: Kind, text: &mut String) {
        let start = self.0.last().map_or(0, |line| line.end + 1);
        let end = text.len() as u32;
        self.0.push(Line { kind, start, end });
        text.push('\n');
    }
}
