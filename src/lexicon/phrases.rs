//! Phrases into matchers: hash tables for `whole`, `label`, `prefix` and `suffix`, word starts for `contains`.
//!
//! Measured on 58,665 real lines and 2,340 phrases: a hash look-up costs 29 ns a line, a set of regular
//! expressions microseconds. A hash match is compared with the phrase before it counts.

use std::sync::Arc;

use memchr::{memchr, memrchr};

use crate::hash::{HashedMap, HashedSet, hash64};
use crate::lexicon::load::{File, Match, Strength, Where};
use crate::lexicon::word_starts::WordStarts;
use crate::reason::Reason;
use crate::text::chars::{is_dash, is_wide};
use crate::text::fold::fold;
use crate::text::tokens::tokens;

/// Prefixes and suffixes are looked up by their first (last) 1 to this many words.
const MOST_PHRASE_WORDS: usize = 10;
/// A line that is looked up as a whole has at most so many words.
const MOST_WHOLE_WORDS: usize = 40;
/// Whatever its limit, a line may hold the phrase and a name.
const NAME_WORDS: usize = 2;
/// In scripts without spaces, by their first (last) 1 to this many letters.
const MOST_PHRASE_LETTERS: usize = 48;
/// A label's value has at most this many words.
const MOST_VALUE_WORDS: usize = 6;
/// A headline has at most so many words.
const MOST_HEADLINE_WORDS: usize = 24;
/// A label stands within this many bytes from the line's start.
const MOST_LABEL_BYTES: usize = 96;
/// Unless a rule says otherwise, a line has at most so many words beyond its prefix or suffix.
const FREE_WORDS: usize = 8;
/// A line with so many words and a final stop is a sentence.
pub const SENTENCE_WORDS: usize = 8;

/// A phrase, folded, with what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// Language of the file it is from.
    pub lang: Arc<str>,
    /// Its place in the file, from 1.
    pub number: u32,
    /// The folded phrase.
    pub text: String,
    /// Why a line with it goes.
    pub reason: Reason,
    /// How it must stand.
    pub matching: Match,
    /// How much it says.
    pub strength: Strength,
    /// Where it may cut.
    pub place: Where,
    /// Whether it may fire on a full sentence.
    pub sentence: bool,
    max_words: usize,
    words: usize,
}

impl Phrase {
    /// Language and place in its file: `uk#12`, as `explain` prints it.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}#{}", self.lang, self.number)
    }

    /// How many words beyond the phrase a line may have. What cuts alone has to make up a third of its
    /// line, but for pointers to other articles, whose headline follows.
    fn free_words(&self) -> usize {
        if self.strength == Strength::Sure && self.reason != Reason::InlineRelated {
            FREE_WORDS.min(2 * self.words + 1)
        } else {
            FREE_WORDS * 2
        }
    }

    /// How many words a label's value may have: a pointer to another article is followed by its headline.
    fn value_words(&self) -> usize {
        if matches!(self.reason, Reason::InlineRelated | Reason::RelatedHeader) {
            MOST_HEADLINE_WORDS
        } else {
            MOST_VALUE_WORDS
        }
    }
}

/// A phrase that fired: an index for [`super::Lexicon::phrase`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit(u32);

#[derive(Debug, Clone)]
pub(super) struct Phrases {
    all: Vec<Phrase>,
    whole: HashedMap<u64, Vec<u32>>,
    label: HashedMap<u64, Vec<u32>>,
    prefix: HashedMap<u64, Vec<u32>>,
    suffix: HashedMap<u64, Vec<u32>>,
    label_words: HashedSet<u64>,
    first_words: HashedSet<u64>,
    last_words: HashedSet<u64>,
    contains: WordStarts,
}

impl Phrases {
    pub(super) fn new(files: &[File], built_in: usize) -> Self {
        let all = collect(files, built_in);
        let mut table = Self {
            whole: HashedMap::default(),
            label: HashedMap::default(),
            prefix: HashedMap::default(),
            suffix: HashedMap::default(),
            label_words: HashedSet::default(),
            first_words: HashedSet::default(),
            last_words: HashedSet::default(),
            contains: WordStarts::new(Vec::new()),
            all,
        };
        let mut contained = Vec::new();
        for (i, phrase) in table.all.iter().enumerate() {
            let i = i as u32;
            let key = hash64(phrase.text.as_bytes());
            match phrase.matching {
                Match::Whole => table.whole.entry(key).or_default().push(i),
                Match::Label => {
                    table.label_words.insert(hash64(first_word(&phrase.text).as_bytes()));
                    table.label.entry(key).or_default().push(i);
                }
                Match::Prefix => {
                    table.first_words.insert(hash64(lead(&phrase.text).as_bytes()));
                    table.prefix.entry(key).or_default().push(i);
                }
                Match::Suffix => {
                    table.last_words.insert(hash64(trail(&phrase.text).as_bytes()));
                    table.suffix.entry(key).or_default().push(i);
                }
                Match::Contains => contained.push((phrase.text.clone(), i)),
            }
        }
        table.contains = WordStarts::new(contained);
        table
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn get(&self, hit: Hit) -> &Phrase {
        &self.all[hit.0 as usize]
    }

    pub(super) fn hits(&self, raw: &str, folded: &str, words: usize, ends_sentence: bool, out: &mut Vec<Hit>) {
        let sentence = ends_sentence && words >= SENTENCE_WORDS;
        let mut push = |i: u32, value_words: usize| {
            let phrase = &self.all[i as usize];
            let extra_words = words.saturating_sub(phrase.words);
            let fits = match phrase.matching {
                Match::Prefix | Match::Suffix => {
                    if phrase.max_words > 0 {
                        words <= phrase.max_words.max(phrase.words + NAME_WORDS)
                    } else {
                        extra_words <= phrase.free_words() || phrase.sentence
                    }
                }
                Match::Label => value_words <= phrase.value_words(),
                Match::Whole | Match::Contains => true,
            };
            if fits && (phrase.sentence || !sentence || phrase.strength == Strength::Hint) {
                out.push(Hit(i));
            }
        };
        if words <= MOST_WHOLE_WORDS {
            self.look_up(&self.whole, without_numbers(folded), |i| push(i, 0));
        }
        if self.label_words.contains(&hash64(first_word(folded).as_bytes()))
            && let Some((label, value_words)) = label_of(raw, words)
        {
            self.look_up(&self.label, &fold(label), |i| push(i, value_words));
        }
        if self.first_words.contains(&hash64(lead(folded).as_bytes())) {
            for head in heads(folded) {
                self.look_up(&self.prefix, head, |i| push(i, 0));
            }
        }
        if self.last_words.contains(&hash64(trail(folded).as_bytes())) {
            for tail in tails(folded) {
                self.look_up(&self.suffix, tail, |i| push(i, 0));
            }
        }
        self.contains.find(folded, |i| push(i, 0));
    }

    fn look_up(&self, table: &HashedMap<u64, Vec<u32>>, text: &str, mut hit: impl FnMut(u32)) {
        if text.is_empty() {
            return;
        }
        for &i in table.get(&hash64(text.as_bytes())).into_iter().flatten() {
            if self.all[i as usize].text == text {
                hit(i);
            }
        }
    }
}

/// Later files win: a phrase with the same text, reason and match replaces the earlier one. The files from
/// `built_in` on are the user's.
fn collect(files: &[File], built_in: usize) -> Vec<Phrase> {
    let mut all: Vec<Phrase> = Vec::new();
    let mut seen: HashedMap<u64, usize> = HashedMap::default();
    for (file_number, file) in files.iter().enumerate() {
        let lang: Arc<str> = file.meta.lang.as_str().into();
        let mut number = 0;
        for rule in &file.rules {
            for phrase in &rule.phrases {
                number += 1;
                let text = fold(phrase);
                let kind = (rule.reason as u64) << 8 | rule.matching as u64;
                let key = hash64(text.as_bytes()) ^ kind.wrapping_mul(0x9E37_79B9_7F4A_7C15);
                let entry = Phrase {
                    lang: Arc::clone(&lang),
                    number,
                    reason: rule.reason,
                    matching: rule.matching,
                    strength: rule.strength,
                    place: rule.place,
                    sentence: rule.sentence,
                    max_words: rule.max_words.unwrap_or(0),
                    words: word_count(&text),
                    text,
                };
                match seen.get(&key) {
                    Some(&i) if file_number < built_in && weaker_stays(&all[i], &entry) => {}
                    Some(&i) => all[i] = entry,
                    None => {
                        seen.insert(key, all.len());
                        all.push(entry);
                    }
                }
            }
        }
    }
    all.retain(|p| p.strength != Strength::Off && !p.text.is_empty());
    all
}

/// Two built-in languages may share a phrase. A label or several words that are sure in one language are
/// sure; one word is a hint if it is one in either, since it may be an ordinary word there.
fn weaker_stays(old: &Phrase, new: &Phrase) -> bool {
    let one_word = old.matching != Match::Label && !old.text.contains(' ');
    let decides = if one_word { Strength::Hint } else { Strength::Sure };
    new.strength != old.strength && old.strength == decides
}

fn first_word(text: &str) -> &str {
    &text[..memchr(b' ', text.as_bytes()).unwrap_or(text.len())]
}

fn last_word(text: &str) -> &str {
    &text[memrchr(b' ', text.as_bytes()).map_or(0, |i| i + 1)..]
}

/// What a line is looked up by before its heads are: its first word; in scripts without spaces its first letter.
fn lead(text: &str) -> &str {
    match text.chars().next() {
        Some(c) if is_wide(c) => &text[..c.len_utf8()],
        _ => first_word(text),
    }
}

/// The same at the end.
fn trail(text: &str) -> &str {
    match text.chars().next_back() {
        Some(c) if is_wide(c) => &text[text.len() - c.len_utf8()..],
        _ => last_word(text),
    }
}

/// Words of a folded text, letters of scripts without spaces at half a word each.
fn word_count(text: &str) -> usize {
    let (wide, runs) = tokens(text).fold((0, 0), |(wide, runs), token| {
        if token.chars().all(is_wide) {
            (wide + 1, runs)
        } else {
            (wide, runs + 1)
        }
    });
    runs + wide / 2
}

/// The beginnings that may be a phrase: up to each word border; in scripts without spaces up to each letter.
fn heads(text: &str) -> impl Iterator<Item = &str> {
    let most = if text.contains(is_wide) {
        MOST_PHRASE_LETTERS
    } else {
        MOST_PHRASE_WORDS
    };
    let border = |i: usize, c: char| c == ' ' || (i > 0 && (is_wide(c) || text[..i].ends_with(is_wide)));
    let inner = text.char_indices().filter(move |&(i, c)| border(i, c)).map(|(i, _)| i);
    inner
        .chain(std::iter::once(text.len()))
        .take(most)
        .map(|end| text[..end].trim_end())
}

/// The ends that may be a phrase.
fn tails(text: &str) -> impl Iterator<Item = &str> {
    let most = if text.contains(is_wide) {
        MOST_PHRASE_LETTERS
    } else {
        MOST_PHRASE_WORDS
    };
    let border = |i: usize, c: char| c == ' ' || (i > 0 && (is_wide(c) || text[..i].ends_with(is_wide)));
    let inner = text
        .char_indices()
        .rev()
        .filter(move |&(i, c)| border(i, c))
        .map(|(i, _)| i);
    inner
        .chain(std::iter::once(0))
        .take(most)
        .map(|start| text[start..].trim_start())
}

/// The folded line without number words at its ends: "3 comments" and "comments 12" are "comments".
fn without_numbers(folded: &str) -> &str {
    let digit = |c: char| c.is_ascii_digit() || (c >= '\u{660}' && c.is_numeric());
    let number = |word: &str| !word.is_empty() && word.chars().all(digit);
    let mut rest = folded;
    while number(first_word(rest)) {
        rest = rest[first_word(rest).len()..].trim_start_matches(' ');
    }
    while number(last_word(rest)) {
        rest = rest[..rest.len() - last_word(rest).len()].trim_end_matches(' ');
    }
    rest
}

/// What stands before the first separator of a line, and how many words after it.
fn label_of(raw: &str, words: usize) -> Option<(&str, usize)> {
    if words > MOST_PHRASE_WORDS + MOST_HEADLINE_WORDS {
        return None;
    }
    let mut previous = ' ';
    for (i, c) in raw.char_indices() {
        if i > MOST_LABEL_BYTES {
            return None;
        }
        let separates = matches!(c, ':' | '：' | '|' | '/' | '©' | '–' | '—' | '／' | '｜')
            // A hyphen separates only beside a space: "e-mail" is one word.
            || (is_dash(c) && previous == ' ');
        if separates && i > 0 {
            let value_words = raw[i..]
                .split_whitespace()
                .filter(|w| w.chars().any(char::is_alphanumeric))
                .count();
            return Some((&raw[..i], value_words));
        }
        previous = c;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::load::parse;

    fn table(rules: &str) -> Phrases {
        let file = parse("xx", &format!("[meta]\nlang = \"xx\"\n{rules}")).unwrap();
        Phrases::new(&[file], 1)
    }

    fn fires(table: &Phrases, line: &str) -> bool {
        let mut out = Vec::new();
        let words = line.split_whitespace().count();
        table.hits(line, &fold(line), words, line.ends_with('.'), &mut out);
        !out.is_empty()
    }

    fn rule(matching: &str, phrase: &str) -> Phrases {
        table(&format!(
            "[[rule]]\nreason = \"social\"\nmatch = \"{matching}\"\nstrength = \"sure\"\nphrases = [\"{phrase}\"]"
        ))
    }

    #[test]
    fn whole_ignores_numbers_and_signs_around() {
        let t = rule("whole", "share this");
        for line in ["Share this", "» SHARE THIS!", "12 Share this", "Share this (3)"] {
            assert!(fires(&t, line), "{line}");
        }
        assert!(!fires(&t, "Share this with your neighbours"));
    }

    #[test]
    fn a_label_needs_a_separator_and_a_short_value() {
        let t = rule("label", "photo");
        for line in ["Photo: Anna Brandt", "PHOTO – Anna Brandt", "Photo:", "Photo / Agency"] {
            assert!(fires(&t, line), "{line}");
        }
        for line in [
            "Photo albums sell well",
            "Photo: a very long remark that goes on and on without end",
        ] {
            assert!(!fires(&t, line), "{line}");
        }
    }

    #[test]
    fn a_prefix_ends_at_a_word_border_and_spares_sentences() {
        let t = rule("prefix", "share on");
        assert!(fires(&t, "Share on any network"));
        assert!(!fires(&t, "Share only this"));
        assert!(!fires(&t, "Share on the right was worth more than that on the left."));
    }

    #[test]
    fn contains_starts_at_a_word_and_may_go_on() {
        let t = rule("contains", "abonn");
        assert!(fires(&t, "Jetzt abonnieren"));
        assert!(!fires(&t, "Vorabonnent"));
        assert!(fires(&rule("contains", "版权所有"), "本站版权所有"));
    }

    #[test]
    fn a_user_can_switch_a_phrase_off() {
        let built_in = parse(
            "en",
            "[meta]\nlang=\"en\"\n[[rule]]\nreason=\"social\"\nmatch=\"whole\"\nstrength=\"sure\"\nphrases=[\"print\"]",
        )
        .unwrap();
        let user = parse("user", "[meta]\nlang=\"user\"\n[[rule]]\nreason=\"social\"\nmatch=\"whole\"\nstrength=\"off\"\nphrases=[\"print\"]").unwrap();
        assert!(fires(&Phrases::new(std::slice::from_ref(&built_in), 1), "Print"));
        assert!(!fires(&Phrases::new(&[built_in, user], 1), "Print"));
    }
}
