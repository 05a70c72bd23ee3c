//! placeholder until the real fold lands
/// Folds.
pub fn fold_into(text: &str, out: &mut String) {
    let mut space = true;
    let start = out.len();
    for c in text.chars() {
        if matches!(c, '\'' | '"' | '’' | 'ʼ' | '`' | '“' | '”' | '«' | '»' | '„' | '\u{301}' | '\u{307}') { continue; }
        if c.is_alphanumeric() {
            match c {
                'I' | 'İ' | 'ı' => out.push('i'),
                'ё' | 'Ё' => out.push('е'),
                'ß' => out.push_str("ss"),
                _ => for l in c.to_lowercase() { if l != '\u{307}' { out.push(l); } },
            }
            space = false;
        } else if unicode_normalization::char::is_combining_mark(c) { out.push(c); }
        else if !space { out.push(' '); space = true; }
    }
    if space && out.len() > start { out.pop(); }
}
/// Folds.
#[must_use]
pub fn fold(text: &str) -> String { let mut s = String::new(); fold_into(text, &mut s); s }
