//! Bidirectional control characters.
//!
//! In a line that runs in one direction they do nothing but hide, and go. In a line of both directions they may be
//! what keeps it readable: marks and balanced pairs stay. Overrides never stay: nobody writes articles with them, and
//! they can make a line read as something it does not say.

use std::borrow::Cow;

/// Removes the controls that do not serve.
pub(super) fn fix(text: &str) -> Cow<'_, str> {
    if !text.contains(is_control) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if !line.contains(is_control) {
            out.push_str(line);
        } else if runs_both_ways(line) {
            push_balanced(line, &mut out);
        } else {
            out.extend(line.chars().filter(|&c| !is_control(c)));
        }
    }
    if out.len() == text.len() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(out)
    }
}

fn is_control(character: char) -> bool {
    is_mark(character) || matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn is_mark(character: char) -> bool {
    matches!(character, '\u{61C}' | '\u{200E}' | '\u{200F}')
}

fn runs_both_ways(line: &str) -> bool {
    let (mut left, mut right) = (false, false);
    for character in line.chars().filter(|c| c.is_alphabetic()) {
        if is_right_to_left(character) {
            right = true;
        } else {
            left = true;
        }
        if left && right {
            return true;
        }
    }
    false
}

fn is_right_to_left(character: char) -> bool {
    matches!(
        character,
        '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' | '\u{10800}'..='\u{10FFF}'
            | '\u{1E800}'..='\u{1EFFF}'
    )
}

/// Appends the line with its marks and its balanced pairs.
fn push_balanced(line: &str, out: &mut String) {
    // Open pairs as (byte offset, is an isolate, may stay); the offsets to keep come out unordered.
    let mut open: Vec<(usize, bool, bool)> = Vec::new();
    let mut isolates = 0_usize;
    let mut keep = Vec::new();
    for (at, character) in line.char_indices() {
        match character {
            '\u{202A}' | '\u{202B}' => open.push((at, false, true)),
            '\u{202D}' | '\u{202E}' => open.push((at, false, false)),
            '\u{2066}'..='\u{2068}' => {
                open.push((at, true, true));
                isolates += 1;
            }
            '\u{202C}' => {
                if let Some((start, _, stays)) = open.pop_if(|(_, isolate, _)| !*isolate)
                    && stays
                {
                    keep.extend([start, at]);
                }
            }
            // The end of an isolate also ends whatever was opened inside and never closed.
            '\u{2069}' if isolates > 0 => {
                isolates -= 1;
                while let Some((start, isolate, _)) = open.pop() {
                    if isolate {
                        keep.extend([start, at]);
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    keep.sort_unstable();
    let mut keep = keep.into_iter().peekable();
    for (at, character) in line.char_indices() {
        if !is_control(character) || is_mark(character) || keep.next_if_eq(&at).is_some() {
            out.push(character);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_go_unless_a_line_of_both_directions_needs_them() {
        let cases = [
            ("no controls", "no controls"),
            ("left\u{200e} only\u{202a}\u{202c}", "left only"),
            ("\u{200f}שלום\u{200f}!", "שלום!"),
            ("אבג \u{2066}abc\u{2069}", "אבג \u{2066}abc\u{2069}"),
            ("אבג \u{202a}abc\u{202c}\u{200f}", "אבג \u{202a}abc\u{202c}\u{200f}"),
            ("אבג \u{202a}abc", "אבג abc"),
            ("אבג abc\u{202c}\u{2069}", "אבג abc"),
            ("אבג \u{202e}abc\u{202c}", "אבג abc"),
            ("אבג \u{2067}\u{202b}abc\u{2069}\u{202c}", "אבג \u{2067}abc\u{2069}"),
            ("אבג \u{202b}\u{2067}abc\u{202c}", "אבג abc"),
            ("אבג\nabc\u{200e}", "אבג\nabc"),
        ];
        for (text, fixed) in cases {
            assert_eq!(fix(text), fixed, "{text:?}");
            assert_eq!(fix(fixed), fixed, "{text:?}");
        }
    }
}
