//! From what the user named to a list of files: folders are walked, lists are read, nothing is opened.
//!
//! Ignore files are not honoured and hidden files are read: a data tool that leaves out data in silence is broken.
//! What is left out by its extension is counted. Must not read pages or know where they are written.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use super::form::has_extension;
use super::{Entry, SetAside, Why};

/// What a walk found.
#[derive(Debug, Default)]
pub struct Found {
    /// Files to read, in input order: as named by the user, each folder sorted by name.
    pub entries: Vec<Entry>,
    /// What could not be walked or is no file.
    pub set_aside: Vec<SetAside>,
    /// Files in folders that were passed over, by extension (`""` has none).
    pub passed_over: BTreeMap<String, u64>,
    /// The folders that were walked.
    pub folders: Vec<PathBuf>,
}

/// How folders are walked.
#[derive(Debug, Clone)]
pub struct Walk<'a> {
    /// Extensions, in lower case and without the dot, that are read in folders.
    pub extensions: &'a [String],
    /// A folder that must not be read: the output. Only matters where a link leads there.
    pub avoid: Option<&'a Path>,
    /// What folders are called that hold the record of a run, which are not read.
    pub record: Option<&'static str>,
}

impl Walk<'_> {
    /// Adds a file or a folder that the user named. A file keeps its own name, files of a folder their path below it.
    pub fn input(&self, path: &Path, found: &mut Found) {
        match fs::metadata(path) {
            Ok(meta) if meta.is_dir() => self.folder(path, found),
            Ok(meta) => {
                let name = PathBuf::from(path.file_name().unwrap_or(path.as_os_str()));
                let root = path.parent().unwrap_or(Path::new(""));
                file(Entry::new(Arc::from(root), name, meta.len()), meta.is_file(), found);
            }
            Err(error) => found.set_aside.push(unreadable(path, &error)),
        }
    }

    /// Adds an entry of a file list. It keeps the path that the list gives, without what leads upwards or to the
    /// root in front; `..` further on is left in the name, for the writer to refuse.
    pub fn listed(&self, path: &Path, found: &mut Found) {
        match fs::metadata(path) {
            Ok(meta) if meta.is_dir() => self.folder(path, found),
            Ok(meta) => {
                let (root, name) = split_listed(path);
                file(Entry::new(Arc::from(root), name, meta.len()), meta.is_file(), found);
            }
            Err(error) => found.set_aside.push(unreadable(path, &error)),
        }
    }

    fn folder(&self, folder: &Path, found: &mut Found) {
        found.folders.push(folder.to_owned());
        let root: Arc<Path> = Arc::from(folder);
        let mut walk = WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter();
        while let Some(next) = walk.next() {
            match next {
                Ok(entry) if entry.file_type().is_dir() && self.is_record(&entry) => walk.skip_current_dir(),
                Ok(entry) if entry.file_type().is_dir() => {
                    if self.leads_to_output(&entry) {
                        walk.skip_current_dir();
                        let page = below(folder, entry.path()).to_string_lossy().into_owned();
                        found
                            .set_aside
                            .push(SetAside::new(page, Why::LinkLoop, "it leads into the output folder"));
                    }
                }
                Ok(entry) => self.candidate(&root, &entry, found),
                Err(error) => self.failure(folder, &error, found),
            }
        }
    }

    fn failure(&self, folder: &Path, error: &walkdir::Error, found: &mut Found) {
        let missing = error
            .io_error()
            .is_some_and(|cause| cause.kind() == io::ErrorKind::NotFound);
        // A dangling link that would be passed over by its extension is no loss.
        match error.path() {
            Some(path) if missing && !has_extension(path, self.extensions) => {
                *found.passed_over.entry(extension(path)).or_default() += 1;
            }
            _ => found.set_aside.push(broken(folder, error)),
        }
    }

    fn candidate(&self, root: &Arc<Path>, entry: &DirEntry, found: &mut Found) {
        if !has_extension(entry.path(), self.extensions) {
            *found.passed_over.entry(extension(entry.path())).or_default() += 1;
            return;
        }
        let name = below(root, entry.path()).to_owned();
        let size = entry.metadata().map_or(0, |meta| meta.len());
        file(
            Entry::new(Arc::clone(root), name, size),
            entry.file_type().is_file(),
            found,
        );
    }

    /// Whether a folder is the record of an earlier run: its lists of cuts are no pages.
    fn is_record(&self, entry: &DirEntry) -> bool {
        entry.depth() > 0 && self.record.is_some_and(|record| entry.file_name() == record)
    }

    /// Below the folder itself: that one is checked against the output before anything is read.
    fn leads_to_output(&self, entry: &DirEntry) -> bool {
        entry.depth() > 0
            && self
                .avoid
                .is_some_and(|avoid| fs::canonicalize(entry.path()).is_ok_and(|folder| folder.starts_with(avoid)))
    }
}

fn file(entry: Entry, is_file: bool, found: &mut Found) {
    if is_file {
        found.entries.push(entry);
    } else {
        let aside = SetAside::new(entry.label(), Why::NotAFile, "a FIFO, a device or a socket");
        found.set_aside.push(aside.hint("pipe its content to standard input"));
    }
}

fn unreadable(path: &Path, error: &io::Error) -> SetAside {
    SetAside::new(path.to_string_lossy(), Why::Unreadable, error.to_string())
}

fn broken(folder: &Path, error: &walkdir::Error) -> SetAside {
    let path = error.path().unwrap_or(folder);
    let page = match below(folder, path).to_string_lossy() {
        name if name.is_empty() => path.to_string_lossy().into_owned(),
        name => name.into_owned(),
    };
    match (error.loop_ancestor(), error.io_error()) {
        (Some(ancestor), _) => SetAside::new(page, Why::LinkLoop, format!("it leads back to {}", ancestor.display())),
        (None, Some(cause)) => SetAside::new(page, Why::Unreadable, cause.to_string()),
        (None, None) => SetAside::new(page, Why::Unreadable, error.to_string()),
    }
}

fn below<'p>(folder: &Path, path: &'p Path) -> &'p Path {
    path.strip_prefix(folder).unwrap_or(path)
}

fn extension(path: &Path) -> String {
    path.extension()
        .unwrap_or(OsStr::new(""))
        .to_string_lossy()
        .to_lowercase()
}

/// Splits `../../dump/a.txt` into `../..` and `dump/a.txt`.
fn split_listed(path: &Path) -> (PathBuf, PathBuf) {
    let mut components = path.components();
    let mut root = PathBuf::new();
    loop {
        let rest = components.as_path().to_owned();
        match components.next() {
            Some(first @ (Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir)) => {
                root.push(first);
            }
            _ => return (root, rest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_a_listed_name_is_peeled_off() {
        let cases = [
            ("a/b.txt", "", "a/b.txt"),
            ("./a/b.txt", ".", "a/b.txt"),
            ("../../a/b.txt", "../..", "a/b.txt"),
            ("/a/b.txt", "/", "a/b.txt"),
            ("a/../../b.txt", "", "a/../../b.txt"),
        ];
        for (path, root, name) in cases {
            assert_eq!(
                split_listed(Path::new(path)),
                (PathBuf::from(root), PathBuf::from(name)),
                "{path}"
            );
        }
    }

    #[test]
    fn folders_are_listed_by_name_and_the_rest_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "b.txt",
            "a/z.TXT",
            "a/.hidden.txt",
            "c.html",
            "README",
            "_textsieve/x.txt",
        ] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
        let mut found = Found::default();
        let walk = Walk {
            extensions: &["txt".to_owned()],
            avoid: None,
            record: Some("_textsieve"),
        };
        walk.input(folder.path(), &mut found);
        let names: Vec<String> = found.entries.iter().map(Entry::label).collect();
        assert_eq!(names, ["a/.hidden.txt", "a/z.TXT", "b.txt"]);
        assert_eq!(
            found.passed_over,
            BTreeMap::from([(String::new(), 1), ("html".to_owned(), 1)])
        );
    }
}
