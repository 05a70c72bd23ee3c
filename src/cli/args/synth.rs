//! The flags of `textsieve synth` as they are written.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Progress;
use crate::cli::size::Size;

pub const EXAMPLES: &str = "\
Examples:
  textsieve synth corpus --pages 100000
  textsieve synth corpus --bytes 5G --compress zst
  textsieve synth corpus --pages 20000 --languages zh,ja,th --near 0.4 --similarity 0.7..0.9:0.02
  textsieve synth corpus --pages 5000 --files --exact 0 --near 0 --templates 4
  textsieve clean corpus/pages -o clean && textsieve eval --truth corpus/truth clean";

pub const AFTER: &str = "\
Files:
  OUT/pages/part-00000.jsonl  pages: {\"id\", \"url\", \"lang\", \"text\"} a line, 4096 a file
  OUT/pages/SITE/ID.txt       with --files
  OUT/truth/synth.json        what was asked for, from which all pages can be made again, and totals
  OUT/truth/pages.jsonl       a page a line: {\"page\", \"id\", \"site\", \"lang\", \"kind\", \"copy_of\", \"step\",
                              \"similarity\", \"article\", \"doubled\", \"paragraph\", \"lines\", \"templates\"}
  OUT/truth/templates.jsonl   lines of templates: {\"id\", \"site\", \"text\", \"pages\"}
  OUT/truth/paragraphs.jsonl  paragraphs of several articles: {\"id\", \"text\", \"places\"}

`kind` is original, again (the whole page once more), reprint (the article under another template) or
near; `similarity` is the Jaccard of the sets of 5-token shingles of both articles. `lines` has a letter
for each line: h headline, s subhead, a paragraph, p paragraph of several articles, v the same with
another date and other numbers, d article again in capitals, t template, r headline of another article
(template, too), o date of the page, - blank. `templates` has the numbers of the lines t and r.

The same flags and version give the same bytes, on any machine and with any number of threads.

Exit status:
  0  done
  1  could not finish
  2  usage refused, or OUT holds something; nothing was done";

#[derive(Debug, Args)]
pub struct Synth {
    /// Folder to write to; must be empty or not exist
    #[arg(value_name = "OUT")]
    pub out: PathBuf,
    /// Pages to write [default: 10000]
    #[arg(long, value_name = "N")]
    pub pages: Option<u64>,
    /// Write about so many bytes, before compression, instead of a number of pages
    #[arg(long, value_name = "SIZE", conflicts_with = "pages")]
    pub bytes: Option<Size>,
    /// Where all chance begins
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Sites [default: one for 200 pages, at least two a language]
    #[arg(long, value_name = "N")]
    pub sites: Option<u64>,
    /// Languages, of en, de, ru, pl, zh, ja, th [default: all]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub languages: Option<Vec<String>>,
    /// Write a text file a page, SITE/ID.txt, instead of shards
    #[arg(long, conflicts_with = "compress")]
    pub files: bool,
    /// Compress shards and truth: gz or zst
    #[arg(long, value_enum, value_name = "HOW", hide_possible_values = true)]
    pub compress: Option<Pack>,
    /// Share of pages whose article is exactly that of another; half of them are whole pages again
    #[arg(long, value_name = "SHARE", default_value_t = 0.1, help_heading = "Repeats")]
    pub exact: f64,
    /// Share of pages whose article is nearly that of another
    #[arg(long, value_name = "SHARE", default_value_t = 0.1, help_heading = "Repeats")]
    pub near: f64,
    /// How similar near pages are: FROM..TO, FROM..TO:STEP or a list
    #[arg(
        long,
        value_name = "STEPS",
        default_value = "0.5..0.95:0.05",
        help_heading = "Repeats"
    )]
    pub similarity: Steps,
    /// Variants of each site's template; 0 writes bare articles
    #[arg(long, value_name = "N", default_value_t = 2, help_heading = "Repeats")]
    pub templates: u64,
    /// Share of articles with a long paragraph that others have, too
    #[arg(long, value_name = "SHARE", default_value_t = 0.05, help_heading = "Repeats")]
    pub paragraphs: f64,
    /// Share of pages whose article stands there twice, the second time in capitals
    #[arg(long, value_name = "SHARE", default_value_t = 0.02, help_heading = "Repeats")]
    pub doubled: f64,
    /// Threads; 0 is one for every core
    #[arg(short, long, value_name = "N", default_value_t = 0, help_heading = "Run")]
    pub jobs: usize,
    /// When to show progress: auto, always, never, or json (as JSON lines) [default: auto]
    #[arg(
        long,
        value_enum,
        value_name = "WHEN",
        hide_possible_values = true,
        help_heading = "Run"
    )]
    pub progress: Option<Progress>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Pack {
    /// gzip
    #[value(alias = "gzip")]
    Gz,
    /// zstd
    #[value(alias = "zstd")]
    Zst,
}

/// Similarities in steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Steps(pub Vec<f64>);

/// So many steps are surely a slip.
const MOST_STEPS: usize = 1000;
/// The step of `FROM..TO`.
const STEP: f64 = 0.05;

impl std::str::FromStr for Steps {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |part: &str| {
            let number = part.trim().parse::<f64>();
            number.map_err(|_| format!("`{part}` is no number: write 0.5..0.95, 0.5..0.95:0.05 or 0.7,0.8"))
        };
        let Some((from, rest)) = text.split_once("..") else {
            return text.split(',').map(number).collect::<Result<_, _>>().map(Self);
        };
        let (to, step) = match rest.split_once(':') {
            Some((to, step)) => (number(to)?, number(step)?),
            None => (number(rest)?, STEP),
        };
        let from = number(from)?;
        if step <= 0.0 || to < from || (to - from) / step > MOST_STEPS as f64 {
            return Err("FROM..TO:STEP goes upwards in at most a thousand steps".to_owned());
        }
        let count = ((to - from) / step + 1e-9) as usize;
        // To four decimals, so that 0.5 + 0.05 · 7 is 0.85.
        let at = |i: usize| ((from + step * i as f64) * 1e4).round() / 1e4;
        Ok(Self((0..=count).map(at).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_read() {
        let steps = |text: &str| text.parse::<Steps>().map(|steps| steps.0);
        assert_eq!(steps("0.5..0.65").unwrap(), [0.5, 0.55, 0.6, 0.65]);
        assert_eq!(steps("0.7..0.8:0.1").unwrap(), [0.7, 0.8]);
        assert_eq!(steps("0.9, 0.5").unwrap(), [0.9, 0.5]);
        assert_eq!(steps("0.5..0.95").unwrap().len(), 10);
        for wrong in ["", "x", "0.9..0.5", "0.5..0.9:0", "0.5..0.9:1e-9", "0.5...0.9"] {
            assert!(steps(wrong).is_err(), "{wrong}");
        }
    }
}
