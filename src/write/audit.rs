//! The audit: one JSON line for every cut, so that nothing is taken away without a trace.
//!
//! Must not know who proposed a cut or in which order pages are finished.

use std::io;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::page::{Cut, Repeats};
use crate::reason::Reason;

/// The audit's name in the run folder.
pub const FILE: &str = "removed.jsonl";

/// One line of the audit.
#[derive(Debug, Serialize)]
pub struct Removed<'a> {
    /// The page's name.
    pub page: &'a str,
    /// What a record is called in its dump, as a JSON literal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<&'a RawValue>,
    /// Line, from 1, in the normalised page.
    pub line: usize,
    /// First byte in the normalised page.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// Why.
    pub reason: Reason,
    /// How sure, to three decimals.
    pub score: f64,
    /// What was seen.
    pub evidence: &'a str,
    /// The text that was cut.
    pub text: &'a str,
    /// Where the text stands that it repeats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeats: Option<&'a Repeats>,
}

impl<'a> Removed<'a> {
    /// The audit line of a cut in `text`, the normalised page called `page`. `id` is a JSON literal.
    ///
    /// # Panics
    ///
    /// If the cut is not one of this text.
    #[must_use]
    pub fn new(page: &'a str, id: Option<&'a str>, text: &'a str, cut: &'a Cut) -> Self {
        Self {
            page,
            id: id.and_then(|literal| serde_json::from_str(literal).ok()),
            line: cut.line,
            start: cut.range.start,
            end: cut.range.end,
            reason: cut.reason,
            score: rounded(cut.score),
            evidence: &cut.evidence,
            text: &text[cut.range.clone()],
            repeats: cut.repeats.as_ref(),
        }
    }

    /// Renders the line, with its line end.
    ///
    /// # Errors
    ///
    /// `out` fails.
    pub fn write(&self, mut out: impl io::Write) -> io::Result<()> {
        serde_json::to_writer(&mut out, self)?;
        out.write_all(b"\n")
    }
}

/// A score as it is shown: three decimals, so that the last bits of a float never make two runs differ.
#[must_use]
pub fn rounded(score: f32) -> f64 {
    (f64::from(score) * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_holds_what_is_needed_to_put_the_text_back() {
        let cut = Cut {
            range: 6..11,
            line: 2,
            reason: Reason::Social,
            score: 0.1 + 0.2,
            evidence: "en: \"share\"".into(),
            repeats: None,
        };
        let mut line = Vec::new();
        let text = "first\nShare\n";
        Removed::new("a.jsonl:7", Some("1.10"), text, &cut)
            .write(&mut line)
            .unwrap();
        let expected = concat!(
            r#"{"page":"a.jsonl:7","id":1.10,"line":2,"start":6,"end":11,"reason":"social","score":0.3,"#,
            r#""evidence":"en: \"share\"","text":"Share"}"#,
            "\n"
        );
        assert_eq!(String::from_utf8(line).unwrap(), expected);
    }
}
