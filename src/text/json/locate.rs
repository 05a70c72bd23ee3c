//! One walk over a record that checks its grammar and notes where the wanted fields stand.
//!
//! Accepts what `serde_json` accepts of a value that it only passes on (a `RawValue`), and that is not nested too
//! deep: numbers of any length, strings with lone surrogates, keys that stand twice. Time is linear.

use std::fmt;
use std::ops::Range;

use super::Pointer;
use super::splice::text_of;

/// How deep a record may be nested; `serde_json` stops there too.
const MAX_DEPTH: usize = 128;

/// Where a field's value stands in a record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Field {
    /// The bytes of the value; of a key that stands twice, those of the last.
    pub value: Option<Range<usize>>,
    /// Whether the field, or one that it stands in, stands there twice.
    pub twice: bool,
}

/// What is not JSON, and at which byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed {
    /// What was expected.
    pub what: &'static str,
    /// The byte, from 0, that is wrong.
    pub at: usize,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.at + 1, self.what)
    }
}

/// Looks for up to eight fields in a record, one JSON value with white space around it.
///
/// # Errors
///
/// It is no JSON.
///
/// # Panics
///
/// With more than eight pointers.
pub fn locate<const N: usize>(record: &str, pointers: [&Pointer; N]) -> Result<[Field; N], Malformed> {
    assert!(N <= 8, "a set of pointers is a byte");
    let mut walk = Walk {
        text: record,
        bytes: record.as_bytes(),
        at: 0,
        pointers: &pointers,
        fields: std::array::from_fn(|_| Field::default()),
    };
    walk.space();
    walk.value(0, Set::first(N))?;
    walk.space();
    if walk.at < walk.bytes.len() {
        return walk.wrong("something follows the record");
    }
    Ok(walk.fields)
}

/// Pointers by number: those whose first steps lead to where the walk is.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Set(u8);

impl Set {
    const NONE: Self = Self(0);

    fn first(count: usize) -> Self {
        Self((0..count).fold(0, |set, i| set | 1 << i))
    }

    fn iter(self) -> impl Iterator<Item = usize> {
        (0..8).filter(move |i| self.0 >> i & 1 == 1)
    }
}

struct Walk<'a, const N: usize> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    pointers: &'a [&'a Pointer; N],
    fields: [Field; N],
}

impl<const N: usize> Walk<'_, N> {
    fn wrong<T>(&self, what: &'static str) -> Result<T, Malformed> {
        Err(Malformed { what, at: self.at })
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// A value `depth` steps in, to which all of `wanted` lead so far.
    fn value(&mut self, depth: usize, wanted: Set) -> Result<(), Malformed> {
        let start = self.at;
        match self.peek() {
            Some(b'{') => self.object(depth, wanted)?,
            Some(b'[') => self.array(depth, wanted)?,
            Some(b'"') => self.string()?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true")?,
            Some(b'f') => self.word("false")?,
            Some(b'n') => self.word("null")?,
            _ => return self.wrong("no value"),
        }
        for i in wanted.iter() {
            if self.pointers[i].steps().len() == depth {
                self.fields[i].value = Some(start..self.at);
            }
        }
        Ok(())
    }

    fn object(&mut self, depth: usize, wanted: Set) -> Result<(), Malformed> {
        let mut seen = Set::NONE;
        self.enter(depth)?;
        if self.leave(b'}') {
            return Ok(());
        }
        loop {
            let start = self.at;
            if self.peek() != Some(b'"') {
                return self.wrong("no key");
            }
            self.string()?;
            let within = self.keyed(start..self.at, depth, wanted);
            for i in Set(within.0 & seen.0).iter() {
                self.fields[i].twice = true;
            }
            seen.0 |= within.0;
            self.space();
            if self.peek() != Some(b':') {
                return self.wrong("no colon after a key");
            }
            self.at += 1;
            self.space();
            self.value(depth + 1, within)?;
            if self.next_or_end(b'}')? {
                return Ok(());
            }
        }
    }

    fn array(&mut self, depth: usize, wanted: Set) -> Result<(), Malformed> {
        self.enter(depth)?;
        if self.leave(b']') {
            return Ok(());
        }
        for index in 0.. {
            let within = if wanted == Set::NONE {
                wanted
            } else {
                self.stepping(depth, wanted, &index.to_string())
            };
            self.value(depth + 1, within)?;
            if self.next_or_end(b']')? {
                break;
            }
        }
        Ok(())
    }

    fn enter(&mut self, depth: usize) -> Result<(), Malformed> {
        if depth >= MAX_DEPTH {
            return self.wrong("nested too deep");
        }
        self.at += 1;
        self.space();
        Ok(())
    }

    fn leave(&mut self, end: u8) -> bool {
        let here = self.peek() == Some(end);
        self.at += usize::from(here);
        here
    }

    /// After a member: whether the object or array ends here; else a comma, and what follows it.
    fn next_or_end(&mut self, end: u8) -> Result<bool, Malformed> {
        self.space();
        if self.leave(end) {
            return Ok(true);
        }
        if self.peek() != Some(b',') {
            return self.wrong("no comma and no end after a member");
        }
        self.at += 1;
        self.space();
        Ok(false)
    }

    /// Those of `wanted` that go on with the key whose literal stands at `key`.
    fn keyed(&self, key: Range<usize>, depth: usize, wanted: Set) -> Set {
        if wanted == Set::NONE {
            return wanted;
        }
        let inner = &self.text[key.start + 1..key.end - 1];
        if !inner.contains('\\') {
            return self.stepping(depth, wanted, inner);
        }
        // A key with a lone surrogate is none that can be named.
        text_of(&self.text[key]).map_or(Set::NONE, |key| self.stepping(depth, wanted, &key))
    }

    fn stepping(&self, depth: usize, wanted: Set, step: &str) -> Set {
        let goes_on = |&i: &usize| self.pointers[i].steps().get(depth).is_some_and(|next| next == step);
        Set(wanted.iter().filter(goes_on).fold(0, |set, i| set | 1 << i))
    }

    fn string(&mut self) -> Result<(), Malformed> {
        self.at += 1;
        loop {
            self.at += plain(&self.bytes[self.at..]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.escape()?,
                Some(0..=0x1f) => return self.wrong("a control character in a string"),
                Some(_) => self.at += 1,
                None => return self.wrong("the record ends in a string"),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Malformed> {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.peek().is_some_and(|digit| digit.is_ascii_hexdigit()) {
                        return self.wrong("no hexadecimal digit in an escape");
                    }
                    self.at += 1;
                }
            }
            _ => return self.wrong("an unknown escape"),
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), Malformed> {
        self.at += usize::from(self.peek() == Some(b'-'));
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        while self.peek().is_some_and(|digit| digit.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start {
            return self.wrong("no digit in a number");
        }
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result<(), Malformed> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return self.wrong("no value");
        }
        self.at += word.len();
        Ok(())
    }
}

/// How many bytes a string begins with that mean nothing but themselves: eight at a time, since strings are most of a
/// record (Mycroft's test for a byte in a word; see Warren, Hacker's Delight, 6-1). The rest is up to the caller.
pub(super) fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = ONES << 7;
    let below = |word: u64, least: u8| word.wrapping_sub(ONES * u64::from(least)) & !word;
    let is = |word: u64, byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    let (words, rest) = bytes.as_chunks::<8>();
    for (i, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let special = (below(word, 0x20) | is(word, b'"') | is(word, b'\\')) & HIGH;
        if special != 0 {
            // A borrow can only raise a false mark above the first true one.
            return i * 8 + special.trailing_zeros() as usize / 8;
        }
    }
    bytes.len() - rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(record: &str, pointer: &str) -> Result<Field, Malformed> {
        let pointer: Pointer = pointer.parse().unwrap();
        locate(record, [&pointer]).map(|[field]| field)
    }

    #[track_caller]
    fn finds(record: &str, pointer: &str, value: Option<&str>) {
        let field = find(record, pointer).unwrap();
        assert_eq!(field.value.map(|range| &record[range]), value, "{record}");
    }

    #[test]
    fn fields_are_found_at_their_depth_only() {
        finds(r#"{"text":"a"}"#, "text", Some("\"a\""));
        finds(r#" { "x" : {"text": 1}, "text" : [ 2 ] } "#, "text", Some("[ 2 ]"));
        finds(r#"{"x":{"text":1}}"#, "text", None);
        finds(r#"{"x":{"text":1}}"#, "/x/text", Some("1"));
        finds(r#"{"te\u0078t":"a"}"#, "text", Some("\"a\""));
        finds(r#"{"te\ud800t":"a"}"#, "text", None);
        finds(r#"{"a/b":{"":null}}"#, "/a~1b/", Some("null"));
        finds(r#"[{"t":1},{"t":2}]"#, "/1/t", Some("2"));
        finds(r#"["text"]"#, "text", None);
        finds(r#""text""#, "text", None);
    }

    #[test]
    fn several_fields_are_found_in_one_walk() {
        let [a, b, c] = ["id", "/m/url", "none"].map(|p| p.parse::<Pointer>().unwrap());
        let record = r#"{"m":{"url":"u","id":9},"id":1.10}"#;
        let found = locate(record, [&a, &b, &c]).unwrap();
        let values = found.map(|field| field.value.map(|range| &record[range]));
        assert_eq!(values, [Some("1.10"), Some("\"u\""), None]);
    }

    #[test]
    fn a_field_that_stands_twice_is_told() {
        assert!(find(r#"{"text":"a","text":"b"}"#, "text").unwrap().twice);
        assert!(find(r#"{"m":{"text":"a"},"m":0}"#, "/m/text").unwrap().twice);
        assert!(!find(r#"{"x":1,"x":2,"text":"a"}"#, "text").unwrap().twice);
        assert!(!find(r#"{"a":{"text":1},"text":2}"#, "text").unwrap().twice);
    }

    #[test]
    fn what_is_no_json_is_told_with_its_column() {
        for (record, column) in [
            ("", 1),
            ("{", 2),
            (r#"{"a"1}"#, 5),
            (r#"{"a":1,}"#, 8),
            ("[1,]", 4),
            ("01", 2),
            ("1.", 3),
            ("-", 2),
            ("tru", 1),
            ("\"\u{1}\"", 2),
            (r#""\x""#, 3),
            (r#""\u12G4""#, 6),
            ("{} {}", 4),
            ("\"open", 6),
        ] {
            assert_eq!(find(record, "x").unwrap_err().at + 1, column, "{record}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(find(&nested(MAX_DEPTH), "x").is_ok());
        assert_eq!(find(&nested(100_000), "x").unwrap_err().what, "nested too deep");
    }
}
