//! One walk over the tokens of a page.
//!
//! Which elements are open is kept on a stack, only to know where one ends that holds no text, or spaces that count. Every element is pushed and popped once, so the walk is linear however deep a page nests.

use html5gum::{Emitter, Error, State, Tokenizer};
use memchr::memmem;

use super::elements::{ANCHOR, ELEMENTS, Element, MATH, Role, SVG};
use super::lines::Lines;

/// No name of an element or attribute that matters is longer.
const LONGEST_NAME: usize = 12;
/// More of a style is not looked at.
const LONGEST_VALUE: usize = 1024;

/// The lines of a page.
pub(super) fn walk(html: &str) -> Lines {
    let mut tokens = Tokenizer::new_with_emitter(html, Walk::new());
    let mut lines = Lines::default();
    // Nothing is handed on but the lines, at the end.
    for found in tokens.by_ref().flatten() {
        lines = found;
    }
    lines
}

/// What the tokenizer tells, and what was made of it.
#[derive(Debug)]
struct Walk {
    lines: Lines,
    finished: Option<Lines>,
    open: Vec<Element>,
    /// How many are open of each element.
    counts: [u32; ELEMENTS.len()],
    /// Where on the stack the outermost element stands that holds no text, and of those whose spaces count.
    skipped: Option<usize>,
    pre: Option<usize>,
    /// Whether the next text begins such an element: a line end there is none.
    pre_begins: bool,
    /// Where on the stack the link stands whose text this is.
    link: Option<usize>,
    tag: Tag,
    last_start: Vec<u8>,
}

/// The tag that is being read.
#[derive(Debug, Default)]
struct Tag {
    kind: Kind,
    name: Vec<u8>,
    hidden: bool,
    href: bool,
    attribute: Vec<u8>,
    value: Vec<u8>,
}

/// What a tag does.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Kind {
    #[default]
    Start,
    /// It starts an element and, in a picture or a formula, ends it.
    SelfClosing,
    End,
}

impl Tag {
    fn is_self_closing(&self) -> bool {
        self.kind == Kind::SelfClosing
    }

    /// Looks at the attribute that was read.
    fn attribute(&mut self) {
        self.hidden |= match &self.attribute[..] {
            b"hidden" => !self.value.eq_ignore_ascii_case(b"until-found"),
            b"aria-hidden" => self.value.eq_ignore_ascii_case(b"true"),
            b"style" => hides(&mut self.value),
            _ => false,
        };
        self.href |= self.attribute == b"href";
        self.attribute.clear();
        self.value.clear();
    }
}

/// Whether a style takes an element from the page.
fn hides(style: &mut Vec<u8>) -> bool {
    style.retain(|byte| !byte.is_ascii_whitespace());
    style.make_ascii_lowercase();
    let mut places = memmem::find_iter(style, b"display:none");
    places.any(|at| at == 0 || style[at - 1] == b';')
}

impl Walk {
    fn new() -> Self {
        Self {
            lines: Lines::default(),
            finished: None,
            open: Vec::new(),
            counts: [0; ELEMENTS.len()],
            skipped: None,
            pre: None,
            pre_begins: false,
            link: None,
            tag: Tag::default(),
            last_start: Vec::new(),
        }
    }

    fn start(&mut self) -> Option<State> {
        self.last_start.clone_from(&self.tag.name);
        let element = Element::of(&self.tag.name)?;
        if element.breaks_out() {
            // HTML ends a picture or a formula that it stands in.
            while self.in_foreign() {
                self.pop();
            }
        } else if self.tag.is_self_closing() && self.in_foreign() {
            return None;
        }
        while self.open.last().is_some_and(|&last| element.ends(last)) {
            self.pop();
        }
        if self.skipped.is_none() {
            self.begin(element);
        }
        let empty = match element.role() {
            Role::Break | Role::Rule => true,
            _ => self.tag.is_self_closing() && matches!(element, SVG | MATH),
        };
        if empty {
            return None;
        }
        self.push(element);
        // In pictures and formulas, scripts and titles are elements like any other.
        element.raw().filter(|_| !self.in_foreign())
    }

    fn in_foreign(&self) -> bool {
        self.counts[SVG.index()] + self.counts[MATH.index()] > 0
    }

    fn begin(&mut self, element: Element) {
        match element.role() {
            Role::Inline | Role::Skipped | Role::Foreign => {}
            Role::Line => self.lines.part(1),
            Role::Block | Role::Rule => self.lines.part(2),
            Role::Pre => {
                self.lines.part(2);
                self.pre_begins = true;
            }
            Role::Table | Role::Row => self.row(element),
            Role::Cell => self.lines.begin_cell(),
            Role::Break => self.lines.line_break(),
        }
    }

    /// Rows and tables end the cell before them.
    fn row(&mut self, element: Element) {
        self.lines.end_row();
        self.lines.part(if element.role() == Role::Table { 2 } else { 1 });
    }

    fn push(&mut self, element: Element) {
        let at = self.open.len();
        self.open.push(element);
        self.counts[element.index()] += 1;
        if element == ANCHOR && self.skipped.is_none() {
            // One that is still open ends here, as it does in a tree.
            self.link = self.tag.href.then_some(at);
        }
        let mark = match element.role() {
            _ if self.tag.hidden && element.may_be_hidden() => &mut self.skipped,
            Role::Skipped | Role::Foreign => &mut self.skipped,
            Role::Pre => &mut self.pre,
            _ => return,
        };
        mark.get_or_insert(at);
    }

    fn pop(&mut self) {
        let Some(element) = self.open.pop() else { return };
        self.counts[element.index()] -= 1;
        let depth = self.open.len();
        for mark in [&mut self.skipped, &mut self.pre, &mut self.link] {
            mark.take_if(|at| *at >= depth);
        }
    }

    fn end(&mut self) {
        let Some(element) = Element::of(&self.tag.name) else {
            return;
        };
        if self.counts[element.index()] > 0 {
            while self.open.last().is_some_and(|&last| last != element) {
                self.pop();
            }
            self.pop();
        }
        if self.skipped.is_some() {
            return;
        }
        match element.role() {
            Role::Line => self.lines.part(1),
            Role::Block | Role::Pre => self.lines.part(2),
            Role::Table | Role::Row => self.row(element),
            Role::Cell => self.lines.end_cell(),
            // `</br>` is read as `<br>`.
            Role::Break => self.lines.line_break(),
            Role::Inline | Role::Skipped | Role::Foreign | Role::Rule => {}
        }
    }
}

impl Emitter for Walk {
    type Token = Lines;

    fn set_last_start_tag(&mut self, last: Option<&[u8]>) {
        self.last_start.clear();
        self.last_start.extend_from_slice(last.unwrap_or_default());
    }

    fn emit_eof(&mut self) {
        self.finished = Some(std::mem::take(&mut self.lines));
    }

    fn emit_error(&mut self, _: Error) {}

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn pop_token(&mut self) -> Option<Lines> {
        self.finished.take()
    }

    fn emit_string(&mut self, text: &[u8]) {
        if self.skipped.is_some() {
            return;
        }
        self.lines.in_link(self.link.is_some());
        if self.pre.is_none() {
            return self.lines.flowing(text);
        }
        let begins = std::mem::take(&mut self.pre_begins);
        let text = text.strip_prefix(b"\n").filter(|_| begins).unwrap_or(text);
        self.lines.preformatted(text);
    }

    fn init_start_tag(&mut self) {
        self.tag = Tag {
            name: std::mem::take(&mut self.tag.name),
            attribute: std::mem::take(&mut self.tag.attribute),
            value: std::mem::take(&mut self.tag.value),
            ..Tag::default()
        };
        self.tag.name.clear();
        self.tag.attribute.clear();
        self.tag.value.clear();
    }

    fn init_end_tag(&mut self) {
        self.init_start_tag();
        self.tag.kind = Kind::End;
    }

    fn init_comment(&mut self) {}

    fn emit_current_tag(&mut self) -> Option<State> {
        self.tag.attribute();
        if self.tag.kind == Kind::End {
            self.end();
            return None;
        }
        self.start()
    }

    fn emit_current_comment(&mut self) {}

    fn emit_current_doctype(&mut self) {}

    fn set_self_closing(&mut self) {
        if self.tag.kind == Kind::Start {
            self.tag.kind = Kind::SelfClosing;
        }
    }

    fn set_force_quirks(&mut self) {}

    fn push_tag_name(&mut self, name: &[u8]) {
        self.tag.name.extend_from_slice(name);
    }

    fn push_comment(&mut self, _: &[u8]) {}

    fn push_doctype_name(&mut self, _: &[u8]) {}

    fn init_doctype(&mut self) {}

    fn init_attribute(&mut self) {
        self.tag.attribute();
    }

    fn push_attribute_name(&mut self, name: &[u8]) {
        if self.tag.attribute.len() <= LONGEST_NAME {
            self.tag.attribute.extend_from_slice(name);
        }
    }

    fn push_attribute_value(&mut self, value: &[u8]) {
        if matches!(&self.tag.attribute[..], b"hidden" | b"aria-hidden" | b"style")
            && self.tag.value.len() < LONGEST_VALUE
        {
            self.tag.value.extend_from_slice(value);
        }
    }

    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.tag.kind == Kind::End && !self.last_start.is_empty() && self.last_start == self.tag.name
    }
}
