//! What is known of a block from other pages. Told to the judge, never found here.
//!
//! Must not know how pages are compared.

/// What other pages of the site prove about a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Elsewhere {
    /// Nothing.
    #[default]
    None,
    /// It repeats in company, as templates do and content may: the score takes it for chrome, if the score may cut.
    Supports,
    /// The site's template wrote it.
    Proves,
}
