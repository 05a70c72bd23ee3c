//! `run.json`: the state of a run, so that the next one knows what it finds in the output folder.
//!
//! It is written first with `complete: false` and replaced at the end. A run that was killed is recognised by it and
//! done again to the same bytes; what another configuration wrote is not mixed with it. Must not know pages.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, Exit};
use crate::pipeline::checkpoint::{self, listing_of};
use crate::pipeline::dump;
use crate::pipeline::plan::{Config, Plan};
use crate::pipeline::stats::Stats;
use crate::read::Entry;
use crate::write::files::{OutFolder, RUN_FOLDER, is_blank};

/// The record's name in the run folder.
pub const FILE: &str = "run.json";
/// Counts up when the meaning of a field changes.
pub const SCHEMA: u32 = 1;

/// What stands in the output folder before a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// Nothing.
    Blank,
    /// The same run, which did not finish.
    Unfinished,
    /// The same run, complete, and how it ended.
    Done(Exit),
    /// Something else, which the user allows to be overwritten.
    Forced,
}

/// What is read of an earlier record. Unknown fields are left to later versions.
#[derive(Debug, Deserialize)]
struct Previous {
    schema: u32,
    complete: bool,
    identity: String,
    settings: BTreeMap<String, Value>,
    input: Option<String>,
    exit: Option<u8>,
}

/// The record.
#[derive(Debug, Serialize)]
struct Record<'a> {
    schema: u32,
    version: &'static str,
    complete: bool,
    /// What the output depends on: its hash, and by name, so that a change can be named.
    identity: String,
    settings: BTreeMap<&'static str, Value>,
    /// A hash of names, sizes and times of all files that were read.
    input: &'a str,
    config: &'a Config,
    versions: Versions,
    started: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished: Option<String>,
    /// The exit status of a run that is complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    exit: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stats: Option<&'a Stats>,
}

#[derive(Debug, Serialize)]
struct Versions {
    unicode: String,
}

/// The record of a run that is going on.
#[derive(Debug)]
pub struct Journal<'a> {
    plan: &'a Plan,
    folder: &'a OutFolder,
    input: String,
    started: SystemTime,
}

impl<'a> Journal<'a> {
    /// Writes down that a run has begun.
    ///
    /// # Errors
    ///
    /// Writing fails.
    pub fn begin(plan: &'a Plan, folder: &'a OutFolder, input: &str) -> Result<Self, Error> {
        let journal = Self {
            plan,
            folder,
            input: input.to_owned(),
            started: SystemTime::now(),
        };
        journal.write(None, None)?;
        Ok(journal)
    }

    /// Writes down how the run ended: with a status if it came to its end.
    ///
    /// # Errors
    ///
    /// Writing fails.
    pub fn end(self, exit: Option<Exit>, stats: &Stats) -> Result<(), Error> {
        self.write(exit, Some(stats))
    }

    /// Takes the record away: nothing was done.
    ///
    /// # Errors
    ///
    /// It cannot be removed.
    pub fn withdraw(&self) -> Result<(), Error> {
        self.folder.remove_run_file(FILE)
    }

    fn write(&self, exit: Option<Exit>, stats: Option<&Stats>) -> Result<(), Error> {
        let (major, minor, update) = char::UNICODE_VERSION;
        let record = Record {
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION"),
            complete: exit.is_some(),
            identity: self.plan.identity_hash(),
            settings: self.plan.identity(),
            input: &self.input,
            config: &self.plan.config,
            versions: Versions {
                unicode: format!("{major}.{minor}.{update}"),
            },
            started: timestamp(self.started),
            finished: stats.map(|_| timestamp(SystemTime::now())),
            exit: exit.map(Exit::code),
            stats,
        };
        let mut text = serde_json::to_vec_pretty(&record)
            .map_err(|e| Error::failed("cannot render the run's record").because(e))?;
        text.push(b'\n');
        self.folder.write_run_file(FILE, &text)
    }
}

/// Looks at the output folder and refuses to overwrite what the user did not say may be overwritten. `input` is what is
/// to be read.
///
/// # Errors
///
/// The folder holds another finished run, an unfinished one with other settings, or something that is not ours.
pub fn inspect(out: &Path, plan: &Plan, input: &[Entry]) -> Result<Before, Error> {
    let blank = is_blank(out).map_err(|error| {
        Error::usage("the output is not a folder that can be written")
            .at(out)
            .because(error)
    })?;
    if blank {
        return Ok(Before::Blank);
    }
    if plan.force {
        return Ok(Before::Forced);
    }
    known(out, plan, input)
}

/// Takes away what a run left for the next that was killed between its record and its last step. It only takes room, so
/// it does not matter if it stays.
fn remove_notes(out: &Path) {
    for note in [checkpoint::FILE, dump::SURVEY_FILE] {
        let _ = fs::remove_file(out.join(RUN_FOLDER).join(note));
    }
}

/// What stands in a folder that is not blank, or why it may not be written into.
fn known(out: &Path, plan: &Plan, input: &[Entry]) -> Result<Before, Error> {
    let record = out.join(RUN_FOLDER).join(FILE);
    let choose = "choose another folder with -o, or overwrite with --force";
    let text = fs::read(&record).map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound {
            Error::usage("the output folder is not empty and holds no run of textsieve")
                .at(out)
                .hint(choose)
        } else {
            Error::usage("cannot read the record of the run before")
                .at(&record)
                .because(error)
        }
    })?;
    let previous: Previous = serde_json::from_slice(&text).map_err(|error| {
        Error::usage("the record of the run before is damaged or of another version")
            .at(&record)
            .because(error)
            .hint(choose)
    })?;
    let same = previous.schema == SCHEMA && previous.identity == plan.identity_hash();
    if !previous.complete && same {
        return Ok(Before::Unfinished);
    }
    if previous.complete {
        let exit = previous.exit.and_then(Exit::of_code);
        let same_input = plan.can_read_again() && previous.input.is_some_and(|before| before == listing_of(input));
        if exit.is_some() && same && same_input {
            remove_notes(out);
        }
        return match exit {
            Some(exit) if same && same_input => Ok(Before::Done(exit)),
            Some(_) if same => Err(Error::usage(
                "the output folder holds a finished run of an input that has changed",
            )),
            _ => Err(Error::usage("the output folder holds a finished run")),
        }
        .map_err(|error| error.at(out).hint(choose));
    }
    let changed = changed_keys(&previous.settings, &plan.identity());
    Err(Error::usage(format!(
        "an unfinished run with other settings stands in the output folder ({changed})"
    ))
    .at(out)
    .hint("finish it with the settings it was begun with, or overwrite with --force"))
}

/// What differs, as `key: before → now`.
fn changed_keys(before: &BTreeMap<String, Value>, now: &BTreeMap<&'static str, Value>) -> String {
    let mut keys: Vec<&str> = before.keys().map(String::as_str).chain(now.keys().copied()).collect();
    keys.sort_unstable();
    keys.dedup();
    let show = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
    let changed: Vec<String> = keys
        .into_iter()
        .filter(|&key| before.get(key) != now.get(key))
        .map(|key| format!("{key}: {} → {}", show(before.get(key)), show(now.get(key))))
        .collect();
    if changed.is_empty() {
        "the record's form".to_owned()
    } else {
        changed.join(", ")
    }
}

/// A time as RFC 3339 in UTC, to the second.
fn timestamp(time: SystemTime) -> String {
    let seconds = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let (year, month, day) = civil((seconds / 86_400).cast_signed());
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The date of a day counted from 1970-01-01 (Howard Hinnant's `civil_from_days`).
fn civil(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn plan(profile: &str) -> Plan {
        let mut plan = Plan::default();
        plan.config.set("profile", profile.into(), "default", true);
        plan
    }

    #[test]
    fn times_are_written_as_rfc_3339() {
        let at = |seconds| timestamp(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(0), "1970-01-01T00:00:00Z");
        assert_eq!(at(951_827_696), "2000-02-29T12:34:56Z");
        assert_eq!(at(1_767_225_599), "2025-12-31T23:59:59Z");
    }

    #[test]
    fn a_folder_is_taken_up_only_by_the_run_that_left_it() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path();
        let mut plan_a = plan("balanced");
        assert_eq!(inspect(out, &plan_a, &[]).unwrap(), Before::Blank);

        let opened = OutFolder::open(out, false).unwrap();
        let journal = Journal::begin(&plan_a, &opened, &listing_of(&[])).unwrap();
        assert_eq!(inspect(out, &plan_a, &[]).unwrap(), Before::Unfinished);

        let error = inspect(out, &plan("careful"), &[]).unwrap_err();
        assert!(
            error.to_string().contains(r#"profile: "balanced" → "careful""#),
            "{error}"
        );

        journal.end(Some(Exit::SetAside), &Stats::default()).unwrap();
        assert_eq!(inspect(out, &plan_a, &[]).unwrap(), Before::Done(Exit::SetAside));
        let other = [Entry::new(std::sync::Arc::from(out), "new.txt".into(), 1)];
        assert!(
            inspect(out, &plan_a, &other)
                .unwrap_err()
                .to_string()
                .contains("has changed")
        );
        let careful = inspect(out, &plan("careful"), &[]);
        assert!(careful.unwrap_err().to_string().contains("finished run"));
        plan_a.force = true;
        assert_eq!(inspect(out, &plan_a, &[]).unwrap(), Before::Forced);
    }

    #[test]
    fn a_folder_of_somebody_else_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("thesis.txt"), "years of work").unwrap();
        assert!(inspect(folder.path(), &plan("balanced"), &[]).is_err());
    }
}
