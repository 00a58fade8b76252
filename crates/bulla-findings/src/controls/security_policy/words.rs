//! What single lines of a policy say, in lower case.

/// What nobody has filled in.
pub(super) fn is_placeholder(line: &str) -> bool {
    let phrases = ["<your", "[your", "[insert", "<insert", "use this section to tell people", "lorem ipsum"];
    words(line).any(|word| matches!(word, "todo" | "tbd" | "fixme"))
        || phrases.iter().any(|phrase| line.contains(phrase))
        || addresses(line).any(is_example)
}

/// A way to report something that nobody else reads.
pub(super) fn is_channel(line: &str) -> bool {
    let phrases = [
        "security advisor",
        "security/advisories",
        "private vulnerability report",
        "hackerone.com/",
        "bugcrowd.com/",
    ];
    let address = |line: &str| addresses(line).next().is_some();
    let form = line.contains("report") && line.contains("https://") && !line.contains("/issues");
    phrases.iter().any(|phrase| line.contains(phrase)) || address(line) || form
}

/// E-mail addresses, as far as telling that there is one.
fn addresses(line: &str) -> impl Iterator<Item = &str> {
    let pieces = line.split(|c: char| !(c.is_alphanumeric() || "@.+-_".contains(c)));
    pieces.map(|piece| piece.trim_end_matches('.')).filter(|piece| {
        piece.split_once('@').is_some_and(|(user, domain)| {
            let name = domain.rsplit_once('.').is_some_and(|(name, top)| !name.is_empty() && top.len() > 1);
            !user.is_empty() && name && !domain.contains('@')
        })
    })
}

/// RFC 2606 keeps these for examples.
fn is_example(address: &str) -> bool {
    let domain = address.rsplit('@').next().unwrap_or_default();
    let is = |name: &str| domain == name || domain.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'));
    ["example.com", "example.org", "example.net", "example", "invalid", "test"].into_iter().any(is)
}

pub(super) fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// A number, or a word for one, followed by what time is counted in: "48 hours", "two business days", "48h".
pub(super) fn has_time(line: &str) -> bool {
    let unit = |word: &str| {
        let word = word.strip_suffix('s').unwrap_or(word);
        matches!(word, "hour" | "day" | "week" | "month")
    };
    let number = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_digit())
            || matches!(
                word,
                "a" | "one" | "two" | "three" | "four" | "five" | "seven" | "ten" | "fourteen" | "thirty"
            )
    };
    let words: Vec<&str> = words(line).collect();
    words.iter().enumerate().any(|(at, word)| {
        let before = &words[at.saturating_sub(2)..at];
        unit(word) && before.iter().any(|word| number(word))
            || word.ends_with('h') && is_number(&word[..word.len() - 1])
    })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_channel_and_an_issue_tracker_is_none() {
        for line in [
            "mail <security@bulla.dev>.",
            "report at https://bulla.dev/report",
            "[x](../../security/advisories/new)",
        ] {
            assert!(is_channel(line), "{line}");
        }
        for line in [
            "report at https://github.com/a/b/issues",
            "mention @bulla/security",
            "a@b",
            "report a vulnerability",
        ] {
            assert!(!is_channel(line), "{line}");
        }
        assert!(is_placeholder("security@example.com") && !is_placeholder("security@bulla.dev, for example"));
    }

    #[test]
    fn a_time_is_a_number_of_something() {
        for line in ["within 48 hours", "two business days", "48h", "| 7 days |", "a week"] {
            assert!(has_time(line), "{line}");
        }
        for line in ["one of these days, maybe", "soon", "version 2", "high", "hours"] {
            assert!(!has_time(line), "{line}");
        }
    }
}
