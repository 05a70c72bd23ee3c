//! What `--version` says: enough to know what made an output.

use std::sync::LazyLock;

use crate::lexicon::Lexicon;

/// The number alone.
pub const SHORT: &str = env!("CARGO_PKG_VERSION");

/// Number, commit, features, and the tables that results depend on.
///
/// The commit is the one in `BUILD_COMMIT` when the program was built; without it there is none to name.
pub fn long() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let commit = option_env!("BUILD_COMMIT").unwrap_or("unknown");
        let (major, minor, update) = char::UNICODE_VERSION;
        let languages = Lexicon::languages().len();
        let features = if cfg!(feature = "parquet") {
            "cli, parquet"
        } else {
            "cli"
        };
        format!(
            "{SHORT}\ncommit: {commit}\nfeatures: {features}\nUnicode: {major}.{minor}.{update}\nlexicon: {languages} languages"
        )
    });
    &TEXT
}
