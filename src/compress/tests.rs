//! All that is packed comes back; all that is broken is told.

use std::io::{self, Read, Write};

use super::*;

const ALL: [Compression; 6] = [
    Compression::None,
    Compression::Gzip,
    Compression::Zstd,
    Compression::Xz,
    Compression::Bzip2,
    Compression::Lz4,
];

fn packed(compression: Compression, pieces: &[&[u8]]) -> Vec<u8> {
    let mut packer = Packer::new(compression, Vec::new()).unwrap();
    for piece in pieces {
        packer.push(&pack(compression, piece.to_vec()).unwrap()).unwrap();
    }
    packer.finish().unwrap()
}

/// What comes out, whether zeros stood behind it, and how it ended.
fn read(compression: Compression, bytes: &[u8], limits: Limits) -> (Vec<u8>, bool, io::Result<usize>) {
    let mut out = Vec::new();
    let mut unpacked = unpack(compression, io::Cursor::new(bytes.to_vec()), limits).unwrap();
    let ended = unpacked.read_to_end(&mut out);
    (out, unpacked.padded(), ended)
}

fn unpacked(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let (out, _, ended) = read(Compression::of(bytes), bytes, Limits::default());
    ended.map(|_| out)
}

fn flaw(compression: Compression, bytes: &[u8], limits: Limits) -> Flaw {
    let error = read(compression, bytes, limits).2.unwrap_err();
    Flaw::of(&error).unwrap().clone()
}

fn lines() -> Vec<u8> {
    (0..40_000).flat_map(|i| format!("line {i}\n").into_bytes()).collect()
}

#[test]
fn what_is_packed_in_pieces_comes_back_whole() {
    let text = lines();
    for compression in ALL {
        let pieces = [&text[..1000], &[], &text[1000..300_000], &text[300_000..]];
        let bytes = packed(compression, &pieces);
        assert_eq!(bytes, packed(compression, &pieces));
        assert_eq!(Compression::of(&bytes), compression);
        assert!(unpacked(&bytes).unwrap() == text, "{compression:?}");
        let empty = packed(compression, &[]);
        assert_eq!(Compression::of(&empty), compression);
        assert_eq!(unpacked(&empty).unwrap(), b"", "{compression:?}");
        let whole = pack_whole(compression, text.clone()).unwrap();
        assert!(unpacked(&whole).unwrap() == text);
    }
}

#[test]
fn many_pieces_make_one_stream_of_xz() {
    let text = lines();
    let pieces: Vec<&[u8]> = text.chunks(1000).collect();
    assert!(pieces.len() > 300);
    assert!(unpacked(&packed(Compression::Xz, &pieces)).unwrap() == text);
}

#[test]
fn gzip_is_one_member_without_a_time() {
    let bytes = packed(Compression::Gzip, &[b"one ", b"two"]);
    assert_eq!(bytes[4..8], [0; 4]);
    // A reader that stops after one member still has it all.
    let mut text = String::new();
    flate2::read::GzDecoder::new(&bytes[..])
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(text, "one two");
}

#[test]
fn all_members_are_read_and_zeros_are_passed_over() {
    for compression in Compression::PACKED {
        let one = |text: &[u8]| packed(compression, &[text]);
        let members = [one(b"a"), one(b""), one(b"b")].concat();
        assert_eq!(unpacked(&members).unwrap(), b"ab", "{compression:?}");
        let padded = [members.clone(), vec![0; 700]].concat();
        let (out, padding, ended) = read(compression, &padded, Limits::default());
        assert!(ended.is_ok() && padding && out == b"ab", "{compression:?}: {ended:?}");
        assert!(!read(compression, &members, Limits::default()).1);
        let more = [members.clone(), b"rest".to_vec()].concat();
        let followed = flaw(compression, &more, Limits::default());
        assert!(matches!(followed, Flaw::Damaged { .. }), "{compression:?}: {followed}");
        let within = unpacked(&[one(b"a"), vec![0; 4], one(b"b")].concat());
        assert_eq!(within.ok(), (compression == Compression::Xz).then(|| b"ab".to_vec()));
    }
}

#[test]
fn frames_to_skip_are_skipped_wherever_they_stand() {
    let skip = |last: u8, content: &[u8]| {
        let length = u32::try_from(content.len()).unwrap().to_le_bytes();
        [&[0x50 | last, 0x2a, 0x4d, 0x18][..], &length, content].concat()
    };
    let long = skip(0xf, &lines());
    for compression in [Compression::Lz4, Compression::Zstd] {
        let one = |text: &[u8]| packed(compression, &[text]);
        let frames = [
            skip(0, b""),
            one(b"a"),
            long.clone(),
            skip(3, b"\x04\x22\x4d\x18"),
            one(b"b"),
            skip(1, b"x"),
        ];
        let file = frames.concat();
        assert_eq!(
            Compression::told(&file[..Compression::HEAD], compression),
            Ok(compression)
        );
        let (out, padded, ended) = read(compression, &file, Limits::default());
        assert!(ended.is_ok() && !padded && out == b"ab", "{compression:?}: {ended:?}");
        let padded = [&file[..], &[0; 9]].concat();
        let (out, padded, ended) = read(compression, &padded, Limits::default());
        assert!(ended.is_ok() && padded && out == b"ab", "{compression:?}: {ended:?}");
        assert_eq!(read(compression, &skip(0, b"only"), Limits::default()).0, b"");
        // However few bytes are there at a time.
        let drip = io::BufReader::with_capacity(1, io::Cursor::new(file.clone()));
        let mut unpacked = unpack(compression, drip, Limits::default()).unwrap();
        assert_eq!(io::read_to_string(&mut unpacked).unwrap(), "ab");
        assert_eq!(unpacked.stored(), file.len() as u64);
        for end in (1..9).chain([300]) {
            for before in [&b""[..], &one(b"a")] {
                let cut = [before, &long[..end.min(long.len() - 1)]].concat();
                let found = flaw(compression, &cut, Limits::default());
                assert_eq!(found, Flaw::EndsEarly(compression), "{end}");
            }
        }
        let cut = Compression::told(&long[..3], compression);
        assert_eq!(cut, Err(Flaw::EndsEarly(compression)));
        let wrong = [&one(b"a")[..], b"\x50\x2a\x4d\x19\0\0\0\0"].concat();
        assert!(matches!(
            flaw(compression, &wrong, Limits::default()),
            Flaw::Damaged { .. }
        ));
    }
}

#[test]
fn an_end_that_comes_too_early_is_told_wherever_it_comes() {
    let text = lines();
    for compression in Compression::PACKED {
        let bytes = packed(compression, &[&text[..500], &text[500..2000]]);
        for end in Compression::HEAD..bytes.len() {
            let found = flaw(compression, &bytes[..end], Limits::default());
            assert_eq!(found, Flaw::EndsEarly(compression), "{end} of {}", bytes.len());
            // What came out before is the beginning of what was packed.
            assert!(text.starts_with(&read(compression, &bytes[..end], Limits::default()).0));
        }
        for end in 0..Compression::HEAD {
            let told = Compression::told(&bytes[..end], compression);
            assert!(
                told.is_err() || told == Ok(compression),
                "{compression:?} {end}: {told:?}"
            );
        }
    }
    assert_eq!(Compression::told(b"", Compression::None), Ok(Compression::None));
    assert_eq!(Compression::told(b"{}", Compression::Gzip), Ok(Compression::None));
}

#[test]
fn a_changed_byte_is_told_wherever_it_stands() {
    let text = lines();
    for compression in Compression::PACKED {
        let bytes = packed(compression, &[&text[..500], &text[500..2000]]);
        for at in Compression::HEAD..bytes.len() {
            let mut wrong = bytes.clone();
            wrong[at] ^= 1;
            let (out, _, ended) = read(compression, &wrong, Limits::default());
            assert!(ended.is_err() || out == text[..2000], "{compression:?}: {at}");
        }
        let mut wrong = bytes.clone();
        // The very last bits of bzip2 mean nothing.
        wrong[bytes.len() - 3] ^= 1;
        let found = flaw(compression, &wrong, Limits::default());
        assert!(matches!(found, Flaw::Damaged { .. }), "{compression:?}: {found}");
    }
}

#[test]
fn a_bomb_is_stopped_and_what_packs_well_is_not() {
    let zeros = vec![b'\n'; 66 << 20];
    let limits = |expand| Limits {
        expand,
        ..Limits::default()
    };
    for compression in Compression::PACKED {
        let bytes = pack_whole(compression, zeros.clone()).unwrap();
        let ratio = (zeros.len() / bytes.len()) as u64;
        let (out, _, ended) = read(compression, &bytes, limits(ratio / 2));
        let error = ended.unwrap_err();
        assert!(matches!(Flaw::of(&error), Some(Flaw::Expands { .. })), "{error}");
        assert!(out.len() as u64 <= Limits::EXPAND_FLOOR + (1 << 20), "{}", out.len());
        assert!(read(compression, &bytes, limits(2 * ratio)).2.is_ok());
        let less = pack_whole(compression, zeros[..1 << 20].to_vec()).unwrap();
        assert!(read(compression, &less, limits(1)).2.is_ok());
    }
}

#[test]
fn a_window_that_is_too_large_is_told_from_damage() {
    let text = lines();
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(28).unwrap();
    encoder.write_all(&text).unwrap();
    let zstd = encoder.finish().unwrap();
    let xz = pack_whole(Compression::Xz, text.clone()).unwrap();
    for (compression, bytes, window) in [(Compression::Zstd, zstd, 1 << 28), (Compression::Xz, xz, 1 << 20)] {
        let limits = |window| Limits {
            window,
            ..Limits::default()
        };
        let found = flaw(compression, &bytes, limits(window / 4));
        assert!(matches!(found, Flaw::Window { .. }), "{found}");
        assert!(read(compression, &bytes, limits(window)).0 == text);
    }
}

#[test]
fn names_tell_and_are_told() {
    for compression in Compression::PACKED {
        let name = format!("deep/a.jsonl.{}", compression.extension().to_uppercase());
        assert_eq!(Compression::named(Path::new(&name)), compression);
        assert_eq!(compression.rename(Path::new(&name)), Path::new(&name));
        let plain = Compression::None.rename(Path::new(&name));
        assert_eq!(plain, Path::new("deep/a.jsonl"));
        let other = compression.rename(Path::new("deep/a.jsonl.GZ"));
        assert_eq!(
            other.extension().is_some_and(|end| end == "GZ"),
            compression == Compression::Gzip
        );
        assert_eq!(Compression::named(&compression.rename(&plain)), compression);
    }
    let renamed = |compression: Compression, name| compression.rename(Path::new(name));
    assert_eq!(renamed(Compression::Zstd, "a.jsonl.gz"), Path::new("a.jsonl.zst"));
    assert_eq!(renamed(Compression::None, "a.gz"), Path::new("a"));
    assert_eq!(renamed(Compression::None, "deep/...gz"), Path::new("deep/...gz"));
    assert_eq!(renamed(Compression::Gzip, "deep/..xz"), Path::new("deep/..xz.gz"));
}

#[test]
fn members_of_gzip_may_end_where_they_are_asked_to() {
    let mut packer = Packer::new(Compression::Gzip, Vec::new()).unwrap();
    for (text, ends) in [("one two", &[3, 4][..]), (" and", &[]), ("", &[0]), ("more", &[4])] {
        let piece = pack_members(Compression::Gzip, text.as_bytes().to_vec(), ends).unwrap();
        packer.push(&piece).unwrap();
    }
    let bytes = packer.finish().unwrap();
    let (mut rest, mut texts) = (&bytes[..], Vec::new());
    while !rest.is_empty() {
        let mut member = flate2::bufread::GzDecoder::new(rest);
        let mut text = String::new();
        member.read_to_string(&mut text).unwrap();
        texts.push(text);
        rest = member.into_inner();
    }
    assert_eq!(texts, ["one", " ", "two and", "more"]);
}
