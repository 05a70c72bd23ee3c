//! The numbers a scorer sees: one row of bytes a block, language-free but for the lexicon's hint counts.
//!
//! All is computed over units ([`crate::chrome::units`]) and handed to their lines. Must not know weights, nor rules.

mod company;
mod cues;
mod own;
mod regions;
mod runs;
mod scale;
mod topic;

use std::sync::LazyLock;

use crate::chrome::facts::Facts;
use crate::chrome::survey::Survey;

/// Names of the features, in the order of a row.
#[must_use]
pub fn names() -> &'static [String] {
    static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let names = unit_names().into_iter().chain(own::LINE.iter().copied());
        names.map(str::to_owned).chain(neighbour_names()).collect()
    });
    &NAMES
}

/// Names of what is known of a unit.
fn unit_names() -> Vec<&'static str> {
    [
        own::UNIT,
        &runs::NAMES.concat(),
        &["votes"],
        &regions::NAMES.concat(),
        topic::NAMES,
        &company::names(),
        &cues::NAMES.concat(),
    ]
    .concat()
}

/// What of the neighbours is worth a look: columns of a unit's row.
const NEIGHBOUR: [&str; 7] = [
    "words",
    "terminal",
    "end",
    "start",
    "digit-share",
    "stop-share",
    "copies",
];
/// Neighbours at these distances are looked at.
const OFFSETS: [i32; 4] = [-2, -1, 1, 2];

fn neighbour_names() -> impl Iterator<Item = String> {
    OFFSETS
        .iter()
        .flat_map(|d| NEIGHBOUR.map(|name| format!("{name}{d:+}")))
}

/// The columns of [`NEIGHBOUR`].
fn neighbour_columns() -> [usize; NEIGHBOUR.len()] {
    static COLUMNS: LazyLock<[usize; NEIGHBOUR.len()]> = LazyLock::new(|| {
        let names = unit_names();
        // A test looks for every name.
        NEIGHBOUR.map(|name| names.iter().position(|&n| n == name).unwrap_or_default())
    });
    *COLUMNS
}

/// Rows of features, one a block, each a byte on the scale of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Features {
    rows: Vec<u8>,
    width: usize,
}

impl Features {
    /// Computes the features of every block.
    #[must_use]
    pub fn of(facts: &Facts, survey: &Survey) -> Self {
        let (units, width) = (&survey.units, names().len());
        if units.is_empty() {
            return Self {
                rows: Vec::new(),
                width,
            };
        }
        let topic = topic::Topic::of(survey);
        let runs = runs::Runs::of(survey);
        let regions = regions::Regions::of(survey, topic.phrases());
        let company = company::Company::of(survey, &topic);
        let cues = cues::Cues::of(survey);
        let mut by_unit = Vec::with_capacity(units.len() * width);
        for u in 0..units.len() {
            own::unit(&mut by_unit, survey, u);
            runs.push(&mut by_unit, u);
            regions.push(&mut by_unit, u);
            topic.push(&mut by_unit, u);
            company.push(&mut by_unit, u);
            cues.push(&mut by_unit, u);
        }
        let unit_width = by_unit.len() / units.len();
        let columns = neighbour_columns();
        let mut rows = Vec::with_capacity(facts.shapes.len() * width);
        for (i, shape) in facts.shapes.iter().enumerate() {
            let u = units.unit(i);
            rows.extend_from_slice(&by_unit[u * unit_width..(u + 1) * unit_width]);
            own::line(&mut rows, shape);
            for d in OFFSETS {
                let v = u as i64 + i64::from(d);
                if (0..units.len() as i64).contains(&v) {
                    let row = &by_unit[v as usize * unit_width..];
                    rows.extend(columns.iter().map(|&c| row[c]));
                } else {
                    rows.extend([255; NEIGHBOUR.len()]);
                }
            }
        }
        debug_assert_eq!(rows.len(), facts.shapes.len() * width);
        Self { rows, width }
    }

    /// The features of block `i`.
    #[must_use]
    pub fn row(&self, i: usize) -> &[u8] {
        &self.rows[i * self.width..(i + 1) * self.width]
    }

    /// All rows, one after the other.
    #[must_use]
    pub fn rows(&self) -> &[u8] {
        &self.rows
    }

    /// Bytes of a row.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Lexicon;
    use crate::page::Page;

    #[test]
    fn a_row_has_a_value_for_every_name() {
        for text in [
            "One line here\n\nAnother line, longer, with a stop at its very end.\nx",
            "",
            "x",
            "1\n2\n3\n1\n",
        ] {
            let page = Page::new(text);
            let facts = Facts::of(&page, Lexicon::built_in());
            let features = Features::of(&facts, &Survey::of(&page, &facts));
            assert_eq!(features.rows.len(), page.len() * names().len());
        }
    }

    #[test]
    fn neighbours_are_looked_at_by_name() {
        let names = unit_names();
        assert_eq!(neighbour_columns().map(|c| names[c]), NEIGHBOUR);
    }

    #[test]
    fn names_are_unique() {
        let mut names = names().to_vec();
        names.sort();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
