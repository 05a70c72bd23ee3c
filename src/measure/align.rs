//! Which lines of a page its cleaned text kept.
//!
//! The two are aligned by a longest common subsequence of lines; a line that has no partner may still stand inside a
//! longer line of the output. Works on the lines' tokens. Must not know labels.

use std::collections::{HashMap, HashSet};

/// Largest table of an alignment, in bytes; one bit for each pair of lines, so that 30,000 lines fit. A page with more
/// is compared by counting equal lines, in linear time.
const MAX_TABLE: usize = 1 << 27;

/// A line found inside another must have so many tokens, or be longer than [`FOUND_CHARS`]: "more" stands everywhere.
const FOUND_TOKENS: usize = 3;
const FOUND_CHARS: usize = 12;

/// Says of each line of the page whether the output keeps it. Lines are as [`normal`](super::tokens::normal) makes them.
#[must_use]
pub fn kept(page: &[String], out: &[String]) -> Vec<bool> {
    if page == out {
        return vec![true; page.len()];
    }
    let (page_ids, out_ids) = numbered(page, out);
    let Pairs {
        kept_page: mut kept,
        kept_out,
    } = pairs(&page_ids, &out_ids);

    // Lines that were flowed anew: what has no partner is looked for inside what has none either.
    let mut seen = HashSet::new();
    let mut pool = String::from(" ");
    for (line, _) in out.iter().zip(&kept_out).filter(|&(_, &paired)| !paired) {
        if seen.insert(line) {
            pool.push_str(line);
            pool.push(' ');
        }
    }
    for (line, kept) in page.iter().zip(&mut kept) {
        *kept = *kept || (is_telling(line) && contains(&pool, line));
    }
    kept
}

/// Whether a haystack of tokens that begins and ends with a space holds the needle's tokens in a row.
#[must_use]
pub fn contains(haystack: &str, needle: &str) -> bool {
    haystack.contains(&format!(" {needle} "))
}

fn is_telling(line: &str) -> bool {
    line.matches(' ').count() + 1 >= FOUND_TOKENS || line.chars().count() > FOUND_CHARS
}

/// Equal lines get equal numbers, from 0 without gaps.
fn numbered(page: &[String], out: &[String]) -> (Vec<usize>, Vec<usize>) {
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let mut number = |line| {
        let next = numbers.len();
        *numbers.entry(line).or_insert(next)
    };
    let page = page.iter().map(|line| number(line.as_str())).collect();
    let out = out.iter().map(|line| number(line.as_str())).collect();
    (page, out)
}

/// Which lines on either side have a partner.
struct Pairs {
    kept_page: Vec<bool>,
    kept_out: Vec<bool>,
}

fn pairs(page: &[usize], out: &[usize]) -> Pairs {
    let before = page.iter().zip(out).take_while(|(a, b)| a == b).count();
    let (page_rest, out_rest) = (&page[before..], &out[before..]);
    let after = page_rest
        .iter()
        .rev()
        .zip(out_rest.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let page_mid = &page_rest[..page_rest.len() - after];
    let out_mid = &out_rest[..out_rest.len() - after];

    let mut pairs = Pairs {
        kept_page: vec![true; page.len()],
        kept_out: vec![true; out.len()],
    };
    let kept_page = &mut pairs.kept_page[before..before + page_mid.len()];
    let kept_out = &mut pairs.kept_out[before..before + out_mid.len()];
    kept_page.fill(false);
    kept_out.fill(false);
    if page_mid.len().div_ceil(64).saturating_mul(out_mid.len()) * 8 <= MAX_TABLE {
        subsequence(page_mid, out_mid, kept_page, kept_out);
    } else {
        equal_lines(page_mid, out_mid, kept_page, kept_out);
    }
    pairs
}

/// Marks a longest common subsequence. Of several, the one that Hyyrö's bit-parallel algorithm finds from the end: the
/// choice decides which of two equal lines counts as kept, so it is fixed.
fn subsequence(page: &[usize], out: &[usize], kept_page: &mut [bool], kept_out: &mut [bool]) {
    let rows = table(page, out);
    let words = page.len().div_ceil(64);
    // A bit is 0 where the subsequence grows by this line of the page.
    let is_set = |row: usize, column: usize| rows[row * words + column / 64] >> (column % 64) & 1 == 1;
    let (mut column, mut row) = (page.len(), out.len());
    while column > 0 && row > 0 {
        if is_set(row - 1, column - 1) {
            column -= 1;
            continue;
        }
        row -= 1;
        if row == 0 || is_set(row - 1, column - 1) {
            column -= 1;
            kept_page[column] = true;
            kept_out[row] = true;
        }
    }
}

/// One row of bits for each line of the output, one bit for each of the page.
fn table(page: &[usize], out: &[usize]) -> Vec<u64> {
    let words = page.len().div_ceil(64);
    let mut places: HashMap<usize, Vec<usize>> = HashMap::new();
    for (place, &line) in page.iter().enumerate() {
        places.entry(line).or_default().push(place);
    }
    let mut state = vec![u64::MAX; words];
    let mut matches = vec![0_u64; words];
    let mut rows = Vec::with_capacity(words * out.len());
    for line in out {
        let places = places.get(line).map_or(&[][..], Vec::as_slice);
        for place in places {
            matches[place / 64] |= 1 << (place % 64);
        }
        let mut carry = false;
        for (state, matches) in state.iter_mut().zip(&matches) {
            let hit = *state & matches;
            let (sum, over) = state.overflowing_add(hit);
            let (sum, again) = sum.overflowing_add(u64::from(carry));
            carry = over || again;
            *state = sum | (*state & !hit);
        }
        for place in places {
            matches[place / 64] = 0;
        }
        rows.extend_from_slice(&state);
    }
    rows
}

/// Marks lines that both sides have, each as often as both have it.
fn equal_lines(page: &[usize], out: &[usize], kept_page: &mut [bool], kept_out: &mut [bool]) {
    let mark = |lines: &[usize], others: &[usize], kept: &mut [bool]| {
        let mut left = super::counted(others.iter());
        for (line, kept) in lines.iter().zip(kept) {
            if let Some(count) = left.get_mut(line).filter(|count| **count > 0) {
                *count -= 1;
                *kept = true;
            }
        }
    };
    mark(page, out, kept_page);
    mark(out, page, kept_out);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.split('/').map(ToOwned::to_owned).collect()
    }

    fn marks(page: &str, out: &str) -> String {
        let kept = kept(&lines(page), &lines(out));
        kept.iter().map(|&kept| if kept { '+' } else { '-' }).collect()
    }

    #[test]
    fn lines_that_are_left_out_are_found() {
        assert_eq!(marks("a/b/c/d/e", "a/c/e"), "+-+-+");
        assert_eq!(marks("a/b/c", "a/b/c"), "+++");
        assert_eq!(marks("a/b/c", ""), "---");
        // Of two equal lines the one that lets the rest align.
        assert_eq!(marks("x/a/x/b", "a/x/b"), "-+++");
        assert_eq!(marks("a/b", "b/a").matches('+').count(), 1);
    }

    #[test]
    fn a_line_may_stand_inside_a_longer_one() {
        assert_eq!(
            marks("one two three/more/four five six", "one two three more four five six"),
            "+-+"
        );
        assert_eq!(marks("internationalisation/x", "y internationalisation"), "+-");
        // Parts of words are not lines.
        assert_eq!(marks("ne two three/x", "one two three"), "--");
    }

    #[test]
    fn the_alignment_is_a_longest_one_across_words_of_the_table() {
        // 200 lines of few kinds, every third left out: the carry has to cross from word to word.
        let page: Vec<usize> = (0..200).map(|i| (i * i + i / 3) % 7).collect();
        let out: Vec<usize> = page
            .iter()
            .copied()
            .enumerate()
            .filter(|(i, _)| i % 3 != 1)
            .map(|(_, id)| id)
            .collect();
        let pairs = pairs(&page, &out);
        assert!(pairs.kept_out.iter().all(|&kept| kept));
        let kept: Vec<usize> = page
            .iter()
            .zip(&pairs.kept_page)
            .filter(|&(_, &kept)| kept)
            .map(|(&id, _)| id)
            .collect();
        assert_eq!(kept, out);
    }

    #[test]
    fn a_page_too_long_for_a_table_is_compared_by_counting() {
        let (page, out) = ([1, 2, 1, 3], [3, 1, 9]);
        let (mut kept_page, mut kept_out) = ([false; 4], [false; 3]);
        equal_lines(&page, &out, &mut kept_page, &mut kept_out);
        assert_eq!(kept_page, [true, false, false, true]);
        assert_eq!(kept_out, [true, true, false]);
    }
}
