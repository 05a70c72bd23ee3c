//! What outputs are called and which form they have, by what their inputs are.
//!
//! The name says the form and how a file is compressed, so another form or compression is another name. Must not know how
//! a form is written.

use std::path::{Path, PathBuf};

use crate::compress::Compression;
use crate::read::form::{Form, InputFormat, parted, stem};
use crate::record::render::{Rendering, Stream};

/// What is chosen of outputs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outputs {
    /// How they are compressed; if nothing is said, each as its input is.
    pub compress: Option<Compression>,
    /// In which form records are written; if nothing is said, each in that of its input.
    pub render: Option<Rendering>,
    /// What inputs are said to be.
    pub input: InputFormat,
    /// Whether all go into one stream, one behind the other. Then what has the wanted form is written anew as well: one
    /// that has no line end behind its last record, or a head of its own, cannot stand between others.
    pub joined: bool,
    /// No file of a shard holds more bytes than this before they are compressed, unless one piece of work does.
    pub split: Option<u64>,
    /// Whether a record tells what was done to it, in a field of its own. Tables have no column for that, so they are
    /// written anew.
    pub fields: bool,
}

impl Outputs {
    /// The same for outputs that go into one stream; it is compressed only if that is said.
    #[must_use]
    pub fn joined(self) -> Self {
        Self {
            compress: self.compress.or(Some(Compression::None)),
            joined: true,
            ..self
        }
    }

    /// How the output of an input is compressed that is stored this way.
    #[must_use]
    pub fn compressed(&self, stored: Compression) -> Compression {
        self.compress.unwrap_or(stored)
    }

    /// The form in which an input of this form is written, if that is another.
    #[must_use]
    pub fn rendering(&self, form: Form) -> Option<Rendering> {
        let is_other = |rendering: &Rendering| match (rendering, form) {
            (Rendering::Files, Form::Page | Form::Html) => false,
            _ if self.joined => true,
            (Rendering::Parquet | Rendering::Stream(Stream::Csv | Stream::Tsv), _) if self.fields => true,
            (Rendering::Parquet, form) => form != Form::Table,
            (Rendering::Stream(stream), form) => form.format() != Some(stream.format()),
            (Rendering::Files, _) => true,
        };
        self.render.filter(is_other)
    }

    /// What the output of an input of this name is called: a file, or a folder of files.
    #[must_use]
    pub fn name(&self, name: &Path) -> PathBuf {
        match (self.input.form(name), self.rendering(self.input.form(name))) {
            (Form::Page | Form::Html, Some(_)) => self.gathered().unwrap_or_default(),
            (_, Some(rendering)) => {
                let file = name.with_file_name(stem(name));
                self.extended(file, rendering, Compression::named(name))
            }
            (Form::Html, None) => self
                .compressed(Compression::named(name))
                .rename(&name.with_file_name(text_of(name))),
            // Parquet is compressed within.
            (Form::Table, None) => name.to_owned(),
            (_, None) => self
                .compress
                .map_or_else(|| name.to_owned(), |compression| compression.rename(name)),
        }
    }

    /// What the file is called that pages are gathered in, if they are not written one by one.
    #[must_use]
    pub fn gathered(&self) -> Option<PathBuf> {
        let rendering = self.rendering(Form::Page)?;
        Some(self.extended(PathBuf::from("pages"), rendering, Compression::None))
    }

    fn extended(&self, file: PathBuf, rendering: Rendering, stored: Compression) -> PathBuf {
        let Some(extension) = rendering.extension() else {
            return file;
        };
        let mut file = file.into_os_string();
        file.push(".");
        file.push(extension);
        match rendering {
            // It is compressed within.
            Rendering::Parquet => file.into(),
            Rendering::Stream(_) | Rendering::Files => self.compressed(stored).rename(Path::new(&file)),
        }
    }

    /// What a page is called as a member of an archive.
    #[must_use]
    pub fn page_file(&self, name: &Path) -> PathBuf {
        let file = match self.input.form(name) {
            Form::Html => text_of(name),
            _ => stem(name),
        };
        name.with_file_name(file)
    }

    /// What a record of an input of this name is called as a file or as a member of an archive.
    #[must_use]
    pub fn record_file(name: &Path, number: u64) -> PathBuf {
        numbered(&Self::record_folder(name), number)
    }

    /// The folder of the records of an input of this name.
    #[must_use]
    pub fn record_folder(name: &Path) -> PathBuf {
        name.with_file_name(stem(name))
    }
}

/// What a record of this number is called among the files of its shard.
#[must_use]
pub fn numbered(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:06}.txt"))
}

/// What the text of a page of HTML is called: it is no HTML any more.
fn text_of(name: &Path) -> PathBuf {
    let mut file = stem(name);
    if file.extension().is_none_or(|extension| extension != "txt") {
        file.as_mut_os_string().push(".txt");
    }
    file
}

/// What the parts of a file of this name are called that is split: a number stands before its extensions.
#[must_use]
pub fn part(name: &Path, number: usize) -> PathBuf {
    let (stem, extensions) = parted(name);
    let mut file = stem.into_os_string();
    file.push(format!("-{number:05}"));
    file.push(extensions);
    name.with_file_name(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_written_as_text() {
        let outputs = Outputs {
            input: InputFormat::Html,
            ..Outputs::default()
        };
        for (name, written) in [
            ("d/a.html", "d/a.txt"),
            ("a.b.HTM", "a.b.txt"),
            ("www.example.com", "www.example.com.txt"),
            ("a.txt", "a.txt"),
            ("a.txt.gz", "a.txt.gz"),
        ] {
            assert_eq!(outputs.name(Path::new(name)), Path::new(written));
        }
    }

    #[test]
    fn names_say_what_comes_out() {
        let named = |render, compress, name: &str| {
            let outputs = Outputs {
                compress,
                render,
                ..Outputs::default()
            };
            outputs.name(Path::new(name)).display().to_string()
        };
        let jsonl = Some(Rendering::Stream(Stream::Jsonl));
        let wet = Some(Rendering::Stream(Stream::Wet));
        let tar = Some(Rendering::Stream(Stream::Tar));
        let zstd = Some(Compression::Zstd);
        for (render, compress, name, output) in [
            (None, None, "a/b.txt.gz", "a/b.txt.gz"),
            (None, zstd, "a/b.txt.gz", "a/b.txt.zst"),
            (None, zstd, "a.parquet", "a.parquet"),
            (None, None, "x/a.html", "x/a.txt"),
            (None, None, "a.b.htm.gz", "a.b.txt.gz"),
            (jsonl, None, "a/b.txt.gz", "pages.jsonl"),
            (jsonl, zstd, "a/b.txt", "pages.jsonl.zst"),
            (jsonl, None, "x/a.csv.gz", "x/a.jsonl.gz"),
            (jsonl, zstd, "x/a.csv.gz", "x/a.jsonl.zst"),
            (jsonl, None, "CC-1.warc.wet.gz", "CC-1.jsonl.gz"),
            (jsonl, None, "a.v2.ndjson", "a.v2.ndjson"),
            (jsonl, None, "a.parquet", "a.jsonl"),
            (jsonl, None, "a.tgz", "a.jsonl.gz"),
            (None, None, "a.tgz", "a.tgz"),
            (None, zstd, "a.tgz", "a.tar.zst"),
            (None, Some(Compression::None), "a.TGZ", "a.tar"),
            (wet, None, "a.jsonl", "a.warc.wet"),
            (wet, None, "a.warc.gz", "a.warc.gz"),
            (tar, None, "d/a.jsonl.gz", "d/a.tar.gz"),
            (Some(Rendering::Parquet), zstd, "d/a.jsonl.gz", "d/a.parquet"),
            (Some(Rendering::Parquet), None, "a.txt", "pages.parquet"),
            (Some(Rendering::Files), zstd, "d/a.jsonl.gz", "d/a"),
            (Some(Rendering::Files), zstd, "d/a.html", "d/a.txt.zst"),
        ] {
            assert_eq!(named(render, compress, name), output, "{name}");
        }
    }

    #[test]
    fn parts_and_records_are_numbered() {
        for (name, first) in [
            ("d/a.v2.jsonl.gz", "d/a.v2-00000.jsonl.gz"),
            ("CC-1.warc.wet", "CC-1-00000.warc.wet"),
            ("pages.csv", "pages-00000.csv"),
            ("a.parquet", "a-00000.parquet"),
        ] {
            assert_eq!(part(Path::new(name), 0), Path::new(first));
        }
        assert_eq!(
            Outputs::record_file(Path::new("d/a.jsonl.gz"), 12),
            Path::new("d/a/000012.txt")
        );
        let outputs = Outputs::default();
        assert_eq!(outputs.page_file(Path::new("d/a.html.gz")), Path::new("d/a.txt"));
        assert_eq!(outputs.page_file(Path::new("d/a.txt.gz")), Path::new("d/a.txt"));
    }
}
