//! Several indexes into one.
//!
//! Must not know why somebody has several.

use serde::Serialize;

use super::manifest::{Entry, Manifest};
use super::segment::damaged;
use super::{Index, SegmentWriter, folder};
use crate::error::Error;
use crate::hash::HashedSet;

/// What became of the pages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Merged {
    /// Segments of the new index: dumps of which it has pages.
    pub runs: u64,
    /// Pages of the new index.
    pub pages: u64,
    /// Pages that are left out, since an equal text was there already.
    pub left_out: u64,
}

/// Puts the pages of some indexes into an empty one that [replaces](Index::replace) what is in its folder. Each run keeps
/// a segment of its own, in the order in which they come first. Takes up to 40 bytes of memory a page.
///
/// # Errors
///
/// The indexes have shingles of different lengths, one cannot be read or is damaged, or writing fails; what the new
/// index replaces is then as it was.
pub fn merge(sources: &[Index], mut into: Index) -> Result<Merged, Error> {
    if let Some(other) = sources.iter().find(|source| source.shingle() != into.shingle()) {
        let [one, two] = [into.shingle(), other.shingle()];
        return Err(
            Error::usage(format!("it has shingles of {two} tokens, and the first index of {one}")).at(&other.dir),
        );
    }
    into.begin()?;
    let written = segments(sources, &into).and_then(|(merged, segments)| {
        if merged.pages > u64::from(u32::MAX) {
            return Err(Error::failed(format!(
                "{} pages are more than an index can number",
                merged.pages
            )));
        }
        Ok((merged, segments))
    });
    match written {
        Ok((merged, segments)) => into.commit(segments).map(|()| merged),
        Err(error) => {
            // What was written is named by nobody. If it cannot be removed, the next run sweeps it.
            let _ = folder::sweep(&into.dir, Manifest::read(&into.dir)?.as_ref());
            Err(error)
        }
    }
}

/// Writes the segments of the new index.
fn segments(sources: &[Index], into: &Index) -> Result<(Merged, Vec<Entry>), Error> {
    let mut merged = Merged::default();
    let mut seen = HashedSet::<u128>::default();
    let mut segments = Vec::new();
    for run in runs(sources) {
        let mut writer = into.writer()?;
        let before = merged.pages;
        for source in sources {
            take(source, run, &mut writer, &mut seen, &mut merged)?;
        }
        if merged.pages > before {
            segments.push(writer.finish(run)?);
        }
    }
    merged.runs = segments.len() as u64;
    Ok((merged, segments))
}

/// All runs, each once, in order.
fn runs(sources: &[Index]) -> Vec<u128> {
    let mut seen = HashedSet::<u128>::default();
    let all = sources.iter().flat_map(Index::segments).map(|entry| entry.run);
    all.filter(|&run| seen.insert(run)).collect()
}

/// Takes over the pages of a run that are not there yet.
fn take(
    source: &Index,
    run: u128,
    writer: &mut SegmentWriter,
    seen: &mut HashedSet<u128>,
    merged: &mut Merged,
) -> Result<(), Error> {
    let Some(number) = source.segments.iter().position(|segment| segment.run == run) else {
        return Ok(());
    };
    source.with(number, |segment, file| {
        // A new index is not begun with what is damaged.
        if segment.sum(file)? != segment.checksum {
            return Err(damaged(&segment.path, "the checksum is wrong"));
        }
        segment.pages(file, |_, row, body| {
            let body = body?;
            if seen.insert(row.sketch.identity) {
                merged.pages += 1;
                writer.push(&row.sketch, &body.name, &body.set)
            } else {
                merged.left_out += 1;
                Ok(())
            }
        })
    })
}
