//! Lines that stand on many pages of a site: which of them its template wrote.
//!
//! Pages go by three times: their keys into a [`Filter`] that tells which lines repeat at all, then those lines into a
//! [`Table`] that counts them exactly, by distinct article and with their company; then the [`Templates`] that come of
//! it say of each line of a page what other pages know about it. Text is looked at the first time only: a [`LineStore`]
//! keeps the keys. Knows pages; must not know how a page is judged.

mod company;
pub mod filter;
pub mod key;
pub mod row;
pub mod store;
pub mod table;
pub mod template;

pub use filter::Filter;
pub use key::Lines;
pub use store::LineStore;
pub use table::{At, Table};
pub use template::{LineEvidence, Site, Strength, Templates};

/// One number for a key on a site.
#[must_use]
pub(crate) fn site_key(site: u64, key: u64) -> u64 {
    // An odd constant keeps different keys of one site different; two sites may meet by chance, which costs a count.
    (key ^ site.wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_mul(0xD6E8_FEB8_6659_FD93)
}
