//! Where a shard goes: into a file, to a stream, or nowhere; as bytes or as rows.
//!
//! Must not know what is in it, nor when it is whole.

use std::io::Write;

use crate::compress::Packer;
use crate::error::Error;
use crate::pipeline::records::Out;
use crate::write::files::Staged;
#[cfg(feature = "parquet")]
use crate::write::parquet::{TableFile, TableWriter};
use crate::write::shard::ShardFile;

/// Where a shard goes.
pub(super) enum ShardOut {
    Nowhere,
    File(Box<ShardFile>),
    /// To the stream, by way of what is packed and not handed on yet.
    Stream(Box<Packer<Vec<u8>>>),
    /// The same with tables.
    #[cfg(feature = "parquet")]
    TableFile(Box<TableFile>),
    #[cfg(feature = "parquet")]
    TableStream(Box<TableWriter<Vec<u8>>>),
}

impl ShardOut {
    /// Adds a piece, to a stream by way of what is packed and not handed on yet.
    pub(super) fn push(&mut self, stream: Option<&mut (dyn Write + '_)>, piece: &Out) -> Result<(), Error> {
        let ready = match (self, piece) {
            (Self::File(file), Out::Packed(packed)) => return file.push(packed),
            (Self::Stream(packer), Out::Packed(packed)) => {
                packer.push(packed).map_err(Error::stdout)?;
                packer.get_mut()
            }
            #[cfg(feature = "parquet")]
            (Self::TableFile(file), Out::Rows(rows)) => return file.push(rows),
            #[cfg(feature = "parquet")]
            (Self::TableStream(writer), Out::Rows(rows)) => {
                writer.push(rows).map_err(Error::stdout)?;
                writer.get_mut()
            }
            _ => return Ok(()),
        };
        if let Some(stream) = stream {
            stream.write_all(ready).map_err(Error::stdout)?;
        }
        ready.clear();
        Ok(())
    }

    /// Brings it to its end: a file that has no name yet, or what is left for the stream.
    pub(super) fn finish(self) -> Result<(Option<Staged>, Option<Vec<u8>>), Error> {
        Ok(match self {
            Self::Nowhere => (None, None),
            Self::File(file) => (Some(file.finish()?), None),
            Self::Stream(packer) => (None, Some(packer.finish().map_err(Error::stdout)?)),
            #[cfg(feature = "parquet")]
            Self::TableFile(file) => (Some(file.finish()?), None),
            #[cfg(feature = "parquet")]
            Self::TableStream(writer) => (None, Some(writer.finish().map_err(Error::stdout)?)),
        })
    }
}
