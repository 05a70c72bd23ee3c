//! Pages of HTML.

use std::time::Instant;

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
fn lists_of_links_are_told() {
    let html = "<h1>Title</h1><ul><li><a href=x>One</a><li><a>Twenty</a> (2)<li><a>Three</ul>\
                <p>Text with <a>a link</a> in it.<p><a>Four</a><p><a>Five</a>";
    let Rendered { text, link_lists } = render(html);
    let lists: Vec<&str> = link_lists.iter().map(|list| &text[list.clone()]).collect();
    assert_eq!(lists, ["One\nTwenty (2)\nThree\n\n"]);
    let all = render("<a>One<br>Two<br>Three</a>");
    assert_eq!(all.link_lists.first(), Some(&(0..all.text.len())));
}

#[test]
fn hostile_pages_take_linear_time() {
    let many = |part: &str| part.repeat(50_000);
    for html in [
        many("<div>"),
        many("<div>") + &many("</p>"),
        many("<b id=x>") + &many("<p>"),
        many("<table><tr><td>"),
        "<a ".to_owned() + &many("b=c ") + ">",
        many("<a href=x>y"),
        many("<svg><p>"),
        many("<p hidden>"),
        many("</"),
        many("&am"),
        many("<!-"),
        "<script>".to_owned() + &many("</scrip"),
        "<p style='".to_owned() + &many("display:non;") + "'>",
        many("<br>") + "x",
        "<pre>".to_owned() + &many("\n") + "x",
    ] {
        let start = Instant::now();
        let rendered = render(&html);
        assert!(rendered.text.len() <= html.len() + 1);
        // Seconds if it were not so; the machine may be busy.
        assert!(start.elapsed().as_secs() < 8, "{}", &html[..20]);
    }
}
