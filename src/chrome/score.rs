//! The score: how likely each block belongs to the article, and the page's own threshold.
//!
//! [`Scorer`] is the seam for other models. Knows features; must not know rules, nor cut.

use std::sync::{Arc, LazyLock};

use crate::chrome::features::{Features, names};
pub use crate::chrome::forest::{Forest, ModelError};

/// Gives each block a probability of being part of the article.
pub trait Scorer: Send + Sync + std::fmt::Debug {
    /// One probability a block, in order.
    fn score(&self, features: &Features) -> Vec<f32>;

    /// By how many logits each feature moves a block's score, as far as the model can say: (column, logits).
    fn weigh(&self, features: &Features, block: usize) -> Vec<(usize, f64)> {
        let _ = (features, block);
        Vec::new()
    }
}

impl Scorer for Forest {
    fn score(&self, features: &Features) -> Vec<f32> {
        let mut scores = Vec::new();
        Self::score(self, features.rows(), features.width(), &mut scores);
        scores
    }

    fn weigh(&self, features: &Features, block: usize) -> Vec<(usize, f64)> {
        Self::weigh(self, features.row(block))
    }
}

/// What a feature did to a block's score.
#[derive(Debug, Clone, PartialEq)]
pub struct Weight {
    /// The feature's name.
    pub feature: &'static str,
    /// Its value: a byte on the scale that `src/chrome/features/scale.rs` gives it.
    pub value: u8,
    /// By how many logits it moved the score: above 0 towards the article.
    pub logits: f64,
}

/// The features that moved a block's score most, the strongest first.
pub fn weights(scorer: &dyn Scorer, features: &Features, block: usize, most: usize) -> Vec<Weight> {
    let mut moves = scorer.weigh(features, block);
    moves.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
    moves.truncate(most);
    moves
        .into_iter()
        .map(|(column, logits)| Weight {
            feature: &names()[column],
            value: features.row(block)[column],
            logits,
        })
        .collect()
}

/// The model that comes with textsieve.
#[must_use]
pub fn built_in() -> &'static Arc<Forest> {
    static BUILT_IN: LazyLock<Arc<Forest>> = LazyLock::new(|| {
        // Compiled in and read by a test.
        Arc::new(read(include_bytes!("../../data/model/forest.bin")).expect("the built-in model is whole"))
    });
    &BUILT_IN
}

/// Reads a packed model for the features of this program.
///
/// # Errors
///
/// The bytes are no model, or one for other features.
pub fn read(packed: &[u8]) -> Result<Forest, ModelError> {
    let names: Vec<&str> = names().iter().map(String::as_str).collect();
    Forest::parse(packed, &names)
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
    fn a_page_of_sure_blocks_has_a_threshold_near_one_half() {
        assert!((threshold(&[1.0, 1.0, 0.0], &[9.0, 9.0, 9.0], 1.0) - 0.5).abs() < 1e-6);
        assert!((threshold(&[0.1, 0.1], &[9.0, 9.0], 1.0) - 0.2).abs() < 1e-6);
    }
}
