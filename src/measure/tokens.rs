//! The words that scores count: runs of letters, digits and `_` in lower case, and each character of Han, kana, Thai,
//! Lao, Khmer and Burmese by itself.
//!
//! Marks end a run. That is rough on Indic scripts, but it is what the usual regular expression `\w+` makes of text, so
//! that figures can be compared with those of other tools. The judges have tokens of their own, of folded text
//! (`text::tokens`). Must not know what is counted.

use unicode_normalization::char::is_combining_mark;

/// Whether `\w` holds a character: letters, numbers and `_`, without marks.
#[must_use]
pub fn is_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    // Letters in circles and squares are alphabetic to Unicode but symbols to `\w`.
    let enclosed = matches!(c, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f149}' | '\u{1f150}'..='\u{1f169}' | '\u{1f170}'..='\u{1f189}');
    c.is_alphanumeric() && !enclosed && !is_combining_mark(c)
}

/// Whether a character is a token by itself, whatever it is: a block of a script that parts no words.
#[must_use]
pub fn stands_alone(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' // Thai, Lao
        | '\u{1000}'..='\u{109f}' // Burmese
        | '\u{1780}'..='\u{17ff}' // Khmer
        | '\u{3040}'..='\u{30ff}' // kana
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' // Han
    )
}

/// The tokens of a text, parted by single spaces. Texts with equal tokens give equal strings.
///
/// ```
/// use textsieve::measure::tokens::normal;
///
/// assert_eq!(normal("The 12 Bridges — 東京!"), "the 12 bridges 東 京");
/// ```
#[must_use]
pub fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_word = false;
    for c in text.to_lowercase().chars() {
        let alone = stands_alone(c);
        let word = !alone && is_word(c);
        if (alone || (word && !in_word)) && !out.is_empty() {
            out.push(' ');
        }
        if alone || word {
            out.push(c);
        }
        in_word = word;
    }
    out
}

/// The tokens of what [`normal`] returned.
pub fn split(normal: &str) -> impl Iterator<Item = &str> {
    normal.split(' ').filter(|token| !token.is_empty())
}

/// The runs of word characters as they stand: capitals stay, and no script is parted.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_word(c)).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_without_spaces_have_one_token_a_character() {
        assert_eq!(normal("iPhone的价格"), "iphone 的 价 格");
        // The voicing mark and the dot between words stand in the kana's block; 々 does not.
        assert_eq!(normal("カ゛・ナ"), "カ ゛ ・ ナ");
        assert_eq!(normal("人々が"), "人 々 が");
        assert_eq!(normal("ราคา 5 บาท"), "ร า ค า 5 บ า ท");
        assert_eq!(normal("ဈေး"), "ဈ ေ း");
        assert_eq!(normal("ភូមិ"), "ភ ូ ម ិ");
        // Hangul is written with spaces, and has words.
        assert_eq!(normal("서울 시청"), "서울 시청");
    }

    #[test]
    fn words_are_runs_of_letters_digits_and_low_lines() {
        assert_eq!(
            normal("Don't  re-use snake_case, 1,5 or №5²"),
            "don t re use snake_case 1 5 or 5²"
        );
        assert_eq!(normal(" — … "), "");
        assert_eq!(normal("Ⓐ ① Ⅳ"), "① ⅳ");
        assert_eq!(words("Ein Maß! 東京2").collect::<Vec<_>>(), ["Ein", "Maß", "東京2"]);
        assert_eq!(split("").count(), 0);
    }

    #[test]
    fn marks_end_a_word_and_a_last_sigma_is_its_own() {
        assert_eq!(normal("e\u{301}t"), "e t");
        assert_eq!(normal("हिंदी"), "ह द");
        assert_eq!(normal("ΟΔΟΣ"), "οδος");
        assert_eq!(normal("İl"), "i l");
    }
}
