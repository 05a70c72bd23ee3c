//! Lines, as they are made of text, breaks and cells.
//!
//! Nothing is written before there is text to write, so breaks that meet become one and no line is empty.

use super::Rendered;
use crate::text::links::LinkShares;

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
    /// Whether the text that comes is a link's.
    in_link: bool,
    /// What was counted of the last line.
    count: Count,
    /// How much of each line before is links, in percent.
    shares: Vec<u8>,
}

/// Characters that are no spaces.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    all: usize,
    in_links: usize,
}

impl Count {
    /// How much of them is links, in percent; all only if no character is not.
    fn share(self) -> u8 {
        (self.in_links * 100).checked_div(self.all).unwrap_or_default() as u8
    }
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

impl Lines {
    /// Says whether the text that comes is a link's.
    pub(super) fn in_link(&mut self, in_link: bool) {
        self.in_link = in_link;
    }

    /// Adds text in which spaces only part words.
    pub(super) fn flowing(&mut self, text: &[u8]) {
        let mut rest = text;
        loop {
            let word = rest.trim_ascii_start();
            self.space |= word.len() < rest.len();
            let end = word.iter().position(u8::is_ascii_whitespace).unwrap_or(word.len());
            if end == 0 {
                return;
            }
            self.word(&word[..end]);
            rest = &word[end..];
        }
    }

    /// Adds text in which spaces and line ends count.
    pub(super) fn preformatted(&mut self, text: &[u8]) {
        for (i, line) in text.split(|&byte| byte == b'\n').enumerate() {
            self.gap += usize::from(i > 0);
            if !line.is_empty() {
                self.space = false;
                self.word(line);
            }
        }
    }

    fn word(&mut self, word: &[u8]) {
        if self.out.is_empty() {
            // Nothing to be parted from.
        } else if self.gap > 0 {
            self.out.resize(self.out.len() + self.gap, b'\n');
            self.shares.push(std::mem::take(&mut self.count).share());
            self.shares.resize(self.shares.len() + self.gap - 1, 0);
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
        self.count(word);
    }

    fn count(&mut self, word: &[u8]) {
        let characters = String::from_utf8_lossy(word)
            .chars()
            .filter(|c| !c.is_whitespace())
            .count();
        self.count.all += characters;
        self.count.in_links += if self.in_link { characters } else { 0 };
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

    /// The text, with a line end.
    pub(super) fn finish(mut self) -> Rendered {
        if !self.out.is_empty() {
            self.out.push(b'\n');
            self.shares.push(self.count.share());
        }
        // The tokenizer hands on what was a text; should it part a character, that is no reason to fail.
        let text =
            String::from_utf8(self.out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Rendered {
            text,
            links: LinkShares::of_lines(self.shares),
        }
    }
}
