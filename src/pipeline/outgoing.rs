//! What goes out of a portion of work, as it grows: bytes with clean texts in their places, or records in another form.
//!
//! Must not know how a page was cleaned, nor which file it goes into.

use std::path::Path;

use crate::compress::{Compression, Packed, pack_members, pack_whole};
use crate::error::Error;
use crate::pipeline::outputs::numbered;
use crate::pipeline::worker::cannot_compress;
use crate::record::render::{Plain, Rendering, Stream};
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
    /// Files with the numbers of their records.
    Files(Vec<(u64, Staged)>),
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
    /// Records that become files, with their numbers.
    files: Vec<(u64, String)>,
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

    /// Whether it is another form than that of the input.
    pub(super) fn is_other_form(&self) -> bool {
        self.rendering.is_some()
    }

    /// Whether records become members of an archive, so that they need names as such.
    pub(super) fn names_members(&self) -> bool {
        self.rendering == Some(Rendering::Stream(Stream::Tar))
    }

    /// Adds a record in the other form. Says how many bytes it has there.
    pub(super) fn push(&mut self, record: &Plain<'_>) -> usize {
        let before = self.bytes.len();
        match self.rendering {
            None => return 0,
            Some(Rendering::Stream(stream)) => {
                stream.push(record, &mut self.bytes);
                self.end_record();
                return self.bytes.len() - before;
            }
            #[cfg(feature = "parquet")]
            Some(Rendering::Parquet) => self.columns.push(record),
            // Such a file is refused where it would begin.
            #[cfg(not(feature = "parquet"))]
            Some(Rendering::Parquet) => {}
            Some(Rendering::Files) => self.files.push((record.number, record.text.to_owned())),
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

    /// Packs it. `gzip_member_each` says whether the input's own form wants a member a record; records that become files
    /// stand in the folder `name` below `folder`.
    pub(super) fn finish(
        self,
        compression: Compression,
        gzip_member_each: bool,
        folder: Option<&OutFolder>,
        name: &Path,
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
            Some(Rendering::Files) => What::Files(staged(self.files, compression, folder, name)?),
            _ => What::Packed(pack_members(compression, self.bytes, ends).map_err(cannot_compress)?),
        };
        Ok(Out { what, size })
    }
}

/// Writes files under temporary names.
fn staged(
    files: Vec<(u64, String)>,
    compression: Compression,
    folder: Option<&OutFolder>,
    name: &Path,
) -> Result<Vec<(u64, Staged)>, Error> {
    let Some(folder) = folder else {
        return Ok(Vec::new());
    };
    let stage = |(number, text): (u64, String)| {
        let packed = pack_whole(compression, text.into_bytes()).map_err(cannot_compress)?;
        let staged = folder.stage(&compression.rename(&numbered(name, number)), &packed)?;
        Ok((number, staged))
    };
    files.into_iter().map(stage).collect()
}
