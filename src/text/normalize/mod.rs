//! The display form of a text: damage undone, invisible characters and stray spaces gone, nothing else touched.
//!
//! Two pure functions share the work. [`repair`] undoes what software did to the text: line ends, control characters,
//! HTML entities, mojibake. [`tidy`] changes what cannot be seen: decomposed letters, zero-width characters, bidi
//! controls, exotic and doubled spaces, surplus blank lines. [`normalize`] is both.
//!
//! What an author chose stays: quotes, apostrophes, dashes, full-width punctuation, ligatures, tatweel, harakat.
//! Making texts *comparable* is the business of [`super::fold`].
//!
//! Each step is a file and is a function from text to text that borrows when there is nothing to do. A survey over the
//! bytes says which steps have anything to do, so clean text costs one look. No step knows lines' meaning, pages or
//! files; no step takes more than linear time, whatever the text.

use std::borrow::Cow;

mod bidi;
mod code_page;
mod controls;
mod entities;
mod form;
mod invisible;
mod line_ends;
mod mojibake;
mod scan;
mod spaces;

use scan::{Damage, Unseen};

/// How often the steps are repeated on a text that keeps changing.
///
/// A step may uncover work for an earlier one: a control character hid inside an entity, mojibake was applied twice.
/// Real text settles in two rounds; the bound is for text made to never settle.
const ROUNDS: usize = 8;

/// [`repair`], then [`tidy`], until neither has anything left to do.
///
/// # Examples
///
/// ```
/// use textsieve::text::normalize::normalize;
///
/// assert_eq!(normalize("Caf&eacute;\u{a0}&amp; bar\r\n"), "Café & bar\n");
/// assert_eq!(normalize("nothing to fix"), "nothing to fix");
/// ```
#[must_use]
pub fn normalize(text: &str) -> Cow<'_, str> {
    settle(text, |text| then(repair(text), tidy))
}

/// A text [repaired](repair), and that [tidied](tidy): what every pass over a page begins with. One look serves both if
/// there is no damage.
///
/// ```
/// use textsieve::text::normalize::Normal;
///
/// let normal = Normal::of("It&rsquo;s  fine\n");
/// assert_eq!(normal.repaired(), "It’s  fine\n");
/// assert_eq!(normal.tidied(), "It’s fine\n");
/// ```
#[derive(Debug, Clone)]
pub struct Normal<'a> {
    repaired: Cow<'a, str>,
    /// If it is another.
    tidied: Option<String>,
}

impl<'a> Normal<'a> {
    /// Repairs and tidies.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        let (damage, unseen) = scan::look(text);
        let repaired = if damage.any() {
            repair(text)
        } else {
            Cow::Borrowed(text)
        };
        let tidied = match &repaired {
            Cow::Borrowed(text) => change(text, unseen),
            Cow::Owned(text) => tidy(text),
        };
        let tidied = match tidied {
            Cow::Borrowed(_) => None,
            Cow::Owned(tidied) => Some(tidied),
        };
        Self { repaired, tidied }
    }

    /// The repaired text.
    #[must_use]
    pub fn repaired(&self) -> &str {
        &self.repaired
    }

    /// The tidied text.
    #[must_use]
    pub fn tidied(&self) -> &str {
        self.tidied.as_deref().unwrap_or(&self.repaired)
    }
}

/// Undoes damage: line ends, control characters, HTML entities, mojibake.
///
/// Lines end in LF afterwards and no character is a control character. Borrows when there is nothing to do, and doing
/// it twice changes nothing.
///
/// # Examples
///
/// ```
/// use textsieve::text::normalize::repair;
///
/// assert_eq!(repair("It\u{92}s &quot;fine&quot;\r\n"), "It’s \"fine\"\n");
/// assert_eq!(repair("AT&T ?a=1&copy=2"), "AT&T ?a=1&copy=2");
/// ```
#[must_use]
pub fn repair(text: &str) -> Cow<'_, str> {
    settle(text, |text| undo(text, scan::look(text).0))
}

fn undo(text: &str, found: Damage) -> Cow<'_, str> {
    let mut repaired = Cow::Borrowed(text);
    if found.line_end {
        repaired = then(repaired, line_ends::fix);
    }
    if found.control {
        repaired = then(repaired, controls::fix);
    }
    if found.entity {
        repaired = then(repaired, entities::fix);
    }
    if found.mojibake {
        repaired = then(repaired, mojibake::fix);
    }
    // Behind mojibake, of which these characters may be a part.
    if found.control {
        repaired = then(repaired, controls::fix_c1);
    }
    repaired
}

/// Changes what cannot be seen: letters are composed (NFC), invisible characters, surplus spaces and blank lines go.
///
/// Every line is trimmed, runs of spaces become one space, runs of blank lines one blank line, and there is no blank
/// line at the start or the end. The text ends with a newline if it did before. Joiners that spell a word or an emoji
/// stay.
///
/// Borrows when there is nothing to do, and doing it twice changes nothing.
///
/// # Examples
///
/// ```
/// use textsieve::text::normalize::tidy;
///
/// assert_eq!(tidy(" one\u{a0} two\u{200b}\n\n\n\nthree\n\n"), "one two\n\nthree\n");
/// ```
#[must_use]
pub fn tidy(text: &str) -> Cow<'_, str> {
    change(text, scan::look(text).1)
}

fn change(text: &str, found: Unseen) -> Cow<'_, str> {
    let mut tidied = Cow::Borrowed(text);
    if found.bidi {
        tidied = then(tidied, bidi::fix);
    }
    // Composing comes behind the invisible, which may stand between a letter and its mark. But it also gives marks
    // another order, and what an invisible character spells depends on what stands before it.
    tidied = match (found.invisible, found.form) {
        (true, true) => then(tidied, |text| settle(text, spell_and_compose)),
        (true, false) => then(tidied, invisible::fix),
        (false, true) => then(tidied, form::fix),
        (false, false) => tidied,
    };
    // The steps before may have joined two spaces or emptied a line.
    if found.bidi || found.invisible || found.space || !spaces::are_tidy(text) {
        tidied = then(tidied, spaces::fix);
    }
    tidied
}

fn spell_and_compose(text: &str) -> Cow<'_, str> {
    then(invisible::fix(text), form::fix)
}

/// Applies one more step; what was borrowed and has nothing to fix stays borrowed.
fn then(text: Cow<'_, str>, step: fn(&str) -> Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => step(text),
        Cow::Owned(text) => {
            let changed = match step(&text) {
                Cow::Owned(changed) => Some(changed),
                Cow::Borrowed(_) => None,
            };
            Cow::Owned(changed.unwrap_or(text))
        }
    }
}

/// Repeats a step until it has nothing left to do.
fn settle(text: &str, step: fn(&str) -> Cow<'_, str>) -> Cow<'_, str> {
    let mut settled = step(text);
    for _ in 1..ROUNDS {
        let Cow::Owned(current) = &settled else { break };
        let Cow::Owned(next) = step(current) else {
            break;
        };
        settled = Cow::Owned(next);
    }
    settled
}
