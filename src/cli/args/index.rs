//! The flags of `textsieve index` as they are written.

use std::path::PathBuf;

use clap::{Args, Subcommand};

pub const EXAMPLES: &str = "\
Examples:
  textsieve clean monday.jsonl -o monday/ --index seen/     what stays is remembered
  textsieve clean tuesday.jsonl -o tuesday/ --index seen/   what was seen on Monday goes
  textsieve index stat seen/
  textsieve index verify seen/
  textsieve index merge seen/ theirs/ -o all/";

pub const AFTER: &str = "\
Files:
  DIR/index.json          which segments count; replaced as a whole when a run is complete
  DIR/segment-000001.tsi  one a run: a sketch, the name and the shingles of every page that stayed

A run is named by a hash of its dump's content. The same dump is compared with what was there before
it only, comes out as it did, and takes its own place. Nothing holds the text of a page.";

#[derive(Debug, Subcommand)]
pub enum Index {
    /// Say how many pages, bytes and runs an index has
    #[command(after_long_help = "\
Exit status:
  0  done
  1  the index is damaged
  2  there is no index, or another run uses it")]
    Stat {
        /// The index
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
    /// Read all of an index and say what is wrong with it
    ///
    /// Checksums, the shingles of every page, whether its signature follows from them, and whether index.json agrees.
    #[command(after_long_help = "\
Exit status:
  0  nothing is wrong
  1  something is
  2  there is no index, or another run uses it")]
    Verify {
        /// The index
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
    /// Join several indexes into a new one
    ///
    /// Each run keeps a segment of its own, in the order in which they are met. Of pages with equal texts the first is
    /// kept. The indexes that are read stay as they are.
    #[command(after_long_help = "\
Examples:
  textsieve index merge seen/ theirs/ -o all/

Exit status:
  0  done
  1  could not finish: one of the indexes is damaged, or the new one cannot be written
  2  refused: no index, shingles of different lengths, or the folder of the new one is not empty")]
    Merge(Merge),
}

#[derive(Debug, Args)]
pub struct Merge {
    /// The indexes
    #[arg(value_name = "DIR", required = true)]
    pub dirs: Vec<PathBuf>,
    /// The folder of the new index
    #[arg(short, long = "output", value_name = "OUT")]
    pub out: PathBuf,
    /// Replace the index that is in the folder
    #[arg(short, long)]
    pub force: bool,
}
