//! Floor 0: what went wrong, where, what to do about it, and the exit status that follows.
//!
//! Every error that can end a run is an [`Error`]. What is wrong with one page is not: that page is set aside and
//! the run goes on. Must not know how an error is shown.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// What the exit status of the command says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
#[repr(u8)]
pub enum Exit {
    /// Everything was done.
    #[default]
    Done = 0,
    /// Could not finish.
    Failed = 1,
    /// The command line or the configuration is wrong, or the output was refused; nothing was done.
    Usage = 2,
    /// Done, but something was set aside.
    SetAside = 3,
    /// Stopped by Ctrl-C.
    Interrupted = 130,
    /// Stopped by SIGTERM.
    Terminated = 143,
}

impl Exit {
    /// The number the process ends with.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The ends that a run may come to by itself, by their number.
    #[must_use]
    pub fn of_code(code: u8) -> Option<Self> {
        [Self::Done, Self::Failed, Self::SetAside]
            .into_iter()
            .find(|exit| exit.code() == code)
    }
}

/// Where something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A file or folder.
    Path(PathBuf),
    /// A line of a file, from 1.
    Line(PathBuf, usize),
    /// Something that is not a file: an option, an environment variable.
    Named(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "{}", path.display()),
            Self::Line(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Named(name) => f.write_str(name),
        }
    }
}

/// What ended the run: what, where, why and what to do.
///
/// ```
/// use std::path::Path;
/// use textsieve::error::{Error, Exit};
///
/// let error = Error::usage("no input matched").at(Path::new("pages")).hint("try --ext md");
/// assert_eq!(error.to_string(), "no input matched: pages");
/// assert_eq!(error.exit(), Exit::Usage);
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{what}{}{}", Colon(.place.as_ref()), Colon(.cause.as_ref()))]
pub struct Error {
    what: String,
    place: Option<Place>,
    hint: Option<String>,
    exit: Exit,
    #[source]
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// `: x`, or nothing.
struct Colon<T>(Option<T>);

impl<T: fmt::Display> fmt::Display for Colon<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |value| write!(f, ": {value}"))
    }
}

impl Error {
    fn new(what: impl Into<String>, exit: Exit) -> Self {
        Self {
            what: what.into(),
            place: None,
            hint: None,
            exit,
            cause: None,
        }
    }

    /// The run could not finish.
    #[must_use]
    pub fn failed(what: impl Into<String>) -> Self {
        Self::new(what, Exit::Failed)
    }

    /// The command line, the configuration or the output folder is wrong; nothing was done.
    #[must_use]
    pub fn usage(what: impl Into<String>) -> Self {
        Self::new(what, Exit::Usage)
    }

    /// The run could not finish because reading or writing `path` failed.
    #[must_use]
    pub fn io(what: impl Into<String>, path: &Path, cause: io::Error) -> Self {
        Self::failed(what).at(path).because(cause)
    }

    /// Writing to standard output failed.
    #[must_use]
    pub fn stdout(cause: io::Error) -> Self {
        Self::failed("cannot write")
            .place(Place::Named("standard output".to_owned()))
            .because(cause)
    }

    /// Says in which file.
    #[must_use]
    pub fn at(self, path: &Path) -> Self {
        self.place(Place::Path(path.to_owned()))
    }

    /// Says where.
    #[must_use]
    pub fn place(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says why.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// What went wrong, without the place.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }

    /// Where, if that is known.
    #[must_use]
    pub fn whereabouts(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// What can be done about it.
    #[must_use]
    pub fn advice(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The exit status that follows.
    #[must_use]
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// Whether whoever read our output has gone: no error to speak of, but the end of the run.
    #[must_use]
    pub fn is_closed_pipe(&self) -> bool {
        self.cause
            .as_ref()
            .and_then(|cause| cause.downcast_ref::<io::Error>())
            .is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_where_and_why() {
        let cause = io::Error::from(io::ErrorKind::StorageFull);
        let error = Error::io("cannot write", Path::new("out/a.txt"), cause);
        assert_eq!(error.to_string(), "cannot write: out/a.txt: no storage space");
        assert_eq!(error.exit().code(), 1);
        assert!(!error.is_closed_pipe());
    }

    #[test]
    fn a_closed_pipe_is_told_from_other_failures() {
        let error = Error::stdout(io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(error.is_closed_pipe());
    }
}
