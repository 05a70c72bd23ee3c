//! What is wrong with a compressed stream.

use std::io;

use super::Compression;

/// What is wrong with a compressed stream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// There is not even the beginning of one.
    #[error("a compressed file is never empty: it was cut off")]
    Empty,
    /// It ends too early. What came out of it before is as it was packed, as far as that can be known.
    #[error("the {} stream ends too early", .0.name())]
    EndsEarly(Compression),
    /// It is not what was packed. What came out of it before may be anything.
    #[error("the {} stream is damaged: {what}", .compression.name())]
    Damaged {
        /// What the stream is.
        compression: Compression,
        /// What the decoder says.
        what: String,
    },
    /// More comes out of it than is allowed.
    #[error("what is in the {} stream is more than {times} times as large", .compression.name())]
    Expands {
        /// What the stream is.
        compression: Compression,
        /// So many times are allowed.
        times: u64,
    },
    /// More memory is asked for than is allowed.
    #[error("unpacking the {} stream needs more than {window} bytes of memory", .compression.name())]
    Window {
        /// What the stream is.
        compression: Compression,
        /// So many bytes are allowed.
        window: u64,
    },
}

impl Flaw {
    /// The flaw that an error of reading tells of; nothing if the system could not read.
    #[must_use]
    pub fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref().and_then(|inner| inner.downcast_ref())
    }

    /// What a decoder reports.
    pub(super) fn told(compression: Compression, error: io::Error) -> io::Error {
        // What the system reports has a number; what a decoder reports has none.
        let system = error.raw_os_error().is_some() || error.kind() == io::ErrorKind::Interrupted;
        if compression == Compression::None || system || Self::of(&error).is_some() {
            return error;
        }
        if error.kind() == io::ErrorKind::UnexpectedEof {
            return Self::EndsEarly(compression).into();
        }
        let what = error.to_string();
        Self::Damaged { compression, what }.into()
    }
}

impl From<Flaw> for io::Error {
    fn from(flaw: Flaw) -> Self {
        let kind = match flaw {
            Flaw::Empty | Flaw::EndsEarly(_) => io::ErrorKind::UnexpectedEof,
            _ => io::ErrorKind::InvalidData,
        };
        Self::new(kind, flaw)
    }
}
