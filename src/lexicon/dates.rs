//! Date lines: is a whole line used up by numbers, month and weekday names, times and small words?
//!
//! Must not know where the line stands; whether a date line goes is the judge's matter.

use crate::hash::{HashedMap, hash64};
use crate::lexicon::load::Dates;
use crate::text::chars::{Script, script};
use crate::text::fold::fold;

/// A date line has at most so many tokens.
const MOST_TOKENS: usize = 24;

/// What a word does in a date line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// A small word or a label: may stand, says nothing.
    Filler,
    /// Belongs to a relative date ("hours", "ago", "yesterday").
    Ago,
    /// A weekday.
    Weekday,
    /// A month.
    Month,
}

/// How much of a line is a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DateShape {
    /// The whole line is a date or time and names one beyond doubt.
    pub whole: bool,
    /// The line has a date or a time somewhere (numeric, or a month beside a number).
    pub has: bool,
    /// The date names a day, not only a time.
    pub day: bool,
}

/// The words of date lines in all languages.
#[derive(Debug, Clone, Default)]
pub struct DateWords {
    parts: HashedMap<u64, Part>,
}

impl DateWords {
    pub(super) fn add(&mut self, dates: &Dates) {
        for form in dates.months.iter().flatten() {
            self.insert(form, Part::Month);
        }
        for form in dates.weekdays.iter().flatten() {
            self.insert(form, Part::Weekday);
        }
        for form in &dates.ago {
            self.insert(form, Part::Ago);
        }
        for form in dates.words.iter().chain(&dates.labels) {
            self.insert(form, Part::Filler);
        }
    }

    /// A form of several words counts word by word: the whole line has to be used up anyway.
    fn insert(&mut self, form: &str, part: Part) {
        for piece in fold(form).split(' ').flat_map(pieces) {
            if piece.is_empty() || piece.chars().all(is_digit) {
                continue;
            }
            // One or two letters ("po", "E", "mi") are too common as words to name a day or month.
            let short = piece.chars().count() <= 2 && !piece.chars().any(is_ideograph);
            let part = if short { part.min(Part::Filler) } else { part };
            let known = self.parts.entry(hash64(piece.as_bytes())).or_insert(part);
            *known = (*known).max(part);
        }
    }

    fn part(&self, piece: &str) -> Option<Part> {
        self.parts.get(&hash64(piece.as_bytes())).copied()
    }

    /// Looks at a line. `folded` is the fold of `raw`.
    #[must_use]
    pub fn shape(&self, raw: &str, folded: &str) -> DateShape {
        let (numeric, numeric_day) = if raw.contains(is_digit) {
            (numeric_date(raw, true), numeric_date(raw, false))
        } else {
            (false, false)
        };
        let mut seen = Seen::default();
        for token in folded.split(' ') {
            if token.chars().next().is_some_and(is_digit) && number_like(token) {
                seen.number();
                continue;
            }
            for piece in pieces(token) {
                if piece.chars().all(is_digit) {
                    seen.number();
                } else if let Some(part) = self.part(piece) {
                    seen.part(part);
                } else if piece.chars().all(is_ideograph) {
                    for c in piece.chars() {
                        seen.known(self.part(c.encode_utf8(&mut [0; 4])));
                    }
                } else {
                    seen.unknown += 1;
                }
            }
            if seen.count > MOST_TOKENS || seen.unknown > MOST_TOKENS {
                break;
            }
        }
        let count = seen.count;
        let sure = numeric || seen.month_by_number || (seen.ago && seen.number) || (seen.weekday && seen.month);
        DateShape {
            whole: count > 0 && seen.unknown == 0 && sure && count <= MOST_TOKENS,
            has: numeric || seen.month_by_number,
            day: numeric_day || seen.month_by_number || seen.ago || (seen.weekday && seen.month),
        }
    }
}

/// What was met on the way through a line.
#[derive(Default)]
#[allow(clippy::struct_excessive_bools)]
struct Seen {
    number: bool,
    month: bool,
    weekday: bool,
    ago: bool,
    month_by_number: bool,
    previous_number: bool,
    previous_month: bool,
    unknown: usize,
    count: usize,
}

impl Seen {
    fn number(&mut self) {
        self.number = true;
        self.month_by_number |= self.previous_month;
        (self.previous_number, self.previous_month) = (true, false);
        self.count += 1;
    }

    fn part(&mut self, part: Part) {
        match part {
            Part::Month => self.month = true,
            Part::Weekday => self.weekday = true,
            Part::Ago => self.ago = true,
            Part::Filler => {}
        }
        self.month_by_number |= part == Part::Month && self.previous_number;
        // A filler between number and month ("5 de enero") parts nothing.
        if part != Part::Filler {
            (self.previous_number, self.previous_month) = (false, part == Part::Month);
        }
        self.count += 1;
    }

    fn known(&mut self, part: Option<Part>) {
        match part {
            Some(part) => self.part(part),
            None => self.unknown += 1,
        }
    }
}

/// A digit of any script; the first beyond ASCII that matters is Arabic, so that most letters need no look-up.
fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || (c >= '\u{660}' && c.is_numeric())
}

/// The stretches of digits and of other characters in a token.
fn pieces(token: &str) -> impl Iterator<Item = &str> {
    let mut rest = token;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = rest
            .find(|c: char| is_digit(c) != is_digit(first))
            .unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(piece)
    })
}

/// Han, kana and Hangul dates are read character by character: \u{5e74}, \u{6708}, \u{65e5} follow their numbers.
fn is_ideograph(c: char) -> bool {
    matches!(script(c), Script::Han | Script::Hangul)
}

/// A number, also with a short unit glued on: `1st`, `2026г`, `19h46`, `10am`, `06t10`, `2日`.
fn number_like(token: &str) -> bool {
    let mut letters = token.chars().filter(|c| c.is_alphabetic());
    letters.clone().count() <= 2 && !letters.any(is_ideograph)
}

/// With `times` also a time: `06.02.2026`, `2026-02-06`, `6/2/26`, `2026年2月6日`, or a time `19:46`.
fn numeric_date(raw: &str, times: bool) -> bool {
    let mut groups: [usize; 3] = [0; 3];
    let mut n = 0;
    let mut separator = ' ';
    let mut chars = raw.chars().peekable();
    let mut run = 0;
    while let Some(c) = chars.next() {
        if is_digit(c) {
            run += 1;
            continue;
        }
        if run > 0 {
            groups[n.min(2)] = run;
            n += 1;
            run = 0;
        }
        let digit_next = chars.peek().is_some_and(|d| is_digit(*d));
        let continues = n > 0 && digit_next && matches!(c, '.' | '-' | '/' | ':' | '年' | '月' | '년' | '월' | '–');
        if !continues || (n >= 2 && c != separator && separator == ':') {
            if date_groups(&groups[..n.min(3)], separator, times) {
                return true;
            }
            n = 0;
            groups = [0; 3];
        } else if n == 1 {
            separator = c;
        }
    }
    if run > 0 {
        groups[n.min(2)] = run;
        n += 1;
    }
    date_groups(&groups[..n.min(3)], separator, times)
}

fn date_groups(groups: &[usize], separator: char, times: bool) -> bool {
    match groups {
        // Years have four digits, or two at the end.
        [4, 1 | 2, 1 | 2] | [1 | 2, 1 | 2, 2 | 4] => times || separator != ':',
        [1 | 2, 2] => times && separator == ':',
        [4, 1 | 2] => matches!(separator, '年' | '년'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> DateWords {
        let mut words = DateWords::default();
        words.add(&Dates {
            months: vec![vec!["january".into(), "jan".into()], vec!["лютого".into()]],
            weekdays: vec![vec!["monday".into(), "mon".into()]],
            words: vec![
                "at".into(),
                "gmt".into(),
                "am".into(),
                "年".into(),
                "月".into(),
                "日".into(),
            ],
            labels: vec!["published".into(), "last updated".into()],
            ago: vec!["hours ago".into()],
        });
        words
    }

    #[test]
    fn a_date_line_is_used_up_wholly() {
        for line in [
            "09.Jan.2026",
            "14 Jan 2026",
            "06 лютого 2026, 19:46",
            "04.11.2020",
            "2026-02-06T19:46",
            "Monday, 5 January",
            "Published: 6/2/2026 at 10:30 AM GMT",
            "3 hours ago",
            "19:46",
            "2026年2月6日 10:30",
            "Last updated 09 Jan 2026",
        ] {
            assert!(words().shape(line, &fold(line)).whole, "{line}");
        }
    }

    #[test]
    fn other_lines_are_not() {
        for line in [
            "24 killed",
            "January",
            "2026",
            "1 2 3 4",
            "3:1 after 90 minutes",
            "On 5 January the bridge fell.",
            "10.5",
            "1.000.000",
        ] {
            assert!(!words().shape(line, &fold(line)).whole, "{line}");
        }
        assert!(words().shape("x", &fold("On 5 January the bridge fell.")).has);
    }
}
