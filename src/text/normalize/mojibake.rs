//! Mojibake: UTF-8 that was read in a one-byte code page, such as `â€™` for `’` or `РџСЂ` for `Пр`.
//!
//! The text is searched for characters whose bytes in a code page form UTF-8 sequences. Sequences side by side are a
//! group, and a group is read back as UTF-8 only when it cannot be anything else: by what it reads as, by how many
//! there are, and by what its neighbours on the page read as. Two signs on a page are the least; text with one stays as
//! it is, since a wrong repair is worse than a visible fault.
//!
//! One code page is undone at a time, the one with the most signs; [`super::repair`] comes back for the next.

use std::borrow::Cow;

use super::code_page::{CodePage, Roles, code_pages};

/// Groups that must be seen on a page before any is read back.
const FEWEST_SIGNS: usize = 2;
/// Characters of one script that must come out before a page is taken to be in that script.
const FEWEST_LETTERS: usize = 4;
/// Characters of one script after which even a doubtful group of it is read back.
const CERTAIN: usize = 6;

/// Reads mojibake back as what it was, where that is sure.
pub(super) fn fix(text: &str) -> Cow<'_, str> {
    let mut best: Option<(Signs, &CodePage)> = None;
    let seen = pages_seen(text);
    for (_, page) in code_pages().iter().enumerate().filter(|(i, _)| seen >> i & 1 == 1) {
        let signs = Signs::of(text, page);
        if signs.total() > best.as_ref().map_or(FEWEST_SIGNS - 1, |(signs, _)| signs.total()) {
            best = Some((signs, page));
        }
    }
    let Some((signs, page)) = best else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for_each_group(text, page, |group| {
        if signs.accept(group) {
            out.push_str(&text[copied..group.start]);
            out.push_str(&group.reading);
            copied = group.end;
        }
    });
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// What a character reads as, as far as it tells mojibake from chance.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Punctuation, signs and spaces of all scripts.
    Sign,
    Latin,
    Greek,
    Cyrillic,
    Hebrew,
    Arabic,
    Indic,
    Thai,
    Caucasian,
    /// Chinese, Japanese, Korean.
    East,
    Emoji,
}

const KINDS: usize = Kind::Emoji as usize + 1;

/// How sure it is that a group is mojibake.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    Sure,
    /// Only on a page with many sure groups of the same kind.
    Likely,
    No,
}

/// UTF-8 sequences side by side, as characters of the text.
#[derive(Default)]
struct Group {
    start: usize,
    end: usize,
    reading: String,
    /// Number of characters in `reading`.
    length: usize,
    /// First two bytes of the last sequence.
    bytes: [u8; 2],
    /// The text has no letter of the code page right before or behind.
    alone: bool,
    /// Holds a C1 control, which nobody types.
    controls: bool,
}

impl Group {
    /// The kind of the letters in the reading; `None` when there are two.
    fn kind(&self) -> Option<Kind> {
        let mut kinds = self.reading.chars().filter_map(kind).filter(|&kind| kind != Kind::Sign);
        let first = kinds.next().unwrap_or(Kind::Sign);
        kinds.all(|kind| kind == first).then_some(first)
    }

    fn trust(&self, page: &CodePage) -> Trust {
        let Some(kind) = self.kind() else {
            return Trust::No;
        };
        let first = self.reading.chars().next().unwrap_or_default();
        match (kind, self.length) {
            (Kind::Emoji, _) => Trust::Sure,
            _ if self.controls => Trust::Sure,
            (Kind::Sign, 1) if is_usual_mark(first) => Trust::Sure,
            (Kind::Sign, 1) if first.len_utf8() > 2 => Trust::Likely,
            (Kind::Sign | Kind::Latin, 1) if page.is_latin() => match self.bytes {
                // After a capital at the end of a word these are a quote, a dash or a space. Romanian capitals
                // stand before Ş, which windows-1250 has at AA and BA.
                [
                    0xC3..=0xC5,
                    0x82 | 0x84 | 0x85 | 0x91..=0x97 | 0x99 | 0xA0 | 0xAB | 0xB7 | 0xBB,
                ] => Trust::Likely,
                [_, 0xAA | 0xBA] if page.is_central_european() => Trust::Likely,
                [0xC2..=0xC5, _] => Trust::Sure,
                _ => Trust::No,
            },
            (Kind::Sign, _) if !page.is_latin() => Trust::Likely,
            (_, 1) if self.alone => Trust::Likely,
            (_, 1) => Trust::No,
            _ => Trust::Sure,
        }
    }
}

/// How many characters of each kind the sure groups of a page hold.
struct Signs<'a> {
    page: &'a CodePage,
    counts: [usize; KINDS],
}

impl<'a> Signs<'a> {
    fn of(text: &str, page: &'a CodePage) -> Self {
        let mut counts = [0; KINDS];
        for_each_group(text, page, |group| {
            if group.trust(page) == Trust::Sure {
                let kind = group.kind().unwrap_or(Kind::Sign);
                counts[kind as usize] += group.length;
            }
        });
        Self { page, counts }
    }

    fn total(&self) -> usize {
        let shared = [Kind::Sign, Kind::Latin, Kind::Emoji].map(|kind| kind as usize);
        let counts = self.counts.iter().enumerate();
        counts
            .filter(|(kind, count)| shared.contains(kind) || **count >= FEWEST_LETTERS)
            .map(|(_, count)| count)
            .sum()
    }

    fn accept(&self, group: &Group) -> bool {
        let Some(kind) = group.kind() else {
            return false;
        };
        let count = self.counts[kind as usize];
        let least = match kind {
            Kind::Sign | Kind::Latin | Kind::Emoji => 1,
            _ => FEWEST_LETTERS,
        };
        match group.trust(self.page) {
            Trust::Sure => count >= least,
            Trust::Likely if matches!(kind, Kind::Sign | Kind::Latin) => self.total() >= CERTAIN,
            Trust::Likely => count >= CERTAIN,
            Trust::No => false,
        }
    }
}

/// The code pages in which some characters of the text are the bytes of a UTF-8 sequence: bit by bit.
fn pages_seen(text: &str) -> u8 {
    let roles = Roles::all();
    let (mut seen, mut before) = (0, 0);
    let mut start = 0;
    for (at, character) in text.char_indices() {
        if character.is_ascii() {
            before = 0;
            continue;
        }
        let (leads, follows) = roles.of(character);
        let begun = before & follows & !seen;
        if begun != 0 {
            for (i, page) in code_pages().iter().enumerate().filter(|(i, _)| begun >> i & 1 == 1) {
                seen |= u8::from(sequence(&text[start..], page).is_some()) << i;
            }
        }
        (before, start) = (leads, at);
    }
    seen
}

/// Calls `visit` with every group of UTF-8 sequences that the text forms in the code page.
fn for_each_group(text: &str, page: &CodePage, mut visit: impl FnMut(&Group)) {
    let mut group = Group::default();
    let mut before = ' ';
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        if character.is_ascii() {
            finish(&mut group, character, page, &mut visit);
            // Straight to the next character that can matter.
            let rest = &text.as_bytes()[at..];
            let plain = rest.iter().position(|byte| !byte.is_ascii()).unwrap_or(rest.len());
            at += plain;
            before = ' ';
            continue;
        }
        if let Some((reading, length, bytes)) = sequence(&text[at..], page) {
            if group.length == 0 {
                group.start = at;
                group.alone = !is_letter_of(before, page);
            }
            group.controls |= text[at..at + length].contains(char::is_control);
            at += length;
            group.end = at;
            group.reading.push(reading);
            group.length += 1;
            group.bytes = bytes;
        } else {
            finish(&mut group, character, page, &mut visit);
            at += character.len_utf8();
        }
        before = character;
    }
    finish(&mut group, ' ', page, &mut visit);
}

/// Ends a group before the character `next`.
fn finish(group: &mut Group, next: char, page: &CodePage, visit: &mut impl FnMut(&Group)) {
    if group.length > 0 {
        group.alone &= !is_letter_of(next, page);
        visit(group);
        group.reading.clear();
        group.length = 0;
        group.controls = false;
    }
}

fn is_letter_of(character: char, page: &CodePage) -> bool {
    character.is_alphabetic() && page.byte(character).is_some()
}

/// The UTF-8 sequence whose bytes are the first characters of `text`: its reading, their length, its first two bytes.
fn sequence(text: &str, page: &CodePage) -> Option<(char, usize, [u8; 2])> {
    let mut bytes = [0; 4];
    let mut characters = text.char_indices();
    bytes[0] = page.byte(characters.next()?.1)?;
    let length = match bytes[0] {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    for byte in &mut bytes[1..length] {
        *byte = page.byte(characters.next()?.1).filter(|byte| *byte < 0xC0)?;
    }
    let reading = std::str::from_utf8(&bytes[..length]).ok()?.chars().next()?;
    kind(reading)?;
    Some((reading, characters.offset(), [bytes[0], bytes[1]]))
}

/// Marks that turn up alone in text of any language; the three characters they become mean nothing else.
fn is_usual_mark(character: char) -> bool {
    matches!(
        character,
        '\u{2010}'..='\u{2044}' | '€' | '№' | '™' | '\u{FEFF}' | '\u{FFFD}'
    )
}

/// The kind of a character; `None` for what running text does not hold.
fn kind(character: char) -> Option<Kind> {
    Some(match character {
        '\u{A0}'..='\u{BF}'
        | '×'
        | '÷'
        | '\u{200B}'..='\u{2027}'
        | '\u{202A}'..='\u{2044}'
        | '\u{20A0}'..='\u{20BF}'
        | '\u{2100}'..='\u{214F}'
        | '\u{2190}'..='\u{22FF}'
        | '\u{25A0}'..='\u{27BF}'
        | '\u{3000}'..='\u{303F}'
        | '\u{FE0F}'
        | '\u{FEFF}'
        | '\u{FF01}'..='\u{FF5E}'
        | '\u{FFFD}' => Kind::Sign,
        '\u{C0}'..='\u{17F}'
        | '\u{192}'
        | '\u{1A0}'
        | '\u{1A1}'
        | '\u{1AF}'
        | '\u{1B0}'
        | '\u{218}'..='\u{21B}'
        | '\u{1E80}'..='\u{1EF9}' => Kind::Latin,
        '\u{386}'..='\u{3CE}' => Kind::Greek,
        '\u{401}'..='\u{45F}' | '\u{490}'..='\u{4E9}' => Kind::Cyrillic,
        '\u{531}'..='\u{587}' | '\u{10D0}'..='\u{10FF}' => Kind::Caucasian,
        '\u{5B0}'..='\u{5EA}' => Kind::Hebrew,
        '\u{60C}' | '\u{61B}' | '\u{61F}'..='\u{669}' | '\u{670}'..='\u{6D3}' | '\u{6F0}'..='\u{6F9}' => Kind::Arabic,
        '\u{900}'..='\u{DFF}' => Kind::Indic,
        '\u{E01}'..='\u{E5B}' => Kind::Thai,
        '\u{3041}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' => Kind::East,
        '\u{1F300}'..='\u{1FAFF}' => Kind::Emoji,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{Encoding, KOI8_R, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254};

    fn misread(text: &str, encoding: &'static Encoding) -> String {
        encoding.decode_without_bom_handling(text.as_bytes()).0.into_owned()
    }

    #[test]
    fn each_code_page_is_undone() {
        let cases = [
            ("It’s a “naïve” café — £5 for Zoë’s crème brûlée", WINDOWS_1252),
            ("Voilà l’été… déjà très chaud à Orléans", WINDOWS_1252),
            ("Наши соседи уехали вчера утром", WINDOWS_1252),
            ("Наши соседи уехали вчера утром, «вот так» — и всё", WINDOWS_1251),
            ("Київ: уряд ухвалив рішення щодо під’їзду", WINDOWS_1251),
            ("Правительство утвердило бюджет", KOI8_R),
            ("Zażółć gęślą jaźń w Łodzi", WINDOWS_1250),
            ("Türkiye’de yağmurlu günler geçti 😀😀", WINDOWS_1254),
            ("Η κυβέρνηση ανακοίνωσε μέτρα", WINDOWS_1253),
            ("משרד הבריאות הודיע היום", WINDOWS_1252),
            ("東京都は本日、新しい計画を発表した。", WINDOWS_1252),
            ("Party 🎉🎉 now", WINDOWS_1252),
        ];
        for (text, encoding) in cases {
            let damaged = misread(text, encoding);
            assert_eq!(fix(&damaged), text, "{damaged} {}", encoding.name());
        }
    }

    #[test]
    fn text_that_means_itself_stays() {
        for text in [
            "",
            "Plain text",
            "L’été… “à l’école”… déjà !”",
            "„UNIVERSITÄT“ und “MENÜ”, ‚Ä‘, „Ä…“",
            "HYVÄ…” sanoi hän. ”HYVÄ– ja ”HYVÄ”",
            "AMANHÃ… “AMANHÔ, IRMÔ",
            "CÂŞTIGĂTORII ŞI MĂŞTI. Ăştia CÂŞTIGĂ",
            "РІК РІЗДВА, РІВНЕ, РІЧ, СЄВЄРОДОНЕЦЬК, СІРІ РІЧІ",
            "Рівне, Рієлтор, Рєпін, «В»«В» і “РЁ”",
            "он был в…” и в—” в №5",
            "żółć, księżą, PÓŁ, Ół",
            "ÅÄÖ – “Å”… Ð Ñ Ø",
            "ΑΒΓ «Ξ±» Ο±",
            "Ã© once",
        ] {
            assert!(
                matches!(fix(text), Cow::Borrowed(t) if t == text),
                "{text} {}",
                fix(text)
            );
        }
    }

    #[test]
    fn only_the_damaged_part_of_a_line_changes() {
        let cases = [
            (
                "Genuine é and ü, then donâ€™t and wonâ€™t.",
                "Genuine é and ü, then don’t and won’t.",
            ),
            ("Наша: РџСЂРёРІРµС‚ и РїРѕРєР°", "Наша: Привет и пока"),
            ("caféâ€™s naïveâ€™s", "café’s naïve’s"),
            ("Â\u{a0}Â« a Â»", "\u{a0}« a »"),
            ("donâ\u{80}\u{99}t wonâ\u{80}\u{99}t", "don’t won’t"),
            ("See â\u{9e}\u{9b} and â\u{9e}\u{9b}", "See ➛ and ➛"),
        ];
        for (text, fixed) in cases {
            assert_eq!(fix(text), fixed, "{text}");
        }
    }

    #[test]
    fn what_was_damaged_twice_is_undone_in_two_rounds() {
        let once = misread("Zoë’s café, très bien", WINDOWS_1252);
        let twice = misread(&once, WINDOWS_1252);
        assert_eq!(super::super::repair(&twice), "Zoë’s café, très bien");
    }
}
