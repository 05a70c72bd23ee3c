//! `index.json`: which segments an index has. It is replaced as a whole, and that is the moment of a commit.
//!
//! Must not know what a segment holds.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::folder;
use crate::error::Error;

/// The manifest's name.
pub(super) const FILE: &str = "index.json";
/// Counts up when the meaning of a field, or what the pages in segments are compared by, changes.
pub(super) const SCHEMA: u32 = 1;

/// The manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub schema: u32,
    /// Of the program that wrote it.
    pub version: String,
    /// Tokens of a shingle.
    pub shingle: usize,
    /// In the order in which their runs came first.
    pub segments: Vec<Entry>,
}

/// What the manifest says of a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name in the folder.
    pub file: String,
    /// The hash of the dump that its pages are of.
    #[serde(with = "hex")]
    pub run: u128,
    /// How many pages it has.
    pub pages: u32,
    /// How long it is.
    pub bytes: u64,
    /// xxh3-128 of all of it but the last 16 bytes, which say the same.
    #[serde(with = "hex")]
    pub checksum: u128,
}

impl Manifest {
    pub(super) fn new(shingle: usize) -> Self {
        Self {
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            shingle,
            segments: Vec::new(),
        }
    }

    /// Reads the manifest of a folder, if it has one.
    pub(super) fn read(dir: &Path) -> Result<Option<Self>, Error> {
        /// All that is read of a manifest of a later version.
        #[derive(Deserialize)]
        struct Schema {
            schema: u32,
        }
        let path = dir.join(FILE);
        let bytes = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            bytes => bytes.map_err(|e| Error::io("cannot read the index", &path, e))?,
        };
        let damaged = |why: String| {
            Error::failed("the list of the index's segments is damaged")
                .at(&path)
                .because(why)
                .hint("restore it from a backup, or begin a new index")
        };
        let schema: Schema = serde_json::from_slice(&bytes).map_err(|e| damaged(e.to_string()))?;
        if schema.schema > SCHEMA {
            return Err(Error::usage("the index was written by a newer version of textsieve")
                .at(&path)
                .hint("update textsieve, or begin a new index"));
        }
        let manifest: Self = serde_json::from_slice(&bytes).map_err(|e| damaged(e.to_string()))?;
        match manifest.fault() {
            Some(fault) => Err(damaged(fault)),
            None => Ok(Some(manifest)),
        }
    }

    /// What in it cannot be.
    fn fault(&self) -> Option<String> {
        let odd = self.segments.iter().find(|entry| folder::number(&entry.file).is_none());
        if let Some(entry) = odd {
            return Some(format!("`{}` is no name of a segment", entry.file));
        }
        let mut runs: Vec<u128> = self.segments.iter().map(|entry| entry.run).collect();
        runs.sort_unstable();
        if let Some(&[twice, _]) = runs.array_windows().find(|[one, next]| one == next) {
            return Some(format!("run {twice:032x} has two segments"));
        }
        let pages: u64 = self.segments.iter().map(|entry| u64::from(entry.pages)).sum();
        (pages > u64::from(u32::MAX)).then(|| format!("{pages} pages are more than can be numbered"))
    }

    /// Replaces the manifest of a folder.
    pub(super) fn write(&self, dir: &Path, sync: bool) -> Result<(), Error> {
        let path = dir.join(FILE);
        let write = || -> io::Result<()> {
            let mut temp = folder::temp(dir)?;
            serde_json::to_writer_pretty(&mut temp, self)?;
            temp.write_all(b"\n")?;
            folder::persist(temp, &path, sync)
        };
        write().map_err(|e| Error::io("cannot write", &path, e))
    }
}

/// 128-bit hashes as hexadecimal digits: JSON has no such numbers.
mod hex {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    #[allow(clippy::trivially_copy_pass_by_ref)] // serde's own form
    pub(super) fn serialize<S: Serializer>(hash: &u128, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{hash:032x}"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u128, D::Error> {
        let digits = String::deserialize(deserializer)?;
        u128::from_str_radix(&digits, 16).map_err(D::Error::custom)
    }
}
