//! How the program talks: on standard error, as loud as asked, and never with what could steer a terminal.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::Write as _;

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use crate::error::Error;
use crate::read::SetAside;

use super::args::{Format, Global, When};

/// Counts up when the meaning of a field in a JSON line changes.
pub const SCHEMA: u32 = 1;

pub const RED: Style = AnsiColor::Red.on_default();
pub const GREEN: Style = AnsiColor::Green.on_default();
pub const YELLOW: Style = AnsiColor::Yellow.on_default();
pub const CYAN: Style = AnsiColor::Cyan.on_default();
pub const DIM: Style = Style::new().dimmed();
pub const BOLD: Style = Style::new().bold();

/// Pages set aside that are told before the rest is only counted.
const TOLD: u64 = 10;

/// A JSON line: type and schema, then what there is to say.
#[derive(Serialize)]
pub struct Line<'a, T> {
    r#type: &'a str,
    schema: u32,
    #[serde(flatten)]
    body: T,
}

impl<'a, T: Serialize> Line<'a, T> {
    pub fn new(r#type: &'a str, body: T) -> Self {
        Self {
            r#type,
            schema: SCHEMA,
            body,
        }
    }

    pub fn render(&self) -> String {
        // Strings, numbers and lists of them: there is nothing that cannot be rendered.
        serde_json::to_string(self).expect("plain fields can be rendered")
    }
}

/// What the program says on standard error.
#[derive(Debug, Clone, Copy)]
pub struct Talk {
    format: Format,
    /// 0 is silence, 1 errors, 2 the usual, 3 and more details.
    loudness: u8,
}

impl Talk {
    pub fn new(global: &Global) -> Self {
        Self {
            format: global.format,
            loudness: (2 + global.verbose).saturating_sub(global.quiet),
        }
    }

    pub fn plain(format: Format) -> Self {
        Self { format, loudness: 2 }
    }

    /// Whether summaries and notes are printed.
    pub fn usual(self) -> bool {
        self.loudness >= 2
    }

    /// Whether every detail is printed.
    pub fn detailed(self) -> bool {
        self.loudness >= 3
    }

    /// Whether the effective configuration is printed.
    pub fn everything(self) -> bool {
        self.loudness >= 4
    }

    pub fn json(self) -> bool {
        self.format == Format::Json
    }

    pub fn error(self, error: &Error) {
        if self.loudness == 0 {
            return;
        }
        if self.json() {
            #[derive(Serialize)]
            struct Body<'a> {
                what: &'a str,
                r#where: Option<String>,
                message: String,
                hint: Option<&'a str>,
                exit: u8,
            }
            let body = Body {
                what: error.what(),
                r#where: error.whereabouts().map(ToString::to_string),
                message: error.to_string(),
                hint: error.advice(),
                exit: error.exit().code(),
            };
            say(&Line::new("error", body).render());
        } else {
            say(&format!("{RED}error:{RED:#} {}", escape(&error.to_string())));
            tell_hint(error.advice());
        }
    }

    /// Tells of a page set aside: the first few, or with details all. `before` is how many there were already.
    pub fn set_aside(self, aside: &SetAside, before: u64) {
        if !self.usual() || (before >= TOLD && !self.detailed()) {
            return;
        }
        if self.json() {
            return say(&Line::new("set-aside", aside).render());
        }
        let (page, detail) = (escape(&aside.page), escape(&aside.detail));
        say(&format!(
            "{YELLOW}set aside:{YELLOW:#} {page}: {}: {detail}",
            aside.reason.name()
        ));
        tell_hint(aside.hint.as_deref());
    }

    /// Says how many pages were set aside without being told.
    pub fn not_told(self, set_aside: u64) {
        if set_aside > TOLD && self.usual() && !self.detailed() {
            let rest = set_aside - TOLD;
            self.note(&format!("{rest} more set aside; -v tells them all"));
        }
    }

    /// Something good to know.
    pub fn note(self, text: &str) {
        if !self.usual() {
            return;
        }
        if self.json() {
            #[derive(Serialize)]
            struct Body<'a> {
                text: &'a str,
            }
            say(&Line::new("note", Body { text }).render());
        } else {
            say(&format!("{CYAN}note:{CYAN:#} {}", escape(text)));
        }
    }
}

fn tell_hint(hint: Option<&str>) {
    if let Some(hint) = hint {
        say(&format!("{CYAN}hint:{CYAN:#} {}", escape(hint)));
    }
}

/// Prints a line on standard error.
pub fn say(line: &str) {
    // If standard error is closed there is nobody to tell.
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// Settles for the whole process when colours are used.
pub fn set_colours(when: When) {
    match when {
        When::Auto => anstream::ColorChoice::Auto,
        When::Always => anstream::ColorChoice::Always,
        When::Never => anstream::ColorChoice::Never,
    }
    .write_global();
}

/// The text with control and bidirectional formatting characters written out, so that a page can neither steer the
/// terminal nor turn a line around. Tabs stay.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_steering) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_steering(c) {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

fn is_steering(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_written_out() {
        assert_eq!(escape("\u{1b}[2Jgone"), "\\u{1b}[2Jgone");
        assert_eq!(escape("a\u{202e}b\nc"), "a\\u{202e}b\\u{a}c");
        assert!(matches!(escape("Київ\tمرحبا"), Cow::Borrowed(_)));
    }
}
