//! Packed models give `LightGBM`'s own probabilities: every `tests/model/*.json` names a model and holds rows and what
//! `LightGBM` made of them (`data/model/make_test_vectors.py`).

#![allow(clippy::unwrap_used)] // a test that cannot read its vectors has failed

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use textsieve::chrome::forest::Forest;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vectors {
    /// The packed model's path in the repository.
    model: PathBuf,
    /// The columns' names.
    names: Vec<String>,
    /// Hexadecimal, two digits a column.
    rows: Vec<String>,
    probabilities: Vec<f32>,
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

/// The scores of all rows, in batches of `batch`.
fn scores(forest: &Forest, rows: &[Vec<u8>], width: usize, batch: usize) -> Vec<f32> {
    let mut out = Vec::new();
    for rows in rows.chunks(batch) {
        forest.score(&rows.concat(), width, &mut out);
    }
    out
}

#[test]
fn every_packed_model_scores_as_lightgbm_does() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for entry in fs::read_dir(root.join("tests/model")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let vectors: Vectors = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let names: Vec<&str> = vectors.names.iter().map(String::as_str).collect();
        let forest = Forest::parse(&fs::read(root.join(&vectors.model)).unwrap(), &names).unwrap();
        let rows: Vec<_> = vectors.rows.iter().map(|row| bytes(row)).collect();
        let found = scores(&forest, &rows, names.len(), rows.len());
        assert_eq!(found.len(), vectors.probabilities.len(), "{}", path.display());
        for (i, (found, expected)) in found.iter().zip(&vectors.probabilities).enumerate() {
            assert!(
                (found - expected).abs() <= 1e-6,
                "{}: row {i}: {found} for {expected}",
                path.display()
            );
        }
        for batch in [1, 7, 17, 33, 64] {
            assert_eq!(
                scores(&forest, &rows, names.len(), batch),
                found,
                "{}: lines apart",
                path.display()
            );
        }
        seen += 1;
    }
    assert!(seen >= 2, "the models that the script makes are there");
}
