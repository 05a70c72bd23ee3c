//! Pages of HTML.

use std::time::{Duration, Instant};

use super::*;

fn text(html: &str) -> String {
    render(html).text
}

#[test]
fn blocks_are_lines() {
    for (html, lines) in [
        ("", ""),
        (" \n\t", ""),
        ("<p>One  two\n three</p>\n<p>Four", "One two three\n\nFour\n"),
        ("<div>a</div><div>b<div>c</div>d</div>", "a\nb\nc\nd\n"),
        ("<h1>T</h1>x<br>y<br><br>z<br>", "T\n\nx\ny\n\nz\n"),
        ("<ul><li>a<li>b</ul>c<ol><li><p>d</p></li></ol>", "a\nb\n\nc\n\nd\n"),
        ("a<hr>b<span>c</span><b> d </b> e", "a\n\nbc d e\n"),
        ("<dl><dt>t<dd>d<dt>u<dd>e</dl>", "t\nd\nu\ne\n"),
        ("<pre>\n  a\n\n   b </pre>c", "  a\n\n   b \n\nc\n"),
        ("x<pre><code>\n\ta\n</code></pre>", "x\n\n\ta\n"),
        ("a&amp;b &lt;i&gt; &nbsp;&#8212;&copy", "a&b <i> \u{a0}—©\n"),
        ("<p>a<p>b</div>c</p>d", "a\n\nb\nc\n\nd\n"),
        ("a<!-- x -->b<![CDATA[y]]><?z?>c", "abc\n"),
        ("1 < 2 <3 <", "1 < 2 <3 <\n"),
        ("<blink>a</blink><wbr>b<img alt=no>c<a href=x>d</a>", "abcd\n"),
        ("é<é>日本<b>語</b>", "é<é>日本語\n"),
    ] {
        assert_eq!(text(html), lines, "{html}");
    }
}

#[test]
fn rows_are_lines_unless_a_page_is_laid_out_with_them() {
    for (html, lines) in [
        (
            "<table><tr><th>a</th><th>b<tr><td>1<td></td><td>2</table>x",
            "a\tb\n1\t2\n\nx\n",
        ),
        (
            "<table><tbody><tr><td><p>a</p></td><td><p>b</p></td></tr></table>",
            "a\tb\n",
        ),
        (
            "<table><tr><td>m<br>n</td><td>p<p>q</td><td>r</table>",
            "m\nn\np\n\nq\nr\n",
        ),
        (
            "<table><tr><td>a<td><table><tr><td>x<td>y</table><td>b</table>",
            "a\n\nx\ty\n\nb\n",
        ),
        ("<table><caption>c</caption><tr><td>a</table>", "c\na\n"),
    ] {
        assert_eq!(text(html), lines, "{html}");
    }
}

#[test]
fn what_is_not_seen_is_no_text() {
    for html in [
        "<html><head><title>t</title><style>s { }</style><script>if (a</b) '<p>'</script></head><body>x</body>",
        "<p hidden>a</p><div style='color: red; DISPLAY : none'>b<p>c</div>x<span aria-hidden=true>d</span>",
        "<svg><title/><style/><text>a</text></svg>x<svg/><math/>",
        "<svg><script>a</script>b<p>x",
        "<noscript><img><p>a</noscript>x<template><div>a</div></template><textarea><p>a</textarea>",
        "<select><option>a<hr><option>b</select><iframe><p>a</iframe>x<video>a</video>",
        "<section><div hidden>a<div>b</section>x",
        "<script><!-- <script> </script> --></script>x<!-- a",
    ] {
        assert_eq!(text(html), "x\n", "{html}");
    }
    assert_eq!(text("<body hidden>x<div hidden=until-found>y"), "x\ny\n");
    assert_eq!(text("<div style='x-display:none'>x"), "x\n");
    assert_eq!(text("<math><mi>a</mi><mo>=</mo></math><script>b</script>"), "a=\n");
}

#[test]
fn lines_know_how_much_of_them_is_links() {
    // Of each line the share, blank lines too.
    for (html, shares) in [
        ("<p>a<p>b", &[][..]),
        ("<a href=x>Home</a> <a href=y>News</a>", &[100]),
        ("<p>see <a href=x>b c</a> x<p><a href=y>d</a>", &[33, 0, 100]),
        ("<a href=x>日本</a>語é", &[50]),
        ("<a href=x>Home</a>&nbsp;|&nbsp;<a href>News</a>", &[88]),
        // An anchor without an address is no link, and ends the one it stands in.
        ("<a name=x>a</a><br><a href=x>b", &[0, 100]),
        ("<a href=x>a<a name=y>b</a>c", &[33]),
        // The next link ends one that nobody ended, as does the block around it.
        ("<a href=x><b>a<a href=y>b</b></a>cc", &[50]),
        ("<div><a href=x>a</div>b<div><a href=x>c", &[100, 0, 100]),
        ("<a href=x><div>a<p>b</div></a>c", &[100, 0, 100, 0]),
        (
            "<ul><li><a href=x>a</a><li>b<br><br><a href=x>c</a></ul>",
            &[100, 0, 0, 100],
        ),
        ("<table><tr><td><a href=x>a</a><td>b</table>", &[50]),
        ("<pre>\n<a href=x>a\n\nb</a>\nc</pre>", &[100, 0, 100, 0]),
        ("<a href=x>a<svg><a href=y>t</a></svg>b</a>c", &[66]),
        ("<p hidden><a href=x>a</p>b<p><a href=x>c", &[0, 0, 100]),
    ] {
        let rendered = render(html);
        assert_eq!(
            rendered.links,
            LinkShares::of_lines(shares.to_vec()),
            "{html}: {rendered:?}"
        );
        assert!(
            shares.is_empty() || rendered.text.lines().count() == shares.len(),
            "{html}"
        );
    }
}

/// The time that rendering so many parts takes, the best of three.
fn time(page: impl Fn(usize) -> String, parts: usize) -> Duration {
    let html = page(parts);
    let once = |_| {
        let start = Instant::now();
        assert!(render(&html).text.len() <= html.len() + 1);
        start.elapsed()
    };
    (0..3).map(once).min().unwrap()
}

#[test]
fn hostile_pages_take_linear_time() {
    type Page = fn(usize) -> String;
    let pages: [Page; 15] = [
        |n| "<div>".repeat(n),
        |n| "<div>".repeat(n) + &"</p>".repeat(n),
        |n| "<b id=x>".repeat(n) + &"<p>".repeat(n),
        |n| "<table><tr><td>".repeat(n),
        |n| "<a ".to_owned() + &"b=c ".repeat(n) + ">",
        |n| "<a href=x>y".repeat(n),
        |n| "<svg><p>".repeat(n),
        |n| "<p hidden>".repeat(n),
        |n| "</".repeat(n),
        |n| "&am".repeat(n),
        |n| "<!-".repeat(n),
        |n| "<script>".to_owned() + &"</scrip".repeat(n),
        |n| "<p style='".to_owned() + &"display:non;".repeat(n) + "'>",
        |n| "<br>".repeat(n) + "x",
        |n| "<pre>".to_owned() + &"\n".repeat(n) + "x",
    ];
    for page in pages {
        let (small, large) = (time(page, 20_000), time(page, 160_000));
        // Eight times the page: sixty-four times the time if it were quadratic; the machine may be busy.
        let bound = small.max(Duration::from_millis(1)) * 24;
        assert!(large < bound, "{small:?} and {large:?}: {}", page(2));
    }
}
