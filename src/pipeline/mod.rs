//! Floor 3: from settings to a finished run.

pub mod cleaner;
pub mod options;
