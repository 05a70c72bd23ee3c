//! What a portion of work leaves: everything that has to happen in order.
//!
//! Must not know how a page was cleaned, nor where it goes.

use std::borrow::Cow;

use crate::compress::Compression;
use crate::error::Error;
use crate::pipeline::cleaner::Cleaned;
use crate::pipeline::dump::{Cluster, CopyOf, Listing, Staying};
use crate::pipeline::outgoing::Out;
use crate::pipeline::stats::{CleanedPage, Stats};
use crate::read::{Id, SetAside};
use crate::record::render::Plain;

/// What became of a page.
#[derive(Debug)]
pub struct PageReport {
    /// Its name: that of its file, and for a record the line.
    pub name: String,
    /// What a record is called in its dump.
    pub id: Option<Id>,
    /// The site it is of, if it was looked at: the host of its address, else its folder.
    pub site: Option<String>,
    /// Its size in the input, as far as it is known.
    pub bytes: u64,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a page.
#[derive(Debug)]
pub enum Outcome {
    /// It was cleaned. The cuts are there if the plan asks for them.
    Cleaned(Option<Box<Cleaned>>),
    /// It says what another page says, which stays, and is not written.
    Dropped(CopyOf),
    /// It was set aside.
    SetAside(SetAside),
}

/// A batch that was worked on: everything that has to happen in order.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// The number of its first page in the dump.
    pub first: u32,
    pub pages: Vec<PageReport>,
    pub stats: Stats,
    /// Audit lines.
    pub audit: Vec<u8>,
    /// Lines that stand on several articles.
    pub listing: Listing,
    /// What an index keeps of the pages, with their names.
    pub staying: Vec<(String, Box<Staying>)>,
    /// Clean texts, if they are handed on.
    pub text: Vec<u8>,
    /// Pages as records of one file.
    pub gathered: Option<Out>,
    /// So many bytes of the input are dealt with, as they are stored.
    pub stored: u64,
    /// How pages that are files are stored.
    pub compressions: Vec<Compression>,
    /// Files with zeros behind their compressed data.
    pub padded: Vec<String>,
    /// Whether the run was stopped before the batch was done.
    pub stopped: bool,
    /// What ended the run.
    pub error: Option<Error>,
}

/// How a page is called, and where it is from.
#[derive(Debug, Default)]
pub(super) struct Name {
    pub page: String,
    pub id: Option<Id>,
    pub site: Option<String>,
    /// Its address, if the output wants it.
    pub url: Option<String>,
    /// What it is called as a member of an archive, if the output is one.
    pub file: String,
    /// Its number in its shard, if it is a record.
    pub number: u64,
}

impl Name {
    /// The page with this text, apart from its form.
    pub(super) fn plain<'a>(&'a self, text: &'a str, rest: Vec<(Cow<'a, str>, Cow<'a, str>)>) -> Plain<'a> {
        Plain {
            name: &self.page,
            file: &self.file,
            number: self.number,
            id: self.id.as_ref(),
            url: self.url.as_deref(),
            text,
            rest,
        }
    }
}

/// A page that came out of the cleaner.
pub(super) struct Judged {
    pub cleaned: Cleaned,
    pub encoding: &'static str,
    pub invalid: usize,
    pub audit: Vec<u8>,
    pub staying: Option<Box<Staying>>,
    /// Its copies, if the output tells of them.
    pub cluster: Option<Cluster>,
}

/// How a page that was cleaned goes out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Went {
    /// Its bytes in the input; of a record, all of them.
    pub input: usize,
    /// Its bytes in the output.
    pub output: usize,
    /// Whether the text differs from what came in.
    pub changed: bool,
    /// Whether it is not written, since only what changed is wanted.
    pub left_out: bool,
}

impl Batch {
    /// The number in the dump of the page that is dealt with next.
    pub(super) fn number(&self) -> u32 {
        self.first + self.pages.len() as u32
    }

    /// Counts and reports a page that is not written, since another one says the same.
    pub(super) fn drop_copy(&mut self, name: Name, bytes: usize, copy: CopyOf) {
        self.stats.dropped(copy.kind, bytes);
        self.pages.push(PageReport {
            name: name.page,
            id: name.id,
            site: name.site,
            bytes: bytes as u64,
            outcome: Outcome::Dropped(copy),
        });
    }

    pub(super) fn put_aside(&mut self, name: Name, aside: SetAside, taken: bool) {
        self.stats.put_aside(&aside, taken);
        self.pages.push(PageReport {
            name: name.page,
            id: name.id,
            site: name.site,
            bytes: aside.bytes,
            outcome: Outcome::SetAside(aside),
        });
    }

    /// Counts and reports a page that was cleaned.
    pub(super) fn done(&mut self, name: Name, went: Went, judged: Judged, show_cuts: bool) {
        let Judged {
            cleaned,
            encoding,
            invalid,
            audit,
            staying,
            cluster: _,
        } = judged;
        self.stats.decoded(encoding, invalid);
        let page = CleanedPage {
            input: went.input,
            output: went.output,
            changed: went.changed,
            empty: cleaned.text.is_empty(),
            cuts: &cleaned.cuts,
            kept: &cleaned.kept,
            flagged: cleaned.flagged,
        };
        if went.left_out {
            self.stats.left_out(&page);
        } else {
            self.stats.cleaned(&page);
        }
        self.audit.extend_from_slice(&audit);
        self.staying.extend(staying.map(|staying| (name.page.clone(), staying)));
        self.pages.push(PageReport {
            name: name.page,
            id: name.id,
            site: name.site,
            bytes: went.input as u64,
            outcome: Outcome::Cleaned(show_cuts.then(|| Box::new(cleaned))),
        });
    }
}
