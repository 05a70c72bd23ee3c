//! What a line of a page is, in truth: one letter each.
//!
//! Must not know how lines are made.

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Nothing stands there.
    Blank,
    /// A line of the site's template.
    Template,
    /// A headline of another article, from the site's list.
    Related,
    /// A line about this page that is no article: its date.
    Optional,
    /// The headline.
    Headline,
    /// A line between paragraphs.
    Subhead,
    /// A paragraph.
    Paragraph,
    /// A paragraph that stands in several articles.
    Shared,
    /// The same with another date and other numbers.
    SharedChanged,
    /// The article again.
    Doubled,
}

impl Kind {
    const ALL: [(Self, char); 10] = [
        (Self::Blank, '-'),
        (Self::Template, 't'),
        (Self::Related, 'r'),
        (Self::Optional, 'o'),
        (Self::Headline, 'h'),
        (Self::Subhead, 's'),
        (Self::Paragraph, 'a'),
        (Self::Shared, 'p'),
        (Self::SharedChanged, 'v'),
        (Self::Doubled, 'd'),
    ];

    /// Its letter in the truth.
    #[must_use]
    pub fn letter(self) -> char {
        Self::ALL[self as usize].1
    }

    /// What a letter stands for.
    #[must_use]
    pub fn of(letter: char) -> Option<Self> {
        Self::ALL.iter().find(|(_, own)| *own == letter).map(|(kind, _)| *kind)
    }

    /// Whether the line belongs to the article and stands there for the first time.
    #[must_use]
    pub fn is_content(self) -> bool {
        matches!(self, Self::Headline | Self::Subhead | Self::Paragraph) || self.is_shared()
    }

    /// Whether the paragraph stands in other articles, too.
    #[must_use]
    pub fn is_shared(self) -> bool {
        matches!(self, Self::Shared | Self::SharedChanged)
    }

    /// Whether the line is the site's.
    #[must_use]
    pub fn is_template(self) -> bool {
        matches!(self, Self::Template | Self::Related)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_come_back() {
        for (place, (kind, letter)) in Kind::ALL.into_iter().enumerate() {
            assert_eq!((kind as usize, kind.letter()), (place, letter));
            assert_eq!(Kind::of(letter), Some(kind));
        }
        assert_eq!(Kind::of('?'), None);
    }
}
