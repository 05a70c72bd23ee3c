//! What a unit says by itself, and what the line adds to it.

use crate::chrome::features::scale::{count, flag, log, logs, share};
use crate::chrome::shape::Shape;
use crate::chrome::survey::Survey;

/// Names of [`unit`]'s values.
pub const UNIT: &[&str] = &[
    "width",
    "words",
    "terminal",
    "end",
    "start",
    "commas",
    "commas-a-word",
    "digit-share",
    "upper-share",
    "title-share",
    "sign-share",
    "letter-share",
    "email",
    "separators",
    "copyright",
    "dates",
    "times",
    "date-short",
    "stop-share",
    "stop10-share",
    "stops",
    "foreign-share",
    "wide-page",
    "copies",
    "nearest-copy",
];

/// A unit's own values.
pub fn unit(row: &mut Vec<u8>, s: &Survey, u: usize) {
    let shape = &s.shapes[u];
    let (words, chars, letters) = (s.words[u], shape.chars.max(1) as f32, shape.letters.max(1) as f32);
    let runs = shape.runs.max(1) as f32;
    row.extend([
        logs(shape.width as usize),
        log(words),
        flag(s.terminal[u]),
        shape.end as u8,
        shape.start as u8,
        count(shape.commas),
        share(shape.commas as f32 / words.max(1.0)),
        share(shape.digits as f32 / chars),
        share(shape.upper as f32 / letters),
        share(shape.title as f32 / runs),
        share(shape.signs as f32 / chars),
        share(shape.letters as f32 / chars),
    ]);
    row.extend([
        flag(shape.email),
        count(shape.separators),
        flag(shape.copyright),
        count(shape.dates),
        count(shape.times),
        flag(s.date_short[u]),
    ]);
    let main = f32::from(shape.scripts[s.script]);
    let all: f32 = shape.scripts.iter().map(|&n| f32::from(n)).sum();
    row.extend([
        share(s.stop_share[u]),
        share(s.stop10_share[u]),
        log(s.stops[u]),
        if all > 0.0 { share(1.0 - main / all) } else { 0 },
        flag(is_wide(s.script)),
        s.copies[u],
        logs(s.nearest[u] as usize),
    ]);
}

fn is_wide(script: usize) -> bool {
    use crate::text::chars::Script;
    script == Script::Han as usize || script == Script::SouthEastAsian as usize
}

/// Names of [`line`]'s values.
pub const LINE: &[&str] = &[
    "line-width",
    "line-words",
    "line-end",
    "line-start",
    "line-commas-a-word",
    "line-digit-share",
    "line-title-share",
];

/// What a line adds to its unit.
pub fn line(row: &mut Vec<u8>, shape: &Shape) {
    let words = shape.words();
    row.extend([
        logs(shape.width as usize),
        log(words),
        shape.end as u8,
        shape.start as u8,
        share(shape.commas as f32 / words.max(1.0)),
        share(shape.digits as f32 / shape.chars.max(1) as f32),
        share(shape.title as f32 / shape.runs.max(1) as f32),
    ]);
}
