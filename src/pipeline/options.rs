//! What a user may choose about cleaning one page.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::reason::{Family, Reason};

/// How much is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Only on hard proof: a sure phrase, an unmistakable shape, a verified repeat. Metadata stays.
    Careful,
    /// The default: proof, and what lies outside the article by place and shape. Metadata goes.
    #[default]
    Balanced,
    /// Also what is probably chrome inside and beside the article.
    Thorough,
}

impl Profile {
    /// Every profile, from the one that cuts least.
    pub const ALL: &'static [Self] = &[Self::Careful, Self::Balanced, Self::Thorough];

    /// The profile's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Careful => "careful",
            Self::Balanced => "balanced",
            Self::Thorough => "thorough",
        }
    }
}

impl FromStr for Profile {
    type Err = String;

    fn from_str(s: &str) -> Result<Self, String> {
        Self::ALL
            .iter()
            .copied()
            .find(|p| p.name() == s)
            .ok_or_else(|| format!("no profile is called `{s}`: it is careful, balanced or thorough"))
    }
}

/// When spaces and invisible characters are tidied. Damage (line ends, control characters, entities,
/// mojibake) is always repaired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tidy {
    /// On pages that something is cut from; a clean page comes back byte for byte.
    #[default]
    Auto,
    /// On every page.
    Always,
}

/// What becomes of a long sentence that stands on several articles of a dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RepeatBlocks {
    /// It stays, and is listed: articles quote agencies and each other.
    #[default]
    Keep,
    /// It stays in the first article that has it.
    First,
    /// It goes from all of them.
    DropAll,
}

/// Choices for [`crate::Cleaner`].
///
/// ```
/// use textsieve::{Options, Profile, Reason};
///
/// let options = Options { profile: Profile::Careful, keep: vec![Reason::Byline], ..Options::default() };
/// assert!(!options.cuts(Reason::Byline));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// How much is cut.
    pub profile: Profile,
    /// Reasons that never cut, whatever the profile says. They are still reported.
    pub keep: Vec<Reason>,
    /// Reasons that cut, whatever the profile says. `keep` goes before `drop`.
    pub drop: Vec<Reason>,
    /// When spaces are tidied.
    pub tidy: Tidy,
    /// What becomes of a long sentence that other articles of a dump have, too.
    pub repeat_blocks: RepeatBlocks,
    /// Whether chrome is cut.
    pub chrome: bool,
    /// Whether what a page says twice is cut.
    pub repeats: bool,
    /// The user's lexicon files: name and text.
    pub lexicons: Vec<(String, String)>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            profile: Profile::default(),
            keep: Vec::new(),
            drop: Vec::new(),
            tidy: Tidy::default(),
            chrome: true,
            repeats: true,
            repeat_blocks: RepeatBlocks::default(),
            lexicons: Vec::new(),
        }
    }
}

impl Options {
    /// Whether this reason cuts, by `keep`, `drop` and the profile.
    #[must_use]
    pub fn cuts(&self, reason: Reason) -> bool {
        if self.keep.contains(&reason) {
            return false;
        }
        if self.drop.contains(&reason) {
            return true;
        }
        match self.profile {
            Profile::Careful => !matches!(reason.family(), Family::Metadata | Family::Place),
            Profile::Balanced | Profile::Thorough => true,
        }
    }
}
