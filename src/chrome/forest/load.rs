//! Reads the packed form of a forest and believes nothing it says.
//!
//! Knows bytes and names; must not know how trees are walked beyond [`Tree::test`]'s conditions, which it checks.

use std::collections::HashMap;

use super::Forest;
use super::walk::{LEAVES, Tree, Trees};
use super::weigh::Nodes;
use crate::hash::hash64;

const MAGIC: &[u8] = b"TSFOREST";
const VERSION: u16 = 1;
/// Set beside the number of leaves to the left: left is for bytes above the threshold.
pub(super) const FLIPPED: u8 = 0x80;
/// A shifted leaf of sixteen bits fits into 32.
const MOST_SHIFT: u8 = 16;
/// The finest unit: 2^-40 logits. Sums stay exact in an `f64` (32 bits of bias and more).
const FINEST: u8 = 40;

/// A packed model that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Does not begin as a packed model does.
    #[error("model: not a packed forest")]
    Magic,
    /// Of a form that this program does not read.
    #[error("model: version {0} is not known, only {VERSION}")]
    Version(u16),
    /// Ends before it is whole.
    #[error("model: ends too early")]
    Truncated,
    /// Goes on after its last tree.
    #[error("model: goes on after its end")]
    TooLong,
    /// Changed since it was written.
    #[error("model: its checksum is wrong")]
    Checksum,
    /// A feature's name that is not text.
    #[error("model: a feature's name is not UTF-8")]
    Name,
    /// Uses a feature that the program does not compute.
    #[error("model: the feature `{0}` is not known to this program")]
    Feature(String),
    /// More features than can be numbered.
    #[error("model: too many features")]
    Width,
    /// A unit of leaves out of range.
    #[error("model: a leaf's unit of 2^-{0} is out of range")]
    Unit(u8),
    /// A tree that is none.
    #[error("model: tree {tree} {what}")]
    Tree {
        /// Counted from zero.
        tree: usize,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// What is left to read.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, n: usize) -> Result<&'b [u8], ModelError> {
        let (taken, rest) = self.0.split_at_checked(n).ok_or(ModelError::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ModelError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(ModelError::Truncated)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn u8(&mut self) -> Result<u8, ModelError> {
        self.array().map(|[byte]| byte)
    }

    fn u16(&mut self) -> Result<u16, ModelError> {
        self.array().map(u16::from_le_bytes)
    }
}

pub(super) fn parse(bytes: &[u8], names: &[&str]) -> Result<Forest, ModelError> {
    let mut reader = Reader(open(bytes)?);
    let bits = reader.u8()?;
    if bits > FINEST {
        return Err(ModelError::Unit(bits));
    }
    let bias = i32::from_le_bytes(reader.array()?);
    let inputs = reader.array()?;
    let columns = columns(&mut reader, names)?;
    let (mut trees, mut nodes) = (Trees::default(), Nodes::default());
    let mut largest = 0;
    for number in 0..usize::from(reader.u16()?) {
        largest += u64::from(tree(&mut reader, columns.len(), number, &mut trees, &mut nodes)?);
        // Sums have 32 bits. That is 2,000 logits of the packer's unit.
        if largest > i32::MAX as u64 {
            let what = "makes the sum of leaves too large";
            return Err(ModelError::Tree { tree: number, what });
        }
    }
    if !reader.0.is_empty() {
        return Err(ModelError::TooLong);
    }
    Ok(Forest {
        trees,
        nodes,
        columns,
        width: names.len(),
        bias: i64::from(bias),
        unit: (-f64::from(bits)).exp2(),
        inputs,
    })
}

/// What stands between the version and the checksum.
fn open(bytes: &[u8]) -> Result<&[u8], ModelError> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(ModelError::Magic)?;
    let version = Reader(rest).u16()?;
    if version != VERSION {
        return Err(ModelError::Version(version));
    }
    let (content, sum) = bytes.split_last_chunk().ok_or(ModelError::Truncated)?;
    if hash64(content) != u64::from_le_bytes(*sum) {
        return Err(ModelError::Checksum);
    }
    content.get(MAGIC.len() + 2..).ok_or(ModelError::Truncated)
}

/// The columns of the features that the model uses, found by name.
fn columns(reader: &mut Reader<'_>, names: &[&str]) -> Result<Vec<u16>, ModelError> {
    let known: HashMap<&str, usize> = names.iter().enumerate().map(|(i, &name)| (name, i)).collect();
    let used = reader.u16()?;
    // A test numbers features and their complements in sixteen bits.
    if used > u16::MAX / 2 {
        return Err(ModelError::Width);
    }
    let mut columns = Vec::new();
    for _ in 0..used {
        let length = reader.u8()?;
        let name = str::from_utf8(reader.take(usize::from(length))?).map_err(|_| ModelError::Name)?;
        let &column = known.get(name).ok_or_else(|| ModelError::Feature(name.to_owned()))?;
        columns.push(u16::try_from(column).map_err(|_| ModelError::Width)?);
    }
    Ok(columns)
}

/// One tree: its inner nodes from the root, each before its left and its right child, then its leaves.
///
/// A node says how many of its leaves are to its left. That is the whole shape: there is no index that could point
/// nowhere, or back. Returns how large a leaf is at most, whatever its sign.
fn tree(
    reader: &mut Reader<'_>,
    features: usize,
    number: usize,
    trees: &mut Trees,
    nodes: &mut Nodes,
) -> Result<u32, ModelError> {
    let wrong = |what| ModelError::Tree { tree: number, what };
    let (leaves, shift) = (usize::from(reader.u8()?), reader.u8()?);
    if shift > MOST_SHIFT {
        return Err(wrong("has leaves that are too large"));
    }
    if !(1..=LEAVES).contains(&leaves) {
        return Err(wrong("has no leaves or too many"));
    }
    let (mut tree, mut plain) = (Tree::default(), Vec::with_capacity(leaves));
    // Subtrees to be read, as ranges of leaves: the first, and how many.
    let mut open = vec![(0, leaves)];
    while let Some((first, leaves)) = open.pop() {
        if leaves == 1 {
            continue;
        }
        let (feature, threshold, shape) = (reader.u16()?, reader.u8()?, reader.u8()?);
        let left = usize::from(shape & !FLIPPED);
        if usize::from(feature) >= features {
            return Err(wrong("asks for a feature that is not in the list"));
        }
        if threshold == u8::MAX {
            return Err(wrong("has a threshold that no byte is above"));
        }
        if !(1..leaves).contains(&left) {
            return Err(wrong("has a node without a child"));
        }
        plain.push((feature, threshold, shape));
        tree.test(feature, threshold, shape & FLIPPED != 0, first, left);
        open.push((first + left, leaves - left));
        open.push((first, left));
    }
    let mut values = [0; LEAVES];
    for value in &mut values[..leaves] {
        *value = i32::from(i16::from_le_bytes(reader.array()?)) << shift;
    }
    let values = &values[..leaves];
    trees.push(&tree, values);
    nodes.push(plain, values);
    Ok(values.iter().map(|value| value.unsigned_abs()).max().unwrap_or(0))
}
