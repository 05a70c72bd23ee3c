//! Writes words, sentences, headlines and paragraphs of a language, and notes where its content words stand.
//!
//! Must not know what an article is.

use super::language::{Language, push_capital};
use super::rng::Rng;

/// Where a content word stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// Its first byte.
    pub at: u32,
    /// Its number in the language.
    pub word: u16,
}

/// A text that is being written.
#[derive(Debug)]
pub struct Prose<'l> {
    language: &'l Language,
    rng: Rng,
    /// Numbers and dates have a stream of their own, so that a paragraph can stand again with others.
    numbers: Rng,
    /// What is written so far.
    pub text: String,
    /// Its content words, in order.
    pub spots: Vec<Spot>,
}

impl<'l> Prose<'l> {
    /// An empty text.
    #[must_use]
    pub fn new(language: &'l Language, rng: Rng, numbers: Rng) -> Self {
        Self {
            language,
            rng,
            numbers,
            text: String::new(),
            spots: Vec::new(),
        }
    }

    /// The stream that words are drawn from.
    pub fn rng(&mut self) -> &mut Rng {
        &mut self.rng
    }

    /// From here on words and numbers come from other streams; gives back those before.
    pub fn switch(&mut self, rng: Rng, numbers: Rng) -> (Rng, Rng) {
        (
            std::mem::replace(&mut self.rng, rng),
            std::mem::replace(&mut self.numbers, numbers),
        )
    }

    /// A headline: enough words that no other article has it.
    pub fn headline(&mut self) {
        let n = self.rng.between(5, 9);
        self.words(n, true);
    }

    /// A line between paragraphs.
    pub fn subhead(&mut self) {
        let n = self.rng.between(4, 6);
        self.words(n, true);
    }

    /// So many sentences. With `dated`, the first begins with a date and has a number.
    pub fn paragraph(&mut self, sentences: usize, dated: bool) {
        for i in 0..sentences {
            if i > 0 && !self.text.ends_with(' ') && self.language.lists.stop.ends_with(' ') {
                self.text.push(' ');
            }
            self.sentence(dated && i == 0);
        }
    }

    fn sentence(&mut self, dated: bool) {
        let lists = &self.language.lists;
        let [fewest, most] = lists.sentence;
        let n = self.rng.between(fewest, most);
        let number = if self.rng.percent(40) || dated {
            self.rng.index(n)
        } else {
            n
        };
        let comma = self.rng.between(3, 9);
        if dated {
            let date = filled(&lists.dated, self.language, &mut self.numbers, &[]);
            self.text.push_str(&date);
            self.text.push_str(&lists.join);
        }
        for i in 0..n {
            if i > 0 && i % comma == 0 {
                self.text.push_str(&lists.comma);
            } else if i > 0 {
                self.text.push_str(&lists.join);
            }
            if i == number {
                self.number();
                self.text.push_str(&lists.join);
            }
            self.unit(lists.capitals && i == 0 && !dated && number > 0);
        }
        self.text.push_str(lists.stop.trim_end());
    }

    fn words(&mut self, n: usize, capital: bool) {
        for i in 0..n {
            if i > 0 {
                self.text.push_str(&self.language.lists.join);
            }
            self.unit(capital && self.language.lists.capitals && i == 0);
        }
    }

    /// A content word, perhaps with a small word before it.
    fn unit(&mut self, mut capital: bool) {
        if self.rng.percent(self.language.lists.small_share) {
            let small = self.language.small(&mut self.rng);
            if capital {
                push_capital(small, &mut self.text);
                capital = false;
            } else {
                self.text.push_str(small);
            }
            self.text.push_str(&self.language.lists.join);
        }
        let word = Language::draw(&mut self.rng);
        let at = self.text.len() as u32;
        self.spots.push(Spot { at, word });
        if capital {
            push_capital(self.language.word(word), &mut self.text);
        } else {
            self.text.push_str(self.language.word(word));
        }
    }

    fn number(&mut self) {
        let digits = self.numbers.between(1, 4);
        let n = self.numbers.below(10u64.pow(digits as u32)) + 2;
        self.text.push_str(&n.to_string());
    }
}

/// A line of a template with what stands in braces filled in: `given`, else a date, an hour, a number.
#[must_use]
pub fn filled(line: &str, language: &Language, rng: &mut Rng, given: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(line.len() + 32);
    let mut rest = line;
    while let Some((before, (name, after))) = rest.split_once('{').and_then(|(b, r)| Some((b, r.split_once('}')?))) {
        out.push_str(before);
        let value = match name {
            "d" => (rng.below(28) + 1).to_string(),
            "month" => rng.pick(&language.lists.months).clone(),
            "mm" => (rng.below(12) + 1).to_string(),
            "year" => (2010 + rng.below(16)).to_string(),
            "h" => format!("{:02}", rng.below(24)),
            "m" => format!("{:02}", rng.below(60)),
            "n" => (rng.below(40) + 2).to_string(),
            _ => String::new(),
        };
        let given = given.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
        out.push_str(given.unwrap_or(&value));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_streams_write_the_same_and_other_numbers_change_only_numbers() {
        let language = Language::of("en").unwrap();
        let write = |numbers| {
            let mut prose = Prose::new(&language, Rng::of(&[1]), Rng::of(&[numbers]));
            prose.paragraph(4, true);
            prose
        };
        let (one, again, other) = (write(1), write(1), write(2));
        assert_eq!(one.text, again.text);
        assert_ne!(one.text, other.text);
        let words = |prose: &Prose| prose.spots.iter().map(|spot| spot.word).collect::<Vec<_>>();
        assert_eq!(words(&one), words(&other));
        for spot in &one.spots {
            let word = language.word(spot.word);
            assert!(one.text[spot.at as usize..].to_lowercase().starts_with(word), "{word}");
        }
    }

    #[test]
    fn braces_are_filled() {
        let language = Language::of("de").unwrap();
        let line = filled(
            "© {year} {name} {x}.",
            &language,
            &mut Rng::of(&[3]),
            &[("name", "Bote"), ("year", "2024")],
        );
        assert_eq!(line, "© 2024 Bote .");
    }
}
