//! A site: its name, its host, and the lines that its templates are made of.
//!
//! Must not know which page stands where.

use std::ops::Range;

use super::language::{Language, push_capital};
use super::prose::{Prose, filled};
use super::rng::Rng;

/// Headlines that a site shows in turns beside its articles.
const RELATED: usize = 30;

/// A site. Its lines have numbers from 0; a part of the template is a range of them.
#[derive(Debug)]
pub struct Site {
    /// Its host.
    pub host: String,
    /// The place of its language.
    pub language: usize,
    /// All lines that may stand on more than one of its pages.
    pub lines: Vec<String>,
    /// The number of its first line among all sites' lines.
    pub first: usize,
    /// Its name: one line.
    pub name: Range<usize>,
    /// Its sections.
    pub menu: Range<usize>,
    /// Where one is: a line for each section.
    pub crumbs: Range<usize>,
    /// Labels for sharing.
    pub share: Range<usize>,
    /// A sentence that praises the site.
    pub pitch: Range<usize>,
    /// What stands above headlines of other articles.
    pub related_label: Range<usize>,
    /// Those headlines.
    pub related: Range<usize>,
    /// Labels at the end, then what lawyers wrote, then whose it is.
    pub footer: Range<usize>,
}

impl Site {
    /// Makes a site. `latin` gives the host its letters.
    #[must_use]
    pub fn make(number: u64, place: usize, language: &Language, latin: &Language, mut rng: Rng, first: usize) -> Self {
        let mut lines = Vec::new();
        let lists = &language.lists;
        let name = name(language, &mut rng);
        let mut part = |made: Vec<String>| {
            let start = lines.len();
            lines.extend(made);
            start..lines.len()
        };
        let word = latin.word(rng.below(4096) as u16);
        let given_word = content_word(language, &mut rng);
        let given = [("name", name.as_str()), ("word", given_word.as_str())];
        let own_name = part(vec![name.clone()]);
        let mut sections = some(&lists.menu, 7, 12, &mut rng);
        let own = rng.between(1, 3);
        sections.extend((0..own).map(|_| content_word(language, &mut rng)));
        let crumbs: Vec<String> = sections
            .iter()
            .map(|section| format!("{} > {section}", lists.menu[0]))
            .collect();
        let menu = part(sections);
        let crumbs = part(crumbs);
        let share = part(some(&lists.share, 3, 5, &mut rng));
        let pitch_line = rng.pick(&lists.pitch).clone();
        let pitch = part(vec![filled(&pitch_line, language, &mut rng, &given)]);
        let related_label = part(vec![rng.pick(&lists.related).clone()]);
        let related = part(headlines(language, &mut rng));
        let mut last = some(&lists.footer, 4, 8, &mut rng);
        let (legal, copyright) = (rng.pick(&lists.legal).clone(), rng.pick(&lists.copyright).clone());
        last.push(filled(&legal, language, &mut rng, &given));
        last.push(filled(&copyright, language, &mut rng, &given));
        let footer = part(last);
        Self {
            host: format!("{word}{number}.example"),
            language: place,
            lines,
            first,
            name: own_name,
            menu,
            crumbs,
            share,
            pitch,
            related_label,
            related,
            footer,
        }
    }
}

/// So many of a list, in its order.
fn some(list: &[String], fewest: usize, most: usize, rng: &mut Rng) -> Vec<String> {
    let mut left = rng.between(fewest, most).min(list.len());
    let mut out = Vec::with_capacity(left);
    for (i, item) in list.iter().enumerate() {
        // Each item with the chance that makes every choice as likely.
        if rng.index(list.len() - i) < left {
            out.push(item.clone());
            left -= 1;
        }
    }
    out
}

fn name(language: &Language, rng: &mut Rng) -> String {
    format!(
        "{}{}{}",
        content_word(language, rng),
        language.lists.join,
        content_word(language, rng)
    )
}

fn content_word(language: &Language, rng: &mut Rng) -> String {
    let mut out = String::new();
    push_capital(language.word(Language::draw(rng)), &mut out);
    out
}

fn headlines(language: &Language, rng: &mut Rng) -> Vec<String> {
    (0..RELATED)
        .map(|_| {
            let mut prose = Prose::new(language, Rng::of(&[rng.bits()]), Rng::of(&[0]));
            prose.headline();
            prose.text
        })
        .collect()
}
