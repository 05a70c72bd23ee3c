//! The closed list of reasons for which something may be cut, with the manual of each.
//!
//! Floor 0: a vocabulary. It must not know how a reason is found; that is `chrome` and `repeat`.
//! The same text is the rustdoc of each variant and what `textsieve reasons NAME` prints.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What family a reason belongs to. Profiles and reports speak of families.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// Ways around a site: menus, breadcrumbs, search, pagination.
    Navigation,
    /// Share bars, handles, counters.
    Social,
    /// Facts about the article that some users want: date, source, credit, byline, tags.
    Metadata,
    /// Other articles' headlines, dates and teasers.
    Related,
    /// Readers' comments and their forms.
    Comments,
    /// Newsletter, paywall, advertising, donations.
    Promotion,
    /// Consent, copyright, disclaimers.
    Legal,
    /// What stands below an article: contact, syndication, source links.
    Footer,
    /// Widgets, players, messages of the browser, code.
    Residue,
    /// What stands elsewhere already.
    Repeat,
    /// What lies outside the article by its place and shape alone.
    Place,
}

impl Family {
    /// The family's name as printed in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Navigation => "navigation",
            Self::Social => "social",
            Self::Metadata => "metadata",
            Self::Related => "related",
            Self::Comments => "comments",
            Self::Promotion => "promotion",
            Self::Legal => "legal",
            Self::Footer => "footer",
            Self::Residue => "residue",
            Self::Repeat => "repeat",
            Self::Place => "place",
        }
    }
}

/// The manual of one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manual {
    /// What the text is.
    pub what: &'static str,
    /// How it is recognised.
    pub how: &'static str,
    /// A line as it stands on pages.
    pub example: &'static str,
    /// Content that looks like it and stays.
    pub not: &'static str,
}

macro_rules! reasons {
    ($($variant:ident $name:literal $family:ident {
        what: $what:literal, how: $how:literal, example: $example:literal, not: $not:literal $(,)?
    })*) => {
        /// Why something was cut. The list is closed; names are stable and kebab-case.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reason {
            $(
                #[doc = concat!("`", $name, "`: ", $what, "\n\n# How it is recognised\n\n", $how,
                    "\n\n# Example\n\n```text\n", $example, "\n```\n\n# Not to be confused with\n\n", $not)]
                $variant,
            )*
        }

        impl Reason {
            /// Every reason, in the order of the manual.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable kebab-case name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The family it belongs to.
            #[must_use]
            pub const fn family(self) -> Family {
                match self { $(Self::$variant => Family::$family),* }
            }

            /// Its manual.
            #[must_use]
            pub const fn manual(self) -> Manual {
                match self {
                    $(Self::$variant => Manual { what: $what, how: $how, example: $example, not: $not }),*
                }
            }
        }
    };
}

reasons! {
    NavSoup "nav-soup" Navigation {
        what: "A whole page header flattened into one line: menu words, network names, a date.",
        how: "An unpunctuated line before the article that names two networks, or many single words without the page's own small words.",
        example: "date 2026-02-06 Facebook Telegram X search menu",
        not: "A sentence that names networks (\"Facebook, Telegram and X were blocked.\"): it has small words and a full stop.",
    }
    SectionLabel "section-label" Navigation {
        what: "The name of a site's section, or a breadcrumb, above the headline.",
        how: "A few words among the first lines, known to the lexicon, joined by > or », or in another script than the article.",
        example: "Home > World > Europe",
        not: "A subhead between paragraphs, or the city an agency report begins with.",
    }
    Menu "menu" Navigation {
        what: "A list of links to other parts of the site, one a line.",
        how: "A run of four or more short, unpunctuated lines outside the article's run of prose.",
        example: "Politics\nBusiness\nCulture\nSport",
        not: "A list inside an article, a recipe's ingredients, a line-up, a poem: prose stands on both sides or a colon introduces it.",
    }
    SearchLogin "search-login" Navigation {
        what: "Search field, login, account and basket labels.",
        how: "Phrases of the lexicon, alone on a line, outside the article.",
        example: "Log in | Register",
        not: "An article about search engines or passwords.",
    }
    SkipLink "skip-link" Navigation {
        what: "Back-to-top buttons, skip links and labels made for screen readers.",
        how: "Phrases of the lexicon, alone on a line, outside the article.",
        example: "Back to top",
        not: "A last sentence that speaks of a way back.",
    }
    Pagination "pagination" Navigation {
        what: "Page numbers and links to the next or previous page.",
        how: "A line of numbers and arrows, or a phrase of the lexicon, outside the article.",
        example: "« 1 2 3 … 12 »",
        not: "A numbered list, or years in a row inside a table.",
    }
    LanguageSwitcher "language-switcher" Navigation {
        what: "The list of languages a site can be read in.",
        how: "A line or a run of lines made of languages' own names or two-letter codes.",
        example: "EN | DE | Українська",
        not: "A list of languages in an article about them.",
    }
    Social "social" Social {
        what: "Calls to share, follow, like, print or send.",
        how: "Phrases of the lexicon or names of networks alone on a line of few words.",
        example: "Share on Facebook",
        not: "\"Share this with your neighbours, police urged.\" is a sentence of an article.",
    }
    SocialHandle "social-handle" Social {
        what: "Handles, hashtag rows and channel plugs.",
        how: "Half or more of a line's words begin with @ or #, or the line is a channel's address.",
        example: "#budget #city @townhall",
        not: "A quoted post in the story, which has a sentence of its own.",
    }
    Counter "counter" Social {
        what: "Counts of views, comments, likes and shares.",
        how: "A bare number outside the article, or a number with a word of the lexicon.",
        example: "1,204 views",
        not: "A score, or a figure in a list of the article.",
    }
    Dateline "dateline" Metadata {
        what: "The date or time of publication, alone on a line.",
        how: "The whole line is used up by digits, month and weekday names, times, zones and separators.",
        example: "06 February 2026, 19:46",
        not: "A date that opens a chapter of a timeline: prose follows, and other dates stand in the same way further down.",
    }
    SourceDate "source-date" Metadata {
        what: "The medium and the date a text was taken from.",
        how: "Few words with a date in brackets or after a comma, no verb, no full stop.",
        example: "Evening Courier (3 May 2020)",
        not: "A reference in a list of literature.",
    }
    MediaCredit "media-credit" Metadata {
        what: "The credit of a picture or film, with or without its caption.",
        how: "A label of the lexicon and a few words; a caption that ends in such a label or an agency's name; © and a name.",
        example: "Photo: Anna Brandt",
        not: "\"According to Reuters, …\": an agency inside a sentence.",
    }
    ImagePlaceholder "image-placeholder" Metadata {
        what: "The text an image was replaced by: alternative text, file name, gallery label.",
        how: "The headline with a short tail (\"- Photo 1.\"), a picture's file name, \"(1/12)\".",
        example: "Council approves the bridge - Photo 1.",
        not: "A first sentence that repeats the headline and says more.",
    }
    ReadingTime "reading-time" Metadata {
        what: "Reading time and the like.",
        how: "A number and a phrase of the lexicon, at most five words more.",
        example: "4 min read",
        not: "A sentence about how long something takes.",
    }
    Tags "tags" Metadata {
        what: "Tags and keywords of an article.",
        how: "A label of the lexicon; after the article, a list of words without a sentence, or words glued together (\"RussiaEurope\").",
        example: "Tags: budget, council, bridge",
        not: "Brand names in camel case (YouTube), a list that the article introduces with a colon.",
    }
    Byline "byline" Metadata {
        what: "The author's name, alone on a line.",
        how: "A label of the lexicon and at most five words, near the headline or the end.",
        example: "By Maria Santos",
        not: "A speaker's label in an interview (\"Santos: …\").",
    }
    RelatedHeader "related-header" Related {
        what: "The heading of a list of other articles.",
        how: "A phrase of the lexicon alone on a line; or a short line which the next line begins with.",
        example: "Latest news",
        not: "A subhead over prose.",
    }
    RelatedItem "related-item" Related {
        what: "Headlines of other articles.",
        how: "A run of three or more lines of a headline's shape after the last paragraph, or headlines and dates in turn.",
        example: "Rail strike enters third day",
        not: "Subheads, which stand alone between long sentences; items of an article's list.",
    }
    RelatedDate "related-date" Related {
        what: "The date of an item in a list of other articles.",
        how: "A date line in turn with headlines.",
        example: "09.Jan.2026",
        not: "A timeline, where sentences follow the date.",
    }
    InlineRelated "inline-related" Related {
        what: "A pointer to another article, between paragraphs.",
        how: "A label of the lexicon (\"read also\") and a headline's shape.",
        example: "Read also: New bridge opens in May",
        not: "\"As we reported, …\" and other sentences that recall something.",
    }
    CommentForm "comment-form" Comments {
        what: "Heading, form and buttons of the comment section.",
        how: "Phrases of the lexicon alone on a line, near the end.",
        example: "Leave a reply",
        not: "\"Comments from the mayor\", a subhead.",
    }
    Comment "comment" Comments {
        what: "What readers wrote below an article.",
        how: "Lines after a comment heading that are not part of the article's run of prose.",
        example: "Jo82, 3 days ago: Well said!",
        not: "Questions and answers of an interview.",
    }
    Newsletter "newsletter" Promotion {
        what: "Calls to subscribe to a newsletter, a channel or an app.",
        how: "Phrases of the lexicon; full sentences only with a phrase of three words or more.",
        example: "Sign up for our newsletter",
        not: "An article on newsletters.",
    }
    Paywall "paywall" Promotion {
        what: "Messages to readers who have not paid or logged in.",
        how: "Phrases of the lexicon; full sentences only with a phrase of three words or more.",
        example: "This article is for subscribers only.",
        not: "An article on the price of subscriptions.",
    }
    Advert "advert" Promotion {
        what: "The label of an advertisement.",
        how: "One or two words of the lexicon alone on a line.",
        example: "Advertisement",
        not: "An article on advertising.",
    }
    Donation "donation" Promotion {
        what: "Calls to support the site with money.",
        how: "Phrases of the lexicon at the end.",
        example: "Support independent journalism",
        not: "A report on a charity.",
    }
    Consent "consent" Legal {
        what: "Cookie and privacy notices.",
        how: "Phrases of the lexicon that only such notices have.",
        example: "We use cookies to improve your experience.",
        not: "An article on cookies or data protection.",
    }
    Copyright "copyright" Legal {
        what: "Rights, terms, imprint.",
        how: "© or (c) with a year, or phrases of the lexicon.",
        example: "© 2026 All rights reserved",
        not: "A sentence on a copyright case.",
    }
    Disclaimer "disclaimer" Legal {
        what: "Notes on responsibility, agency licences, automatic translation.",
        how: "Phrases of the lexicon near the end.",
        example: "The opinions expressed are the author's own.",
        not: "A sentence in which somebody denies responsibility.",
    }
    Contact "contact" Footer {
        what: "Addresses, telephone numbers and e-mail of the site.",
        how: "The line is an e-mail address or telephone number, or a label of the lexicon and one.",
        example: "Tel. +00 123 456 789",
        not: "The contact in an article that helps readers.",
    }
    ErrorReport "error-report" Footer {
        what: "How to report a misprint.",
        how: "Ctrl and Enter on one line, or a phrase of the lexicon.",
        example: "Found a mistake? Select it and press Ctrl+Enter",
        not: "An article on keyboards.",
    }
    SyndicationFooter "syndication-footer" Footer {
        what: "The note of a site that took the article from elsewhere.",
        how: "After the article, a line that holds the whole headline and at most eight other words; or a phrase of the lexicon.",
        example: "You are reading the article Council approves the bridge",
        not: "A closing sentence that names the subject again.",
    }
    SourceLink "source-link" Footer {
        what: "A bare address, or a label for a source whose value is missing or an address.",
        how: "The whole line is an address; a label of the lexicon with nothing or an address after it.",
        example: "Source:",
        not: "References at the end of an essay.",
    }
    Player "player" Residue {
        what: "Labels of an audio or video player.",
        how: "Phrases of the lexicon, times such as 0:00 / 3:25.",
        example: "Play 0:00 / 3:25",
        not: "Time codes of a transcript, which stand before sentences.",
    }
    SystemMessage "system-message" Residue {
        what: "Messages of the browser, the server or a script.",
        how: "Phrases of the lexicon.",
        example: "Please enable JavaScript to view this page",
        not: "An article on programming.",
    }
    Widget "widget" Residue {
        what: "Weather, exchange rates, clocks and games beside the article.",
        how: "Numbers with ° or currencies in short lines outside the article.",
        example: "USD 41.20 EUR 44.95",
        not: "A table of the article.",
    }
    CodeResidue "code-residue" Residue {
        what: "Rests of templates, style sheets and scripts.",
        how: "{{ }}, tags, function( ), and the density of such signs, outside prose.",
        example: "{{ article.title }}",
        not: "Code in an article on programming, between paragraphs.",
    }
    Separator "separator" Residue {
        what: "A line of signs that separates parts of a page.",
        how: "No letter and no digit, at an edge of the article.",
        example: "* * *",
        not: "A break between scenes inside prose: it stays.",
    }
    RepeatedHeadline "repeated-headline" Repeat {
        what: "The headline once more, perhaps in another case.",
        how: "Equal to the headline after folding.",
        example: "COUNCIL APPROVES THE BRIDGE",
        not: "A first sentence that repeats the headline and says more.",
    }
    RepeatedBlock "repeated-block" Repeat {
        what: "A paragraph, or a run of paragraphs, that stands on the page already.",
        how: "Equal after folding, at least 60 characters; the better placed copy stays. Short lines only within a longer run that repeats.",
        example: "(the same paragraph, in the teaser above the article)",
        not: "A refrain, \"Yes.\" in an interview, a legal formula inside prose.",
    }
    NearRepeat "near-repeat" Repeat {
        what: "A paragraph that says nothing another one on the page does not say.",
        how: "Nine tenths of its shingles stand in one other paragraph, in the same order, and it has no number that the other lacks.",
        example: "(a teaser that is the first half of the lead)",
        not: "A lead that quotes a later quotation, and other partial overlap: new words stay.",
    }
    Template "template" Repeat {
        what: "A line that the site's template wrote: the same stands on other articles of the site.",
        how: "On two or more different articles of the site, numbers masked, in the same company; copies of one article count once. Only with a whole dump at hand.",
        example: "Home | News | Sport | Weather",
        not: "\"Parameters\" or \"See also\" above other words on every page, a table's cells, a quotation in two articles.",
    }
    RepeatedAcrossPages "repeated-across-pages" Repeat {
        what: "A paragraph that other articles have, too.",
        how: "A long sentence that stands on another article of the dump, numbers masked. It goes only if asked for.",
        example: "(an agency's paragraph on the history of a case, in each of its reports)",
        not: "A reprint of a whole article, which is a duplicate page.",
    }
    Boilerplate "boilerplate" Place {
        what: "Text that does not belong to the article by its place and shape; no narrower reason is known.",
        how: "The score: length, sentence ends, the page's own small words, the company of long sentences, distance to the article.",
        example: "(a teaser of another article, far below the last paragraph)",
        not: "Short paragraphs, subheads and lists inside the article.",
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The name is not a reason's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no reason is called `{name}`{}", .nearest.map(|r| format!(" (did you mean `{r}`?)")).unwrap_or_default())]
pub struct UnknownReason {
    /// What was asked for.
    pub name: String,
    /// The reason whose name is nearest, if one is near.
    pub nearest: Option<Reason>,
}

impl FromStr for Reason {
    type Err = UnknownReason;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        if let Some(&reason) = Self::ALL.iter().find(|r| r.name() == s) {
            return Ok(reason);
        }
        let nearest = Self::ALL
            .iter()
            .map(|&r| (common_prefix(r.name(), s), r))
            .filter(|&(n, _)| n >= 3)
            .max_by_key(|&(n, _)| n)
            .map(|(_, r)| r);
        Err(UnknownReason {
            name: s.to_owned(),
            nearest,
        })
    }
}

fn common_prefix(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count()
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_kebab_case_and_parse_back() {
        for (i, &reason) in Reason::ALL.iter().enumerate() {
            assert_eq!(reason.name().parse(), Ok(reason));
            assert!(reason.name().bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
            assert!(Reason::ALL[..i].iter().all(|r| r.name() != reason.name()));
        }
    }

    #[test]
    fn a_misspelt_name_is_refused_with_the_nearest() {
        let error = "datelines".parse::<Reason>().unwrap_err();
        assert_eq!(error.nearest, Some(Reason::Dateline));
        assert!(error.to_string().contains("did you mean `dateline`"));
    }

    #[test]
    fn every_manual_is_complete() {
        for reason in Reason::ALL {
            let manual = reason.manual();
            for part in [manual.what, manual.how, manual.example, manual.not] {
                assert!(!part.trim().is_empty(), "{reason}");
            }
        }
    }
}
