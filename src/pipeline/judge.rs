//! The seam between a run and who judges its pages.
//!
//! Must not know how a page is read or written.

use crate::error::Error;
use crate::page::Page;
use crate::pipeline::cleaner::{Cleaned, Cleaner};
use crate::repeat::lines::LineEvidence;
use crate::text::links::Marked;

/// What other pages say of the blocks of this one.
pub type Known<'a> = &'a dyn Fn(&Page<'_>) -> Result<Vec<Option<LineEvidence>>, Error>;

/// Who judges pages; any function from a text to a cleaned page is one.
pub trait Judge: Sync {
    /// Judges a page by itself.
    fn alone(&self, page: Marked<'_>) -> Cleaned;

    /// Whether a page by itself comes back as it is, only normalised. Then nobody needs to ask.
    fn is_idle(&self) -> bool {
        false
    }

    /// Judges a page of a dump. `known` says of the blocks of the normalised page what is known of them from the dump.
    ///
    /// # Errors
    ///
    /// `known` failed.
    fn informed(&self, page: Marked<'_>, known: Known<'_>) -> Result<Cleaned, Error> {
        let _ = known;
        Ok(self.alone(page))
    }
}

impl<F: Fn(&str) -> Cleaned + Sync> Judge for F {
    fn alone(&self, page: Marked<'_>) -> Cleaned {
        self(page.text)
    }
}

impl Judge for Cleaner {
    fn is_idle(&self) -> bool {
        self.is_idle()
    }

    fn alone(&self, page: Marked<'_>) -> Cleaned {
        self.clean(page)
    }

    fn informed(&self, page: Marked<'_>, known: Known<'_>) -> Result<Cleaned, Error> {
        self.clean_in(page, known)
    }
}
