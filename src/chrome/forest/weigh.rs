//! Which features weighed most for a line: for people who ask why, one line at a time.
//!
//! Knows trees node by node; must not know what a feature means. Scoring does without.
//!
//! A node is worth the mean of the leaves below it. Each test on a line's way from the root to its leaf moves that worth,
//! and the feature it asks for gets the difference: the differences of all trees and the roots' worth add up to the score
//! (A. Saabas, "Interpreting random forests", 2014). Unlike Shapley values this takes one walk, and unlike them it
//! favours tests near the leaves a little.

use super::load::FLIPPED;

/// The trees as their packed file has them.
#[derive(Debug, Clone, Default)]
pub(super) struct Nodes {
    trees: Vec<Tree>,
}

#[derive(Debug, Clone)]
struct Tree {
    /// From the root, each before its left and its right subtree: number of the feature, threshold, leaves to the left.
    nodes: Vec<(u16, u8, u8)>,
    leaves: Vec<i32>,
}

impl Nodes {
    pub fn push(&mut self, nodes: Vec<(u16, u8, u8)>, leaves: &[i32]) {
        self.trees.push(Tree {
            nodes,
            leaves: leaves.to_vec(),
        });
    }

    /// How many units each feature moves a row's sum by; `value` is the row's byte of a feature.
    pub fn moves(&self, features: usize, value: impl Fn(u16) -> u8) -> Vec<f64> {
        let mut moves = vec![0.0; features];
        for tree in &self.trees {
            let (mut node, mut leaves) = (0, tree.leaves.as_slice());
            let mut worth = mean(leaves);
            while leaves.len() > 1 {
                let (feature, threshold, shape) = tree.nodes[node];
                let left = usize::from(shape & !FLIPPED);
                let goes_left = (value(feature) <= threshold) != (shape & FLIPPED != 0);
                // A subtree of so many leaves has one node fewer.
                (node, leaves) = if goes_left {
                    (node + 1, &leaves[..left])
                } else {
                    (node + left, &leaves[left..])
                };
                let next = mean(leaves);
                moves[usize::from(feature)] += next - worth;
                worth = next;
            }
        }
        moves
    }
}

fn mean(leaves: &[i32]) -> f64 {
    leaves.iter().map(|&leaf| f64::from(leaf)).sum::<f64>() / leaves.len() as f64
}
