//! Promises of the text functions that hold for every text: no panic, nothing left to do the second time, linear time.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use textsieve::text::decode::{DecodeOptions, InvalidPolicy, decode};
use textsieve::text::fold::{fold, fold_into};
use textsieve::text::normalize::{normalize, repair, tidy};

/// Pieces that the steps act on, so that random texts hold faults side by side.
const PIECES: [&str; 72] = [
    "a",
    "B",
    "é",
    "e\u{301}",
    "\u{301}",
    "\u{327}",
    "Ж",
    "ё",
    "і",
    "İ",
    "ı",
    "ß",
    "א",
    "ع",
    "ی",
    "ك",
    "\u{64e}",
    "\u{654}",
    "\u{640}",
    "न",
    "्",
    "\u{93c}",
    "ก",
    "ำ",
    "ั",
    "가",
    "ᄀ",
    "\u{1161}",
    "\u{11a8}",
    "漢",
    "か",
    "\u{3099}",
    "👩",
    "🏴",
    "\u{fe0f}",
    "\u{e0067}",
    "\u{e007f}",
    "\u{200d}",
    "\u{200c}",
    "\u{200b}",
    "\u{ad}",
    "\u{200e}",
    "\u{202b}",
    "\u{202c}",
    "\u{202e}",
    "\u{2067}",
    "\u{2069}",
    " ",
    "  ",
    "\t",
    "\u{a0}",
    "\u{3000}",
    "\n",
    "\r",
    "\r\n",
    "\u{85}",
    "\u{92}",
    "\u{1b}",
    "[1m",
    "\0",
    "&",
    "amp;",
    "&nbsp;",
    "&#133;",
    "#38;",
    "<b",
    "Ã",
    "©",
    "â€™",
    "Рё",
    "½",
    "'",
];

fn faulty_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        9 => prop::sample::select(PIECES.as_slice()).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn settled(step: fn(&str) -> Cow<'_, str>, text: &str) -> Result<(), TestCaseError> {
    let once = step(text);
    let twice = step(&once);
    prop_assert!(matches!(twice, Cow::Borrowed(_)), "{text:?} -> {once:?} -> {twice:?}");
    prop_assert_eq!(matches!(once, Cow::Borrowed(_)), once == text, "{:?}", text);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_second_pass_has_nothing_to_do(text in faulty_text()) {
        settled(repair, &text)?;
        settled(tidy, &text)?;
        settled(normalize, &text)?;
    }

    #[test]
    fn normalised_text_keeps_its_shape(text in faulty_text()) {
        let clean = normalize(&text);
        prop_assert!(!clean.contains("\n\n\n") && !clean.contains("  ") && !clean.contains(['\r', '\t', '\0']));
        prop_assert_eq!(clean.trim_matches(['\n', ' ']), clean.strip_suffix('\n').unwrap_or(&clean));
    }

    #[test]
    fn folding_twice_is_folding_once(text in faulty_text()) {
        let folded = fold(&text);
        prop_assert_eq!(fold(&folded), folded.clone(), "{:?}", text);
        prop_assert!(!folded.contains("  ") && folded.trim() == folded, "{text:?} {folded:?}");
        let mut behind = String::from("x y");
        fold_into(&text, &mut behind);
        prop_assert_eq!(behind.strip_prefix("x y"), Some(folded.as_str()));
    }

    #[test]
    fn any_bytes_decode_or_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..64), head in 0_usize..6) {
        let marks: [&[u8]; 6] = [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff"];
        let bytes = [marks[head], &bytes].concat();
        for invalid in [InvalidPolicy::Replace, InvalidPolicy::Drop, InvalidPolicy::Fail] {
            let decoded = decode(&bytes, &DecodeOptions { encoding: None, invalid });
            if let Ok(decoded) = decoded {
                prop_assert_eq!(decoded.invalid > 0, decoded.first_invalid.is_some());
                prop_assert!(decoded.first_invalid.is_none_or(|at| at < bytes.len()));
            }
        }
    }

    #[test]
    fn utf8_decodes_to_itself(text in "[^\u{feff}\\x00-\\x1f\\x7f]\\PC{0,40}") {
        let decoded = decode(text.as_bytes(), &DecodeOptions::default()).unwrap();
        prop_assert_eq!(decoded.text, text.as_str());
    }
}

/// Far above what a linear pass takes even unoptimised on a busy machine, far below a quadratic one.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn hostile_text_takes_linear_time() {
    const SIZE: usize = 1 << 18;
    for piece in [
        "\u{301}",
        "\u{301}\u{327}",
        "\u{5b0}\u{5b4}",
        "&",
        "&amp;",
        "&amp;amp;",
        "amp;",
        "&#",
        "<a",
        "\u{202b}",
        "א\u{2067}a",
        "\u{2069}\u{202c}",
        "\u{200c}",
        "\u{fe0f}",
        "🏴\u{e0067}",
        "\u{e0067}",
        "\u{1b}",
        "\u{1b}]",
        "\u{1b}[",
        "\u{1b}[1;",
        "\r",
        "\u{85}",
        "\u{92}",
        "Ã",
        "Ã©",
        "Р",
        "Рё",
        "â€",
        "ðŸ",
        "п÷я─",
        "\n",
        " ",
        "\t",
        "\u{a0}",
        " \n",
        "½",
        "ﷺ",
        "\u{1100}",
        "न्",
        "´",
        "\u{ad}",
    ] {
        let text = format!("e{}", piece.repeat(SIZE / piece.len()));
        let start = Instant::now();
        let clean = normalize(&text);
        let folded = fold(&text);
        let decoded = decode(text.as_bytes(), &DecodeOptions::default());
        let took = start.elapsed();
        assert!(
            took < PATIENCE,
            "{piece:?}: {took:?}, {} {} {}",
            clean.len(),
            folded.len(),
            decoded.is_ok()
        );
    }
}

#[test]
fn millions_of_marks_on_one_letter_take_linear_time() {
    let text = format!("e{}", "\u{301}\u{327}".repeat(1_000_000));
    let start = Instant::now();
    assert_eq!(fold(&text), fold("e\u{327}\u{301}"));
    assert!(normalize(&text).len() > 1_000_000);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

#[test]
fn damaged_bytes_take_linear_time() {
    for piece in [
        &b"\xff"[..],
        b"\xd0",
        b"a\x92",
        b"\xd0\xb0\xff",
        b"\xe9t\xe9 ",
        b"a\0",
        b"\0\xd8",
        b"\x1b",
    ] {
        let bytes = piece.repeat((1 << 20) / piece.len());
        let start = Instant::now();
        let decoded = decode(&bytes, &DecodeOptions::default());
        let took = start.elapsed();
        assert!(took < PATIENCE, "{piece:?}: {took:?} {}", decoded.is_ok());
    }
}

#[test]
fn marks_that_change_places_leave_no_joiner_behind() {
    // Composing put the acute behind the Arabic mark, after whom the joiner had a meaning and now has none.
    let once = tidy("\u{301}\u{64e}\u{200d}a");
    assert_eq!(tidy(&once), once);
}
