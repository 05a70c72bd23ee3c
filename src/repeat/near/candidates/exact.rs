//! Groups of equal texts, by their identities, a share of them at a time.

use super::{Error, Exact, Order, Sketches};

/// Bytes that a page takes while identities are sorted.
const PAGE: usize = size_of::<(u128, u32)>();

/// All pages but the most preferred of each identity, by page.
pub(super) fn equal_texts(sketches: &Sketches, order: &Order, memory: usize) -> Result<Vec<Exact>, Error> {
    let parts = (sketches.len() * PAGE).div_ceil(memory.max(1 << 20)).max(1) as u128;
    let mut found = Vec::new();
    let mut texts: Vec<(u128, u32)> = Vec::new();
    for part in 0..parts {
        texts.clear();
        sketches.each(|page, sketch| {
            if sketch.identity % parts == part {
                texts.push((sketch.identity, order.rank(page)));
            }
        })?;
        texts.sort_unstable();
        for group in texts.chunk_by(|a, b| a.0 == b.0) {
            let first = order.page(group[0].1);
            found.extend(group[1..].iter().map(|&(_, rank)| Exact {
                page: order.page(rank),
                first,
            }));
        }
    }
    found.sort_unstable_by_key(|copy| copy.page);
    Ok(found)
}
