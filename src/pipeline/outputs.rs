//! What outputs are called and which form they have, by what their inputs are.
//!
//! The name says the form and how a file is compressed, so another form or compression is another name. Must not know how
//! a form is written.

use std::path::{Path, PathBuf};

use crate::compress::Compression;
use crate::read::form::{Form, InputFormat, stem};
use crate::record::render::Rendering;

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
        self.render
            .filter(|rendering| self.joined || form.format() != Some(rendering.format()))
    }

    /// What the output of an input of this name is called.
    #[must_use]
    pub fn name(&self, name: &Path) -> PathBuf {
        match (self.input.form(name), self.rendering(self.input.form(name))) {
            (Form::Page | Form::Html, Some(_)) => self.gathered().unwrap_or_default(),
            (_, Some(rendering)) => {
                let named = Compression::named(name);
                let mut file = stem(name).into_os_string();
                file.push(".");
                file.push(rendering.extension());
                self.compressed(named).rename(&name.with_file_name(file))
            }
            // The text of a page of HTML is no HTML any more.
            (Form::Html, None) => {
                let mut file = stem(name);
                if file.extension().is_none_or(|extension| extension != "txt") {
                    file.as_mut_os_string().push(".txt");
                }
                self.compressed(Compression::named(name))
                    .rename(&name.with_file_name(file))
            }
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
        let name = PathBuf::from(format!("pages.{}", rendering.extension()));
        Some(self.compressed(Compression::None).rename(&name))
    }
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
        let jsonl = Some(Rendering::Jsonl);
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
            (Some(Rendering::Wet), None, "a.jsonl", "a.warc.wet"),
            (Some(Rendering::Wet), None, "a.warc.gz", "a.warc.gz"),
        ] {
            assert_eq!(named(render, compress, name), output, "{name}");
        }
    }
}
