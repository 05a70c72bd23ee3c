//! Many pages: means over all, by style, and by language or source.
//!
//! Words are averaged over pages (each page counts the same), lines and strings are added up. Must not know how a table
//! is shown.

use std::collections::{BTreeMap, BTreeSet};

use super::Prf;
use super::loss::DAMAGED;
use super::page::{Article, Drops, PageScore, Strings};

/// Below this precision of words a page counts as one with chrome left.
const CHROME_LEFT: f64 = 0.8;

/// What tables can be made by, beside all pages together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// How the page was scraped.
    Style,
    /// Its language.
    Lang,
    /// The collection it comes from.
    Source,
}

/// A page in its groups.
#[derive(Debug, Clone, Copy)]
pub struct Scored<'a> {
    /// How the page was scraped.
    pub style: &'a str,
    /// Its language.
    pub lang: &'a str,
    /// The collection it comes from.
    pub source: &'a str,
    /// Its scores.
    pub score: PageScore,
}

/// Which pages a row of the table is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group<'a> {
    /// All pages.
    All,
    /// All of a style.
    Style(&'a str),
    /// Those of a style and a language or source.
    Part(&'a str, By, &'a str),
    /// The mean of a style's languages, each counting the same.
    Languages(&'a str),
}

/// The figures of a group, in per cent; none where no page has what they need.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Summary {
    /// Pages; in a mean of languages, languages.
    pub pages: usize,
    /// Pages whose article is known.
    pub articles: usize,
    /// Words: means over pages.
    pub tokens: Option<Prf>,
    /// Four words in a row: of mean precision and mean recall.
    pub shingle_f1: Option<f64>,
    /// Lines that were dropped.
    pub drops: Option<Prf>,
    /// Pages that lost more than a fifth of the article's words.
    pub damaged: Option<f64>,
    /// Pages of whose words more than a fifth is chrome.
    pub chrome_left: Option<f64>,
    /// Strings that had to stay and did.
    pub with: Option<f64>,
    /// Strings that had to go and did.
    pub without: Option<f64>,
    /// Both.
    pub strings: Option<f64>,
}

/// The table: all, then each style with its parts, then the means of languages if there are rows for them.
#[must_use]
pub fn table<'a>(pages: &[Scored<'a>], by: &BTreeSet<By>) -> Vec<(Group<'a>, Summary)> {
    let mut groups: BTreeMap<Vec<Group<'a>>, Vec<PageScore>> = BTreeMap::new();
    for page in pages {
        let mut add = |group| groups.entry(group).or_default().push(page.score);
        let style = Group::Style(page.style);
        add(vec![Group::All]);
        if by.contains(&By::Lang) {
            add(vec![style.clone(), Group::Part(page.style, By::Lang, page.lang)]);
        }
        if by.contains(&By::Source) {
            add(vec![style.clone(), Group::Part(page.style, By::Source, page.source)]);
        }
        add(vec![style]);
    }
    let rows = groups
        .into_iter()
        .filter_map(|(mut path, scores)| Some((path.pop()?, summary(&scores))));
    let mut rows: Vec<_> = rows.collect();
    if by.contains(&By::Lang) {
        rows.extend(languages(pages));
    }
    rows
}

/// The mean of the languages of each style, over pages whose article is known.
fn languages<'a>(pages: &[Scored<'a>]) -> Vec<(Group<'a>, Summary)> {
    let mut styles: BTreeMap<&str, BTreeMap<&str, Vec<PageScore>>> = BTreeMap::new();
    for page in pages.iter().filter(|page| page.score.article.is_some()) {
        let languages = styles.entry(page.style).or_default();
        languages.entry(page.lang).or_default().push(page.score);
    }
    let mean_of = |languages: BTreeMap<&str, Vec<PageScore>>| {
        let each: Vec<Summary> = languages.values().map(|scores| summary(scores)).collect();
        let over = |field: fn(&Summary) -> Option<f64>| mean(each.iter().filter_map(field), 1.0);
        Summary {
            pages: each.len(),
            articles: each.iter().map(|language| language.articles).sum(),
            tokens: mean_prf(each.iter().filter_map(|language| language.tokens), 1.0),
            shingle_f1: over(|language| language.shingle_f1),
            drops: mean_prf(each.iter().filter_map(|language| language.drops), 1.0),
            damaged: over(|language| language.damaged),
            chrome_left: over(|language| language.chrome_left),
            ..Summary::default()
        }
    };
    styles
        .into_iter()
        .map(|(style, languages)| (Group::Languages(style), mean_of(languages)))
        .collect()
}

fn summary(scores: &[PageScore]) -> Summary {
    let articles: Vec<&Article> = scores.iter().filter_map(|score| score.article.as_ref()).collect();
    let share = |test: fn(&Prf) -> bool| {
        let flags = articles
            .iter()
            .map(|article| f64::from(u8::from(test(&article.tokens))));
        mean(flags, 100.0)
    };
    let shingles = (
        mean(articles.iter().filter_map(|article| article.shingle_precision), 100.0),
        mean(articles.iter().filter_map(|article| article.shingle_recall), 100.0),
    );
    Summary {
        pages: scores.len(),
        articles: articles.len(),
        tokens: mean_prf(articles.iter().map(|article| article.tokens), 100.0),
        shingle_f1: (!articles.is_empty()).then(|| harmonic(shingles)),
        drops: drop_scores(articles.iter().filter_map(|article| article.drops)),
        damaged: share(|tokens| tokens.recall < DAMAGED),
        chrome_left: share(|tokens| tokens.precision < CHROME_LEFT),
        ..string_scores(scores.iter().filter_map(|score| score.strings))
    }
}

fn harmonic((precision, recall): (Option<f64>, Option<f64>)) -> f64 {
    match (precision, recall) {
        (Some(p), Some(r)) if p > 0.0 && r > 0.0 => 2.0 * p * r / (p + r),
        _ => 0.0,
    }
}

fn drop_scores(drops: impl Iterator<Item = Drops>) -> Option<Prf> {
    let sum = drops.reduce(|a, b| Drops {
        right: a.right + b.right,
        wrong: a.wrong + b.wrong,
        missed: a.missed + b.missed,
    })?;
    let share = Prf::of(sum.right, sum.right + sum.wrong, sum.right + sum.missed);
    mean_prf(std::iter::once(share), 100.0)
}

/// A summary that holds the figures of strings and nothing else.
fn string_scores(strings: impl Iterator<Item = Strings>) -> Summary {
    let sum = strings.reduce(|a, b| Strings {
        kept: a.kept + b.kept,
        with: a.with + b.with,
        gone: a.gone + b.gone,
        without: a.without + b.without,
    });
    let sum = sum.unwrap_or_default();
    let share = |part: usize, whole: usize| (whole > 0).then(|| 100.0 * part as f64 / whole as f64);
    Summary {
        with: share(sum.kept, sum.with),
        without: share(sum.gone, sum.without),
        strings: share(sum.kept + sum.gone, sum.with + sum.without),
        ..Summary::default()
    }
}

fn mean_prf(values: impl Iterator<Item = Prf>, scale: f64) -> Option<Prf> {
    let values: Vec<Prf> = values.collect();
    let of = |field: fn(&Prf) -> f64| mean(values.iter().map(field), scale);
    Some(Prf {
        precision: of(|prf| prf.precision)?,
        recall: of(|prf| prf.recall)?,
        f1: of(|prf| prf.f1)?,
    })
}

/// Added in order, so that the same pages give the same figures to the last bit.
fn mean(values: impl Iterator<Item = f64>, scale: f64) -> Option<f64> {
    let (count, sum) = values.fold((0_usize, 0.0), |(count, sum), value| (count + 1, sum + value));
    (count > 0).then(|| scale * sum / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(lang: &'static str, right: usize, out: usize, wanted: usize, drops: Option<Drops>) -> Scored<'static> {
        let tokens = Prf::of(right, out, wanted);
        let article = Article {
            tokens,
            shingle_precision: (out > 0).then_some(tokens.precision),
            shingle_recall: Some(tokens.recall),
            drops,
        };
        Scored {
            style: "wet",
            lang,
            source: "a",
            score: PageScore {
                article: Some(article),
                strings: None,
            },
        }
    }

    fn bits(values: [f64; 3]) -> [u64; 3] {
        values.map(f64::to_bits)
    }

    fn prf(prf: Option<Prf>) -> [u64; 3] {
        prf.map_or([0; 3], |prf| bits([prf.precision, prf.recall, prf.f1]))
    }

    #[test]
    fn words_are_averaged_over_pages_and_lines_added_up() {
        let drops = |right, wrong, missed| Some(Drops { right, wrong, missed });
        let pages = [
            page("en", 4, 4, 4, drops(3, 1, 0)),
            page("en", 1, 2, 2, drops(0, 0, 3)),
            page("de", 0, 0, 2, None),
        ];
        let rows = table(&pages, &BTreeSet::from([By::Lang]));
        let names: Vec<&Group<'_>> = rows.iter().map(|(group, _)| group).collect();
        let part = |lang| Group::Part("wet", By::Lang, lang);
        let expected = [
            Group::All,
            Group::Style("wet"),
            part("de"),
            part("en"),
            Group::Languages("wet"),
        ];
        assert_eq!(names, expected.iter().collect::<Vec<_>>());

        let all = rows[0].1;
        assert_eq!((all.pages, all.articles), (3, 3));
        assert_eq!(prf(all.tokens), bits([50.0, 50.0, 50.0]));
        // Three of four dropped lines are chrome, three of six lines of chrome were dropped.
        assert_eq!(prf(all.drops), bits([75.0, 50.0, 60.0]));
        assert_eq!(all.damaged, Some(100.0 * 2.0 / 3.0));
        // The page without output has no precision of shingles: the mean is over two.
        assert_eq!(all.shingle_f1, Some(60.0));
        // 75 % for English, nothing for German.
        let mean = rows[4].1;
        assert_eq!((mean.pages, mean.articles), (2, 3));
        assert_eq!(prf(mean.tokens), bits([37.5, 37.5, 37.5]));
        assert_eq!(prf(mean.drops), bits([75.0, 50.0, 60.0]));
    }

    #[test]
    fn pages_without_an_article_count_by_their_strings() {
        let strings = Strings {
            kept: 1,
            with: 2,
            gone: 2,
            without: 2,
        };
        let mut page = page("en", 1, 1, 1, None);
        page.score = PageScore {
            article: None,
            strings: Some(strings),
        };
        let rows = table(&[page], &BTreeSet::new());
        assert_eq!(rows.len(), 2);
        let row = rows[0].1;
        assert_eq!((row.pages, row.articles, row.tokens), (1, 0, None));
        assert_eq!(
            (row.with, row.without, row.strings),
            (Some(50.0), Some(100.0), Some(75.0))
        );
    }
}
