//! What a record tells of what was done to it, for whoever asks for that beside the text.
//!
//! Must not know where in a record it stands.

use std::borrow::Cow;

use serde::Serialize;

use crate::page::Cut;
use crate::pipeline::cleaner::Cleaned;
use crate::pipeline::dump::Cluster;
use crate::reason::Reason;

/// What the field is called.
pub(super) const NAME: &str = "textsieve";

/// Puts the field beside a record's others, in place of one that is called so.
pub(super) fn put(told: Option<String>, rest: &mut Vec<(Cow<'_, str>, Cow<'_, str>)>) {
    if let Some(told) = told {
        rest.retain(|(field, _)| field != NAME);
        rest.push((Cow::Borrowed(NAME), Cow::Owned(told)));
    }
}

#[derive(Serialize)]
struct Told {
    changed: bool,
    /// Bytes of all cuts.
    cut_bytes: usize,
    cuts: Vec<Gone>,
    #[serde(flatten)]
    cluster: Option<Cluster>,
}

/// A cut, without its text: that is in the audit.
#[derive(Serialize)]
struct Gone {
    line: usize,
    bytes: usize,
    reason: Reason,
}

/// The field's value, a JSON object.
pub(super) fn told(cleaned: &Cleaned, changed: bool, cluster: Option<Cluster>) -> String {
    let gone = |cut: &Cut| Gone {
        line: cut.line,
        bytes: cut.range.len(),
        reason: cut.reason,
    };
    let told = Told {
        changed,
        cut_bytes: cleaned.cuts.iter().map(|cut| cut.range.len()).sum(),
        cuts: cleaned.cuts.iter().map(gone).collect(),
        cluster,
    };
    // Numbers and names can always be rendered.
    serde_json::to_string(&told).expect("numbers and names are JSON")
}
