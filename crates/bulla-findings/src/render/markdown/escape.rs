//! Others' text in GitHub's Markdown: it shows as what it is, and makes nothing.

/// The most characters of one text that are shown.
const LONGEST: usize = 200;
/// The longest address that is linked.
const LONGEST_ADDRESS: usize = 1000;
/// A zero-width space: GitHub looks for mentions, references and addresses in what is already rendered, where neither
/// a backslash nor an entity can be seen any more.
const APART: &str = "&#8203;";

/// A text on one line, in a table's cell or a paragraph, never at the start of a line.
pub(crate) fn text(text: &str) -> String {
    up_to(LONGEST, text)
}

/// A text of this program's own, whole.
pub(crate) fn own(own: &'static str) -> String {
    up_to(usize::MAX, own)
}

fn up_to(longest: usize, text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(4 * LONGEST));
    let (mut before, mut rest) = (String::new(), text.chars());
    for _ in 0..longest {
        let Some(c) = rest.next() else { return shown };
        match c {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            // Not with a backslash: a table is cut into cells before anything else is read.
            '|' => shown.push_str("&#124;"),
            '`' => shown.push_str("&#96;"),
            '\\' | '*' | '_' | '[' | ']' | '~' | '$' => shown.extend(['\\', c]),
            '\n' | '\r' | '\t' => shown.push(' '),
            c if is_invisible(c) => shown.push('\u{fffd}'),
            c => shown.push(c),
        }
        if makes_something(&before, c, rest.as_str()) {
            shown.push_str(APART);
        }
        before.push(c.to_ascii_lowercase());
    }
    if rest.next().is_some() {
        shown.push('…');
    }
    shown
}

/// Whether what follows must be kept apart: a mention, `#1`, `GH-1`, an address, an emoji's name.
fn makes_something(before: &str, c: char, rest: &str) -> bool {
    match c {
        '@' | '#' => true,
        '-' => before.ends_with("gh") && rest.starts_with(|c: char| c.is_ascii_digit()),
        // Behind the dot it would be part of an address.
        'w' | 'W' => before.ends_with("ww") && rest.starts_with('.'),
        ':' => rest.starts_with("//") || is_emoji(rest),
        _ => false,
    }
}

fn is_emoji(rest: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "+-_".contains(c);
    let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
    end > 0 && rest[end..].starts_with(':')
}

/// Characters that move the cursor, turn the order of the letters or are not seen.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// The text as a link, if there is an address that can be linked.
pub(crate) fn link(shown: &str, url: Option<&str>) -> String {
    let shown = text(shown);
    match url.and_then(address) {
        Some(address) if !shown.is_empty() => format!("[{shown}]({address})"),
        _ => shown,
    }
}

/// A web address as a link's destination: everything but the characters of an ordinary address is percent-encoded. One
/// with a user's name before the host leads elsewhere than it seems to.
fn address(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let host = rest.split(['/', '?', '#']).next()?;
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-.:".contains(c);
    if host.is_empty() || !host.chars().all(is_host) || url.len() > LONGEST_ADDRESS {
        return None;
    }
    let mut address = String::with_capacity(url.len());
    for byte in url.bytes() {
        match byte {
            b'&' => address.push_str("&amp;"),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => address.push(byte.into()),
            b'-' | b'.' | b'_' | b'/' | b':' | b'?' | b'#' | b'=' | b'%' | b'+' | b',' | b';' => {
                address.push(byte.into())
            }
            other => address.push_str(&format!("%{other:02X}")),
        }
    }
    Some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_make_something_is_shown_as_it_is() {
        let cases = [
            ("a|b", "a&#124;b"),
            ("`x`", "&#96;x&#96;"),
            ("<img src=x>", "&lt;img src=x&gt;"),
            ("![x](https://e.example/p)", r"!\[x\](https:&#8203;//e.example/p)"),
            ("@babel/core", "@&#8203;babel/core"),
            ("fixes #12, GH-3, gh-x", "fixes #&#8203;12, GH-&#8203;3, gh-x"),
            ("WWW.e.example", "WWW&#8203;.e.example"),
            ("a__b__ *c* ~~d~~ $e$", r"a\_\_b\_\_ \*c\* \~\~d\~\~ \$e\$"),
            (r"\|\`", r"\\&#124;\\&#96;"),
            (":shipit: a:b", ":&#8203;shipit: a:b"),
            ("a\r\nb\u{1b}[2J\u{202e}c", "a  b\u{fffd}\\[2J\u{fffd}c"),
            ("&#64;user", "&amp;#&#8203;64;user"),
        ];
        for (raw, shown) in cases {
            assert_eq!(text(raw), shown);
        }
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(text(&"x".repeat(200)), "x".repeat(200));
        assert_eq!(text(&"x".repeat(201)), format!("{}…", "x".repeat(200)));
    }

    #[test]
    fn only_a_web_address_is_linked_and_nothing_in_it_ends_the_link() {
        let linked = |url| link("id", Some(url));
        assert_eq!(linked("https://e.example/a?b=1&c=2#d"), "[id](https://e.example/a?b=1&amp;c=2#d)");
        assert_eq!(
            linked("https://e.example/a)b c|d<e>`\\"),
            "[id](https://e.example/a%29b%20c%7Cd%3Ce%3E%60%5C)"
        );
        for refused in
            ["javascript:alert(1)", "https://", "https://good.example@evil.example/", "http://a b/", ""]
        {
            assert_eq!(linked(refused), "id");
        }
    }
}
