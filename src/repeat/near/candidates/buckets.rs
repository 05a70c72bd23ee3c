//! Band by band, the pages that share a bucket: sorted by the band's value, in as many readings of the sketches as the
//! memory asks for.

use super::{BINS, Error, Order, Signature, Sketches};

/// Which bins make a band.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bands {
    /// Bins of a band.
    rows: usize,
    /// How many bands there are.
    count: usize,
}

impl Bands {
    /// The bands for a threshold.
    ///
    /// A pair at similarity s shares one of 16 bands of 4 bins with probability 1 - (1 - s^4)^16: .9998 at .8, but .64 at
    /// .5. Each bin is in two bands, which makes that .86 and helps pairs in crowded buckets; bands of three and two
    /// bins serve lower thresholds.
    pub(super) fn at(near: Option<f64>) -> Self {
        let rows = match near {
            Some(near) if near < 0.5 => 2,
            Some(near) if near < 0.7 => 3,
            _ => 4,
        };
        let count = 2 * (BINS / rows);
        Self { rows, count }
    }

    /// The value of a band.
    fn key(self, band: usize, signature: &Signature) -> u32 {
        let half = self.count / 2;
        // In the second half bands are made of bins that stand seven apart: no two bins are together in both.
        let stride = if band < half { 1 } else { 7 };
        let from = band % half * self.rows;
        let key =
            (from..from + self.rows).fold(0u32, |key, bin| key << 8 | u32::from(signature.0[bin * stride % BINS]));
        // Values of few bins are small; spread, they can be cut into even parts.
        key.wrapping_mul(0x9E37_79B1)
    }
}

/// A page in a bucket.
#[derive(Debug, Clone)]
pub(super) struct Member {
    /// The band's value.
    pub(super) key: u32,
    pub(super) page: u32,
    pub(super) rank: u32,
    pub(super) signature: Signature,
    pub(super) shingles: u32,
}

/// What [`in_buckets`] tells.
#[derive(Debug)]
pub(super) enum Event {
    /// The next page of a band: by bucket, then by preference. Buckets of one page are left out.
    Member(Member),
    /// All pages of this band were told.
    BandEnd,
}

/// Bytes of a place in a bucket: the band's value above the rank.
const PLACE: usize = size_of::<u64>();

/// Bytes of a member, with those of sorting by page.
const MEMBER: usize = size_of::<Member>() + 16;

/// Never fewer members at a time: less memory would only mean more reading.
const LEAST: usize = 1024;

/// More at a time do not help, if sketches are in memory.
const MOST: usize = 1 << 17;

/// Tells every bucket of every band among the pages that are `alone` with their text and have shingles.
pub(super) fn in_buckets(
    sketches: &Sketches,
    order: &Order,
    alone: &[bool],
    bands: Bands,
    memory: usize,
    mut each: impl FnMut(Event),
) -> Result<(), Error> {
    let whole = sketches.len() * PLACE;
    let half = (memory / 2).max(LEAST * MEMBER);
    let parts = whole.div_ceil(half).max(1) as u64;
    let at_once = (half / whole.max(1)).clamp(1, bands.count);
    let members = (half / MEMBER).clamp(LEAST, MOST);
    for first in (0..bands.count).step_by(at_once) {
        let mut places = vec![Vec::new(); at_once.min(bands.count - first)];
        for part in 0..parts {
            sketches.each(|page, sketch| {
                if !alone[page as usize] || sketch.shingles == 0 {
                    return;
                }
                for (i, places) in places.iter_mut().enumerate() {
                    let key = bands.key(first + i, &sketch.signature);
                    if (u64::from(key) * parts) >> 32 == part {
                        places.push(u64::from(key) << 32 | u64::from(order.rank(page)));
                    }
                }
            })?;
            for places in &mut places {
                places.sort_unstable();
                keep_shared(places);
                for places in places.chunks(members) {
                    load(sketches, order, places)?
                        .into_iter()
                        .for_each(|member| each(Event::Member(member)));
                }
                places.clear();
                if part + 1 == parts {
                    each(Event::BandEnd);
                }
            }
        }
    }
    Ok(())
}

/// Leaves those that have a neighbour with the same value.
fn keep_shared(places: &mut Vec<u64>) {
    let mut kept = 0;
    let mut before = None;
    for at in 0..places.len() {
        let key = places[at] >> 32;
        if before == Some(key) || places.get(at + 1).is_some_and(|next| next >> 32 == key) {
            places[kept] = places[at];
            kept += 1;
        }
        before = Some(key);
    }
    places.truncate(kept);
}

/// The members at these places, in their order.
fn load(sketches: &Sketches, order: &Order, places: &[u64]) -> Result<Vec<Member>, Error> {
    let blank = Signature([0; BINS]);
    let mut members: Vec<_> = places.iter().map(|&place| member(place, order, blank)).collect();
    let mut by_page: Vec<(u32, u32)> = members.iter().map(|m| m.page).zip(0..).collect();
    by_page.sort_unstable();
    let pages: Vec<u32> = by_page.iter().map(|&(page, _)| page).collect();
    sketches.visit(&pages, |at, sketch| {
        let member = &mut members[by_page[at].1 as usize];
        member.signature = sketch.signature;
        member.shingles = sketch.shingles;
    })?;
    Ok(members)
}

fn member(place: u64, order: &Order, signature: Signature) -> Member {
    let rank = place as u32;
    Member {
        key: (place >> 32) as u32,
        page: order.page(rank),
        rank,
        signature,
        shingles: 0,
    }
}
