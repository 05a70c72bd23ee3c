//! The site a page is of: the host of its address, else the folder it stands in.
//!
//! Must not know what a site is good for.

use std::path::Path;

use crate::hash::hash64;

/// The host of an address in lower case, without user and port.
#[must_use]
pub fn of_url(url: &str) -> Option<String> {
    let (_, rest) = url.trim().split_once("//")?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((address, _)) => address,
        None => host.split(':').next()?,
    };
    let host = host.trim_end_matches('.').to_lowercase();
    (!host.is_empty()).then_some(host)
}

/// The folder of a page below the one that was given; empty if it stands there itself.
#[must_use]
pub fn of_path(name: &Path) -> String {
    name.parent()
        .map(|folder| folder.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// The number of a site, the same in every pass and on every thread: a hash, since there are too many names to keep.
#[must_use]
pub fn number(name: &str) -> u64 {
    hash64(name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_found() {
        for (url, host) in [
            ("https://News.Example.org/a/b?c#d", Some("news.example.org")),
            ("http://user:pass@example.org:8080", Some("example.org")),
            ("//example.org./x", Some("example.org")),
            ("http://[2001:DB8::1]:80/", Some("2001:db8::1")),
            ("https://пример.рф/страница", Some("пример.рф")),
            ("https:///path", None),
            ("mailto:a@example.org", None),
            ("", None),
        ] {
            assert_eq!(of_url(url).as_deref(), host, "{url}");
        }
        assert_eq!(of_path(Path::new("site/a/b.txt")), "site/a");
        assert_eq!(of_path(Path::new("b.txt")), "");
    }
}
