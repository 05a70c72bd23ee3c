//! Which field of a record is meant: a key, or a JSON pointer (RFC 6901) to a field further in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};

/// A field of a record, as the steps that lead to it.
///
/// ```
/// use textsieve::text::json::Pointer;
///
/// let plain: Pointer = "text".parse()?;
/// let nested: Pointer = "/doc/text".parse()?;
/// assert_eq!(plain.steps(), ["text"]);
/// assert_eq!(nested.steps(), ["doc", "text"]);
/// # Ok::<(), textsieve::text::json::NoPointer>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Pointer(Vec<String>);

/// What is written is no field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a field: write a key, or a JSON pointer such as /doc/text")]
pub struct NoPointer(String);

/// Deeper fields than this cannot be named; a record that deep is refused anyhow.
const MAX_STEPS: usize = 64;

impl Pointer {
    /// A field of the record itself, whatever its key looks like.
    #[must_use]
    pub fn key(key: &str) -> Self {
        Self(vec![key.to_owned()])
    }

    /// A field of the object that is the value of this one.
    #[must_use]
    pub fn inner(&self, key: &str) -> Self {
        let mut steps = self.0.clone();
        steps.push(key.to_owned());
        Self(steps)
    }

    /// Keys of objects and positions in arrays, the outermost first. Never empty.
    #[must_use]
    pub fn steps(&self) -> &[String] {
        &self.0
    }
}

impl FromStr for Pointer {
    type Err = NoPointer;

    fn from_str(text: &str) -> Result<Self, NoPointer> {
        let Some(path) = text.strip_prefix('/') else {
            return if text.is_empty() {
                Err(NoPointer(text.to_owned()))
            } else {
                Ok(Self(vec![text.to_owned()]))
            };
        };
        let steps: Option<Vec<String>> = path.split('/').map(unescape).collect();
        steps
            .filter(|steps| steps.len() <= MAX_STEPS)
            .map(Self)
            .ok_or_else(|| NoPointer(text.to_owned()))
    }
}

/// `~1` is a slash and `~0` a tilde; nothing else may follow a tilde.
fn unescape(step: &str) -> Option<String> {
    let mut parts = step.split('~');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (sign, rest) = part.split_at_checked(1)?;
        out.push(match sign {
            "0" => '~',
            "1" => '/',
            _ => return None,
        });
        out.push_str(rest);
    }
    Some(out)
}

impl TryFrom<String> for Pointer {
    type Error = NoPointer;

    fn try_from(text: String) -> Result<Self, NoPointer> {
        text.parse()
    }
}

impl Serialize for Pointer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [key] if !key.is_empty() && !key.starts_with('/') => f.write_str(key),
            steps => steps
                .iter()
                .try_for_each(|step| write!(f, "/{}", step.replace('~', "~0").replace('/', "~1"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_and_shown() {
        for (text, steps) in [
            ("text", &["text"][..]),
            ("a/b", &["a/b"]),
            ("/doc/text", &["doc", "text"]),
            ("/a~1b/~0c", &["a/b", "~c"]),
            ("/", &[""]),
            ("/pages/0/text", &["pages", "0", "text"]),
        ] {
            let pointer: Pointer = text.parse().unwrap();
            assert_eq!(pointer.steps(), steps, "{text}");
            assert_eq!(pointer.to_string().parse(), Ok(pointer), "{text}");
        }
        for text in ["", "/a~2", "/a~", "/~é"] {
            assert!(text.parse::<Pointer>().is_err(), "{text}");
        }
    }
}
