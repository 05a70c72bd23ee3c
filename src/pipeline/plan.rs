//! From settings to a plan, and the checks that need no reading: nothing is begun that is bound to fail.
//!
//! Must not know where a setting was written; that is a word (`origin`) it carries into the run's record.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use crate::error::Error;
use crate::hash::hash128;
use crate::pipeline::dump::DumpOptions;
use crate::pipeline::options::Options;
use crate::pipeline::outputs::Outputs;
use crate::read::Wanted;
use crate::record::Fields;
use crate::text::decode::DecodeOptions;

/// What a run does with its pages, all choices made.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools)] // settings are what they are
pub struct Plan {
    /// How a page is cleaned.
    pub options: Options,
    /// How bytes become text.
    pub decode: DecodeOptions,
    /// Where a record has its text, its name and its address.
    pub fields: Fields,
    /// What outputs are called, and which form they have.
    pub outputs: Outputs,
    /// Whether only pages and records are written that change.
    pub only_changed: bool,
    /// What is looked for in the dump as a whole, if it is; the input is then read more than once.
    pub dump: Option<DumpOptions>,
    /// Threads; 0 is one for every core.
    pub jobs: usize,
    /// Whether files are synced to the disk.
    pub sync: bool,
    /// How often, at most, the run writes down how far it is, so that one that was killed can be gone on with.
    pub checkpoints: Duration,
    /// Whether cuts are handed to the observer, page by page.
    pub show_cuts: bool,
    /// Whether an output folder with something in it may be written into.
    pub force: bool,
    /// What the user named, for the run's record.
    pub inputs: Vec<String>,
    /// The effective configuration, for the run's record.
    pub config: Config,
}

/// The effective configuration: every key with its value and where that came from.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Config(BTreeMap<&'static str, Setting>);

/// One setting.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Setting {
    /// Its value.
    pub value: Value,
    /// Where that came from: a file, an environment variable, a flag, or the default.
    pub origin: String,
    /// Whether another value may give other bytes.
    #[serde(skip)]
    pub shapes_output: bool,
}

impl Config {
    /// Records a setting.
    pub fn set(&mut self, key: &'static str, value: Value, origin: impl Into<String>, shapes_output: bool) {
        self.0.insert(
            key,
            Setting {
                value,
                origin: origin.into(),
                shapes_output,
            },
        );
    }

    /// Every setting by key.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Setting)> {
        self.0.iter().map(|(&key, setting)| (key, setting))
    }
}

/// What standard input is called among the inputs.
pub const STDIN: &str = "-";

impl Plan {
    /// Whether the input is there to be read again: standard input is not.
    #[must_use]
    pub fn can_read_again(&self) -> bool {
        self.inputs != [STDIN]
    }

    /// What the output depends on, by name: the settings that shape it, the inputs, the program's version.
    #[must_use]
    pub fn identity(&self) -> BTreeMap<&'static str, Value> {
        let settings = self.config.iter().filter(|(_, setting)| setting.shapes_output);
        let mut identity: BTreeMap<_, _> = settings.map(|(key, setting)| (key, setting.value.clone())).collect();
        identity.insert("inputs", Value::from(self.inputs.clone()));
        identity.insert("version", Value::from(env!("CARGO_PKG_VERSION")));
        identity
    }

    /// What of the rows of tables is wanted: all, or what texts are found by.
    pub(super) fn wanted(&self, all: bool) -> Wanted<'_> {
        Wanted {
            fields: &self.fields,
            all,
        }
    }

    /// The hash of the identity, in hexadecimal digits.
    #[must_use]
    pub fn identity_hash(&self) -> String {
        let text = Value::from_iter(self.identity()).to_string();
        format!("{:032x}", hash128(text.as_bytes()))
    }
}

/// Refuses an output folder that is an input, stands inside one, or holds one: a run never reads what it writes
/// and never overwrites what it reads. `folders` are read whole; of `parents` only files that were named one by one.
///
/// # Errors
///
/// The two overlap, or a path cannot be resolved.
pub fn refuse_overlap(out: &Path, folders: &[PathBuf], parents: &BTreeSet<PathBuf>) -> Result<(), Error> {
    let resolved = resolve(out).map_err(|e| Error::io("cannot resolve the output folder", out, e))?;
    let whole = folders.iter().map(|folder| (folder, true));
    for (input, whole) in whole.chain(parents.iter().map(|parent| (parent, false))) {
        let source = resolve(input).map_err(|e| Error::io("cannot resolve the input", input, e))?;
        let what = if whole && resolved == source {
            "the output is the input"
        } else if whole && resolved.starts_with(&source) {
            "the output folder stands inside the input"
        } else if source.starts_with(&resolved) {
            "the input stands inside the output folder"
        } else {
            continue;
        };
        return Err(Error::usage(what)
            .at(input)
            .hint("choose a folder beside the input with -o"));
    }
    Ok(())
}

/// Refuses an index that is, holds, or stands inside a folder that is read or written.
///
/// # Errors
///
/// The two overlap, or a path cannot be resolved.
pub fn refuse_shared(index: &Path, folder: &Path) -> Result<(), Error> {
    let resolved = |path: &Path| resolve(path).map_err(|e| Error::io("cannot resolve the folder", path, e));
    let (own, other) = (resolved(index)?, resolved(folder)?);
    if own.starts_with(&other) || other.starts_with(&own) {
        return Err(Error::usage("the index has to be in a folder of its own")
            .at(index)
            .hint("choose one beside those that are read and written"));
    }
    Ok(())
}

/// The absolute path without links, of a path whose last parts need not exist yet.
///
/// # Errors
///
/// The part that exists cannot be resolved.
pub fn resolve(path: &Path) -> io::Result<PathBuf> {
    // The folder of a file that is named without one.
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    let absolute = std::path::absolute(path)?;
    let mut missing = Vec::new();
    let mut existing = absolute.as_path();
    loop {
        match fs::canonicalize(existing) {
            Ok(mut resolved) => {
                resolved.extend(missing.iter().rev());
                return Ok(resolved);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let (Some(parent), Some(name)) = (existing.parent(), existing.file_name()) else {
                    return Err(error);
                };
                missing.push(name);
                existing = parent;
            }
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlap_is_seen_both_ways_and_through_links() {
        let folder = tempfile::tempdir().unwrap();
        let pages = folder.path().join("pages");
        fs::create_dir_all(pages.join("inner")).unwrap();
        let refused = |out: &Path, input: &Path| refuse_overlap(out, &[input.to_owned()], &BTreeSet::new()).is_err();
        let holds = |out: &Path, parent: &Path| refuse_overlap(out, &[], &BTreeSet::from([parent.to_owned()])).is_err();
        assert!(holds(&pages, &pages.join("inner")));
        assert!(!holds(&pages.join("out"), &pages));
        assert!(refused(&pages, &pages));
        assert!(refused(&pages.join("new/deep"), &pages));
        assert!(refused(&pages, &pages.join("inner")));
        assert!(!refused(&folder.path().join("out"), &pages));
        #[cfg(unix)]
        {
            let link = folder.path().join("link");
            std::os::unix::fs::symlink(&pages, &link).unwrap();
            assert!(refused(&link.join("out"), &pages));
        }
    }

    #[test]
    fn the_identity_changes_with_what_shapes_the_output_only() {
        let mut plan = Plan::default();
        plan.config.set("profile", "balanced".into(), "default", true);
        plan.config.set("jobs", 0.into(), "default", false);
        let hash = plan.identity_hash();
        plan.config.set("jobs", 8.into(), "--jobs", false);
        plan.config.set("profile", "balanced".into(), "--profile", true);
        assert_eq!(plan.identity_hash(), hash);
        plan.config.set("profile", "careful".into(), "--profile", true);
        assert_ne!(plan.identity_hash(), hash);
    }
}
