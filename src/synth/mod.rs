//! Floor 1: corpora of any size whose truth is known: which pages are copies, how similar they are, which lines are
//! template, which paragraphs stand in several articles.
//!
//! Every page is made from a seed and its number alone, so pages can be made in any order and on any number of threads,
//! and whoever has the [`Spec`] can make any page again. Must not know how textsieve finds what is planted here: this
//! is what that is measured by.

mod article;
mod edit;
pub mod files;
mod language;
mod line;
mod page;
mod plan;
mod prose;
mod rng;
pub mod score;
pub mod shingles;
mod site;
pub mod truth;

use serde::{Deserialize, Serialize};

pub use article::Article;
pub use language::CODES;
pub use line::Kind;
pub use page::Row;
pub use plan::Role;

use article::Shared;
use language::Language;
use page::{Look, Sheet};
use plan::Plan;
use rng::{Chance, Rng};
use site::Site;

/// What the generator makes of a spec. Counts up when any page changes.
pub const VERSION: u32 = 1;

/// Articles that have one paragraph in common, on average.
const ARTICLES_A_PARAGRAPH: f64 = 5.0;
/// Places in which a paragraph stands with another date and other numbers, in per cent.
const CHANGED: u64 = 40;
/// Pages by which the mean size is told.
const SAMPLE: u64 = 600;

/// What is drawn from a stream; the first number after the seed.
#[derive(Debug, Clone, Copy)]
#[repr(u64)]
enum Stream {
    Role = 1,
    Article,
    Edit,
    Look,
    Site,
    Shared,
    SharedWords,
    Changed,
}

/// What to make. The same spec gives the same pages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Where all chance begins.
    pub seed: u64,
    /// Pages.
    pub pages: u64,
    /// Sites, at least one a language.
    pub sites: u64,
    /// Codes of languages; sites take turns.
    pub languages: Vec<String>,
    /// Share of pages whose article is that of another page.
    pub exact: f64,
    /// Share of pages whose article is nearly that of another page.
    pub near: f64,
    /// How similar those are, in turns.
    pub similarity: Vec<f64>,
    /// Variants of each site's template; 0 is none, and pages are bare articles.
    pub templates: u64,
    /// Share of articles with a long paragraph that others have, too.
    pub paragraphs: f64,
    /// Share of pages whose article stands there twice, the second time in capitals.
    pub doubled: f64,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            seed: 1,
            pages: 10_000,
            sites: 50,
            languages: CODES.map(str::to_owned).to_vec(),
            exact: 0.1,
            near: 0.1,
            similarity: (0..10).map(|i| f64::from(50 + 5 * i) / 100.0).collect(),
            templates: 2,
            paragraphs: 0.05,
            doubled: 0.02,
        }
    }
}

/// A page and what is true of it.
#[derive(Debug)]
pub struct Page {
    /// Its number.
    pub number: u64,
    /// What is written: no line end at the end.
    pub text: String,
    /// What its lines are.
    pub rows: Vec<Row>,
    /// The article in it.
    pub article: Article,
    /// Of which page it is a copy.
    pub role: Role,
    /// Of a copy: the Jaccard of its article and that of the page it is a copy of.
    pub similarity: Option<f64>,
    /// The place of its site.
    pub site: usize,
    /// Its language.
    pub language: &'static str,
    /// Its address.
    pub url: String,
    /// Its article stands there twice.
    pub doubled: bool,
}

impl Page {
    /// What the page is called in its dump.
    #[must_use]
    pub fn id(&self) -> String {
        id(self.number)
    }
}

/// What a page of this number is called.
#[must_use]
pub fn id(number: u64) -> String {
    format!("p{number:08}")
}

/// Makes the pages of a spec.
#[derive(Debug)]
pub struct Synth {
    spec: Spec,
    plan: Plan,
    languages: Vec<Language>,
    sites: Vec<Site>,
    /// Paragraphs that a language has in common.
    paragraphs: u64,
}

impl Synth {
    /// Prepares languages and sites.
    ///
    /// # Errors
    ///
    /// What the spec asks for cannot be made; the text says what.
    pub fn new(spec: Spec) -> Result<Self, String> {
        check(&spec)?;
        let languages: Option<Vec<Language>> = spec.languages.iter().map(|code| Language::of(code)).collect();
        let (languages, latin) = languages.zip(Language::of(CODES[0])).ok_or("no such language")?;
        let mut sites: Vec<Site> = Vec::new();
        for i in 0..spec.sites {
            let place = (i % languages.len() as u64) as usize;
            let first = sites.last().map_or(0, |site| site.first + site.lines.len());
            let rng = Rng::of(&[spec.seed, Stream::Site as u64, i]);
            sites.push(Site::make(i, place, &languages[place], &latin, rng, first));
        }
        let originals = spec.pages as f64 * (1.0 - spec.exact - spec.near);
        let paragraphs = originals * spec.paragraphs / ARTICLES_A_PARAGRAPH / languages.len() as f64;
        Ok(Self {
            plan: Plan::new(&spec),
            paragraphs: (paragraphs.ceil() as u64).max(1),
            languages,
            sites,
            spec,
        })
    }

    /// What is made.
    #[must_use]
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// About how many bytes a page's record has.
    #[must_use]
    pub fn mean_bytes(&self) -> f64 {
        let pages = SAMPLE.min(self.spec.pages);
        let bytes = |i: u64| files::record(&self.page(i * self.spec.pages / pages)).len() as f64;
        (0..pages).map(bytes).sum::<f64>() / pages.max(1) as f64
    }

    /// The text of a line of a template, and its site's host, by its number.
    #[must_use]
    pub fn template_line(&self, number: u32) -> (&str, &str) {
        let number = number as usize;
        let site = &self.sites[self.sites.partition_point(|site| site.first <= number) - 1];
        (&site.lines[number - site.first], &site.host)
    }

    /// How many lines all sites' templates have.
    #[must_use]
    pub fn template_lines(&self) -> usize {
        self.sites.last().map_or(0, |site| site.first + site.lines.len())
    }

    /// The host of a site.
    #[must_use]
    pub fn host(&self, site: usize) -> &str {
        &self.sites[site].host
    }

    /// The article of a page.
    #[must_use]
    pub fn article(&self, number: u64) -> Article {
        let role = self.plan.role(number);
        let source = self.original(role.source().unwrap_or(number));
        match role {
            Role::Near { target, .. } => self.edited(number, &source, target).0,
            _ => source,
        }
    }

    /// A page.
    #[must_use]
    pub fn page(&self, number: u64) -> Page {
        let role = self.plan.role(number);
        let source = self.original(role.source().unwrap_or(number));
        let (article, similarity) = match role {
            Role::Original => (source, None),
            Role::Exact { .. } => (source, Some(1.0)),
            Role::Near { target, .. } => {
                let (article, similarity) = self.edited(number, &source, target);
                (article, Some(similarity))
            }
        };
        self.laid_out(number, role, article, similarity)
    }

    fn laid_out(&self, number: u64, role: Role, article: Article, similarity: Option<f64>) -> Page {
        let model = role.model(number);
        let site = self.site_of(number, role);
        let language = &self.languages[self.sites[site].language];
        let mut rng = Rng::of(&[self.spec.seed, Stream::Look as u64, model]);
        let look = Look {
            variant: (self.spec.templates > 0).then(|| rng.below(self.spec.templates)),
            doubled: rng.chance(Chance::of(self.spec.doubled)),
            rng,
        };
        let sheet = Sheet::lay(&article, &self.sites[site], language, &look);
        Page {
            url: format!("https://{}/{}/{}", self.sites[site].host, language.code, id(model)),
            number,
            text: sheet.text,
            rows: sheet.rows,
            article,
            role,
            similarity,
            site,
            language: language.code,
            doubled: look.doubled,
        }
    }

    /// A copy stands on a site of its language; a page that was scraped again on its own.
    fn site_of(&self, number: u64, role: Role) -> usize {
        let own = |number| Rng::of(&[self.spec.seed, Stream::Site as u64, number, 1]);
        let sites = self.spec.sites;
        let model = role.model(number);
        match role.source() {
            Some(source) if model == number => {
                let first = own(source).below(sites) % self.languages.len() as u64;
                let step = self.languages.len() as u64;
                (first + step * own(number).below((sites - first).div_ceil(step))) as usize
            }
            _ => own(model).below(sites) as usize,
        }
    }

    /// The article of a page that is no copy.
    fn original(&self, number: u64) -> Article {
        let seed = self.spec.seed;
        let language = self.sites[self.site_of(number, Role::Original)].language;
        let mut rng = Rng::of(&[seed, Stream::Shared as u64, number]);
        let shared = rng.chance(Chance::of(self.spec.paragraphs)).then(|| {
            let place = rng.below(self.paragraphs) * self.languages.len() as u64 + language as u64;
            let changed = rng.percent(CHANGED);
            let numbers = if changed { number + 1 } else { 0 };
            Shared {
                number: place,
                words: Rng::of(&[seed, Stream::SharedWords as u64, place]),
                numbers: Rng::of(&[seed, Stream::Changed as u64, place, numbers]),
                changed,
            }
        });
        let rng = Rng::of(&[seed, Stream::Article as u64, number]);
        Article::write(&self.languages[language], rng, shared)
    }

    fn edited(&self, number: u64, source: &Article, target: f64) -> (Article, f64) {
        let language = self.sites[self.site_of(number, self.plan.role(number))].language;
        let mut rng = Rng::of(&[self.spec.seed, Stream::Edit as u64, number]);
        edit::near(source, &self.languages[language], target, &mut rng)
    }
}

fn check(spec: &Spec) -> Result<(), String> {
    if spec.languages.is_empty() {
        return Err("at least one language is needed".to_owned());
    }
    if let Some(unknown) = spec.languages.iter().find(|code| !CODES.contains(&code.as_str())) {
        return Err(format!("no such language: `{unknown}`; there are {}", CODES.join(", ")));
    }
    if spec.sites < spec.languages.len() as u64 {
        return Err(format!("{} languages need as many sites", spec.languages.len()));
    }
    let shares = [
        spec.exact,
        spec.near,
        spec.paragraphs,
        spec.doubled,
        spec.exact + spec.near,
    ];
    if shares.iter().any(|share| !(0.0..=1.0).contains(share)) {
        return Err("shares are from 0 to 1, those of exact and near pages also together".to_owned());
    }
    if spec.near > 0.0 && spec.similarity.is_empty() {
        return Err("near pages need a similarity".to_owned());
    }
    if spec
        .similarity
        .iter()
        .any(|similarity| !(0.3..1.0).contains(similarity))
    {
        return Err("similarities are from 0.3 to below 1; 1 are exact copies".to_owned());
    }
    // Numbers of pages and of template lines are written in 32 bits.
    if spec.pages >= 1 << 32 || spec.sites > 1 << 20 {
        return Err("at most 4 billion pages and a million sites".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
