//! How far a run has come, written down now and then, so that one that is killed goes on where it was.
//!
//! A checkpoint lies between two entries of the input: everything before is whole under its final name, and the run's own
//! files speak of nothing else up to the lengths that are noted. What came after is done again, to the same bytes.
//! Must not know what a batch is or how a file is written.

use std::fs;
use std::time::{Duration, Instant, SystemTime};

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::hash::Hash128;
use crate::pipeline::dump::Listing;
use crate::pipeline::stats::Stats;
use crate::read::Entry;
use crate::write::files::OutFolder;

/// The file's name in the run folder.
pub(super) const FILE: &str = "checkpoint.json";
/// Counts up when the meaning of a field changes.
const SCHEMA: u32 = 2;
/// Not sooner after the last than this many times what that one took.
const SHARE: u32 = 20;

/// Between two entries of the input.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Border {
    /// The entry that comes next.
    pub entry: usize,
    /// The number of the portion that begins with it.
    pub portion: usize,
}

/// What is known of a run at a border.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    schema: u32,
    /// What the output depends on, and the files that were read: see [`listing_of`].
    identity: String,
    input: String,
    pub border: Border,
    /// Whether a record was seen already.
    pub records: bool,
    pub stats: Stats,
    /// The lengths of the run's files: audit, pages set aside, duplicates.
    pub lengths: [u64; 3],
    pub listing: Listing,
}

/// What a run is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    /// Hash of what the output depends on.
    pub identity: String,
    /// Hash of the list of files.
    pub input: String,
}

/// A hash of what the input is: names, sizes and times of all files. They are not read for it.
#[must_use]
pub(super) fn listing_of(entries: &[Entry]) -> String {
    let mut hash = Hash128::default();
    for entry in entries {
        let name = entry.name().as_os_str().as_encoded_bytes();
        let meta = fs::metadata(entry.path()).ok();
        let modified = meta.as_ref().and_then(|meta| meta.modified().ok());
        let since = modified.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
        hash.update(&(name.len() as u64).to_le_bytes());
        hash.update(name);
        hash.update(&meta.map_or(0, |meta| meta.len()).to_le_bytes());
        hash.update(&since.unwrap_or_default().as_nanos().to_le_bytes());
    }
    format!("{:032x}", hash.value())
}

impl Checkpoint {
    /// The checkpoint that a run left which is known by the same and was not finished, if it left one.
    pub(super) fn of(folder: &OutFolder, known: &Known) -> Option<Self> {
        // One that cannot be read only means that the run is done from its beginning.
        let text = fs::read(folder.run_file(FILE)).ok()?;
        let checkpoint: Self = serde_json::from_slice(&text).ok()?;
        let same =
            checkpoint.schema == SCHEMA && checkpoint.identity == known.identity && checkpoint.input == known.input;
        same.then_some(checkpoint)
    }
}

/// Writes checkpoints.
#[derive(Debug)]
pub(super) struct Checkpoints<'a> {
    folder: &'a OutFolder,
    known: Known,
    every: Duration,
    last: Instant,
    cost: Duration,
}

impl<'a> Checkpoints<'a> {
    /// Checkpoints that are at least so far apart.
    pub(super) fn new(folder: &'a OutFolder, known: Known, every: Duration) -> Self {
        Self {
            folder,
            known,
            every,
            last: Instant::now(),
            cost: Duration::ZERO,
        }
    }

    /// Whether it is time for one.
    pub(super) fn due(&self) -> bool {
        self.last.elapsed() >= self.every.max(self.cost * SHARE)
    }

    /// Writes one. What it speaks of must have reached the disk.
    pub(super) fn write(
        &mut self,
        border: Border,
        records: bool,
        stats: &Stats,
        lengths: [u64; 3],
        listing: &Listing,
    ) -> Result<(), Error> {
        /// The same as a checkpoint, borrowed.
        #[derive(Serialize)]
        struct Now<'n> {
            schema: u32,
            identity: &'n str,
            input: &'n str,
            border: Border,
            records: bool,
            stats: &'n Stats,
            lengths: [u64; 3],
            listing: &'n Listing,
        }
        let start = Instant::now();
        let now = Now {
            schema: SCHEMA,
            identity: &self.known.identity,
            input: &self.known.input,
            border,
            records,
            stats,
            lengths,
            listing,
        };
        let text = serde_json::to_vec(&now).map_err(|e| Error::failed("cannot render a checkpoint").because(e))?;
        self.folder.write_run_file(FILE, &text)?;
        self.last = Instant::now();
        self.cost = start.elapsed();
        Ok(())
    }
}

/// Takes the checkpoint away: the run begins anew, or is complete.
pub(super) fn remove(folder: &OutFolder) -> Result<(), Error> {
    folder.remove_run_file(FILE)
}
