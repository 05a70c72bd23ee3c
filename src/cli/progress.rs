//! Progress on standard error: a bar on a terminal, a line now and then elsewhere, or JSON lines.
//!
//! Must not know what is being done, only how much of it.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::args::Progress;
use super::terminal::{Line, Talk, say};

/// Time between two lines.
const PAUSE: Duration = Duration::from_millis(500);

/// How progress is shown.
enum Show {
    Nothing,
    Bar(ProgressBar),
    Lines { json: bool, next: Instant },
}

/// Counts pages and bytes, and shows them.
pub struct Meter {
    show: Show,
    count: Count,
    start: Instant,
}

#[derive(Clone, Copy, Serialize)]
struct Count {
    pages: u64,
    pages_total: Option<u64>,
    bytes: u64,
    bytes_total: u64,
}

impl Meter {
    /// `pages_total` is nothing if nobody knows.
    pub fn new(progress: Progress, talk: Talk, pages_total: Option<u64>, bytes_total: u64) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let lines = |json| Show::Lines {
            json,
            next: Instant::now() + PAUSE,
        };
        let show = match progress {
            Progress::Never => Show::Nothing,
            Progress::Json => lines(true),
            _ if !talk.usual() => Show::Nothing,
            Progress::Auto if !terminal || talk.json() => Show::Nothing,
            Progress::Always if !terminal => lines(talk.json()),
            Progress::Auto | Progress::Always => Show::Bar(bar(bytes_total)),
        };
        let count = Count {
            pages: 0,
            pages_total,
            bytes: 0,
            bytes_total,
        };
        Self {
            show,
            count,
            start: Instant::now(),
        }
    }

    /// One more page.
    pub fn page(&mut self) {
        self.count.pages += 1;
    }

    /// So many more bytes of the input.
    pub fn advance(&mut self, bytes: u64) {
        self.count.bytes += bytes;
        match &mut self.show {
            Show::Nothing => {}
            Show::Bar(bar) => bar.set_position(self.count.bytes),
            Show::Lines { next, .. } if Instant::now() < *next => {}
            Show::Lines { json, next } => {
                *next = Instant::now() + PAUSE;
                let json = *json;
                self.line(json);
            }
        }
    }

    /// Says something without tearing the bar.
    pub fn aside(&self, say: impl FnOnce()) {
        match &self.show {
            Show::Bar(bar) => bar.suspend(say),
            _ => say(),
        }
    }

    /// Takes the bar away, or says the last count.
    pub fn end(&mut self) {
        match self.show {
            Show::Nothing => {}
            Show::Bar(ref bar) => bar.finish_and_clear(),
            Show::Lines { json, .. } => self.line(json),
        }
    }

    fn line(&self, json: bool) {
        let Count {
            pages,
            pages_total,
            bytes,
            bytes_total,
        } = self.count;
        if json {
            return say(&Line::new("progress", self.count).render());
        }
        let mega = |bytes: u64| bytes as f64 / 1e6;
        let speed = mega(bytes) / self.start.elapsed().as_secs_f64().max(1e-9);
        let of = pages_total.map(|total| format!("/{total}")).unwrap_or_default();
        say(&format!(
            "{pages}{of} pages, {:.1}/{:.1} MB, {speed:.1} MB/s",
            mega(bytes),
            mega(bytes_total)
        ));
    }
}

fn bar(total: u64) -> ProgressBar {
    let form = "{bar:30} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec} {eta} left";
    let bar = ProgressBar::new(total);
    match ProgressStyle::with_template(form) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
