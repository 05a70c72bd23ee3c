//! Lines, as they are made of text, breaks and cells.
//!
//! Nothing is written before there is text to write, so breaks that meet become one and no line is empty.

use std::ops::Range;

use super::Rendered;

/// So many lines of links are a list of them.
const LIST: usize = 3;

/// Lines that are being made.
#[derive(Debug, Default)]
pub(super) struct Lines {
    out: Vec<u8>,
    /// Line ends before the next text.
    gap: usize,
    /// A space before the next text.
    space: bool,
    /// A cell's border before the next text.
    border: bool,
    cell: Cell,
    line: Line,
    links: Links,
}

/// Where in a table's cell the text is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Cell {
    #[default]
    Outside,
    /// In a cell without text.
    Empty,
    /// In a cell of one line.
    Line,
    /// In a cell of more: a page is laid out with it.
    Lines,
}

/// The line in hand.
#[derive(Debug, Default)]
struct Line {
    start: usize,
    letters: usize,
    linked: usize,
}

/// Lists of links.
#[derive(Debug, Default)]
struct Links {
    lists: Vec<Range<usize>>,
    /// Where the lines in hand begin that are links, and how many they are.
    start: usize,
    lines: usize,
}

impl Lines {
    /// Adds text in which spaces only part words.
    pub(super) fn flowing(&mut self, text: &[u8], linked: bool) {
        let mut rest = text;
        loop {
            let word = rest.trim_ascii_start();
            self.space |= word.len() < rest.len();
            let end = word.iter().position(u8::is_ascii_whitespace).unwrap_or(word.len());
            if end == 0 {
                return;
            }
            self.word(&word[..end], linked);
            rest = &word[end..];
        }
    }

    /// Adds text in which spaces and line ends count.
    pub(super) fn preformatted(&mut self, text: &[u8], linked: bool) {
        for (i, line) in text.split(|&byte| byte == b'\n').enumerate() {
            self.gap += usize::from(i > 0);
            if !line.is_empty() {
                self.space = false;
                self.word(line, linked);
            }
        }
    }

    fn word(&mut self, word: &[u8], linked: bool) {
        if self.out.is_empty() {
            // Nothing to be parted from.
        } else if self.gap > 0 {
            self.end_line();
            self.out.resize(self.out.len() + self.gap, b'\n');
            self.line.start = self.out.len();
            if self.cell == Cell::Line {
                self.cell = Cell::Lines;
            }
        } else if self.border {
            self.out.push(b'\t');
        } else if self.space {
            self.out.push(b' ');
        }
        (self.gap, self.space, self.border) = (0, false, false);
        if self.cell == Cell::Empty {
            self.cell = Cell::Line;
        }
        self.out.extend_from_slice(word);
        let letters = word
            .iter()
            .filter(|&&byte| byte.is_ascii_alphanumeric() || byte >= 0xC0);
        let letters = letters.count();
        self.line.letters += letters;
        self.line.linked += if linked { letters } else { 0 };
    }

    /// Ends the line, with one line end or more. What a cell begins with needs none.
    pub(super) fn part(&mut self, ends: usize) {
        if self.cell != Cell::Empty {
            self.gap = self.gap.max(ends);
        }
    }

    /// Ends the line; a second time, a blank line follows.
    pub(super) fn line_break(&mut self) {
        self.part((self.gap + 1).min(2));
    }

    /// Begins a cell of a row.
    pub(super) fn begin_cell(&mut self) {
        self.leave_cell();
        self.border = self.gap == 0;
        self.cell = Cell::Empty;
    }

    /// Ends a cell: its row goes on behind its last line, unless it has many.
    pub(super) fn end_cell(&mut self) {
        match self.cell {
            Cell::Empty => {}
            Cell::Line => self.gap = 0,
            Cell::Outside | Cell::Lines => self.gap = self.gap.max(1),
        }
        self.cell = Cell::Outside;
    }

    /// Ends a row, or what stands before one.
    pub(super) fn end_row(&mut self) {
        self.leave_cell();
        self.cell = Cell::Outside;
    }

    fn leave_cell(&mut self) {
        if self.cell != Cell::Outside {
            self.end_cell();
        }
    }

    fn end_line(&mut self) {
        let Line { start, letters, linked } = std::mem::take(&mut self.line);
        let end = self.out.len();
        // Four letters of five.
        if letters > 0 && linked * 5 >= letters * 4 {
            self.links.add(start);
        } else {
            self.links.close(start);
        }
        self.line.start = end;
    }

    /// The text, with a line end.
    pub(super) fn finish(mut self) -> Rendered {
        self.end_line();
        if !self.out.is_empty() {
            self.out.push(b'\n');
        }
        self.links.close(self.out.len());
        // The tokenizer hands on what was a text; should it part a character, that is no reason to fail.
        let text =
            String::from_utf8(self.out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        let mut link_lists = self.links.lists;
        link_lists.retain(|list| text.get(list.clone()).is_some());
        Rendered { text, link_lists }
    }
}

impl Links {
    fn add(&mut self, start: usize) {
        if self.lines == 0 {
            self.start = start;
        }
        self.lines += 1;
    }

    /// A line begins here that is no link, or nothing does.
    fn close(&mut self, start: usize) {
        if std::mem::take(&mut self.lines) >= LIST {
            self.lists.push(self.start..start);
        }
    }
}
