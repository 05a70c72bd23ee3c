//! Reads lexicon files: the built-in ones, which are compiled in, and the user's.
//!
//! The form of a file is described in `data/lexicon/README.md`. Must not know how phrases are matched.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::reason::Reason;

/// How a phrase must stand in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Match {
    /// The line is the phrase; numbers around it are ignored.
    Whole,
    /// The phrase, a separator, then at most six words; or the phrase and a colon.
    Label,
    /// The line begins with the phrase.
    Prefix,
    /// The line ends with the phrase.
    Suffix,
    /// The phrase stands anywhere in the line; its last word may go on.
    Contains,
}

/// How much a phrase says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// Cuts alone where it may stand.
    Sure,
    /// Only weighs.
    Hint,
    /// The user switched the phrase off.
    Off,
}

/// Where a sure phrase cuts, relative to the article's run of prose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Where {
    /// Anywhere.
    Any,
    /// Before the article.
    Head,
    /// After the article.
    Tail,
    /// Before or after the article.
    #[default]
    Edge,
}

/// One lexicon file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Whose phrases these are.
    pub meta: Meta,
    /// Date words.
    #[serde(default)]
    pub dates: Dates,
    /// Phrases.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
}

/// Head of a lexicon file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meta {
    /// BCP 47 code, or `any`.
    pub lang: String,
    /// The language's English name.
    #[serde(default)]
    pub name: String,
}

/// What a date line is made of, beside digits.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Dates {
    /// Twelve rows of forms.
    pub months: Vec<Vec<String>>,
    /// Seven rows of forms, from Monday.
    pub weekdays: Vec<Vec<String>>,
    /// Small words inside a date.
    pub words: Vec<String>,
    /// What may open a date line.
    pub labels: Vec<String>,
    /// Relative dates.
    pub ago: Vec<String>,
}

/// Phrases that share everything but their words.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Why a line with such a phrase goes.
    pub reason: Reason,
    /// How the phrase must stand.
    #[serde(rename = "match")]
    pub matching: Match,
    /// How much it says.
    pub strength: Strength,
    /// Where it may cut.
    #[serde(default, rename = "where")]
    pub place: Where,
    /// Whether it may fire on a full sentence.
    #[serde(default)]
    pub sentence: bool,
    /// For `prefix` and `suffix`: the most words the line may have.
    #[serde(default)]
    pub max_words: Option<usize>,
    /// The phrases, sorted, unique.
    #[serde(deserialize_with = "phrases")]
    pub phrases: Vec<String>,
}

/// Phrases that can be found in a line. Of one without a letter or a digit nothing is left to compare.
fn phrases<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let phrases = Vec::<String>::deserialize(deserializer)?;
    match phrases.iter().find(|phrase| !phrase.contains(char::is_alphanumeric)) {
        Some(phrase) => Err(D::Error::custom(format!(
            "`{phrase}` is no phrase: it has no letter and no digit"
        ))),
        None => Ok(phrases),
    }
}

/// A lexicon file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("lexicon {name}: {source}")]
pub struct LexiconError {
    /// The file's name.
    pub name: String,
    /// What the parser said, with line and column.
    #[source]
    pub source: toml::de::Error,
}

/// Parses a lexicon file; `name` is for messages.
///
/// # Errors
///
/// Not TOML, an unknown key, or an unknown reason.
pub fn parse(name: &str, text: &str) -> Result<File, LexiconError> {
    toml::from_str(text).map_err(|source| LexiconError {
        name: name.to_owned(),
        source,
    })
}

macro_rules! built_in {
    ($($lang:literal)*) => {
        /// The built-in files: language code and text.
        pub const BUILT_IN: &[(&str, &str)] =
            &[$(($lang, include_str!(concat!("../../data/lexicon/", $lang, ".toml")))),*];
    };
}

built_in! {
    "any"
    "ar"
    "az"
    "be"
    "bg"
    "bn"
    "ca"
    "cs"
    "da"
    "de"
    "el"
    "en"
    "es"
    "et"
    "fa"
    "fi"
    "fr"
    "he"
    "hi"
    "hr"
    "hu"
    "hy"
    "id"
    "it"
    "ja"
    "ka"
    "kk"
    "km"
    "ko"
    "lo"
    "lt"
    "lv"
    "mk"
    "mn"
    "mr"
    "my"
    "ne"
    "nl"
    "no"
    "pl"
    "pt"
    "ro"
    "ru"
    "sk"
    "sl"
    "sq"
    "sr"
    "sv"
    "sw"
    "ta"
    "th"
    "tr"
    "uk"
    "ur"
    "uz"
    "vi"
    "zh"
}
