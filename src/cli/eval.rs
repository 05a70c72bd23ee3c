//! `textsieve eval`: scores cleaned pages, or what this program makes of them, by labelled pages.
//!
//! Must not know how a score is computed.

mod planted;
pub mod rows;

use std::collections::{BTreeSet, HashSet};
use std::io::{self, BufWriter, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;
use serde::Serialize;

use crate::error::{Error, Exit};
use crate::measure::loss::Loss;
use crate::measure::page::{PageScore, score};
use crate::measure::table::{By, Scored, table};
use crate::pipeline::cleaner::Cleaner;
use crate::pipeline::run::threads;
use crate::report::scores::{self, CleanArticles, Row};

use super::args::{self, Eval, Global, Running};
use super::clean::quiet_page_panics;
use super::config::{self, Settings, Surroundings};
use super::terminal::{Line, Talk, escape, set_colours};
use rows::{Gold, GoldPage, Key, Outputs};

pub fn run(eval: &Eval, global: &Global, talk: Talk) -> Result<Exit, Error> {
    let running = Running {
        jobs: eval.jobs,
        ..Running::default()
    };
    let settings = config::load(
        &eval.cleaning,
        None,
        None,
        Some(&running),
        global,
        &Surroundings::of_process(),
    )?;
    set_colours(settings.color);
    refuse(eval)?;
    let pool = threads(settings.jobs)?;
    let Some(gold) = &eval.gold else {
        return pool.install(|| planted::run(eval, talk));
    };
    let cleaning = eval.run.then(|| Cleaning::new(&settings)).transpose()?;

    let (path, gold) = (gold, rows::gold(gold)?);
    let given = match &eval.out {
        Some(path) => Some(rows::outputs(path, &gold)?),
        None => None,
    };
    quiet_page_panics(talk);
    let report = pool.install(|| Report::new(eval, &gold, given, cleaning.as_ref()));
    if report.counts.scored == 0 {
        return Err(Error::usage("no page to score")
            .at(path)
            .hint("rows of both files belong together by their `id` and `style`"));
    }
    let mut out = BufWriter::new(anstream::stdout().lock());
    let printed = if talk.json() {
        report.json(&mut out)
    } else {
        report.text(&mut out)
    };
    printed.and_then(|()| out.flush()).map_err(Error::stdout)?;
    Ok(report.tell(talk))
}

/// Refuses what would be ignored in silence.
fn refuse(eval: &Eval) -> Result<(), Error> {
    let dash = |path: &std::path::Path| path.as_os_str() == "-";
    if eval.gold.as_deref().is_some_and(dash) && eval.out.as_deref().is_some_and(dash) {
        return Err(Error::usage("GOLD and OUT cannot both be standard input"));
    }
    let Eval { cleaning, run, .. } = eval;
    if cleaning.encoding.is_some() || cleaning.invalid.is_some() {
        return Err(Error::usage("--encoding and --invalid do not apply: JSON is UTF-8"));
    }
    let shapes = cleaning.profile.is_some()
        || cleaning.keep.is_some()
        || cleaning.drop.is_some()
        || cleaning.tidy.is_some()
        || cleaning.lexicon.is_some()
        || cleaning.max_page.is_some();
    if shapes && !run {
        return Err(Error::usage("flags about cleaning need --run").hint("without it OUT is scored as it is"));
    }
    Ok(())
}

/// The cleaner as `clean` would use it.
struct Cleaning {
    cleaner: Cleaner,
    max_page: u64,
}

/// Why a page has no clean text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lack {
    /// The output has no row of it.
    Missing,
    /// It is larger than a page may be.
    TooLarge,
    /// The cleaner failed on it.
    Failed,
}

impl Cleaning {
    fn new(settings: &Settings) -> Result<Self, Error> {
        let cleaner = Cleaner::new(settings.options.clone());
        Ok(Self {
            cleaner: cleaner.map_err(|e| Error::usage("the lexicon cannot be used").because(e))?,
            max_page: settings.bounds.max_page,
        })
    }

    fn clean(&self, text: &str) -> Result<String, Lack> {
        if text.len() as u64 > self.max_page {
            return Err(Lack::TooLarge);
        }
        catch_unwind(AssertUnwindSafe(|| self.cleaner.clean(text).text)).map_err(|_| Lack::Failed)
    }
}

/// What is said of rows beside the scores.
#[derive(Debug, Default, Serialize)]
struct Counts {
    gold_rows: usize,
    /// Pages with scores.
    scored: usize,
    suspect: usize,
    gold_twice: usize,
    /// Pages that count as empty.
    missing: usize,
    /// Pages of styles that the output has no row of.
    other_styles: usize,
    out_rows: usize,
    out_suspect: usize,
    out_unknown: usize,
    out_twice: usize,
    too_large: usize,
    failed: usize,
}

struct Report<'a> {
    counts: Counts,
    first_missing: Option<&'a Key>,
    first_unknown: Option<Key>,
    pages: Vec<(&'a GoldPage, PageScore)>,
    by: BTreeSet<By>,
    worst: usize,
    articles: Option<CleanArticles>,
}

impl<'a> Report<'a> {
    fn new(eval: &Eval, gold: &'a Gold, given: Option<Outputs>, cleaning: Option<&Cleaning>) -> Self {
        let mut counts = Counts {
            gold_rows: gold.rows,
            suspect: gold.suspect.len(),
            gold_twice: gold.twice,
            ..Counts::default()
        };
        let mut first_unknown = None;
        let texts: Vec<Result<String, Lack>> = match (given, cleaning) {
            (Some(given), _) => {
                counts.out_rows = given.rows;
                counts.out_suspect = given.suspect;
                counts.out_unknown = given.unknown;
                counts.out_twice = given.twice;
                first_unknown = given.first_unknown;
                given.texts.into_iter().map(|text| text.ok_or(Lack::Missing)).collect()
            }
            (None, Some(cleaning)) => gold.pages.par_iter().map(|page| cleaning.clean(&page.text)).collect(),
            (None, None) => Vec::new(),
        };
        let pages = with_their_style(gold, &texts, cleaning.is_some());
        counts.scored = pages.len();
        counts.other_styles = gold.pages.len() - pages.len();
        let lacking = |lack| pages.iter().filter(|(_, text)| **text == Err(lack)).count();
        counts.missing = lacking(Lack::Missing);
        counts.too_large = lacking(Lack::TooLarge);
        counts.failed = lacking(Lack::Failed);
        let first_missing = pages.iter().find(|(_, text)| text.is_err()).map(|(page, _)| &page.key);
        Self {
            pages: pages
                .into_par_iter()
                .map(|(page, text)| (page, score(&page.labelled(), text.as_deref().unwrap_or_default())))
                .collect(),
            by: eval.by.iter().copied().map(grouping).collect(),
            worst: eval.worst,
            articles: cleaning
                .filter(|_| eval.clean_articles)
                .map(|cleaning| articles(gold, cleaning)),
            counts,
            first_missing,
            first_unknown,
        }
    }

    fn table(&self) -> Vec<(crate::measure::table::Group<'_>, crate::measure::table::Summary)> {
        let scored = self.pages.iter().map(|(page, score)| Scored {
            style: &page.key.1,
            lang: &page.lang,
            source: &page.source,
            score: *score,
        });
        table(&scored.collect::<Vec<_>>(), &self.by)
    }

    /// The pages with the lowest F1, the worst first.
    fn worst(&self) -> Vec<Worst<'_>> {
        let articles = self
            .pages
            .iter()
            .filter_map(|(page, score)| Some((page, score.article?)));
        let mut worst: Vec<Worst<'_>> = articles
            .map(|(page, article)| Worst {
                id: &page.key.0,
                style: &page.key.1,
                lang: &page.lang,
                token_precision: 100.0 * article.tokens.precision,
                token_recall: 100.0 * article.tokens.recall,
                token_f1: 100.0 * article.tokens.f1,
            })
            .collect();
        worst.sort_by(|a, b| a.token_f1.total_cmp(&b.token_f1));
        worst.truncate(self.worst);
        worst
    }

    fn text(&self, out: &mut impl Write) -> io::Result<()> {
        let table = scores::text(&self.table());
        for line in table.lines() {
            writeln!(out, "{}", escape(line))?;
        }
        for page in self.worst() {
            let (f1, p, r) = (page.token_f1, page.token_precision, page.token_recall);
            let (id, style, lang) = (escape(page.id), escape(page.style), escape(page.lang));
            writeln!(out, "  tokF {f1:5.1}  tokP {p:5.1}  tokR {r:5.1}  {style} {lang} {id}")?;
        }
        if let Some(articles) = &self.articles {
            write!(out, "{}", articles.text())?;
        }
        let c = &self.counts;
        let (rows, scored, suspect, missing) = (c.gold_rows, c.scored, c.suspect, c.missing);
        let others = c.other_styles;
        writeln!(
            out,
            "gold rows {rows}: {scored} scored ({missing} missing in the output), {suspect} suspect, \
             {others} of styles not in the output, {} replaced",
            c.gold_twice
        )?;
        if c.out_rows > 0 {
            let (rows, unknown, suspect) = (c.out_rows, c.out_unknown, c.out_suspect);
            let twice = c.out_twice;
            writeln!(
                out,
                "output rows {rows}: {unknown} without a gold row, {suspect} of suspect ones, {twice} replaced"
            )?;
        }
        Ok(())
    }

    fn json(&self, out: &mut impl Write) -> io::Result<()> {
        for row in &self.table() {
            writeln!(out, "{}", Line::new("score", Row::new(row)).render())?;
        }
        for mut page in self.worst() {
            for value in [&mut page.token_precision, &mut page.token_recall, &mut page.token_f1] {
                *value = scores::rounded(*value);
            }
            writeln!(out, "{}", Line::new("worst-page", page).render())?;
        }
        if let Some(articles) = &self.articles {
            writeln!(out, "{}", Line::new("clean-articles", articles).render())?;
        }
        writeln!(out, "{}", Line::new("rows", &self.counts).render())
    }

    /// Tells what does not belong together, and how the process ends.
    fn tell(&self, talk: Talk) -> Exit {
        let c = &self.counts;
        let named =
            |key: Option<&Key>| key.map_or_else(String::new, |(id, style)| format!(" (the first: {style} {id})"));
        let first_missing = named(self.first_missing);
        let first_unknown = named(self.first_unknown.as_ref());
        let notes = [
            (c.missing, "missing in the output, counted as empty", &first_missing),
            (
                c.out_unknown,
                "in the output without a gold row, not counted",
                &first_unknown,
            ),
            (c.too_large, "above --max-page, counted as empty", &first_missing),
            (
                c.failed,
                "on which the cleaner failed, counted as empty",
                &first_missing,
            ),
        ];
        for (count, what, first) in notes.into_iter().filter(|&(count, ..)| count > 0) {
            talk.note(&format!("pages {what}: {count}{first}"));
        }
        if c.failed > 0 {
            Exit::Failed
        } else if c.missing + c.out_unknown + c.too_large > 0 {
            Exit::SetAside
        } else {
            Exit::Done
        }
    }
}

type WithText<'a, 't> = (&'a GoldPage, &'t Result<String, Lack>);

/// The pages that count: an output of one style says nothing of the others.
fn with_their_style<'a, 't>(gold: &'a Gold, texts: &'t [Result<String, Lack>], all: bool) -> Vec<WithText<'a, 't>> {
    let pages = || gold.pages.iter().zip(texts);
    let styles: HashSet<&str> = pages()
        .filter(|(_, text)| text.is_ok())
        .map(|(page, _)| &*page.key.1)
        .collect();
    pages()
        .filter(|(page, _)| all || styles.contains(&*page.key.1))
        .collect()
}

/// Cleans each article once, however many styles its page is there in.
fn articles(gold: &Gold, cleaning: &Cleaning) -> CleanArticles {
    let mut seen = HashSet::new();
    let articles = gold
        .pages
        .iter()
        .filter_map(|page| Some((&page.key.0, page.gold.as_deref()?)));
    let articles: Vec<&str> = articles
        .filter(|article| seen.insert(*article))
        .map(|(_, gold)| gold)
        .collect();
    let losses: Vec<Loss> = articles
        .into_par_iter()
        .map(|article| Loss::of(article, &cleaning.clean(article).unwrap_or_default()))
        .collect();
    CleanArticles::new(&losses.into_iter().collect())
}

#[derive(Serialize)]
struct Worst<'a> {
    id: &'a str,
    style: &'a str,
    lang: &'a str,
    token_precision: f64,
    token_recall: f64,
    token_f1: f64,
}

fn grouping(by: args::By) -> By {
    match by {
        args::By::Style => By::Style,
        args::By::Lang => By::Lang,
        args::By::Source => By::Source,
    }
}
