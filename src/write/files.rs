//! The output folder: files that are whole or not there.
//!
//! A file is written under a temporary name in its own folder, synced, renamed, and the folder is synced; pages go
//! through this by the batch, since waiting for the disk is what costs. A temporary file that a killed run left behind
//! is recognised by its name and swept. Must not know what the bytes mean.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Component, Path, PathBuf};

use serde::Serialize;
use tempfile::{NamedTempFile, TempPath};

use crate::error::Error;

/// Where a run keeps its own files: readers of data lakes skip names that begin with an underscore.
pub const RUN_FOLDER: &str = "_textsieve";
const TEMP_PREFIX: &str = ".textsieve-";
const TEMP_SUFFIX: &str = ".tmp";
/// What is behind the name of a run file that is not finished.
const PART_SUFFIX: &str = ".part";
/// Up to so many files are synced one by one. Beyond, one sync of the whole file system is sooner done
/// than hundreds of syncs that each wait for the disk.
const SYNC_EACH: usize = 16;

/// A folder that pages and run data are written into.
#[derive(Debug)]
pub struct OutFolder {
    root: PathBuf,
    sync: bool,
    /// Held, not used: the lock on the run folder goes with it.
    _lock: Option<File>,
}

impl OutFolder {
    /// Makes the folder if it is not there and locks it against other runs. Without `sync`, files are still renamed
    /// into place, but may be lost when the machine stops.
    ///
    /// # Errors
    ///
    /// It cannot be made, or another run holds it.
    pub fn open(root: &Path, sync: bool) -> Result<Self, Error> {
        let run = root.join(RUN_FOLDER);
        fs::create_dir_all(&run).map_err(|e| Error::io("cannot make the output folder", &run, e))?;
        if sync {
            let above = root.parent().filter(|above| !above.as_os_str().is_empty());
            // A folder that may be written into but not read cannot be synced; its entry will last all the same
            // as soon as the system gets to it.
            let _ = sync_folder(above.unwrap_or(Path::new(".")));
        }
        Ok(Self {
            root: root.to_owned(),
            sync,
            _lock: lock(&run)?,
        })
    }

    /// The path of one of the run's own files.
    #[must_use]
    pub fn run_file(&self, name: &str) -> PathBuf {
        self.root.join(RUN_FOLDER).join(name)
    }

    /// Writes a page that is to be called `name` under a temporary name.
    ///
    /// # Errors
    ///
    /// The name is not one that [`check_name`] lets pass, or writing fails.
    pub fn stage(&self, name: &Path, bytes: &[u8]) -> Result<Staged, Error> {
        let path = self.path(name)?;
        let write = || -> io::Result<TempPath> {
            let mut temp = temp_beside(&path)?;
            temp.write_all(bytes)?;
            Ok(temp.into_temp_path())
        };
        let temp = write().map_err(|e| cannot_write(&path, e))?;
        Ok(Staged { temp, path })
    }

    /// Where a page of this name stands.
    pub(super) fn path(&self, name: &Path) -> Result<PathBuf, Error> {
        check_name(name).map_err(|why| Error::failed(format!("cannot write: the name {why}")).at(name))?;
        Ok(self.root.join(name))
    }

    /// Gives staged pages their names, once they have reached the disk.
    ///
    /// # Errors
    ///
    /// Syncing or renaming fails; pages that have no name yet are gone.
    pub fn publish(&self, staged: Vec<Staged>) -> Result<(), Error> {
        if self.sync {
            self.sync_staged(&staged)?;
        }
        let mut paths = Vec::with_capacity(staged.len());
        for Staged { temp, path } in staged {
            temp.persist(&path)
                .map_err(|failed| cannot_write(&path, failed.error))?;
            paths.push(path);
        }
        self.sync_folders(paths.iter().map(PathBuf::as_path))
    }

    /// Whether there is a page of this name.
    #[must_use]
    pub fn holds(&self, name: &Path) -> bool {
        self.path(name).is_ok_and(|path| path.is_file())
    }

    /// Takes pages away that were published, and the folder that held them if nothing else is in it.
    ///
    /// # Errors
    ///
    /// One of them cannot be removed.
    pub fn remove_pages(&self, names: impl Iterator<Item = PathBuf>) -> Result<(), Error> {
        let mut folder = None;
        for name in names {
            let path = self.path(&name)?;
            fs::remove_file(&path).map_err(|e| Error::io("cannot remove", &path, e))?;
            folder = path.parent().map(Path::to_owned);
        }
        // It stays if the user has something there.
        folder.map_or(Ok(()), |folder| fs::remove_dir(folder).or(Ok(())))
    }

    fn sync_staged(&self, staged: &[Staged]) -> Result<(), Error> {
        if staged.len() > SYNC_EACH && sync_file_system(&self.root) {
            return Ok(());
        }
        for Staged { temp, path } in staged {
            File::options()
                .write(true)
                .open(temp)
                .and_then(|file| file.sync_all())
                .map_err(|e| cannot_write(path, e))?;
        }
        Ok(())
    }

    /// Takes away one of the run's own files, if it is there.
    ///
    /// # Errors
    ///
    /// It cannot be removed.
    pub fn remove_run_file(&self, name: &str) -> Result<(), Error> {
        let path = self.run_file(name);
        match fs::remove_file(&path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(Error::io("cannot remove", &path, e)),
            _ => Ok(()),
        }
    }

    /// Takes away what an earlier run left of its own files unfinished.
    ///
    /// # Errors
    ///
    /// It cannot be removed.
    pub fn remove_parts(&self) -> Result<(), Error> {
        let run = self.root.join(RUN_FOLDER);
        let remove = || -> io::Result<()> {
            for entry in fs::read_dir(&run)? {
                let path = entry?.path();
                if is_part(&path) {
                    fs::remove_file(path)?;
                }
            }
            Ok(())
        };
        remove().map_err(|e| Error::io("cannot remove what an earlier run left", &run, e))
    }

    /// Writes a file and, unless syncing is off, the folder entry with it.
    ///
    /// # Errors
    ///
    /// Writing fails.
    pub fn write_run_file(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.run_file(name);
        let write = || -> io::Result<()> {
            let mut temp = temp_beside(&path)?;
            temp.write_all(bytes)?;
            finish(temp, &path, self.sync)
        };
        write().map_err(|e| cannot_write(&path, e))?;
        self.sync_folders([path.as_path()])
    }

    /// Opens a run file that is written line by line and appears when it is finished. The first `length` bytes of what
    /// an earlier run left of it stay.
    ///
    /// # Errors
    ///
    /// The file cannot be made, or is shorter.
    pub fn lines(&self, name: &str, length: u64) -> Result<Lines, Error> {
        let path = self.run_file(name);
        let part = self.run_file(&format!("{name}{PART_SUFFIX}"));
        let open = || -> io::Result<File> {
            if length > 0 && !part.exists() {
                // The earlier run was stopped and not killed: it gave the file its name.
                fs::rename(&path, &part)?;
            }
            let mut options = File::options();
            let mut file = options.write(true).create(true).truncate(length == 0).open(&part)?;
            if file.metadata()?.len() < length {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "shorter than it was"));
            }
            file.set_len(length)?;
            file.seek(SeekFrom::Start(length))?;
            Ok(file)
        };
        match open() {
            Ok(file) => Ok(Lines {
                path,
                part,
                out: BufWriter::new(file),
                length,
                sync: self.sync,
            }),
            Err(error) if length > 0 => Err(cannot_write(&part, error).hint("--force begins the run anew")),
            Err(error) => Err(cannot_write(&part, error)),
        }
    }

    /// Syncs the folders that `paths` stand in, up to the output folder: renames last from then on.
    fn sync_folders<'p>(&self, paths: impl IntoIterator<Item = &'p Path>) -> Result<(), Error> {
        if !self.sync {
            return Ok(());
        }
        let mut folders = BTreeSet::new();
        for path in paths {
            for folder in path.ancestors().skip(1) {
                if !folder.starts_with(&self.root) || !folders.insert(folder) {
                    break;
                }
            }
        }
        // The deepest first, so that a folder's entry lasts no sooner than what is in it.
        for folder in folders.into_iter().rev() {
            sync_folder(folder).map_err(|e| Error::io("cannot sync the folder", folder, e))?;
        }
        Ok(())
    }

    /// Removes temporary files that a killed run left, and says how many.
    ///
    /// # Errors
    ///
    /// One of them cannot be removed.
    pub fn sweep(&self) -> Result<usize, Error> {
        let mut swept = 0;
        for entry in walkdir::WalkDir::new(&self.root).into_iter().filter_map(Result::ok) {
            if entry.file_type().is_file() && is_temp(entry.path()) {
                fs::remove_file(entry.path())
                    .map_err(|e| Error::io("cannot remove a stale temporary file", entry.path(), e))?;
                swept += 1;
            }
        }
        Ok(swept)
    }
}

/// A page that is written and has no name yet. Dropped, it is gone.
#[derive(Debug)]
pub struct Staged {
    pub(super) temp: TempPath,
    pub(super) path: PathBuf,
}

/// A run file that grows by JSON lines. It gets its name when [`Lines::finish`] is called; until then it is a part, and
/// stays one if the run is killed, for the next to go on with.
#[derive(Debug)]
pub struct Lines {
    path: PathBuf,
    part: PathBuf,
    out: BufWriter<File>,
    length: u64,
    sync: bool,
}

impl Lines {
    /// Adds lines that are already rendered.
    ///
    /// # Errors
    ///
    /// Writing fails.
    pub fn append(&mut self, lines: &[u8]) -> Result<(), Error> {
        self.length += lines.len() as u64;
        self.out.write_all(lines).map_err(|e| cannot_write(&self.path, e))
    }

    /// So many bytes were added.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Takes back what was added beyond the first `length` bytes: it speaks of something that did not come to be.
    ///
    /// # Errors
    ///
    /// Writing fails.
    pub fn rewind(&mut self, length: u64) -> Result<(), Error> {
        let rewind = |out: &mut BufWriter<File>| -> io::Result<()> {
            out.flush()?;
            out.get_mut().set_len(length)?;
            out.seek(SeekFrom::Start(length)).map(|_| ())
        };
        self.length = length;
        rewind(&mut self.out).map_err(|e| cannot_write(&self.path, e))
    }

    /// Adds one object.
    ///
    /// # Errors
    ///
    /// Writing fails.
    pub fn push(&mut self, object: &impl Serialize) -> Result<(), Error> {
        let mut line = serde_json::to_vec(object).map_err(|e| cannot_write(&self.path, e.into()))?;
        line.push(b'\n');
        self.append(&line)
    }

    /// Brings all that was added to the disk, under no name yet.
    ///
    /// # Errors
    ///
    /// Writing fails.
    pub fn save(&mut self) -> Result<(), Error> {
        let mut save = || -> io::Result<()> {
            self.out.flush()?;
            if self.sync {
                self.out.get_ref().sync_data()?;
            }
            Ok(())
        };
        save().map_err(|e| cannot_write(&self.part, e))
    }

    /// Gives the file its name.
    ///
    /// # Errors
    ///
    /// Writing fails.
    pub fn finish(self) -> Result<(), Error> {
        let Self {
            path, part, out, sync, ..
        } = self;
        let finish = || -> io::Result<()> {
            // Dropping a `BufWriter` would hide the error of its last write.
            let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
            if sync {
                file.sync_all()?;
            }
            fs::rename(&part, &path)
        };
        finish().map_err(|e| cannot_write(&path, e))
    }
}

/// Whether a page may have this name below the output folder.
///
/// # Errors
///
/// What is wrong with it, as the rest of a sentence.
pub fn check_name(name: &Path) -> Result<(), &'static str> {
    let mut components = name.components().peekable();
    match components.peek() {
        None => return Err("is empty"),
        Some(Component::Normal(first)) if *first == RUN_FOLDER => {
            return Err("lies among the run's own files");
        }
        Some(_) => {}
    }
    if components.any(|part| !matches!(part, Component::Normal(_))) {
        return Err("leads out of the output folder");
    }
    if is_temp(name) {
        return Err("is that of a temporary file");
    }
    Ok(())
}

/// Whether nothing in the folder would be lost: it is not there, empty, or holds no more than the first traces of a
/// run that was killed before it wrote anything.
///
/// # Errors
///
/// The folder cannot be listed, or is a file.
pub fn is_blank(root: &Path) -> io::Result<bool> {
    let entries = match fs::read_dir(root) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_name() != RUN_FOLDER {
            return Ok(false);
        }
        for inner in fs::read_dir(entry.path())? {
            let inner = inner?.path();
            if !is_temp(&inner) && !is_part(&inner) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

fn is_temp(path: &Path) -> bool {
    path.file_name().is_some_and(|name| {
        let name = name.to_string_lossy();
        name.starts_with(TEMP_PREFIX) && name.ends_with(TEMP_SUFFIX)
    })
}

fn is_part(path: &Path) -> bool {
    path.to_string_lossy().ends_with(PART_SUFFIX)
}

pub(super) fn temp_beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMP_PREFIX).suffix(TEMP_SUFFIX);
    // The default is 0600; an output file is made like any other, by the umask.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    match builder.tempfile_in(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(folder)?;
            builder.tempfile_in(folder)
        }
        result => result,
    }
}

fn finish(temp: NamedTempFile, path: &Path, sync: bool) -> io::Result<()> {
    if sync {
        temp.as_file().sync_all()?;
    }
    temp.persist(path).map_err(|failed| failed.error)?;
    Ok(())
}

pub(super) fn cannot_write(path: &Path, cause: io::Error) -> Error {
    Error::io("cannot write", path, cause)
}

/// Syncs all of the file system that `folder` stands on; says whether that could be done.
#[cfg(target_os = "linux")]
fn sync_file_system(folder: &Path) -> bool {
    File::open(folder).is_ok_and(|handle| rustix::fs::syncfs(&handle).is_ok())
}

#[cfg(not(target_os = "linux"))]
fn sync_file_system(_: &Path) -> bool {
    false
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    // Other systems offer no handle on a folder to sync.
    Ok(())
}

/// Locks the run folder. Where folders cannot be locked there is no lock: two runs at once are the user's doing.
fn lock(run: &Path) -> Result<Option<File>, Error> {
    let Ok(folder) = File::open(run) else {
        return Ok(None);
    };
    match folder.try_lock() {
        Ok(()) => Ok(Some(folder)),
        Err(TryLockError::WouldBlock) => Err(Error::usage("another run writes to the output folder")
            .at(run)
            .hint("wait for it, or choose another folder with -o")),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

#[cfg(test)]
mod tests;
