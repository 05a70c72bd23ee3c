//! The command line as it is written: flags, help and examples. Says nothing about what they mean for a run.

mod dump;
mod eval;
mod index;
mod synth;

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::Profile;
use crate::Reason;
use crate::Tidy;
use crate::compress::Compression;
use crate::read::form::InputFormat;
use crate::record::render::{Rendering, Stream};
use crate::text::json::Pointer;

use super::version;
pub use dump::{Dumping, switch};
pub use eval::{By, Eval};
pub use index::{Index, Merge};
pub use synth::{Pack, Synth};

const EXAMPLES: &str = "\
Examples:
  textsieve clean pages/ -o clean/   clean a folder; the record goes to clean/_textsieve/
  textsieve clean a.jsonl.gz -o out/ clean the texts in a dump; all other bytes stay
  textsieve clean pages/ -n          try it: read all, write nothing, print the table
  textsieve clean page.txt --diff    show what would be cut, and why
  html2text URL | textsieve clean    clean one page from standard input
  textsieve explain page.txt         every line: kept or cut, score, reason, evidence
  textsieve reasons byline           the manual of one reason";

const CLEAN_EXAMPLES: &str = "\
Examples:
  textsieve clean pages/ -o clean/
  textsieve clean pages/ -n --drop related-item --keep byline,dateline
  textsieve clean dump-*.jsonl.zst -o clean/ --text-field /doc/text
  textsieve clean monday.jsonl -o monday/ --index seen/   # and tuesday.jsonl, and so on
  zcat dump.jsonl.gz | textsieve clean - --input-format jsonl | gzip > clean.jsonl.gz
  find pages -name '*.txt' -print0 | textsieve clean --files-from - -0 -o clean/
  textsieve clean page.txt -o - | less";

const CLEAN_AFTER: &str = "\
Files:
  OUT/_textsieve/run.json         what was done, with which settings, and the numbers
  OUT/_textsieve/removed.jsonl    every cut: page, line, reason, evidence, text
  OUT/_textsieve/set-aside.jsonl  every page that was not cleaned, and why
  OUT/_textsieve/duplicates.jsonl every page that was left out as a copy, and of which
  OUT/_textsieve/templates.jsonl  lines that stand on many articles, and where
A folder of this name is not read.

Records: of each line only the bytes of the text change, and only if something is cut or repaired. A
record that is set aside stands in the output as it came; one that is a copy of another is left out.
Output is compressed as the input was, unless --compress says otherwise. Of a compressed file that ends
too early the whole lines before the end are kept. Of Parquet the values of all other columns, the
schema and the key-value metadata stay; it cannot be read from standard input.

More than one page is looked at as a dump: the input is read up to four times before anything is
written. Standard input is cleaned page by page.

Configuration, from what gives way to what wins: defaults, ~/.config/textsieve/config.toml,
./textsieve.toml, environment (TEXTSIEVE_PROFILE=careful), flags.

Exit status:
  0    done
  1    could not finish, or a page failed that should not have
  2    usage, configuration or output folder refused; nothing was done
  3    done, but something was set aside
  130  stopped by Ctrl-C (143: by SIGTERM)";

const DOCTOR_EXAMPLES: &str = "\
Examples:
  textsieve doctor crawl/            what is in it, what would go, and the command to type
  textsieve doctor a.jsonl.gz --text-field content";

const DOCTOR_AFTER: &str = "\
Of pages that are files up to 64 are read, of shards up to 8 of each form, and of these the first piece.
Each text is judged by itself: what `clean` finds out about a dump as a whole is not told.

Exit status:
  0    all is well
  2    no input matched
  3    of what was read, something would be set aside, or no record has the text field";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  textsieve explain page.txt
  textsieve explain page.txt --profile thorough --format json";

/// Turns dumps of scraped pages into clean text, and records every cut.
#[derive(Debug, Parser)]
#[command(
    name = "textsieve",
    version = version::SHORT,
    long_version = version::long(),
    before_long_help = EXAMPLES,
    subcommand_required = true,
    arg_required_else_help = true,
    args_override_self = true,
    max_term_width = 100
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Clean files, folders, dumps, archives or standard input
    #[command(before_long_help = CLEAN_EXAMPLES, after_long_help = CLEAN_AFTER)]
    Clean(Box<Clean>),
    /// Say what an input holds and what `clean` would do with it, from a sample, writing nothing
    #[command(before_long_help = DOCTOR_EXAMPLES, after_long_help = DOCTOR_AFTER)]
    Doctor(Box<Doctor>),
    /// Say of every line of one page what becomes of it, and why
    #[command(before_long_help = EXPLAIN_EXAMPLES)]
    Explain(Explain),
    /// Score cleaned pages by labelled pages
    #[command(
        before_long_help = eval::EXAMPLES,
        after_long_help = eval::AFTER,
        mut_arg("encoding", |arg| arg.hide(true)),
        mut_arg("invalid", |arg| arg.hide(true)),
        mut_arg("max_expand", |arg| arg.hide(true)),
        mut_arg("max_window", |arg| arg.hide(true)),
    )]
    Eval(Box<Eval>),
    /// Write a corpus of any size whose repeats are known
    #[command(before_long_help = synth::EXAMPLES, after_long_help = synth::AFTER)]
    Synth(Box<Synth>),
    /// Look at an index of earlier dumps, check it, or join several
    #[command(subcommand, before_long_help = index::EXAMPLES, after_long_help = index::AFTER)]
    Index(Index),
    /// Print the effective settings of `clean`, each with where it came from, as a configuration file
    #[command(before_long_help = CONFIG_EXAMPLES)]
    Config(Box<Configuration>),
    /// Write what the score sees of every line, for training it
    #[command(before_long_help = FEATURES_EXAMPLES, after_long_help = FEATURES_AFTER)]
    Features(Features),
    /// List the reasons for which something is cut, or print the manual of one
    Reasons {
        /// A reason, such as `byline`
        name: Option<Reason>,
    },
    /// Print completions for a shell
    #[command(hide = true)]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print a man page
    #[command(hide = true)]
    Man {
        /// The command; all of textsieve without it
        command: Option<String>,
    },
}

/// Flags that every command has.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub struct Global {
    /// Form of what is printed: text or json (JSON lines, each with a type and a schema number)
    #[arg(
        long,
        value_enum,
        global = true,
        default_value_t,
        value_name = "FORM",
        hide_possible_values = true
    )]
    pub format: Format,
    /// When to use colours: auto, always or never [default: auto]
    #[arg(long, value_enum, global = true, value_name = "WHEN", hide_possible_values = true)]
    pub color: Option<When>,
    /// Say less: -q errors only, -qq nothing
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub quiet: u8,
    /// Say more: -v every page set aside, -vv the effective configuration
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

#[derive(Debug, Args)]
// Flags are what they are: each is on or off.
#[allow(clippy::struct_excessive_bools)]
pub struct Clean {
    /// Files and folders; `-` or nothing is standard input
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// Folder to write to, or `-` for standard output
    #[arg(short, long = "output", value_name = "OUT")]
    pub out: Option<PathBuf>,
    /// Read everything, write nothing, print the table
    #[arg(short = 'n', long, overrides_with = "no_dry_run")]
    pub dry_run: bool,
    #[arg(long, hide = true)]
    pub no_dry_run: bool,
    /// Show what is cut, with line numbers and reasons
    #[arg(long, overrides_with = "no_diff")]
    pub diff: bool,
    #[arg(long, hide = true)]
    pub no_diff: bool,
    /// Write into a folder that holds something already
    ///
    /// Files that the run writes replace what is there; other files stay. An input is never overwritten.
    #[arg(short, long, overrides_with = "no_force")]
    pub force: bool,
    #[arg(long, hide = true)]
    pub no_force: bool,
    /// Read the list of inputs from a file, one a line; `-` is standard input
    ///
    /// Unlike an INPUT, a listed file keeps its path below the output folder.
    #[arg(long, value_name = "FILE")]
    pub files_from: Option<PathBuf>,
    /// Seconds between two notes of how far the run is, for one that is killed to be gone on with
    #[arg(long, value_name = "SECONDS", default_value_t = 5, hide = true)]
    pub checkpoint: u64,
    /// The list of inputs is separated by NUL bytes
    #[arg(short = '0', long, requires = "files_from")]
    pub null: bool,
    #[command(flatten)]
    pub configuration: Configuration,
}

/// Flags about where pages stand in the input.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub struct Reading {
    /// What files are: auto, text, html, jsonl, csv, tsv, tar, warc or parquet [default: auto]
    ///
    /// `auto` goes by the name: .jsonl, .ndjson, .csv, .tsv, .tar, .tgz, .warc and .wet hold records, also with .gz,
    /// .zst, .xz, .bz2 or .lz4 behind it, and so does compressed .json if it begins with {. Of .csv and .tsv the first
    /// line names the columns, and columns are the fields of a record; so are those of .parquet. .html, .htm and .xhtml
    /// are pages, written as .txt. Standard input is text.
    #[arg(long, value_parser = format_parser(), value_name = "FORM", hide_possible_values = true)]
    pub input_format: Option<InputFormat>,
    /// The field of a record that is cleaned: a key, or a pointer such as /doc/text [default: text]
    #[arg(long, value_name = "FIELD")]
    pub text_field: Option<Pointer>,
    /// The field that names a record in the audit and in reports [default: id]
    #[arg(long, value_name = "FIELD")]
    pub id_field: Option<Pointer>,
    /// The field with a record's address, whose host is its site [default: url]
    #[arg(long, value_name = "FIELD")]
    pub url_field: Option<Pointer>,
    /// Extensions read in folders, in any case [default: txt, and those of records]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub ext: Option<Vec<String>>,
}

/// Flags about how the run goes, and the form of what it writes.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Run")]
#[allow(clippy::struct_excessive_bools)] // flags are what they are
pub struct Running {
    /// Form of what is written: same (as the input), jsonl, csv, tsv, parquet, wet, tar or text [default: same]
    ///
    /// Records become lines of JSON, rows of a table with the columns id, url, text and rest (their other fields as an
    /// object), conversion records, text files in an archive, or text files, under a name with another extension. The
    /// text files of a.jsonl are a/000001.txt and so on, by the numbers that the record of the run knows them by. Pages
    /// that are files are gathered in one, called pages.jsonl and so on. A record that is set aside stands in no output
    /// then. Several inputs may go to standard output, one behind the other.
    #[arg(long, value_enum, value_name = "FORM", hide_possible_values = true)]
    pub output_format: Option<OutputFormat>,
    /// Split shards into files of at most this size before they are compressed: a-00000.jsonl and so on
    ///
    /// At least 1M. A file may be larger by one record that is larger, or where another form needs more room.
    #[arg(long, value_name = "SIZE")]
    pub split: Option<super::size::Size>,
    /// Put what was done to a record beside its text, as the field `textsieve`
    ///
    /// An object: whether it changed, the cuts with line, bytes and reason, and of a page that others were left out for
    /// the number of its cluster and of these copies. It takes the place of a field of that name. Of records in JSON, and
    /// with --output-format jsonl, csv, tsv or parquet, which then writes tables anew as well.
    #[arg(long, overrides_with = "no_add_fields", hide_short_help = true)]
    pub add_fields: bool,
    #[arg(long, hide = true, overrides_with = "add_fields")]
    pub no_add_fields: bool,
    /// Write only pages and records that change
    ///
    /// What is set aside is not written then, either; the record of the run names it. Of copies the one that stays decides:
    /// a changed page that is a copy of an unchanged one is left out with it.
    #[arg(long, overrides_with = "no_only_changed", hide_short_help = true)]
    pub only_changed: bool,
    #[arg(long, hide = true, overrides_with = "only_changed")]
    pub no_only_changed: bool,
    /// Compress output: auto (as the input is), none, gzip, zstd, xz, bzip2 or lz4 [default: auto]
    ///
    /// Names change with it: a.jsonl.gz becomes a.jsonl.zst.
    #[arg(long, value_enum, value_name = "HOW", hide_possible_values = true)]
    pub compress: Option<Compress>,
    /// Threads; 0 is one for every core [default: 0]
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<usize>,
    /// When to show progress: auto, always, never, or json (as JSON lines) [default: auto]
    #[arg(long, value_enum, value_name = "WHEN", hide_possible_values = true)]
    pub progress: Option<Progress>,
    /// Do not wait until files have reached the disk
    #[arg(long, overrides_with = "fsync", hide_short_help = true)]
    pub no_fsync: bool,
    #[arg(long, hide = true, overrides_with = "no_fsync")]
    pub fsync: bool,
}

#[derive(Debug, Args)]
pub struct Doctor {
    /// Files and folders
    #[arg(value_name = "INPUT", required = true)]
    pub inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub reading: Reading,
    #[command(flatten)]
    pub cleaning: Cleaning,
}

#[derive(Debug, Args)]
pub struct Explain {
    /// The page; `-` is standard input
    #[arg(value_name = "FILE")]
    pub input: PathBuf,
    #[command(flatten)]
    pub cleaning: Cleaning,
}

/// The flags of `clean` that are settings.
#[derive(Debug, Args)]
pub struct Configuration {
    #[command(flatten)]
    pub reading: Reading,
    #[command(flatten)]
    pub cleaning: Cleaning,
    #[command(flatten)]
    pub dumping: Dumping,
    #[command(flatten)]
    pub running: Running,
}

const CONFIG_EXAMPLES: &str = "\
Examples:
  textsieve config                               what `clean` would go by, here and now
  textsieve config --profile careful > textsieve.toml";

#[derive(Debug, Args)]
pub struct Features {
    /// Pages as JSON lines, perhaps gzipped: {"id", "text"}; `-` is standard input
    #[arg(value_name = "PAGES", required = true)]
    pub input: Vec<PathBuf>,
}

const FEATURES_EXAMPLES: &str = "\
Examples:
  textsieve features pages.jsonl.gz > features.jsonl
  python3 data/model/train.py pages.jsonl.gz";

const FEATURES_AFTER: &str = "\
The first line has the features' names, {\"features\": [..]}. Then follows a line a page: {\"id\",
\"lines\", \"rows\"}. `lines` are the numbers of its lines that are not blank, from 1, and `rows`
has a row of features for each: whole numbers from 0 to 255, on the scales of
src/chrome/features/scale.rs.";

/// Flags that say what is cut.
#[derive(Debug, Args)]
#[command(next_help_heading = "Cleaning")]
#[allow(clippy::struct_excessive_bools)]
pub struct Cleaning {
    /// How much is cut: careful, balanced or thorough [default: balanced]
    #[arg(long, value_parser = profile_parser(), value_name = "NAME", hide_possible_values = true)]
    pub profile: Option<Profile>,
    /// Reasons that never cut
    #[arg(long, value_name = "REASON,…", value_delimiter = ',')]
    pub keep: Option<Vec<Reason>>,
    /// Reasons that cut whatever the profile says
    #[arg(long, value_name = "REASON,…", value_delimiter = ',')]
    pub drop: Option<Vec<Reason>>,
    /// Tidy spaces on pages that are cut (auto) or on all (always) [default: auto]
    #[arg(long, value_parser = tidy_parser(), value_name = "WHEN", hide_possible_values = true)]
    pub tidy: Option<Tidy>,
    /// Cut no chrome
    #[arg(long, overrides_with = "chrome")]
    pub no_chrome: bool,
    #[arg(long, hide = true, overrides_with = "no_chrome")]
    pub chrome: bool,
    /// Leave what a page says twice
    #[arg(long, overrides_with = "repeats")]
    pub no_repeats: bool,
    #[arg(long, hide = true, overrides_with = "no_repeats")]
    pub repeats: bool,
    /// A lexicon file that adds to the built-in one; may be given again
    #[arg(long, value_name = "FILE")]
    pub lexicon: Option<Vec<PathBuf>>,
    /// Read this configuration instead of ./textsieve.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read all pages in this encoding, such as windows-1251 [default: found out]
    #[arg(long, value_name = "LABEL")]
    pub encoding: Option<String>,
    /// What to do with invalid bytes: replace, drop or fail [default: replace]
    ///
    /// `replace` puts U+FFFD there. `drop` leaves them out and ends with status 3. `fail` sets the page aside and ends
    /// with status 1.
    #[arg(long, value_enum, value_name = "HOW", hide_possible_values = true)]
    pub invalid: Option<Invalid>,
    /// Set aside pages and records larger than this [default: 64M]
    #[arg(long, value_name = "SIZE")]
    pub max_page: Option<super::size::Size>,
    /// Set aside compressed files from which more than N times their size comes out [default: 1000]
    ///
    /// Up to 64M may always come out. Decompression bombs are stopped by this, in little memory.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), hide_short_help = true)]
    pub max_expand: Option<u64>,
    /// Set aside .zst and .xz files that need more memory to be unpacked; up to 2G [default: 128M]
    ///
    /// That is the window of `zstd --long=27` and the dictionary of `xz`; `zstd --long=31` needs 2G.
    #[arg(long, value_name = "SIZE", hide_short_help = true)]
    pub max_window: Option<super::size::Size>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Text,
    /// JSON lines, each with a type and a schema number
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// On a terminal
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// On a terminal
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
    /// As JSON lines on standard error
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutputFormat {
    /// As the input is
    #[default]
    Same,
    /// A line of JSON a record
    #[value(alias = "ndjson")]
    Jsonl,
    /// A row a record, parted by commas
    Csv,
    /// A row a record, parted by tabs
    Tsv,
    /// A conversion record of a web archive a record
    #[value(alias = "warc")]
    Wet,
    /// A member of an archive a record
    Tar,
    /// A row a record
    Parquet,
    /// A text file a record
    Text,
}

impl OutputFormat {
    /// The form, unless it depends on the input.
    pub fn rendering(self) -> Option<Rendering> {
        match self {
            Self::Same => None,
            Self::Jsonl => Some(Rendering::Stream(Stream::Jsonl)),
            Self::Csv => Some(Rendering::Stream(Stream::Csv)),
            Self::Tsv => Some(Rendering::Stream(Stream::Tsv)),
            Self::Wet => Some(Rendering::Stream(Stream::Wet)),
            Self::Tar => Some(Rendering::Stream(Stream::Tar)),
            Self::Parquet => Some(Rendering::Parquet),
            Self::Text => Some(Rendering::Files),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compress {
    /// As the input is
    #[default]
    Auto,
    /// Not at all
    None,
    /// .gz
    #[value(alias = "gz")]
    Gzip,
    /// .zst
    #[value(alias = "zst")]
    Zstd,
    /// .xz
    Xz,
    /// .bz2
    #[value(alias = "bz2")]
    Bzip2,
    /// .lz4
    Lz4,
}

impl Compress {
    /// The compression, unless it depends on the input.
    pub fn compression(self) -> Option<Compression> {
        match self {
            Self::Auto => None,
            Self::None => Some(Compression::None),
            Self::Gzip => Some(Compression::Gzip),
            Self::Zstd => Some(Compression::Zstd),
            Self::Xz => Some(Compression::Xz),
            Self::Bzip2 => Some(Compression::Bzip2),
            Self::Lz4 => Some(Compression::Lz4),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Invalid {
    /// Put U+FFFD in their place
    #[default]
    Replace,
    /// Leave them out
    Drop,
    /// Set the page aside
    Fail,
}

fn profile_parser() -> impl clap::builder::TypedValueParser<Value = Profile> {
    use clap::builder::TypedValueParser as _;
    PossibleValuesParser::new(Profile::ALL.iter().map(|profile| profile.name())).try_map(|name| name.parse::<Profile>())
}

fn format_parser() -> impl clap::builder::TypedValueParser<Value = InputFormat> {
    use clap::builder::TypedValueParser as _;
    PossibleValuesParser::new(InputFormat::ALL.map(|(name, _)| name)).map(|wanted| {
        let found = InputFormat::ALL.into_iter().find(|(name, _)| *name == wanted);
        found.map_or_else(InputFormat::default, |(_, format)| format)
    })
}

fn tidy_parser() -> impl clap::builder::TypedValueParser<Value = Tidy> {
    use clap::builder::TypedValueParser as _;
    PossibleValuesParser::new(["auto", "always"]).map(|name| if name == "always" { Tidy::Always } else { Tidy::Auto })
}
