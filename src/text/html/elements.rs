//! What an element does to the text it holds.

use html5gum::State;

/// What an element does to the lines of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing.
    Inline,
    /// It begins and ends a line.
    Line,
    /// It stands apart, with blank lines around it.
    Block,
    /// A table. It stands apart.
    Table,
    /// A row of it, or rows.
    Row,
    /// A cell of a row.
    Cell,
    /// Its spaces and line ends are text.
    Pre,
    /// What it holds is no text of the page.
    Skipped,
    /// A picture: nothing of it is text, but HTML that stands in it by mistake ends it.
    Foreign,
    /// The end of a line, without content.
    Break,
    /// A line across, without content.
    Rule,
}

/// An element that is known here: its place in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element(u8);

pub(super) const ANCHOR: Element = found(b"a");
pub(super) const MATH: Element = found(b"math");
pub(super) const SVG: Element = found(b"svg");

/// By name, in order. Elements that have no content and no line are not here, nor are those that only change how text
/// looks, but where their tag ends a picture or they may be hidden.
pub(super) const ELEMENTS: [(&[u8], Role); 94] = {
    use Role::{Block, Break, Cell, Foreign, Inline, Line, Pre, Row, Rule, Skipped, Table};
    [
        (b"a", Inline),
        (b"address", Block),
        (b"applet", Skipped),
        (b"article", Block),
        (b"aside", Block),
        (b"audio", Skipped),
        (b"b", Inline),
        (b"blockquote", Block),
        (b"body", Block),
        (b"br", Break),
        (b"button", Line),
        (b"canvas", Skipped),
        (b"caption", Line),
        (b"center", Line),
        (b"code", Inline),
        (b"datalist", Skipped),
        (b"dd", Line),
        (b"details", Block),
        (b"dialog", Block),
        (b"dir", Block),
        (b"div", Line),
        (b"dl", Block),
        (b"dt", Line),
        (b"em", Inline),
        (b"fieldset", Block),
        (b"figcaption", Line),
        (b"figure", Block),
        (b"footer", Block),
        (b"form", Block),
        (b"h1", Block),
        (b"h2", Block),
        (b"h3", Block),
        (b"h4", Block),
        (b"h5", Block),
        (b"h6", Block),
        (b"header", Block),
        (b"hgroup", Block),
        (b"hr", Rule),
        (b"html", Block),
        (b"i", Inline),
        (b"iframe", Skipped),
        (b"label", Inline),
        (b"legend", Line),
        (b"li", Line),
        (b"listing", Pre),
        (b"main", Block),
        (b"map", Skipped),
        (b"math", Inline),
        (b"menu", Block),
        (b"nav", Block),
        (b"noembed", Skipped),
        (b"noframes", Skipped),
        (b"noscript", Skipped),
        (b"object", Skipped),
        (b"ol", Block),
        (b"p", Block),
        (b"picture", Skipped),
        (b"plaintext", Pre),
        (b"pre", Pre),
        (b"progress", Skipped),
        (b"rp", Inline),
        (b"rt", Inline),
        (b"ruby", Inline),
        (b"s", Inline),
        (b"script", Skipped),
        (b"search", Block),
        (b"section", Block),
        (b"select", Skipped),
        (b"slot", Inline),
        (b"small", Inline),
        (b"span", Inline),
        (b"strike", Inline),
        (b"strong", Inline),
        (b"style", Skipped),
        (b"sub", Inline),
        (b"summary", Line),
        (b"sup", Inline),
        (b"svg", Foreign),
        (b"table", Table),
        (b"tbody", Row),
        (b"td", Cell),
        (b"template", Skipped),
        (b"textarea", Skipped),
        (b"tfoot", Row),
        (b"th", Cell),
        (b"thead", Row),
        (b"title", Skipped),
        (b"tr", Row),
        (b"tt", Inline),
        (b"u", Inline),
        (b"ul", Block),
        (b"var", Inline),
        (b"video", Skipped),
        (b"xmp", Pre),
    ]
};

/// The place of an element that is in the table.
const fn found(name: &[u8]) -> Element {
    let mut at = 0;
    loop {
        let other = ELEMENTS[at].0;
        let mut same = other.len() == name.len();
        let mut i = 0;
        while same && i < name.len() {
            same = other[i] == name[i];
            i += 1;
        }
        if same {
            return Element(at as u8);
        }
        at += 1;
    }
}

impl Element {
    pub(super) fn of(name: &[u8]) -> Option<Self> {
        let place = ELEMENTS.binary_search_by(|(other, _)| (*other).cmp(name)).ok()?;
        Some(Self(place as u8))
    }

    pub(super) fn index(self) -> usize {
        usize::from(self.0)
    }

    fn name(self) -> &'static [u8] {
        ELEMENTS[self.index()].0
    }

    pub(super) fn role(self) -> Role {
        ELEMENTS[self.index()].1
    }

    /// How the tokenizer reads what it holds, if that is no markup.
    pub(super) fn raw(self) -> Option<State> {
        match self.name() {
            b"title" | b"textarea" => Some(State::RcData),
            b"script" => Some(State::ScriptData),
            b"style" | b"iframe" | b"xmp" | b"noembed" | b"noframes" | b"noscript" => Some(State::RawText),
            b"plaintext" => Some(State::PlainText),
            _ => None,
        }
    }

    /// Whether its start ends another that it would stand in and that needs no end tag.
    pub(super) fn ends(self, other: Self) -> bool {
        match (self.role(), other.role()) {
            (Role::Cell, Role::Cell) => true,
            (Role::Row, Role::Cell | Role::Row) => self.name() == b"tr" || other.name() == b"tr",
            _ => match other.name() {
                b"li" => self == other,
                b"dt" | b"dd" => matches!(self.name(), b"dt" | b"dd"),
                b"p" => !matches!(self.role(), Role::Inline | Role::Skipped | Role::Foreign | Role::Break),
                _ => false,
            },
        }
    }

    /// Whether it may be hidden. Pages hide all they hold until a script has run.
    pub(super) fn may_be_hidden(self) -> bool {
        !matches!(self.name(), b"html" | b"body" | b"main" | b"article")
    }

    /// Whether its start tag ends a picture or a formula.
    pub(super) fn breaks_out(self) -> bool {
        match self.role() {
            Role::Inline => self != MATH && self != ANCHOR,
            Role::Line | Role::Block | Role::Table | Role::Pre | Role::Break | Role::Rule => true,
            Role::Row | Role::Cell | Role::Skipped | Role::Foreign => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_in_order() {
        assert!(ELEMENTS.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(Element::of(b"math"), Some(MATH));
        assert_eq!(Element::of(b"blink"), None);
        assert_eq!(SVG.role(), Role::Foreign);
    }
}
