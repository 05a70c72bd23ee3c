//! JSON as text: where in a record a field's value stands, and how a string is written in its place.
//!
//! A record is never parsed into values and rendered again: that would rewrite numbers, order keys and refuse lone
//! surrogates. Must not know what a field means.

mod locate;
mod pointer;
mod splice;

pub use locate::{Field, Malformed, locate};
pub use pointer::{NoPointer, Pointer};
pub use splice::{literal, text_of};
