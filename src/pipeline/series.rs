//! The files that a shard becomes: one, or several if it is split; and the stream, if it goes into that.
//!
//! Must not know what a shard holds, nor when it is whole.

use std::io::{self, Write};
use std::path::PathBuf;

use crate::compress::{Compression, Packer, pack};
use crate::error::Error;
use crate::pipeline::outgoing::{Out, What};
use crate::pipeline::outputs::{numbered, part};
use crate::pipeline::worker::cannot_compress;
use crate::write::files::{OutFolder, Staged};
#[cfg(feature = "parquet")]
use crate::write::parquet::{Design, TableFile, TableWriter};
use crate::write::shard::ShardFile;

/// What the files of a shard are like.
#[derive(Debug)]
pub(super) struct Making {
    /// The name of the file, if there is one.
    pub name: PathBuf,
    pub compression: Compression,
    pub body: Body,
}

impl Making {
    /// How many bytes a file has at its beginning and at its end that no input had.
    pub(super) fn added(&self) -> [usize; 2] {
        match &self.body {
            Body::Bytes {
                head,
                foot,
                ends_itself,
            } => [head.len(), if *ends_itself { 0 } else { foot.len() }],
            #[cfg(feature = "parquet")]
            Body::Rows(_) => [0; 2],
            Body::Files => [0; 2],
        }
    }
}

/// What stands in a file.
#[derive(Debug)]
pub(super) enum Body {
    /// Bytes.
    Bytes {
        /// What each file begins with.
        head: Vec<u8>,
        /// What each file ends with …
        foot: &'static [u8],
        /// … but those whose own bytes end the last one.
        ends_itself: bool,
    },
    /// Rows of a table.
    #[cfg(feature = "parquet")]
    Rows(Design),
    /// Nothing: records are files of their own.
    Files,
}

/// The files of a shard.
pub(super) struct Series {
    making: Making,
    split: Option<u64>,
    /// The file in hand, and how many bytes it was given.
    open: Option<(File, u64)>,
    /// How many were begun.
    begun: usize,
    done: Vec<Staged>,
    /// The numbers of records that are files of their own already: there may be too many to hold them back.
    published: Vec<u64>,
}

enum File {
    Bytes(Box<ShardFile>),
    #[cfg(feature = "parquet")]
    Rows(Box<TableFile>),
}

impl Series {
    /// No file yet.
    pub(super) fn new(making: Making, split: Option<u64>) -> Self {
        Self {
            making,
            split,
            open: None,
            begun: 0,
            done: Vec::new(),
            published: Vec::new(),
        }
    }

    /// From here on, each file begins with this: it stood at the beginning of the input, and goes into the first by itself.
    pub(super) fn repeat_head(&mut self, with: &[u8]) {
        if let Body::Bytes { head, .. } = &mut self.making.body {
            with.clone_into(head);
        }
    }

    /// Adds what goes out of a piece. Says how many bytes were added that no input had.
    pub(super) fn push(&mut self, folder: &OutFolder, out: Out) -> Result<usize, Error> {
        let mut added = 0;
        match (out.what, &self.making.body) {
            (What::Files(files), _) => {
                let (numbers, files): (Vec<u64>, Vec<Staged>) = files.into_iter().unzip();
                self.published.extend(numbers);
                folder.publish(files)?;
            }
            (_, Body::Files) => {}
            (what, _) => {
                let full = |&(_, size): &(File, u64)| self.split.is_some_and(|most| size + out.size > most);
                if self.open.as_ref().is_some_and(full) {
                    added += self.end(false)?;
                }
                if self.open.is_none() {
                    added += self.begin(folder)?;
                }
                if let Some((file, size)) = &mut self.open {
                    file.push(&what)?;
                    *size += out.size;
                }
            }
        }
        Ok(added)
    }

    fn begin(&mut self, folder: &OutFolder) -> Result<usize, Error> {
        let Making {
            name,
            compression,
            body,
        } = &self.making;
        let name = match self.split {
            Some(_) => part(name, self.begun),
            None => name.clone(),
        };
        let (file, added) = match body {
            Body::Bytes { head, .. } => {
                let mut file = File::Bytes(Box::new(ShardFile::begin(folder, &name, *compression)?));
                let added = file.push_bytes(*compression, head)?;
                (file, added)
            }
            #[cfg(feature = "parquet")]
            Body::Rows(design) => (File::Rows(Box::new(TableFile::begin(folder, &name, design)?)), 0),
            Body::Files => return Ok(0),
        };
        self.begun += 1;
        self.open = Some((file, 0));
        Ok(added)
    }

    /// Ends the file in hand.
    fn end(&mut self, is_last: bool) -> Result<usize, Error> {
        let Some((mut file, _)) = self.open.take() else {
            return Ok(0);
        };
        let added = match &self.making.body {
            Body::Bytes { foot, ends_itself, .. } if !(is_last && *ends_itself) => {
                file.push_bytes(self.making.compression, foot)?
            }
            _ => 0,
        };
        self.done.push(file.finish()?);
        Ok(added)
    }

    /// All files, which have no names yet, and how many bytes were added. A shard without a record is a file, too.
    pub(super) fn finish(mut self, folder: &OutFolder) -> Result<(Vec<Staged>, usize), Error> {
        let mut added = 0;
        if self.begun == 0 {
            added = self.begin(folder)?;
        }
        added += self.end(true)?;
        if self.split.is_some() {
            // More files than these are of an earlier run: nobody could tell them from the new ones.
            let later = (self.begun..).map(|number| part(&self.making.name, number));
            folder.remove_pages(later.take_while(|name| folder.holds(name)))?;
        }
        Ok((self.done, added))
    }

    /// Takes back what has its name already.
    pub(super) fn take_back(self, folder: &OutFolder) -> Result<(), Error> {
        let Making { name, compression, .. } = &self.making;
        let files = self
            .published
            .into_iter()
            .map(|number| compression.rename(&numbered(name, number)));
        folder.remove_pages(files)
    }
}

impl File {
    fn push(&mut self, what: &What) -> Result<(), Error> {
        match (self, what) {
            (Self::Bytes(file), What::Packed(packed)) => file.push(packed),
            #[cfg(feature = "parquet")]
            (Self::Rows(file), What::Rows(rows)) => file.push(rows),
            _ => Ok(()),
        }
    }

    fn push_bytes(&mut self, compression: Compression, bytes: &[u8]) -> Result<usize, Error> {
        if let (Self::Bytes(file), false) = (self, bytes.is_empty()) {
            file.push(&pack(compression, bytes.to_vec()).map_err(cannot_compress)?)?;
        }
        Ok(bytes.len())
    }

    fn finish(self) -> Result<Staged, Error> {
        match self {
            Self::Bytes(file) => file.finish(),
            #[cfg(feature = "parquet")]
            Self::Rows(file) => file.finish(),
        }
    }
}

/// The stream, by way of what is packed and not handed on yet.
pub(super) struct Pipe {
    kind: Kind,
    compression: Compression,
    foot: &'static [u8],
}

enum Kind {
    Bytes(Box<Packer<Vec<u8>>>),
    #[cfg(feature = "parquet")]
    Rows(Box<TableWriter<Vec<u8>>>),
}

impl Pipe {
    /// Begins a stream of this making. Says how many bytes were added that no input had.
    pub(super) fn new(making: Making) -> io::Result<(Self, usize)> {
        let Making { compression, body, .. } = making;
        let (kind, foot, added) = match body {
            #[cfg(feature = "parquet")]
            Body::Rows(design) => {
                let writer = TableWriter::new(Vec::new(), &design)?;
                (Kind::Rows(Box::new(writer)), &[][..], 0)
            }
            Body::Bytes {
                head,
                foot,
                ends_itself,
            } => {
                let (mut packer, added) = (Packer::new(compression, Vec::new())?, head.len());
                if added > 0 {
                    packer.push(&pack(compression, head)?)?;
                }
                let foot = if ends_itself { &[] } else { foot };
                (Kind::Bytes(Box::new(packer)), foot, added)
            }
            Body::Files => return Err(io::Error::other("files cannot go into a stream")),
        };
        let pipe = Self {
            kind,
            compression,
            foot,
        };
        Ok((pipe, added))
    }

    /// Adds what goes out of a piece.
    pub(super) fn push(&mut self, stream: &mut (dyn Write + '_), out: &Out) -> io::Result<()> {
        let ready = match (&mut self.kind, &out.what) {
            (Kind::Bytes(packer), What::Packed(packed)) => {
                packer.push(packed)?;
                packer.get_mut()
            }
            #[cfg(feature = "parquet")]
            (Kind::Rows(writer), What::Rows(rows)) => {
                writer.push(rows)?;
                writer.get_mut()
            }
            _ => return Ok(()),
        };
        stream.write_all(ready)?;
        ready.clear();
        Ok(())
    }

    /// Ends the stream. Says how many bytes were added.
    pub(super) fn finish(self, stream: &mut (dyn Write + '_)) -> io::Result<usize> {
        let rest = match self.kind {
            Kind::Bytes(mut packer) => {
                if !self.foot.is_empty() {
                    packer.push(&pack(self.compression, self.foot.to_vec())?)?;
                }
                packer.finish()?
            }
            #[cfg(feature = "parquet")]
            Kind::Rows(writer) => writer.finish()?,
        };
        stream.write_all(&rest)?;
        Ok(self.foot.len())
    }
}
