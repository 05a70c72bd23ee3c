//! What decoding promises, case by case.

use super::*;
use encoding_rs::{WINDOWS_1251, WINDOWS_1252};

fn plain(bytes: &[u8]) -> Result<Decoded<'_>, DecodeError> {
    decode(bytes, &DecodeOptions::default())
}

fn with_policy(bytes: &[u8], invalid: InvalidPolicy) -> Result<Decoded<'_>, DecodeError> {
    decode(
        bytes,
        &DecodeOptions {
            encoding: None,
            invalid,
        },
    )
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to_bytes).collect()
}

#[test]
fn valid_utf8_is_borrowed() {
    for text in ["", "plain", "Ґанок і їжак", "日本語", "e\u{301}\u{200b}"] {
        let decoded = plain(text.as_bytes()).unwrap();
        assert!(matches!(decoded.text, Cow::Borrowed(t) if t == text), "{text}");
        assert_eq!((decoded.encoding, decoded.source), ("UTF-8", EncodingSource::Utf8));
        assert_eq!((decoded.invalid, decoded.first_invalid), (0, None));
    }
}

#[test]
fn a_byte_order_mark_decides_and_is_removed() {
    let text = "Їжак & hedgehog 🦔";
    let le = |text: &str| {
        text.chars()
            .flat_map(|c| u32::from(c).to_le_bytes())
            .collect::<Vec<_>>()
    };
    let be = |text: &str| {
        text.chars()
            .flat_map(|c| u32::from(c).to_be_bytes())
            .collect::<Vec<_>>()
    };
    let cases = [
        ("UTF-8", format!("\u{feff}{text}").into_bytes()),
        ("UTF-16LE", utf16(&format!("\u{feff}{text}"), u16::to_le_bytes)),
        ("UTF-16BE", utf16(&format!("\u{feff}{text}"), u16::to_be_bytes)),
        ("UTF-32LE", le(&format!("\u{feff}{text}"))),
        ("UTF-32BE", be(&format!("\u{feff}{text}"))),
    ];
    for (name, bytes) in cases {
        let decoded = plain(&bytes).unwrap();
        assert_eq!(decoded.text, text, "{name}");
        assert_eq!(
            (decoded.encoding, decoded.source, decoded.invalid),
            (name, EncodingSource::Bom, 0)
        );
    }
}

#[test]
fn utf16_without_a_mark_is_seen_by_its_nuls() {
    for text in [
        "A plain English page, line by line.\n",
        "Ми їхали до Києва, 24 серпня, о 9 ранку.\n",
    ] {
        let text = text.repeat(9);
        for (name, bytes) in [
            ("UTF-16LE", utf16(&text, u16::to_le_bytes)),
            ("UTF-16BE", utf16(&text, u16::to_be_bytes)),
        ] {
            let decoded = plain(&bytes).unwrap();
            assert_eq!((decoded.text.as_ref(), decoded.encoding), (text.as_str(), name));
        }
    }
}

#[test]
fn binary_data_is_refused_with_its_place() {
    let mut controls = b"ok ".to_vec();
    controls.extend([1, 2, 3, 4, 5, 6, 7, 14, 15, 16].repeat(20));
    let cases: [(&[u8], usize); 6] = [
        (b"\x1f\x8b\x08\x00rest", 0),
        (b"%PDF-1.7\n1 0 obj", 0),
        (b"\x89PNG\r\n\x1a\n", 0),
        (b"PK\x03\x04\x14", 0),
        (b"text, then\0a NUL", 10),
        (&controls, 3),
    ];
    for (bytes, place) in cases {
        match plain(bytes) {
            Err(DecodeError::Binary { offset, .. }) => assert_eq!(offset, place, "{bytes:?}"),
            other => panic!("{bytes:?}: {other:?}"),
        }
    }
    let message = plain(b"text, then\0a NUL").unwrap_err().to_string();
    assert_eq!(message, "binary data, not text: a NUL at byte 10");
}

#[test]
fn faults_in_utf8_follow_the_policy() {
    let bytes = b"\xd1\x97\xd1\x97\xd1\x97\xd1\x97 one \xff two";
    let replaced = with_policy(bytes, InvalidPolicy::Replace).unwrap();
    assert_eq!(replaced.text, "їїїї one \u{fffd} two");
    assert_eq!(
        (replaced.invalid, replaced.first_invalid, replaced.source),
        (1, Some(13), EncodingSource::Utf8)
    );
    assert_eq!(with_policy(bytes, InvalidPolicy::Drop).unwrap().text, "їїїї one  two");
    let failed = with_policy(bytes, InvalidPolicy::Fail).unwrap_err();
    assert_eq!(
        failed,
        DecodeError::Invalid {
            offset: 13,
            encoding: "UTF-8"
        }
    );
    assert_eq!(failed.to_string(), "invalid UTF-8 at byte 13");
}

#[test]
fn a_stray_windows_apostrophe_in_utf8_is_read_as_one() {
    let bytes = "їжак don?t їжак".replace('?', "\u{1}").into_bytes();
    let bytes: Vec<u8> = bytes
        .into_iter()
        .map(|byte| if byte == 1 { 0x92 } else { byte })
        .collect();
    let decoded = plain(&bytes).unwrap();
    assert_eq!(decoded.text, "їжак don’t їжак");
    assert_eq!((decoded.source, decoded.invalid), (EncodingSource::Mixed, 1));
}

#[test]
fn a_torn_sequence_is_never_read_as_a_mark() {
    let bytes = "Слово за слово: —".as_bytes();
    let decoded = plain(&bytes[..bytes.len() - 1]).unwrap();
    assert_eq!(
        (decoded.text.as_ref(), decoded.invalid),
        ("Слово за слово: \u{fffd}", 1)
    );
}

#[test]
fn legacy_text_is_guessed() {
    let russian = "Правительство утвердило бюджет на следующий год, сообщили в министерстве финансов. ".repeat(4);
    let french = "Le gouvernement a présenté jeudi les détails de la réforme très attendue à l’Assemblée. ".repeat(4);
    for (text, encoding) in [(russian, WINDOWS_1251), (french, WINDOWS_1252)] {
        let bytes = encoding.encode(&text).0;
        let decoded = plain(&bytes).unwrap();
        assert_eq!(
            (decoded.text.as_ref(), decoded.encoding),
            (text.as_str(), encoding.name())
        );
        assert_eq!(decoded.source, EncodingSource::Guessed);
    }
}

#[test]
fn a_forced_encoding_is_not_questioned() {
    let options = DecodeOptions {
        encoding: Some(WINDOWS_1251),
        invalid: InvalidPolicy::Fail,
    };
    let decoded = decode(b"\xcf\xf0\xe8\xe2\xb3\xf2\0", &options).unwrap();
    assert_eq!(
        (decoded.text.as_ref(), decoded.source),
        ("Привіт\0", EncodingSource::Forced)
    );
}

#[test]
fn offsets_of_faults_count_the_mark() {
    let cases: [(&[u8], usize); 3] = [
        (b"\xef\xbb\xbfab\xff", 5),
        (b"\xff\xfea\0\0\xd8b\0", 4),
        (b"\xff\xfe\0\0a\0\0\0\0\xd8\0\0", 8),
    ];
    for (bytes, place) in cases {
        assert_eq!(plain(bytes).unwrap().first_invalid, Some(place), "{bytes:?}");
    }
}

#[test]
fn what_is_declared_is_believed_where_it_would_be_guessed() {
    let read = |bytes: &[u8], label: &str| {
        let declared = Encoding::for_label(label.as_bytes());
        let decoded = decode_declared(bytes, declared, &DecodeOptions::default()).unwrap();
        (decoded.text.into_owned(), decoded.source)
    };
    let koi8 = b"\xf0\xf2\xe1\xf7\xe4\xe1";
    assert_eq!(read(koi8, "koi8-r"), ("ПРАВДА".to_owned(), EncodingSource::Declared));
    assert_eq!(read("é".as_bytes(), "koi8-r"), ("é".to_owned(), EncodingSource::Utf8));
    assert_eq!(read(b"\xef\xbb\xbfa\xff", "koi8-r").1, EncodingSource::Bom);
    assert_eq!(
        read(b"\x1b$B$\"\x1b(B", "iso-2022-jp"),
        ("あ".to_owned(), EncodingSource::Declared)
    );
    assert_eq!(read("あ".as_bytes(), "iso-2022-jp").1, EncodingSource::Utf8);
    assert_eq!(read(b"caf\xe9 au lait", "utf-8").1, EncodingSource::Guessed);
    // A server's default, and a page that was cut off within a letter.
    let torn = &"Їхали до Києва".as_bytes()[..25];
    assert_eq!(
        read(torn, "iso-8859-1"),
        ("Їхали до Києв\u{fffd}".to_owned(), EncodingSource::Utf8)
    );
    let controls = [&b"\xe9"[..], &[1, 2, 3, 14, 15, 16]].concat().repeat(20);
    let binary = decode_declared(&controls, Some(WINDOWS_1252), &DecodeOptions::default());
    assert!(
        matches!(binary, Err(DecodeError::Binary { offset: 1, .. })),
        "{binary:?}"
    );
    let forced = DecodeOptions {
        encoding: Some(WINDOWS_1252),
        ..DecodeOptions::default()
    };
    let decoded = decode_declared(koi8, Encoding::for_label(b"koi8-r"), &forced).unwrap();
    assert_eq!(decoded.source, EncodingSource::Forced);
}
