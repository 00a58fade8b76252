//! Texts that were written to do harm, and what shows that they do none.

use proptest::prelude::*;
use unicode_width::UnicodeWidthStr as _;

pub(crate) const TEXTS: [&str; 10] = [
    "</details><script>alert(1)</script>",
    "<!-- --> | a | b |\n| c |",
    "![x](https://e.example/p.png) [y](javascript:alert(1)) <https://e.example>",
    "@everyone fixes #1, GH-2 and owner/repository#3 www.e.example a@e.example",
    "```\n# heading\n- item\n> quote\n    code",
    r"\| \\| \` ](https://e.example) \",
    "a\u{202e}b\u{2066}c\u{200b}d\u{feff}e\u{e0041}f\u{1b}]0;title\u{7}\u{9b}31m\r\u{0}",
    "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} ☎\u{fe0f} 日本語 e\u{301}\u{301}\u{301}",
    "",
    " ",
];

/// No HTML but ours, every row of a table as long as its head, nothing that GitHub makes something of.
pub(crate) fn assert_harmless(markdown: &str, marker: &str, title: &str) {
    assert!(markdown.starts_with(&format!("{marker}\n## {title}\n")));
    assert!(markdown.len() <= 60_000, "{} bytes", markdown.len());
    let ours = [marker, "<details>", "</details>", "<summary>", "</summary>"];
    let rest = ours.iter().fold(markdown.to_owned(), |rest, ours| rest.replace(ours, ""));
    assert!(!rest.contains(['<', '>', '`']), "{rest}");
    assert!(!rest.contains(|c: char| c.is_control() && c != '\n'), "{rest:?}");

    let mut cells = None;
    for line in rest.lines() {
        assert!(!line.contains("!["), "an image: {line}");
        for at in line.match_indices('@').map(|(at, _)| at) {
            assert!(line[at..].starts_with("@&#8203;"), "a mention: {line}");
        }
        let text = without_links(line);
        assert!(!text.contains("://") && !text.to_lowercase().contains("www."), "a link: {line}");
        let pipes = line.matches('|').count();
        if !line.starts_with('|') {
            assert_eq!(pipes, 0, "a row outside of a table: {line}");
            cells = None;
        } else {
            assert_eq!(*cells.get_or_insert(pipes), pipes, "a broken row: {line}");
        }
    }
}

/// A line without the addresses of its links, none of which may hold what ends it.
fn without_links(line: &str) -> String {
    let mut parts = line.split("](https://");
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (address, after) = part.split_once(')').expect("a link ends");
        assert!(!address.contains(['(', '[', ']', '"', '\'', '\\', ' ']), "a link that ends early: {line}");
        rest.push_str(after);
    }
    rest
}

/// No control characters, none that turn or hide letters, and no line that is too wide.
pub(crate) fn assert_shown(shown: &str, width: usize) {
    assert!(!shown.contains(|c: char| c.is_control() && c != '\n'), "{shown:?}");
    assert!(!shown.contains(['\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}', '\u{e0041}']), "{shown:?}");
    assert_lines_fit(shown, width);
}

pub(crate) fn assert_lines_fit(shown: &str, width: usize) {
    for line in shown.lines() {
        assert!(line.width() <= width, "{} columns: {line:?}", line.width());
        assert_eq!(line, line.trim_end(), "ends with spaces");
    }
}

pub(crate) fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "|",
        "\\",
        "`",
        "<",
        ">",
        "@",
        "#1",
        "[",
        "](",
        ")",
        "![",
        "://",
        "https",
        "www.",
        "\n",
        "\u{202e}",
        "&",
        "_",
        "*",
        "~",
        "日",
        "\u{301}",
        "\u{fe0f}",
        " ",
        "a",
        "1",
        "-",
        ":",
        "GH",
        "<details>",
        "</details>",
        "<!--",
    ]);
    prop_oneof![any::<String>(), prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat())]
}
