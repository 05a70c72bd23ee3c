//! Pieces of streams in memory.

use std::io::Cursor;

use super::*;

/// Hands out few bytes at a time, as pipes do.
struct Drip(Cursor<Vec<u8>>, usize);

impl Read for Drip {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let few = buffer.len().min(self.1);
        self.0.read(&mut buffer[..few])
    }
}

fn pieces(text: &[u8], max_line: u64, few: usize) -> Vec<Piece> {
    let drip = Drip(Cursor::new(text.to_vec()), few);
    let Ok(mut records) = Records::new(drip, Format::Jsonl, max_line.into()) else {
        panic!("memory cannot fail")
    };
    let mut pieces = Vec::new();
    while let Ok(Some(piece)) = records.next_piece() {
        pieces.push(piece);
    }
    assert_eq!(pieces.iter().map(|piece| piece.stored).sum::<u64>(), text.len() as u64);
    pieces
}

fn joined(pieces: &[Piece]) -> Vec<u8> {
    pieces.iter().flat_map(|piece| piece.bytes.clone()).collect()
}

#[test]
fn pieces_are_whole_lines_wherever_the_bytes_are_parted() {
    let text: Vec<u8> = (0..70_000)
        .flat_map(|i| format!("{}\n", "x".repeat(i % 97)).into_bytes())
        .collect();
    let once = pieces(&text, 1 << 20, usize::MAX);
    let drip = pieces(&text, 1 << 20, 1013);
    assert!(once.len() > 3);
    assert_eq!(joined(&once), text);
    let borders = |pieces: &[Piece]| pieces.iter().map(|p| (p.line, p.bytes.len())).collect::<Vec<_>>();
    assert_eq!(borders(&once), borders(&drip));
    let mut line = 1;
    for piece in &once {
        assert_eq!((piece.line, piece.bytes.last()), (line, Some(&b'\n')));
        line += memchr_iter(b'\n', &piece.bytes).count() as u64;
    }
    assert_eq!(line, 70_001);
}

#[test]
fn the_last_line_needs_no_end() {
    let all = pieces(b"one\ntwo", 100, 2);
    let found: Vec<_> = all.iter().map(|p| (p.line, &p.bytes[..], p.kind)).collect();
    assert_eq!(
        found,
        [(1, &b"one\n"[..], PieceKind::Whole), (2, &b"two"[..], PieceKind::Whole)]
    );
    assert!(pieces(b"", 100, 2).is_empty());
}

#[test]
fn a_line_that_is_too_large_is_handed_out_in_parts() {
    for (end, last) in [("\nlast\n", Some(3)), ("\n", None), ("", None)] {
        let length = 3 * PIECE_BYTES + PIECE_BYTES / 2;
        let text = ["first\n".into(), "x".repeat(length), end.into()].concat().into_bytes();
        let all = pieces(&text, 1 << 20, usize::MAX);
        assert_eq!(joined(&all), text);
        let total = (length + end.find('\n').map_or(0, |_| 1)) as u64;
        let ends: Vec<_> = all
            .iter()
            .filter(|p| p.kind == PieceKind::LastPart { total, is_record: true })
            .map(|p| p.line)
            .collect();
        assert_eq!(ends, [2]);
        assert_eq!(all.iter().find(|p| p.bytes.starts_with(b"last")).map(|p| p.line), last);
        assert!(all.iter().all(|p| p.bytes.len() <= 3 * PIECE_BYTES));
    }
}

#[test]
fn a_line_within_the_limit_is_never_parted() {
    let text = ["x".repeat(5 * PIECE_BYTES), "\n{}\n".into()].concat().into_bytes();
    let all = pieces(&text, 64 << 20, usize::MAX);
    assert!(all.iter().all(|piece| piece.kind == PieceKind::Whole));
    assert_eq!(joined(&all), text);
}
