//! HTML entities that were left in the text.
//!
//! Only `&name;` and `&#number;` with their semicolon count, so `AT&T`, `&lt` and `?a=1&copy=2` stay. A line that holds
//! a tag is source code or markup that somebody meant to show, and stays. Text that was escaped twice is read twice;
//! a line that is not settled then was made by no escaping and stays as it is.

use std::borrow::Cow;

use super::controls::windows_1252;

/// The longest name and number that is looked at, without `&` and `;`.
const LONGEST: usize = 10;

/// Reads entities line by line.
pub(super) fn fix(text: &str) -> Cow<'_, str> {
    let mut out: Option<String> = None;
    let mut copied = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(read) = fix_line(line) {
            let out = out.get_or_insert_with(|| String::with_capacity(text.len()));
            out.push_str(&text[copied..at]);
            out.push_str(&read);
            copied = at + line.len();
        }
        at += line.len();
    }
    match out {
        Some(mut out) => {
            out.push_str(&text[copied..]);
            Cow::Owned(out)
        }
        None => Cow::Borrowed(text),
    }
}

fn fix_line(line: &str) -> Option<String> {
    let once = read(line)?;
    if holds_tag(line) {
        return None;
    }
    let Some(twice) = read(&once) else {
        return Some(once);
    };
    read(&twice).is_none().then_some(twice)
}

/// Replaces every entity; `None` when there is none.
fn read(line: &str) -> Option<String> {
    let mut out = String::new();
    let mut copied = 0;
    for at in memchr::memchr_iter(b'&', line.as_bytes()) {
        if let Some((meaning, length)) = entity(&line[at + 1..]) {
            out.push_str(&line[copied..at]);
            if let Meaning::Character(character) = meaning {
                out.push(character);
            }
            copied = at + 1 + length;
        }
    }
    (copied > 0).then(|| {
        out.push_str(&line[copied..]);
        out
    })
}

enum Meaning {
    Character(char),
    /// A control character: the entity goes.
    Nothing,
}

/// The meaning of the entity whose `&` stands before `text`, and the length of the rest of it.
fn entity(text: &str) -> Option<(Meaning, usize)> {
    let window = &text.as_bytes()[..text.len().min(LONGEST + 1)];
    let end = memchr::memchr(b';', window)?;
    let name = &text[..end];
    let meaning = match name.strip_prefix('#') {
        Some(number) => numeric(number)?,
        None => Meaning::Character(named(name)?),
    };
    Some((meaning, end + 1))
}

fn numeric(number: &str) -> Option<Meaning> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) if hex.bytes().all(|byte| byte.is_ascii_hexdigit()) => u32::from_str_radix(hex, 16).ok()?,
        None if number.bytes().all(|byte| byte.is_ascii_digit()) => number.parse().ok()?,
        _ => return None,
    };
    Some(match char::from_u32(code)? {
        // An entity does not end a line of plain text.
        '\t' | '\n' | '\u{C}' | '\r' | '\u{2028}' | '\u{2029}' => Meaning::Character(' '),
        c1 @ '\u{80}'..='\u{9F}' => windows_1252(c1).map_or(Meaning::Nothing, Meaning::Character),
        character if character.is_control() || code & 0xFFFE == 0xFFFE => Meaning::Nothing,
        character => Meaning::Character(character),
    })
}

/// Whether `<` begins something like a tag or a comment.
fn holds_tag(line: &str) -> bool {
    let bytes = line.as_bytes();
    memchr::memchr_iter(b'<', bytes).any(|at| match bytes[at + 1..] {
        [first, ..] if first.is_ascii_alphabetic() => true,
        [b'/', first, ..] => first.is_ascii_alphabetic(),
        [b'!', b'-' | b'd' | b'D' | b'[', ..] => true,
        _ => false,
    })
}

fn named(name: &str) -> Option<char> {
    let place = NAMED.binary_search_by_key(&name, |(name, _)| name).ok()?;
    Some(NAMED[place].1)
}

/// The names met in scraped text, sorted by bytes: markup, Latin-1, typography, a few signs.
#[rustfmt::skip]
const NAMED: [(&str, char); 151] = [
    ("AElig", 'Æ'), ("Aacute", 'Á'), ("Acirc", 'Â'), ("Agrave", 'À'), ("Aring", 'Å'),
    ("Atilde", 'Ã'), ("Auml", 'Ä'), ("Ccedil", 'Ç'), ("Dagger", '‡'), ("ETH", 'Ð'), ("Eacute", 'É'),
    ("Ecirc", 'Ê'), ("Egrave", 'È'), ("Euml", 'Ë'), ("Iacute", 'Í'), ("Icirc", 'Î'),
    ("Igrave", 'Ì'), ("Iuml", 'Ï'), ("Ntilde", 'Ñ'), ("OElig", 'Œ'), ("Oacute", 'Ó'),
    ("Ocirc", 'Ô'), ("Ograve", 'Ò'), ("Oslash", 'Ø'), ("Otilde", 'Õ'), ("Ouml", 'Ö'),
    ("Prime", '″'), ("Scaron", 'Š'), ("THORN", 'Þ'), ("Uacute", 'Ú'), ("Ucirc", 'Û'),
    ("Ugrave", 'Ù'), ("Uuml", 'Ü'), ("Yacute", 'Ý'), ("Yuml", 'Ÿ'), ("aacute", 'á'), ("acirc", 'â'),
    ("acute", '´'), ("aelig", 'æ'), ("agrave", 'à'), ("amp", '&'), ("apos", '\''), ("aring", 'å'),
    ("asymp", '≈'), ("atilde", 'ã'), ("auml", 'ä'), ("bdquo", '„'), ("brvbar", '¦'), ("bull", '•'),
    ("ccedil", 'ç'), ("cedil", '¸'), ("cent", '¢'), ("check", '✓'), ("circ", 'ˆ'), ("copy", '©'),
    ("curren", '¤'), ("dagger", '†'), ("darr", '↓'), ("deg", '°'), ("divide", '÷'), ("eacute", 'é'),
    ("ecirc", 'ê'), ("egrave", 'è'), ("emsp", '\u{2003}'), ("ensp", '\u{2002}'), ("eth", 'ð'),
    ("euml", 'ë'), ("euro", '€'), ("fnof", 'ƒ'), ("frac12", '½'), ("frac14", '¼'), ("frac34", '¾'),
    ("ge", '≥'), ("gt", '>'), ("harr", '↔'), ("hellip", '…'), ("horbar", '―'), ("iacute", 'í'),
    ("icirc", 'î'), ("iexcl", '¡'), ("igrave", 'ì'), ("infin", '∞'), ("iquest", '¿'), ("iuml", 'ï'),
    ("laquo", '«'), ("larr", '←'), ("ldquo", '“'), ("le", '≤'), ("lrm", '\u{200E}'),
    ("lsaquo", '‹'), ("lsquo", '‘'), ("lt", '<'), ("macr", '¯'), ("mdash", '—'), ("micro", 'µ'),
    ("middot", '·'), ("minus", '−'), ("nbsp", '\u{A0}'), ("ndash", '–'), ("ne", '≠'), ("not", '¬'),
    ("ntilde", 'ñ'), ("numero", '№'), ("oacute", 'ó'), ("ocirc", 'ô'), ("oelig", 'œ'),
    ("ograve", 'ò'), ("oline", '‾'), ("ordf", 'ª'), ("ordm", 'º'), ("oslash", 'ø'), ("otilde", 'õ'),
    ("ouml", 'ö'), ("para", '¶'), ("permil", '‰'), ("plusmn", '±'), ("pound", '£'), ("prime", '′'),
    ("quot", '"'), ("raquo", '»'), ("rarr", '→'), ("rdquo", '”'), ("reg", '®'), ("rlm", '\u{200F}'),
    ("rsaquo", '›'), ("rsquo", '’'), ("sbquo", '‚'), ("scaron", 'š'), ("sect", '§'),
    ("shy", '\u{AD}'), ("star", '☆'), ("sup1", '¹'), ("sup2", '²'), ("sup3", '³'), ("szlig", 'ß'),
    ("thinsp", '\u{2009}'), ("thorn", 'þ'), ("tilde", '˜'), ("times", '×'), ("trade", '™'),
    ("uacute", 'ú'), ("uarr", '↑'), ("ucirc", 'û'), ("ugrave", 'ù'), ("uml", '¨'), ("uuml", 'ü'),
    ("yacute", 'ý'), ("yen", '¥'), ("yuml", 'ÿ'), ("zwj", '\u{200D}'), ("zwnj", '\u{200C}'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_its_names_fit() {
        assert!(NAMED.is_sorted_by(|one, other| one.0 < other.0));
        assert!(NAMED.iter().all(|(name, _)| name.len() <= LONGEST));
    }

    #[test]
    fn entities_are_read_up_to_twice() {
        let cases = [
            ("Tom &amp; Jerry", "Tom & Jerry"),
            ("&quot;a&quot; &lt; b &#39;c&#x27;", "\"a\" < b 'c'"),
            ("caf&eacute;&nbsp;&euro;5&hellip;", "café\u{a0}€5…"),
            ("&amp;nbsp;&amp;#8217;", "\u{a0}’"),
            ("don&#146;t &#x96; &#133;", "don’t – …"),
            ("a&#10;b&#0;c&#129;", "a bc"),
            ("&lt;b&gt;", "<b>"),
            ("&#128512;", "😀"),
        ];
        for (text, fixed) in cases {
            assert_eq!(fix(text), fixed, "{text}");
            assert_eq!(fix(fixed), fixed, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_an_entity_stays() {
        for text in [
            "AT&T; really",
            "AT&T",
            "?a=1&copy=2&lt=3",
            "&lt b",
            "&;",
            "&#;",
            "&#x;",
            "&#xZZ;",
            "&#+65;",
            "&#99999999;",
            "&unknown;",
            "&NBSP;",
            "<b>&nbsp;</b>",
            "<!-- &amp; -->",
            "&amp;amp;amp;",
            "& &&& amp;",
            "&жук;",
        ] {
            assert!(matches!(fix(text), Cow::Borrowed(t) if t == text), "{text}");
        }
    }

    #[test]
    fn a_line_is_judged_by_itself() {
        assert_eq!(
            fix("<i>&amp;</i>\n&amp;\n&amp;amp;amp;\n&lt;"),
            "<i>&amp;</i>\n&\n&amp;amp;amp;\n<"
        );
    }
}
