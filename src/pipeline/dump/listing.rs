//! The list of lines that stand on several articles: what was taken for a template, and paragraphs that articles share.
//!
//! Every batch lists what its pages showed; the lists are added up in input order. Must not know what becomes of a line.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::hash::HashedMap;
use crate::page::Page;
use crate::pipeline::dump::OFTEN;
use crate::repeat::lines::{At, LineEvidence, Lines, Strength};

/// So many pages are named for each line.
const SAMPLES: usize = 3;

/// What a line that repeats is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    /// The template of a site wrote it.
    Template,
    /// It stands on many articles of a site, as templates do and headings may.
    Repeated,
    /// A paragraph that several articles have.
    Paragraph,
}

/// Lines by their key.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::pipeline) struct Listing(HashedMap<u64, Listed>);

#[derive(Debug, Serialize, Deserialize)]
struct Listed {
    /// As it stands where it was met first: page and block.
    text: String,
    first: (u32, usize),
    kind: Kind,
    /// Pages and articles by site, as far as they are known by site.
    sites: BTreeMap<u64, [u32; 2]>,
    /// Pages and articles in the dump, of a paragraph.
    dump: [u32; 2],
    samples: Vec<u32>,
}

/// A line of the list.
#[derive(Debug, Serialize)]
pub(in crate::pipeline) struct Row<'a> {
    /// The line, as it stands where it was met first.
    text: &'a str,
    kind: Kind,
    pages: u32,
    /// Distinct articles, of which at most sixteen a site are counted.
    articles: u32,
    sites: usize,
    samples: Vec<String>,
}

impl Listing {
    /// Lists the lines of a page.
    pub(in crate::pipeline) fn note(&mut self, at: At, page: &Page<'_>, lines: &Lines, known: &[Option<LineEvidence>]) {
        for (i, evidence) in known.iter().enumerate() {
            let (Some(evidence), Some(key)) = (evidence, lines.keys()[i]) else {
                continue;
            };
            let counts = [evidence.pages, evidence.articles];
            let (kind, own, dump) = match evidence.strength {
                Strength::Sure => (Kind::Template, counts, [0; 2]),
                Strength::Supporting if evidence.articles >= OFTEN => (Kind::Repeated, counts, [0; 2]),
                Strength::Supporting => continue,
                Strength::Listed => (Kind::Paragraph, [0; 2], counts),
            };
            let listed = self.0.entry(key).or_insert_with(|| Listed {
                text: page.block(i).to_owned(),
                first: (at.page, i),
                kind,
                sites: BTreeMap::new(),
                dump,
                samples: Vec::new(),
            });
            listed.kind = listed.kind.min(kind);
            listed.sites.insert(at.site, own);
            if listed.samples.len() < SAMPLES && listed.samples.last() != Some(&at.page) {
                listed.samples.push(at.page);
            }
        }
    }

    /// Adds the list of later pages.
    pub(in crate::pipeline) fn merge(&mut self, later: Self) {
        for (key, more) in later.0 {
            match self.0.get_mut(&key) {
                None => {
                    self.0.insert(key, more);
                }
                Some(listed) => {
                    listed.kind = listed.kind.min(more.kind);
                    listed.sites.extend(more.sites);
                    listed.dump = [0, 1].map(|i| listed.dump[i].max(more.dump[i]));
                    let room = SAMPLES - listed.samples.len();
                    listed.samples.extend(more.samples.into_iter().take(room));
                }
            }
        }
    }

    /// The rows, in the order in which lines were met; `name` says what a page is called.
    pub(in crate::pipeline) fn rows<'a>(&'a self, name: impl Fn(u32) -> String + 'a) -> impl Iterator<Item = Row<'a>> {
        let mut all: Vec<&Listed> = self.0.values().collect();
        all.sort_unstable_by_key(|listed| listed.first);
        all.into_iter().map(move |listed| {
            let sum = |i: usize| listed.sites.values().map(|counts| counts[i]).sum::<u32>();
            Row {
                text: &listed.text,
                kind: listed.kind,
                pages: sum(0).max(listed.dump[0]),
                articles: sum(1).max(listed.dump[1]),
                sites: listed.sites.len(),
                samples: listed.samples.iter().map(|&page| name(page)).collect(),
            }
        })
    }
}
