//! The flags of `textsieve eval` as they are written.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Cleaning;

pub const EXAMPLES: &str = "\
Examples:
  textsieve eval --gold pages.jsonl.gz cleaned.jsonl
  textsieve eval --gold pages.jsonl.gz --run --profile careful --by lang --worst 20
  textsieve eval --gold pages.jsonl.gz --run --clean-articles --format json
  textsieve eval --truth corpus/truth clean";

pub const AFTER: &str = "\
GOLD holds a page a line: {\"id\", \"style\", \"lang\", \"source\", \"title\", \"text\", \"gold\",
\"labels\", \"with\", \"without\", \"suspect\"}. `text` is the page as scraped, `gold` its article;
`labels` has a letter for each line of `text` (k article, d chrome, o optional); `with` and
`without` are strings that must stay and go. All but `id` and `text` may be missing or null.
Rows marked `suspect` are left out.

OUT holds {\"id\", \"style\", \"text\"} a line. A row of GOLD that OUT lacks counts as an empty page,
unless OUT has no row of its style. Of rows with the same id and style the last counts.

Columns, in per cent; means over pages unless it says otherwise:
  tokP tokR tokF     precision, recall and F1 of words (Han, kana, Thai, Lao, Khmer, Burmese: of
                     characters); words of the title and of optional lines are neutral
  gramF              F1 of four words in a row, of the mean precision and the mean recall
  dropP dropR dropF  lines of all pages: the decision to drop, for lines labelled d
  dmg%  chr%         pages damaged (tokR below 80) and with chrome left (tokP below 80)
  with  w/o  both    strings that stayed, that went, both
  mean of languages  each language counts the same; `pages` counts languages
The F1 of a longest common subsequence of words is not computed.

With --truth, OUT is the output folder of a run over what `synth` wrote; its duplicates.jsonl,
removed.jsonl and templates.jsonl are read. Similarity is that of the articles. A near copy counts as
found if it is in one cluster with what it is a copy of, and is not counted if one of the two was
dropped for a page that the other is not similar to. Lines are those of pages that were not dropped.

Exit status:
  0  done
  1  could not finish: a file or row cannot be read, or the cleaner failed on a page
  2  usage or configuration refused, or no row of OUT is in GOLD
  3  done, but rows of GOLD are missing in OUT, or of OUT in GOLD, or a page is too large";

#[derive(Debug, Args)]
pub struct Eval {
    /// Cleaned pages as JSON lines, perhaps gzipped; `-` is standard input. With --truth a run's output folder
    #[arg(value_name = "OUT", required_unless_present = "run", conflicts_with = "run")]
    pub out: Option<PathBuf>,
    /// Labelled pages as JSON lines, perhaps gzipped; `-` is standard input
    #[arg(long, value_name = "GOLD", required_unless_present = "truth")]
    pub gold: Option<PathBuf>,
    /// Score what a run found across pages by the truth that `synth` wrote into this folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["gold", "run", "by", "worst"])]
    pub truth: Option<PathBuf>,
    /// With --truth: pages this similar are to be found [default: 0.8]
    #[arg(long, value_name = "SHARE", requires = "truth")]
    pub threshold: Option<f64>,
    /// With --truth: lines of templates on so many pages are to be found [default: 5]
    #[arg(long, value_name = "N", requires = "truth")]
    pub least_pages: Option<u32>,
    /// Clean the pages of GOLD and score what comes out
    #[arg(long)]
    pub run: bool,
    /// Also clean the articles of GOLD by themselves, and say what they lose
    #[arg(long, requires = "run")]
    pub clean_articles: bool,
    /// Tables to add to those by style: lang, source; may be given again
    #[arg(
        long,
        value_enum,
        value_name = "GROUP",
        value_delimiter = ',',
        hide_possible_values = true
    )]
    pub by: Vec<By>,
    /// List the N pages with the lowest F1 of words
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub worst: usize,
    /// Threads; 0 is one for every core [default: 0]
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<usize>,
    #[command(flatten)]
    pub cleaning: Cleaning,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// How a page was scraped; these are always there
    Style,
    /// Its language
    Lang,
    /// The collection it comes from
    Source,
}
