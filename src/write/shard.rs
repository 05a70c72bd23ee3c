//! An output file that is written piece by piece, perhaps compressed, and appears when it is whole.
//!
//! Must not know what a piece holds.

use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::compress::{Compression, Packed, Packer};
use crate::error::Error;

use super::files::{OutFolder, Staged, cannot_write, temp_beside};

/// A shard under a temporary name. Dropped, it is gone.
pub struct ShardFile {
    packer: Packer<BufWriter<NamedTempFile>>,
    path: PathBuf,
}

impl ShardFile {
    /// Begins a shard that is to be called `name`.
    ///
    /// # Errors
    ///
    /// The name leads out of the folder, or writing fails.
    pub fn begin(folder: &OutFolder, name: &Path, compression: Compression) -> Result<Self, Error> {
        let path = folder.path(name)?;
        let packer = temp_beside(&path).and_then(|temp| Packer::new(compression, BufWriter::new(temp)));
        match packer {
            Ok(packer) => Ok(Self { packer, path }),
            Err(error) => Err(cannot_write(&path, error)),
        }
    }

    /// Adds a piece.
    ///
    /// # Errors
    ///
    /// Writing fails.
    pub fn push(&mut self, piece: &Packed) -> Result<(), Error> {
        self.packer.push(piece).map_err(|e| cannot_write(&self.path, e))
    }

    /// Ends the shard. It has no name yet: [`OutFolder::publish`] gives it.
    ///
    /// # Errors
    ///
    /// Writing fails.
    pub fn finish(self) -> Result<Staged, Error> {
        let Self { packer, path } = self;
        let temp = packer
            .finish()
            // Dropping a `BufWriter` would hide the error of its last write.
            .and_then(|out| out.into_inner().map_err(io::IntoInnerError::into_error));
        match temp {
            Ok(temp) => Ok(Staged {
                temp: temp.into_temp_path(),
                path,
            }),
            Err(error) => Err(cannot_write(&path, error)),
        }
    }
}
