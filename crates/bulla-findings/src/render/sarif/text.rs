//! An attacker's text, made harmless for SARIF.

/// GitHub takes no longer descriptions.
const LONGEST: usize = 1024;

/// One line without control characters or ones that turn the direction of text around, cut at [`LONGEST`] characters.
pub(crate) fn plain(text: &str) -> String {
    let mut shown: String = text.chars().take(LONGEST).map(harmless).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.pop();
        shown.push('…');
    }
    shown
}

/// A message string (3.11.5, 3.11.6): braces are doubled, for `{0}` is a placeholder; `](` makes no link.
pub(crate) fn message(text: &str) -> String {
    plain(text).replace('{', "{{").replace('}', "}}").replace("](", "] (")
}

/// GitHub-flavoured Markdown in which nothing is markup.
pub(crate) fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in plain(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            // A reference by number, for a backslash does not stop a mention or a bare address.
            '@' => escaped.push_str("&#64;"),
            ':' => escaped.push_str("&#58;"),
            '{' => escaped.push_str("{{"),
            '}' => escaped.push_str("}}"),
            c if c.is_ascii_punctuation() => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Code of this program's own, in the same Markdown: nothing but braces means anything there.
pub(crate) fn code(own: &'static str) -> String {
    format!("`{}`", own.replace('{', "{{").replace('}', "}}"))
}

/// An absolute `http` or `https` URI without anything that a URI cannot have (RFC 3986, section 2).
pub(crate) fn web_uri(text: &str) -> Option<String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-.:".contains(c);
    let is_uri = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&'()*+,;=%".contains(c);
    let percent_is_whole = rest
        .split('%')
        .skip(1)
        .all(|after| after.len() >= 2 && after.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()));
    let port_is_number =
        host.split_once(':').is_none_or(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    let good = host.starts_with(|c: char| c.is_ascii_alphanumeric())
        && host.chars().all(is_host)
        && port_is_number
        && rest.chars().all(is_uri)
        && rest.matches('#').count() <= 1
        && percent_is_whole;
    good.then(|| text.to_owned())
}

/// A path as a relative reference that stays below its base: forward slashes, no `.` or `..`, the rest percent-encoded.
/// `None` if nothing is left of it.
pub(crate) fn relative_uri(path: &str) -> Option<String> {
    let segments = path.split(['/', '\\']).filter(|segment| !matches!(*segment, "" | "." | ".."));
    let encoded: Vec<String> = segments.map(percent_encoded).collect();
    (!encoded.is_empty()).then(|| encoded.join("/"))
}

/// Only the unreserved characters of RFC 3986, section 2.3, stand for themselves: a colon could end a scheme.
fn percent_encoded(segment: &str) -> String {
    let mut encoded = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(byte.into());
        } else {
            const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
            encoded.push('%');
            encoded.extend([byte >> 4, byte & 15].map(|digit| char::from(DIGITS[usize::from(digit)])));
        }
    }
    encoded
}

fn harmless(c: char) -> char {
    match c {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => '\u{fffd}',
        c if c.is_control() => ' ',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_cannot_leave_its_base_or_become_an_address() {
        let uri = |path| relative_uri(path);
        assert_eq!(uri("src/a b.rs").as_deref(), Some("src/a%20b.rs"));
        assert_eq!(uri("/usr/lib/../../etc/passwd").as_deref(), Some("usr/lib/etc/passwd"));
        assert_eq!(uri(r"C:\Windows\..\x").as_deref(), Some("C%3A/Windows/x"));
        assert_eq!(uri("//evil.example/x").as_deref(), Some("evil.example/x"));
        assert_eq!(uri("javascript:alert(1)").as_deref(), Some("javascript%3Aalert%281%29"));
        assert_eq!(uri("ü%2e%2e").as_deref(), Some("%C3%BC%252e%252e"));
        assert_eq!([uri(""), uri("./.."), uri("///")], [None, None, None]);
    }

    #[test]
    fn only_a_whole_web_address_is_one() {
        for good in ["https://example.org", "http://example.org:80/a?b=%20#c"] {
            assert_eq!(web_uri(good).as_deref(), Some(good));
        }
        for bad in [
            "javascript:alert(1)",
            "https://",
            "https:///path",
            "https://a b/",
            "https://a/%",
            "https://a/%2",
            "https://a/%zz",
            "https://a/#b#c",
            "https://user@host/",
            "https://a:b/",
            "https://exämple.org/",
            "https://a/\"><script>",
            "https://a/\n",
        ] {
            assert_eq!(web_uri(bad), None, "{bad}");
        }
    }

    #[test]
    fn markup_in_texts_is_text() {
        assert_eq!(message("a [b](http://c) {0}\n\u{202e}d"), "a [b] (http://c) {{0}} \u{fffd}d");
        assert_eq!(markdown("<b> @all https://x *y*"), r"&lt;b&gt; &#64;all https&#58;\/\/x \*y\*");
        assert_eq!(plain(&"é".repeat(1025)).chars().count(), 1024);
    }
}
