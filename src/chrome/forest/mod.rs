//! A forest of small decision trees over features of one byte: how likely each line belongs to the article.
//!
//! Knows rows of bytes and the names of their columns; must not know what a feature means, nor pages, nor rules.
//! `load` reads and checks the packed file, `walk` finds every line's leaf in every tree, `weigh` says what moved it. The file's form is described
//! in `data/model/README.md` and written by `data/model/pack.py`.
//!
//! The leaves are whole numbers of a unit that is a power of two, and so is the bias. Their sum is exact: it depends
//! neither on the order of the trees nor on which lines are scored together, and `LightGBM`'s own sum of the packed
//! model is the same number.

mod load;
mod walk;
mod weigh;

pub use load::ModelError;

/// A model that scores many lines at once.
#[derive(Debug, Clone)]
pub struct Forest {
    trees: walk::Trees,
    nodes: weigh::Nodes,
    /// For each feature that a tree asks for, its column in a row.
    columns: Vec<u16>,
    /// Bytes of a row: how many names there were when the model was read.
    width: usize,
    /// What is added to every sum of leaves, in units.
    bias: i64,
    /// A unit of the leaves, in logits.
    unit: f64,
    inputs: [u8; 32],
}

impl Forest {
    /// Reads a packed model for rows whose columns have these names.
    ///
    /// Names that the model does not use may come and go; one that it uses must be there.
    ///
    /// # Errors
    ///
    /// Anything but a whole model for these columns. A model that was read cannot fail later.
    pub fn parse(bytes: &[u8], names: &[&str]) -> Result<Self, ModelError> {
        load::parse(bytes, names)
    }

    /// The hash of what the model was trained on, as its maker gave it.
    #[must_use]
    pub fn inputs(&self) -> &[u8; 32] {
        &self.inputs
    }

    /// Appends a probability for each row of `width` bytes: 1 / (1 + exp(-sum of leaves)).
    ///
    /// # Panics
    ///
    /// If `width` is not the number of names the model was read with, or the last row is not whole.
    pub fn score(&self, rows: &[u8], width: usize, out: &mut Vec<f32>) {
        assert_eq!(
            width, self.width,
            "a row has one byte for each name the model was read with"
        );
        if width == 0 || rows.is_empty() {
            return;
        }
        assert_eq!(rows.len() % width, 0, "the last row is whole");
        out.reserve(rows.len() / width);
        walk::sums(&self.trees, rows, width, &self.columns, |sum| {
            let logit = (i64::from(sum) + self.bias) as f64 * self.unit;
            out.push((1.0 / (1.0 + (-logit).exp())) as f32);
        });
    }
}

impl Forest {
    /// For each feature the model asks for: its column, and by how many logits it moves this row's score.
    ///
    /// # Panics
    ///
    /// If the row is not as wide as those the model was read for.
    #[must_use]
    pub fn weigh(&self, row: &[u8]) -> Vec<(usize, f64)> {
        assert_eq!(
            row.len(),
            self.width,
            "a row has one byte for each name the model was read with"
        );
        let columns = self.columns.iter().map(|&column| usize::from(column));
        let value = |feature: u16| row[usize::from(self.columns[usize::from(feature)])];
        let moves = self.nodes.moves(self.columns.len(), value);
        columns.zip(moves.into_iter().map(|units| units * self.unit)).collect()
    }
}

#[cfg(test)]
mod tests;
