//! The folder of an index: its lock, its temporary files, and what in it is garbage.
//!
//! Must not know what the files hold.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::manifest::{self, Manifest};
use crate::error::Error;

const TEMP_PREFIX: &str = ".textsieve-";
const TEMP_SUFFIX: &str = ".tmp";
const SEGMENT_PREFIX: &str = "segment-";
const SEGMENT_SUFFIX: &str = ".tsi";

/// Who else may use the folder meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// Others that read.
    Shared,
    /// Nobody.
    Alone,
}

/// Locks the folder until the handle is dropped. Where folders cannot be locked there is no lock: two runs at once are
/// the user's doing.
pub(super) fn lock(dir: &Path, hold: Hold) -> Result<Option<File>, Error> {
    let Ok(folder) = File::open(dir) else {
        return Ok(None);
    };
    let locked = match hold {
        Hold::Shared => folder.try_lock_shared(),
        Hold::Alone => folder.try_lock(),
    };
    match locked {
        Ok(()) => Ok(Some(folder)),
        Err(TryLockError::WouldBlock) => Err(Error::usage("another run uses the index").at(dir).hint("wait for it")),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// What a folder is to an index.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It is not there, or holds nothing but the first traces of a run that was killed.
    Blank,
    /// It has segments and nothing that says which of them count.
    Headless,
    /// It holds something else.
    Foreign,
    /// It is an index.
    Index,
}

/// Looks what is in a folder.
pub(super) fn state(dir: &Path) -> Result<State, Error> {
    let names = match names(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(State::Blank),
        names => names.map_err(|e| {
            Error::usage("the index is not a folder that can be read")
                .at(dir)
                .because(e)
        })?,
    };
    let has = |what: fn(&str) -> bool| names.iter().any(|name| what(name));
    Ok(if has(|name| name == manifest::FILE) {
        State::Index
    } else if has(|name| number(name).is_some()) {
        State::Headless
    } else if has(|name| !is_temp(name)) {
        State::Foreign
    } else {
        State::Blank
    })
}

/// The names in a folder, sorted.
fn names(dir: &Path) -> io::Result<Vec<String>> {
    let entries = fs::read_dir(dir)?;
    let names = entries.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<io::Result<Vec<String>>>()?;
    names.sort();
    Ok(names)
}

fn is_temp(name: &str) -> bool {
    name.starts_with(TEMP_PREFIX) && name.ends_with(TEMP_SUFFIX)
}

/// The number of a segment, by its name.
pub(super) fn number(name: &str) -> Option<u64> {
    let digits = name.strip_prefix(SEGMENT_PREFIX)?.strip_suffix(SEGMENT_SUFFIX)?;
    digits
        .parse()
        .ok()
        .filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A name that no segment in the folder has: the next number.
pub(super) fn next_name(dir: &Path) -> io::Result<String> {
    let last = names(dir)?.iter().filter_map(|name| number(name)).max().unwrap_or(0);
    Ok(format!("{SEGMENT_PREFIX}{:06}{SEGMENT_SUFFIX}", last + 1))
}

/// What a killed run left, and segments that were replaced: files of ours that the manifest does not name.
pub(super) fn garbage(dir: &Path, manifest: Option<&Manifest>) -> io::Result<Vec<PathBuf>> {
    let named = |name: &str| manifest.is_none_or(|manifest| manifest.segments.iter().any(|entry| entry.file == name));
    let mut names = names(dir)?;
    names.retain(|name| is_temp(name) || (number(name).is_some() && !named(name)));
    Ok(names.into_iter().map(|name| dir.join(name)).collect())
}

/// Takes away the garbage.
pub(super) fn sweep(dir: &Path, manifest: Option<&Manifest>) -> Result<(), Error> {
    let files = garbage(dir, manifest).map_err(|e| Error::io("cannot list the index", dir, e))?;
    for file in files {
        fs::remove_file(&file).map_err(|e| Error::io("cannot remove what a killed run left", &file, e))?;
    }
    Ok(())
}

/// A temporary file in the folder, which a later sweep would recognise.
pub(super) fn temp(dir: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMP_PREFIX).suffix(TEMP_SUFFIX);
    // The default is 0600; a file of an index is made like any other, by the umask.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(dir)
}

/// Gives a temporary file its name, once it has reached the disk.
pub(super) fn persist(temp: NamedTempFile, path: &Path, sync: bool) -> io::Result<()> {
    if sync {
        temp.as_file().sync_all()?;
    }
    temp.persist(path).map_err(|failed| failed.error)?;
    sync_folder(path.parent().unwrap_or(Path::new("")), sync)
}

#[cfg(unix)]
fn sync_folder(folder: &Path, sync: bool) -> io::Result<()> {
    if sync { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(not(unix))]
fn sync_folder(_: &Path, _: bool) -> io::Result<()> {
    // Other systems offer no handle on a folder to sync.
    Ok(())
}
