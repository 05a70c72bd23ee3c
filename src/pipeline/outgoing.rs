//! What goes out of a portion of work, as it grows: bytes with clean texts in their places, or records in another form.
//!
//! Must not know how a page was cleaned, nor which file it goes into.

use std::io;
use std::path::PathBuf;

use crate::compress::{Compression, Packed, pack_members, pack_whole};
use crate::error::Error;
use crate::pipeline::worker::cannot_compress;
use crate::record::render::{Plain, Rendering};
#[cfg(feature = "parquet")]
use crate::record::{render::columns::Columns, rows::Rows};
use crate::write::files::{OutFolder, Staged};

/// What goes out of a portion.
#[derive(Debug)]
pub(super) struct Out {
    pub what: What,
    /// How many bytes it is, before it is compressed.
    pub size: u64,
}

/// Bytes, rows or files.
#[derive(Debug)]
pub(super) enum What {
    Packed(Packed),
    #[cfg(feature = "parquet")]
    Rows(Rows),
    Files(Vec<Staged>),
}

/// What goes out, in the making.
#[derive(Debug)]
pub(super) struct Outgoing {
    rendering: Option<Rendering>,
    bytes: Vec<u8>,
    /// Where records end in the bytes.
    ends: Vec<usize>,
    #[cfg(feature = "parquet")]
    columns: Columns,
    files: Vec<(PathBuf, String)>,
    /// How many bytes are no bytes of `bytes`.
    size: u64,
}

impl Outgoing {
    /// Nothing yet, in the form of the input or in another one.
    pub(super) fn new(rendering: Option<Rendering>) -> Self {
        Self {
            rendering,
            bytes: Vec::new(),
            ends: Vec::new(),
            #[cfg(feature = "parquet")]
            columns: Columns::default(),
            files: Vec::new(),
            size: 0,
        }
    }

    /// The other form, if it is one.
    pub(super) fn rendering(&self) -> Option<Rendering> {
        self.rendering
    }

    /// Adds a record in the other form. Says how many bytes it has there.
    pub(super) fn push(&mut self, rendering: Rendering, record: &Plain<'_>) -> usize {
        let before = self.bytes.len();
        match rendering {
            Rendering::Stream(stream) => {
                stream.push(record, &mut self.bytes);
                self.end_record();
                return self.bytes.len() - before;
            }
            #[cfg(feature = "parquet")]
            Rendering::Parquet => self.columns.push(record),
            // The command line does not offer it.
            #[cfg(not(feature = "parquet"))]
            Rendering::Parquet => {}
            Rendering::Files => self.files.push((PathBuf::from(record.file), record.text.to_owned())),
        }
        self.size += record.text.len() as u64;
        record.text.len()
    }

    /// The bytes, to add some of an input's own form.
    pub(super) fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// A record ends here.
    pub(super) fn end_record(&mut self) {
        if self.ends.last().copied().unwrap_or_default() < self.bytes.len() {
            self.ends.push(self.bytes.len());
        }
    }

    /// Packs it. `gzip_member_each` says whether the input's own form wants a member a record; files become such in
    /// `folder`.
    pub(super) fn finish(
        self,
        compression: Compression,
        gzip_member_each: bool,
        folder: Option<&OutFolder>,
    ) -> Result<Out, Error> {
        let members = match self.rendering {
            Some(Rendering::Stream(stream)) => stream.gzip_member_each(),
            Some(Rendering::Parquet | Rendering::Files) => false,
            None => gzip_member_each,
        };
        let ends = if members { &*self.ends } else { &[] };
        let size = self.size + self.bytes.len() as u64;
        let what = match self.rendering {
            #[cfg(feature = "parquet")]
            Some(Rendering::Parquet) => What::Rows(self.columns.rows()),
            Some(Rendering::Files) => What::Files(staged(self.files, compression, folder)?),
            _ => What::Packed(pack_members(compression, self.bytes, ends).map_err(cannot_compress)?),
        };
        Ok(Out { what, size })
    }
}

/// Writes files under temporary names.
fn staged(
    files: Vec<(PathBuf, String)>,
    compression: Compression,
    folder: Option<&OutFolder>,
) -> Result<Vec<Staged>, Error> {
    let Some(folder) = folder else {
        return Ok(Vec::new());
    };
    let stage = |(name, text): (PathBuf, String)| {
        let packed: io::Result<Vec<u8>> = pack_whole(compression, text.into_bytes());
        folder.stage(&compression.rename(&name), &packed.map_err(cannot_compress)?)
    };
    files.into_iter().map(stage).collect()
}
