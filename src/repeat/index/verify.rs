//! Whether an index is what was written: everything in it is read and compared.
//!
//! Must not know how faults are shown.

use std::fs::File;
use std::path::Path;

use serde::Serialize;

use super::manifest::Entry;
use super::segment::{Body, Row, Segment};
use super::{folder, manifest_of};
use crate::error::Error;
use crate::repeat::near::{Shingles, Signature};

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The file, by its name in the index.
    pub file: String,
    /// What is wrong with it.
    pub what: String,
}

/// What was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Segments that the manifest names.
    pub segments: u64,
    /// Pages that were read.
    pub pages: u64,
    /// Bytes of segments that were read.
    pub bytes: u64,
    /// How often something was wrong.
    pub faults: u64,
    /// Files that the manifest does not name: harmless, and swept by the next run.
    pub garbage: u64,
}

/// Reads all of an index: checksums, the set of every page, whether its signature follows from the set, and whether the
/// manifest agrees. Calls `each` with what is wrong, in order.
///
/// # Errors
///
/// There is no index, its manifest cannot be read or is damaged, or another run uses it.
pub fn verify(dir: &Path, mut each: impl FnMut(&Fault)) -> Result<Checked, Error> {
    let (manifest, _lock) = manifest_of(dir)?;
    let mut checked = Checked::default();
    for entry in &manifest.segments {
        checked.segments += 1;
        checked.bytes += entry.bytes;
        let mut faults = Vec::new();
        match Segment::open(dir, entry, manifest.shingle) {
            Ok((segment, file)) => checked.pages += pages(&segment, file, entry, &mut faults),
            Err(error) => faults.push(said(&error)),
        }
        for what in faults {
            checked.faults += 1;
            let file = entry.file.clone();
            each(&Fault { file, what });
        }
    }
    let garbage = folder::garbage(dir, Some(&manifest)).map_err(|e| Error::io("cannot list the index", dir, e))?;
    checked.garbage = garbage.len() as u64;
    Ok(checked)
}

/// Looks at a segment whose head and foot are right, and says how many of its pages were read.
fn pages(segment: &Segment, mut file: File, entry: &Entry, faults: &mut Vec<String>) -> u64 {
    match segment.sum(&mut file) {
        Ok(sum) if sum == entry.checksum => {}
        Ok(_) => faults.push("the checksum is wrong".to_owned()),
        Err(error) => faults.push(said(&error)),
    }
    let mut read = 0;
    let walked = segment.pages(&mut file, |page, row, body| {
        read += 1;
        let fault = body.and_then(|body| match fault(row, &body) {
            Some(what) => Err(segment.damaged_page(page, what)),
            None => Ok(()),
        });
        faults.extend(fault.err().map(|error| said(&error)));
        Ok(())
    });
    faults.extend(walked.err().map(|error| said(&error)));
    read
}

/// What of a page does not fit together.
fn fault(row: &Row, body: &Body) -> Option<&'static str> {
    let Some(set) = Shingles::from_bytes(&body.set) else {
        return Some("its shingles cannot be read");
    };
    if set.len() as u64 != u64::from(row.sketch.shingles) {
        return Some("it has another number of shingles than its sketch says");
    }
    (Signature::of(&set) != row.sketch.signature).then_some("its signature does not follow from its shingles")
}

/// The cause alone: where it is, is said apart.
fn said(error: &Error) -> String {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    cause.unwrap_or_else(|| error.to_string())
}
