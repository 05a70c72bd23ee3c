//! Zero-width characters: deleted, except where they spell something.
//!
//! Persian and the Indic scripts spell with joiners, emoji are built with joiners, selectors and tags. Everywhere else
//! these characters are left over from layout, or carry a hidden payload.

use std::borrow::Cow;

/// Longest tag sequence that is kept; the flags in use have at most six tags and a terminator.
const LONGEST_TAG: usize = 16;

/// Deletes zero-width characters that spell nothing.
pub(super) fn fix(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find(is_candidate) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while !rest.is_empty() {
        let end = rest.find(|c| !is_candidate(c)).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(end);
        push_run(run, behind.chars().next(), &mut out);
        let plain = behind.find(is_candidate).unwrap_or(behind.len());
        out.push_str(&behind[..plain]);
        rest = &behind[plain..];
    }
    // A joiner may have changed places with a selector, so lengths do not tell.
    if out == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(out)
    }
}

fn is_candidate(character: char) -> bool {
    matches!(
        character,
        '\u{AD}' | '\u{180E}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{206A}'..='\u{206F}' | '\u{FEFF}'
    ) || is_selector(character)
        || matches!(character, '\u{E0000}'..='\u{E007F}')
}

fn is_selector(character: char) -> bool {
    matches!(character, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Appends what a run of candidates spells after the text in `out` and before `next`.
fn push_run(run: &str, next: Option<char>, out: &mut String) {
    let Some(base) = out.chars().next_back() else {
        return;
    };
    if base == '\u{1F3F4}'
        && let Some(tags) = leading_tags(run)
    {
        out.push_str(tags);
        return;
    }
    let selector = run
        .chars()
        .find(|&c| is_selector(c))
        .filter(|&c| selects(base, c, next));
    out.extend(selector);
    // Of several joiners only the first can have an effect.
    let joiner = run.chars().find(|c| matches!(c, '\u{200C}' | '\u{200D}'));
    out.extend(joiner.filter(|&c| joins(base, c, next)));
}

/// The tags at the start of a run that make a flag of the black flag before it.
fn leading_tags(run: &str) -> Option<&str> {
    let end = run.find('\u{E007F}')? + '\u{E007F}'.len_utf8();
    let tags = &run[..end];
    let all_tags = tags.chars().all(|c| matches!(c, '\u{E0020}'..='\u{E007F}'));
    (all_tags && tags.len() <= LONGEST_TAG * 4).then_some(tags)
}

fn selects(base: char, selector: char, next: Option<char>) -> bool {
    match selector {
        '\u{FE00}'..='\u{FE0F}' if base.is_ascii() => matches!(base, '0'..='9' | '#' | '*') && next == Some('\u{20E3}'),
        '\u{FE00}'..='\u{FE0F}' => !base.is_whitespace(),
        _ => is_ideograph(base),
    }
}

fn joins(base: char, joiner: char, next: Option<char>) -> bool {
    if joiner == '\u{200C}' {
        return is_joining_script(base) && next.is_some_and(is_joining_script);
    }
    // A joiner at the end of an Indic or Arabic word still chooses the form of its last letter.
    is_joining_script(base) || (is_emoji(base) && next.is_some_and(is_emoji))
}

fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Letters, marks and digits of the scripts that spell with joiners: Arabic and its kin, Indic, Burmese, Khmer.
fn is_joining_script(character: char) -> bool {
    matches!(
        character,
        '\u{620}'..='\u{669}' | '\u{66E}'..='\u{6D3}' | '\u{6D5}'..='\u{6FF}'
            | '\u{710}'..='\u{77F}' | '\u{860}'..='\u{DFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17D3}'
            | '\u{1820}'..='\u{18AA}' | '\u{A840}'..='\u{A8FF}' | '\u{FB50}'..='\u{FDFB}' | '\u{FE70}'..='\u{FEFC}'
            | '\u{11000}'..='\u{11FFF}'
    ) && !matches!(character, '\u{964}' | '\u{965}')
}

/// Pictographs, their selectors and skin tones.
fn is_emoji(character: char) -> bool {
    matches!(
        character,
        '\u{FE0F}' | '\u{2190}'..='\u{21FF}' | '\u{2300}'..='\u{23FF}' | '\u{25A0}'..='\u{27BF}'
            | '\u{2B00}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_spells_something_stays() {
        let kept = [
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "ന്\u{200d} എന്ന",
            "👩\u{200d}🚀 ❤\u{fe0f}\u{200d}🔥 👍🏽",
            "1\u{fe0f}\u{20e3} ©\u{fe0f}",
            "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
            "葛\u{e0100}飾区",
        ];
        for text in kept {
            assert!(matches!(fix(text), Cow::Borrowed(t) if t == text), "{text:?}");
        }
        let cases = [
            ("\u{feff}head\u{200b}line\u{2060}", "headline"),
            ("co\u{ad}operate", "cooperate"),
            ("a\u{200c}b\u{200d}c", "abc"),
            ("می\u{200c} خواهم", "می خواهم"),
            ("می\u{200c}\u{200c}\u{200b}خواهم", "می\u{200c}خواهم"),
            ("a\u{fe0f} 1\u{fe0f}2", "a 12"),
            ("👍\u{fe0f}\u{fe0e}\u{e0130}\u{e0131}", "👍\u{fe0f}"),
            ("x\u{e0068}\u{e0069}", "x"),
            ("🏴\u{e0068}\u{e0069}", "🏴"),
            ("👩\u{200d} alone", "👩 alone"),
            ("\u{200d}\u{fe0f}", ""),
            ("👩\u{200d}\u{fe0f}🚀", "👩\u{fe0f}\u{200d}🚀"),
        ];
        for (text, fixed) in cases {
            assert_eq!(fix(text), fixed, "{text:?}");
            assert_eq!(fix(fixed), fixed, "{text:?}");
        }
    }
}
