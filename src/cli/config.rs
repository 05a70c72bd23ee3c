//! Configuration in layers: defaults, the user's file, the project's file, environment, flags. The later layer wins,
//! an unknown key is an error, and every value remembers where it came from.
//!
//! Must not know what the values do.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use encoding_rs::Encoding;
use serde::Deserialize;
use serde_json::Value;

use crate::compress::Limits;
use crate::error::{Error, Place};
use crate::hash::hash128;
use crate::pipeline::dump::DumpOptions;
use crate::pipeline::outputs::Outputs;
use crate::pipeline::plan::Config;
use crate::read::form::InputFormat;
use crate::read::records::PIECE_BYTES;
use crate::read::text::Bounds;
use crate::record::Fields;
use crate::repeat::near::Keep;
use crate::text::decode::{DecodeOptions, InvalidPolicy};
use crate::text::json::Pointer;
use crate::{Options, Profile, Reason, RepeatBlocks, Tidy};

use super::args::{self, Compress, Invalid, OutputFormat, Progress, When};
use super::size::Size;

/// The project's file, looked for in the current folder.
const PROJECT_FILE: &str = "textsieve.toml";
/// Shards are worked on in pieces, and a file ends between two.
const LEAST_SPLIT: u64 = PIECE_BYTES as u64;
const ENV_PREFIX: &str = "TEXTSIEVE_";

/// One layer: what it says, and nothing about what it leaves open.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Layer {
    profile: Option<Profile>,
    keep: Option<Vec<Reason>>,
    drop: Option<Vec<Reason>>,
    tidy: Option<Tidy>,
    chrome: Option<bool>,
    repeats: Option<bool>,
    exact: Option<bool>,
    near: Option<f64>,
    shingle: Option<usize>,
    keep_copy: Option<Keep>,
    templates: Option<bool>,
    template_pages: Option<u32>,
    repeat_blocks: Option<RepeatBlocks>,
    memory: Option<Size>,
    index: Option<PathBuf>,
    lexicon: Option<Vec<PathBuf>>,
    encoding: Option<String>,
    invalid: Option<Invalid>,
    max_page: Option<Size>,
    max_expand: Option<u64>,
    max_window: Option<Size>,
    compress: Option<Compress>,
    output_format: Option<OutputFormat>,
    split: Option<Size>,
    add_fields: Option<bool>,
    only_changed: Option<bool>,
    input_format: Option<InputFormat>,
    text_field: Option<Pointer>,
    id_field: Option<Pointer>,
    url_field: Option<Pointer>,
    ext: Option<Vec<String>>,
    jobs: Option<usize>,
    progress: Option<Progress>,
    color: Option<When>,
    fsync: Option<bool>,
}

/// Where a layer stands.
#[derive(Debug, Clone)]
enum Origin {
    Default,
    File(PathBuf),
    Environment,
    Flag,
}

impl Origin {
    fn of(&self, key: &str) -> String {
        match self {
            Self::Default => "default".to_owned(),
            Self::File(path) => path.display().to_string(),
            Self::Environment => variable(key),
            Self::Flag => format!("--{key}"),
        }
    }
}

/// A value and where it came from.
struct Said<T> {
    value: T,
    origin: String,
}

/// The layers, the one that wins last.
struct Layers(Vec<(Origin, Layer)>);

impl Layers {
    fn pick<T>(&mut self, key: &str, field: impl Fn(&mut Layer) -> Option<T>, default: T) -> Said<T> {
        let found = self
            .0
            .iter_mut()
            .rev()
            .find_map(|(origin, layer)| field(layer).map(|value| (value, origin.of(key))));
        let (value, origin) = found.unwrap_or_else(|| (default, Origin::Default.of(key)));
        Said { value, origin }
    }
}

/// All settings, effective.
#[derive(Debug)]
pub struct Settings {
    pub options: Options,
    pub dump: DumpOptions,
    pub decode: DecodeOptions,
    pub bounds: Bounds,
    /// What outputs are called, and which form they have.
    pub outputs: Outputs,
    /// Whether only what changes is written.
    pub only_changed: bool,
    pub input_format: InputFormat,
    pub fields: Fields,
    pub ext: Vec<String>,
    pub jobs: usize,
    pub progress: Progress,
    pub color: When,
    pub fsync: bool,
    /// The same with origins, for the record.
    pub config: Config,
}

/// Where settings are looked for beside the flags.
#[derive(Debug, Default)]
pub struct Surroundings {
    pub user_file: Option<PathBuf>,
    pub variables: Vec<(OsString, OsString)>,
}

impl Surroundings {
    /// Those of this process.
    pub fn of_process() -> Self {
        let home = || env::var_os("HOME").map(|home| Path::new(&home).join(".config"));
        let base = env::var_os("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .or_else(home);
        Self {
            user_file: base.map(|base| base.join("textsieve").join("config.toml")),
            variables: env::vars_os().collect(),
        }
    }
}

/// Puts the layers together, for a command that takes all flags that are settings.
///
/// # Errors
///
/// As [`load`].
pub fn load_all(flags: &args::Configuration, global: &args::Global) -> Result<Settings, Error> {
    let args::Configuration {
        reading,
        cleaning,
        dumping,
        running,
    } = flags;
    let around = Surroundings::of_process();
    load(cleaning, Some(dumping), Some(reading), Some(running), global, &around)
}

/// Puts the layers together.
///
/// # Errors
///
/// A file that cannot be read or is not a configuration, an unknown variable, an encoding nobody knows.
pub fn load(
    cleaning: &args::Cleaning,
    dumping: Option<&args::Dumping>,
    reading: Option<&args::Reading>,
    running: Option<&args::Running>,
    global: &args::Global,
    around: &Surroundings,
) -> Result<Settings, Error> {
    let mut layers = Vec::new();
    if let Some(path) = &around.user_file {
        layers.extend(file(path, false)?);
    }
    match &cleaning.config {
        Some(path) => layers.extend(file(path, true)?),
        None => layers.extend(file(Path::new(PROJECT_FILE), false)?),
    }
    layers.push((Origin::Environment, environment(&around.variables)?));
    layers.push((Origin::Flag, flags(cleaning, dumping, reading, running, global)));
    settings(Layers(layers))
}

#[allow(clippy::too_many_lines)] // a line a setting
fn settings(mut layers: Layers) -> Result<Settings, Error> {
    let mut config = Config::default();
    macro_rules! pick {
        ($field:ident, $key:literal, $default:expr, shapes_output: $shapes:literal) => {{
            let from = layers.pick($key, |layer| layer.$field.take(), $default);
            let value = serde_json::to_value(&from.value).map_err(|e| {
                Error::usage("a setting cannot be recorded")
                    .place(Place::Named($key.into()))
                    .because(e)
            })?;
            config.set($key, value, from.origin.clone(), $shapes);
            from
        }};
    }
    let profile = pick!(profile, "profile", Profile::default(), shapes_output: true).value;
    let keep = pick!(keep, "keep", Vec::new(), shapes_output: true).value;
    let drop = pick!(drop, "drop", Vec::new(), shapes_output: true).value;
    let tidy = pick!(tidy, "tidy", Tidy::default(), shapes_output: true).value;
    let lexicon = pick!(lexicon, "lexicon", Vec::new(), shapes_output: true);
    let chrome = pick!(chrome, "chrome", true, shapes_output: true).value;
    let repeats = pick!(repeats, "repeats", true, shapes_output: true).value;
    let blocks = RepeatBlocks::default();
    let repeat_blocks = pick!(repeat_blocks, "repeat-blocks", blocks, shapes_output: true).value;
    let usual = DumpOptions::default();
    let near = pick!(near, "near", usual.near.unwrap_or(0.0), shapes_output: true);
    let shingle = pick!(shingle, "shingle", usual.shingle, shapes_output: true);
    let index = layers.pick("index", |layer| layer.index.take().map(Some), None);
    let index_named = index.value.as_ref().map(|dir| dir.display().to_string());
    config.set("index", index_named.into(), index.origin, true);
    let dump = DumpOptions {
        exact: pick!(exact, "exact", usual.exact, shapes_output: true).value,
        near: share(&near)?,
        shingle: at_least_one(&shingle)?,
        keep: pick!(keep_copy, "keep-copy", usual.keep, shapes_output: true).value,
        templates: pick!(templates, "templates", usual.templates, shapes_output: true).value,
        template_pages: pick!(template_pages, "template-pages", usual.template_pages, shapes_output: true).value,
        memory: pick!(memory, "memory", Size(usual.memory), shapes_output: false)
            .value
            .0,
        index: index.value,
    };
    let invalid = pick!(invalid, "invalid", Invalid::default(), shapes_output: true).value;
    let usual = Limits::default();
    let max_page = pick!(max_page, "max-page", Size(64 << 20), shapes_output: true).value.0;
    let unpacking = Limits {
        expand: pick!(max_expand, "max-expand", usual.expand, shapes_output: true).value,
        window: window(&pick!(max_window, "max-window", Size(usual.window), shapes_output: true))?,
    };
    let compress = pick!(compress, "compress", Compress::default(), shapes_output: true).value;
    let output_format = pick!(output_format, "output-format", OutputFormat::default(), shapes_output: true).value;
    let split = layers.pick("split", |layer| layer.split.take().map(Some), None);
    config.set(
        "split",
        split.value.map(|Size(bytes)| Size(bytes).to_string()).into(),
        split.origin.clone(),
        true,
    );
    let add_fields = pick!(add_fields, "add-fields", false, shapes_output: true).value;
    let only_changed = pick!(only_changed, "only-changed", false, shapes_output: true).value;
    let input_format = pick!(input_format, "input-format", InputFormat::default(), shapes_output: true).value;
    let usual = Fields::default();
    let fields = Fields {
        text: pick!(text_field, "text-field", usual.text, shapes_output: true).value,
        id: pick!(id_field, "id-field", usual.id, shapes_output: true).value,
        url: pick!(url_field, "url-field", usual.url, shapes_output: true).value,
    };
    let ext = pick!(ext, "ext", input_format.extensions(), shapes_output: true).value;
    let jobs = pick!(jobs, "jobs", 0, shapes_output: false).value;
    let progress = pick!(progress, "progress", Progress::default(), shapes_output: false).value;
    let color = pick!(color, "color", When::default(), shapes_output: false).value;
    let fsync = pick!(fsync, "fsync", true, shapes_output: false).value;

    let encoding = layers.pick("encoding", |layer| layer.encoding.take().map(Some), None);
    let decode = DecodeOptions {
        encoding: known(&encoding)?,
        invalid: policy(invalid),
    };
    config.set(
        "encoding",
        decode.encoding.map(Encoding::name).into(),
        encoding.origin,
        true,
    );

    let (lexicons, recorded) = read_lexicons(&lexicon)?;
    config.set("lexicon", recorded, lexicon.origin, true);

    Ok(Settings {
        options: Options {
            profile,
            keep,
            drop,
            tidy,
            repeat_blocks,
            chrome,
            repeats,
            lexicons,
        },
        dump,
        decode,
        bounds: Bounds { max_page, unpacking },
        outputs: Outputs {
            compress: compress.compression(),
            render: output_format.rendering(),
            input: input_format,
            joined: false,
            split: parts(&split)?,
            fields: add_fields,
        },
        only_changed,
        input_format,
        fields,
        ext: ext
            .iter()
            .map(|ext| ext.trim_start_matches('.').to_lowercase())
            .collect(),
        jobs,
        progress,
        color,
        fsync,
        config,
    })
}

/// A share of 1; 0 is none.
fn share(near: &Said<f64>) -> Result<Option<f64>, Error> {
    if !(0.0..=1.0).contains(&near.value) {
        return Err(Error::usage(format!("{} is no share of 1", near.value))
            .place(Place::Named(near.origin.clone()))
            .hint("0.8 drops pages that have four of five shingles in common; 0 is off"));
    }
    Ok((near.value > 0.0).then_some(near.value))
}

fn at_least_one(shingle: &Said<usize>) -> Result<usize, Error> {
    match shingle.value {
        0 => Err(Error::usage("a shingle has at least one token").place(Place::Named(shingle.origin.clone()))),
        tokens => Ok(tokens),
    }
}

fn parts(split: &Said<Option<Size>>) -> Result<Option<u64>, Error> {
    match split.value {
        Some(size @ Size(..LEAST_SPLIT)) => Err(Error::usage(format!("files of {size} are too small"))
            .place(Place::Named(split.origin.clone()))
            .hint("1M is the least")),
        split => Ok(split.map(|Size(bytes)| bytes)),
    }
}

fn window(window: &Said<Size>) -> Result<u64, Error> {
    let Size(bytes) = window.value;
    if Limits::WINDOWS.contains(&bytes) {
        return Ok(bytes);
    }
    let origin = Place::Named(window.origin.clone());
    Err(Error::usage(format!("no window is of {bytes} bytes"))
        .place(origin)
        .hint("give 1K to 2G"))
}

fn known(encoding: &Said<Option<String>>) -> Result<Option<&'static Encoding>, Error> {
    let Some(label) = &encoding.value else {
        return Ok(None);
    };
    Encoding::for_label(label.as_bytes()).map(Some).ok_or_else(|| {
        Error::usage(format!("no encoding is called `{label}`"))
            .place(Place::Named(encoding.origin.clone()))
            .hint("use a label of the WHATWG list, such as windows-1251, shift_jis or utf-16le")
    })
}

fn policy(invalid: Invalid) -> InvalidPolicy {
    match invalid {
        Invalid::Replace => InvalidPolicy::Replace,
        Invalid::Drop => InvalidPolicy::Drop,
        Invalid::Fail => InvalidPolicy::Fail,
    }
}

/// Reads the user's lexicons, and what the record says of them: name and hash, for a name says nothing of the content.
fn read_lexicons(paths: &Said<Vec<PathBuf>>) -> Result<(Vec<(String, String)>, Value), Error> {
    let mut lexicons = Vec::new();
    let mut recorded = Vec::new();
    for path in &paths.value {
        let text = fs::read_to_string(path).map_err(|e| Error::usage("cannot read the lexicon").at(path).because(e))?;
        let name = path.display().to_string();
        recorded.push(Value::from(format!("{name} ({:032x})", hash128(text.as_bytes()))));
        lexicons.push((name, text));
    }
    Ok((lexicons, Value::from(recorded)))
}

/// A file's layer, or none if it is not there and need not be.
fn file(path: &Path, required: bool) -> Result<Option<(Origin, Layer)>, Error> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !required => return Ok(None),
        Err(error) => {
            return Err(Error::usage("cannot read the configuration").at(path).because(error));
        }
    };
    let mut layer: Layer = toml::from_str(&text).map_err(|error| not_a_config(path, &text, &error))?;
    // A path in a file is meant from where the file is.
    if let Some(folder) = path.parent() {
        for named in layer.lexicon.iter_mut().flatten().chain(&mut layer.index) {
            *named = folder.join(&*named);
        }
    }
    Ok(Some((Origin::File(path.to_owned()), layer)))
}

fn not_a_config(path: &Path, text: &str, error: &toml::de::Error) -> Error {
    let line = error
        .span()
        .map_or(1, |span| text[..span.start].matches('\n').count() + 1);
    Error::usage(error.message().replace('\n', " ")).place(Place::Line(path.to_owned(), line))
}

fn variable(key: &str) -> String {
    format!("{ENV_PREFIX}{}", key.to_uppercase().replace('-', "_"))
}

/// The layer of the environment: every variable with our prefix is a key, in capitals; lists are parted by commas.
fn environment(variables: &[(OsString, OsString)]) -> Result<Layer, Error> {
    let mut table = toml::Table::new();
    for (name, value) in variables {
        let Some(key) = name.to_str().and_then(|name| name.strip_prefix(ENV_PREFIX)) else {
            continue;
        };
        let key = key.to_lowercase().replace('_', "-");
        let value = value.to_string_lossy().into_owned();
        let list = || {
            toml::Value::Array(
                value
                    .split(',')
                    .filter(|s| !s.is_empty())
                    .map(toml::Value::from)
                    .collect(),
            )
        };
        let value = match key.as_str() {
            "keep" | "drop" | "ext" | "lexicon" => list(),
            "jobs" | "shingle" | "template-pages" | "max-expand" => value
                .parse::<i64>()
                .map_or_else(|_| value.as_str().into(), toml::Value::Integer),
            "near" => value
                .parse::<f64>()
                .map_or_else(|_| value.as_str().into(), toml::Value::Float),
            "fsync" | "chrome" | "repeats" | "exact" | "templates" | "add-fields" | "only-changed" => value
                .parse::<bool>()
                .map_or_else(|_| value.as_str().into(), toml::Value::Boolean),
            _ => toml::Value::String(value),
        };
        let one = toml::Table::from_iter([(key.clone(), value.clone())]);
        // Each alone first, so that the error names the variable.
        one.try_into::<Layer>().map_err(|error| {
            Error::usage(error.message().replace('\n', " "))
                .place(Place::Named(format!("environment variable {}", variable(&key))))
        })?;
        table.insert(key, value);
    }
    table
        .try_into()
        .map_err(|error: toml::de::Error| Error::usage(error.message().to_owned()))
}

fn flags(
    cleaning: &args::Cleaning,
    dumping: Option<&args::Dumping>,
    reading: Option<&args::Reading>,
    running: Option<&args::Running>,
    global: &args::Global,
) -> Layer {
    Layer {
        profile: cleaning.profile,
        keep: cleaning.keep.clone(),
        drop: cleaning.drop.clone(),
        tidy: cleaning.tidy,
        chrome: args::switch(cleaning.chrome, cleaning.no_chrome),
        repeats: args::switch(cleaning.repeats, cleaning.no_repeats),
        exact: dumping.and_then(|dumping| args::switch(dumping.exact, dumping.no_exact)),
        near: dumping.and_then(args::Dumping::near),
        shingle: dumping.and_then(|dumping| dumping.shingle),
        keep_copy: dumping.and_then(|dumping| dumping.keep_copy),
        templates: dumping.and_then(|dumping| args::switch(dumping.templates, dumping.no_templates)),
        template_pages: dumping.and_then(|dumping| dumping.template_pages),
        repeat_blocks: dumping.and_then(|dumping| dumping.repeat_blocks),
        memory: dumping.and_then(|dumping| dumping.memory),
        index: dumping.and_then(|dumping| dumping.index.clone()),
        lexicon: cleaning.lexicon.clone(),
        encoding: cleaning.encoding.clone(),
        invalid: cleaning.invalid,
        max_page: cleaning.max_page,
        max_expand: cleaning.max_expand,
        max_window: cleaning.max_window,
        compress: running.and_then(|running| running.compress),
        output_format: running.and_then(|running| running.output_format),
        split: running.and_then(|running| running.split),
        add_fields: running.and_then(|running| args::switch(running.add_fields, running.no_add_fields)),
        only_changed: running.and_then(|running| args::switch(running.only_changed, running.no_only_changed)),
        input_format: reading.and_then(|reading| reading.input_format),
        text_field: reading.and_then(|reading| reading.text_field.clone()),
        id_field: reading.and_then(|reading| reading.id_field.clone()),
        url_field: reading.and_then(|reading| reading.url_field.clone()),
        ext: reading.and_then(|reading| reading.ext.clone()),
        jobs: running.and_then(|running| running.jobs),
        progress: running.and_then(|running| running.progress),
        color: global.color,
        fsync: running.and_then(|running| args::switch(running.fsync, running.no_fsync)),
    }
}

#[cfg(test)]
mod tests;
