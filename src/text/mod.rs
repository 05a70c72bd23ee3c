//! Floor 0: pure functions on text. Nothing here knows what a page, a cut or a file is.

pub mod blocks;
pub mod char_table;
pub mod chars;
pub mod decode;
pub mod fold;
pub mod html;
pub mod json;
pub mod links;
pub mod normalize;
pub mod tokens;
