//! The score: how likely each block belongs to the article, and the page's own threshold.
//!
//! [`Scorer`] is the seam for other models. Knows features; must not know rules, nor cut.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::chrome::features::{Features, NAMES};

/// Gives each block a probability of being part of the article.
pub trait Scorer: Send + Sync + std::fmt::Debug {
    /// One probability a block, in order.
    fn score(&self, features: &Features, blocks: usize) -> Vec<f32>;
}

/// A weighted sum of the features through the logistic function.
#[derive(Debug, Clone)]
pub struct Linear {
    bias: f32,
    weights: Vec<f32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinearFile {
    bias: f32,
    weights: BTreeMap<String, f32>,
}

/// A model file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// Not TOML of the expected form.
    #[error("model: {0}")]
    Parse(#[from] toml::de::Error),
    /// A weight for a feature that does not exist, or a feature without a weight.
    #[error("model: the feature `{0}` is unknown or has no weight")]
    Feature(String),
}

static BUILT_IN: LazyLock<Linear> = LazyLock::new(|| {
    // Compiled in and parsed by a test.
    Linear::parse(include_str!("../../data/model/linear.toml")).expect("the built-in model parses")
});

impl Linear {
    /// The model that comes with textsieve.
    #[must_use]
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Reads a model: `bias` and a table `weights` with one weight for each name in [`NAMES`].
    ///
    /// # Errors
    ///
    /// Not TOML, or its weights are not those of the features.
    pub fn parse(text: &str) -> Result<Self, ModelError> {
        let mut file: LinearFile = toml::from_str(text)?;
        let weights = NAMES
            .iter()
            .map(|&name| {
                file.weights
                    .remove(name)
                    .ok_or_else(|| ModelError::Feature(name.to_owned()))
            })
            .collect::<Result<_, _>>()?;
        match file.weights.into_keys().next() {
            Some(name) => Err(ModelError::Feature(name)),
            None => Ok(Self {
                bias: file.bias,
                weights,
            }),
        }
    }
}

impl Scorer for Linear {
    fn score(&self, features: &Features, blocks: usize) -> Vec<f32> {
        (0..blocks)
            .map(|i| {
                let sum: f32 = features.row(i).iter().zip(&self.weights).map(|(x, w)| x * w).sum();
                1.0 / (1.0 + (-(sum + self.bias)).exp())
            })
            .collect()
    }
}

/// The page's threshold: half the best F1 that can be expected of it, times `lean`, between .2 and .6.
///
/// Keeping what is at least as likely as half the optimal F1 maximises expected F1
/// (Lipton, Elkan and Narayanaswamy 2014, <https://arxiv.org/abs/1402.1892>). `weights` are words.
#[must_use]
pub fn threshold(probabilities: &[f32], weights: &[f32], lean: f32) -> f32 {
    const ROUNDS: usize = 4;
    let total: f32 = probabilities.iter().zip(weights).map(|(p, w)| p * w).sum();
    let mut t = 0.5;
    for _ in 0..ROUNDS {
        let (mut expected, mut kept) = (0.0, 0.0);
        for (&p, &w) in probabilities.iter().zip(weights) {
            if p >= t {
                expected += w * p;
                kept += w;
            }
        }
        let f1 = 2.0 * expected / (kept + total).max(1e-9);
        t = (f1 / 2.0 * lean).clamp(0.2, 0.6);
    }
    t
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_model_has_a_weight_for_every_feature() {
        assert_eq!(Linear::built_in().weights.len(), NAMES.len());
    }

    #[test]
    fn a_model_for_other_features_is_refused() {
        let error = Linear::parse("bias = 0.0\n[weights]\nlog-words = 1.0").unwrap_err();
        assert!(error.to_string().contains("words-1-2"), "{error}");
    }

    #[test]
    fn a_page_of_sure_blocks_has_a_threshold_near_one_half() {
        assert!((threshold(&[1.0, 1.0, 0.0], &[9.0, 9.0, 9.0], 1.0) - 0.5).abs() < 1e-6);
        assert!((threshold(&[0.1, 0.1], &[9.0, 9.0], 1.0) - 0.2).abs() < 1e-6);
    }
}
