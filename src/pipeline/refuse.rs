//! Outputs that cannot be, refused before anything is read: names that clash, a form without a place for what is wanted.
//!
//! Goes by names alone. Must not know what stands in the output folder.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::pipeline::fields;
use crate::pipeline::outputs::Outputs;
use crate::pipeline::plan::Plan;
use crate::pipeline::worker::slashed;
use crate::read::Entry;
use crate::record::Format;
use crate::record::render::{Rendering, Stream};
use crate::write::files::check_name;

/// Refuses outputs that would be files where there is a stream.
///
/// # Errors
///
/// There are such outputs.
pub fn refuse_files(entries: &[Entry], outputs: Outputs) -> Result<(), Error> {
    let into_files = |entry: &&Entry| outputs.rendering(outputs.input.form(entry.name())) == Some(Rendering::Files);
    let hint = "give a folder with -o";
    if outputs.split.is_some() {
        return Err(Error::usage("what is split cannot go to standard output").hint(hint));
    }
    entries.iter().find(into_files).map_or(Ok(()), |entry| {
        let what = "records that become files cannot go to standard output";
        Err(Error::usage(what).at(&entry.path()).hint(hint))
    })
}

/// Refuses outputs in which there is no place for a field, if there is to be one.
///
/// # Errors
///
/// There are such outputs.
pub fn refuse_no_field(entries: &[Entry], plan: &Plan) -> Result<(), Error> {
    let outputs = &plan.outputs;
    if !outputs.fields {
        return Ok(());
    }
    let own = [&plan.fields.text, &plan.fields.id, &plan.fields.url];
    if let Some(field) = own
        .into_iter()
        .find(|field| field.steps().first().is_some_and(|step| step == fields::NAME))
    {
        let what = format!("the field `{field}` would be overwritten by what --add-fields adds");
        return Err(Error::usage(what).hint("what is added is called `textsieve`"));
    }
    let has_none = |entry: &&Entry| {
        let form = outputs.input.form(entry.name());
        match outputs.rendering(form) {
            Some(rendering) => !rendering.has_fields(),
            None => form.format() != Some(Format::Jsonl),
        }
    };
    entries.iter().find(has_none).map_or(Ok(()), |entry| {
        Err(Error::usage("there is no place for a field in this output")
            .at(&entry.path())
            .hint("--add-fields goes with --output-format jsonl, csv, tsv or parquet"))
    })
}

/// Refuses inputs whose outputs have the same name (the second would overwrite the first), or one that no output may have
/// though the input's is fit.
///
/// # Errors
///
/// There are such outputs.
pub fn refuse_collisions(entries: &[Entry], outputs: &Outputs) -> Result<(), Error> {
    let mut seen: HashMap<PathBuf, &Entry> = HashMap::with_capacity(entries.len());
    let gathered = outputs.gathered();
    let is_page = |entry: &Entry| outputs.input.form(entry.name()).is_page();
    for entry in entries {
        let name = outputs.name(entry.name());
        if gathered.as_ref() == Some(&name) && is_page(entry) {
            continue;
        }
        if let (Ok(()), Err(why)) = (check_name(entry.name()), check_name(&name)) {
            let what = format!("the output would be called {}, which {why}", name.display());
            return Err(Error::usage(what)
                .at(&entry.path())
                .hint("another form or compression gives another name"));
        }
        if let Some(first) = seen.insert(name.clone(), entry) {
            let what = format!("two inputs would be written to {}", name.display());
            let places = format!("{} and {}", first.path().display(), entry.path().display());
            return Err(
                Error::usage(format!("{what}: {places}")).hint("clean them in two runs, or give the folder above both")
            );
        }
    }
    refuse_same_files(entries, outputs)?;
    match gathered.and_then(|name| seen.remove(&name)) {
        Some(entry) if entries.iter().any(is_page) => {
            let what = "pages would be gathered in the output of another input";
            Err(Error::usage(what).at(&entry.path()).hint("clean them in two runs"))
        }
        _ => Ok(()),
    }
}

/// Refuses records and pages that would be files or members of one name, or a file where others have a folder. Nothing
/// of it concerns outputs that are one file each.
///
/// # Errors
///
/// There are such inputs.
pub fn refuse_same_files(entries: &[Entry], outputs: &Outputs) -> Result<(), Error> {
    let is_page = |entry: &Entry| outputs.input.form(entry.name()).is_page();
    // Names in an archive are text.
    let member = |path: &Path| Some(PathBuf::from(slashed(path)));
    let place = |entry: &Entry| match outputs.render {
        Some(Rendering::Files) => Some(outputs.name(entry.name())),
        Some(Rendering::Stream(Stream::Tar)) if is_page(entry) => member(&outputs.page_file(entry.name())),
        // Each has an archive of its own, unless all are one.
        Some(Rendering::Stream(Stream::Tar)) if outputs.joined => member(&Outputs::record_folder(entry.name())),
        _ => None,
    };
    let places: Vec<_> = entries
        .iter()
        .filter_map(|entry| Some((place(entry)?, entry)))
        .collect();
    let mut seen: HashMap<&Path, &Entry> = HashMap::with_capacity(places.len());
    let clash = |first: &Entry, second: &Entry| {
        let places = format!("{} and {}", first.path().display(), second.path().display());
        Error::usage(format!("two inputs would be written to one place: {places}")).hint("clean them in two runs")
    };
    for (place, entry) in &places {
        if let Some(first) = seen.insert(place, entry) {
            return Err(clash(first, entry));
        }
    }
    for (place, entry) in &places {
        if let Some(first) = place.ancestors().skip(1).find_map(|folder| seen.get(folder)) {
            return Err(clash(first, entry));
        }
    }
    Ok(())
}
