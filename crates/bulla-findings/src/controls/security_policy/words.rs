//! What single lines of a policy say, in lower case. Words are looked for and not understood; only where a line plainly
//! says the opposite, they do not count.

/// What nobody has filled in.
pub(super) fn is_placeholder(line: &str) -> bool {
    let phrases = ["<your", "[your", "[insert", "<insert", "use this section to tell people", "lorem ipsum"];
    words(line).any(|word| matches!(word, "todo" | "tbd" | "fixme"))
        || phrases.iter().any(|phrase| line.contains(phrase))
        || addresses(line).any(|(_, address)| is_example(address))
}

/// Whether one of these beginnings of words stands in the line and is meant.
pub(super) fn affirms(line: &str, marks: &[&str]) -> bool {
    let takes_back = |word| matches!(word, "none" | "nothing" | "nobody" | "never");
    let is_meant = |clause: &str, mark: &str| {
        clause.match_indices(mark).any(|(at, mark)| {
            let (before, behind) = (&clause[..at], &clause[at + mark.len()..]);
            !before.ends_with(char::is_alphanumeric) && !is_negated(before, behind)
        })
    };
    !words(line).next_back().is_some_and(takes_back)
        && clauses(line).any(|clause| marks.iter().any(|mark| is_meant(clause, mark)))
}

/// What stands between commas and the like: a "not" reaches no further.
fn clauses(line: &str) -> impl Iterator<Item = &str> {
    // A dot and a colon are in addresses, too.
    let pieces = line.split(['(', ')', ',', ';', '|', '\u{2013}', '\u{2014}']);
    pieces.flat_map(|piece| piece.split(". ")).flat_map(|piece| piece.split(": "))
}

/// Whether what stands there is denied by a word shortly before it, or right behind it.
fn is_negated(before: &str, behind: &str) -> bool {
    // `t` is what is left of "don't".
    let denies = |word: &str| {
        matches!(word, "no" | "not" | "never" | "nobody" | "nothing" | "cannot" | "without" | "avoid" | "t")
    };
    let rest = behind.trim_start_matches(char::is_alphanumeric);
    words(before).rev().take(4).any(denies)
        || words(rest).next().is_some_and(|word| matches!(word, "no" | "none" | "nothing" | "nobody"))
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
    let is_written_to = |clause: &str| addresses(clause).any(|(at, _)| !is_negated(&clause[..at], ""));
    // A page is one only if it is said to be.
    let form = affirms(line, &["https://"])
        && !line.contains("/issues")
        && affirms(line, &["private", "confidential"]);
    affirms(line, &phrases) || clauses(line).any(is_written_to) || form
}

/// E-mail addresses, as far as telling that there is one, and where each begins.
fn addresses(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let ends = |c: char| !(c.is_alphanumeric() || "@.+-_".contains(c));
    let mut next = 0;
    let pieces = line.split_inclusive(ends).map(move |piece| {
        let at = next;
        next += piece.len();
        (at, piece.trim_end_matches(ends).trim_end_matches('.'))
    });
    pieces.filter(|(_, piece)| {
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

pub(super) fn words(line: &str) -> impl DoubleEndedIterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// A number, or a word for one, followed by what time is counted in: "48 hours", "two business days", "48h".
pub(super) fn has_time(line: &str) -> bool {
    // "No later than" promises something.
    clauses(line).any(|clause| names_time(clause) && !words(clause).any(|word| word == "never"))
}

fn names_time(line: &str) -> bool {
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
    fn a_private_place_is_a_channel_and_a_public_one_is_none() {
        for line in [
            "mail <security@bulla.dev>.",
            "do not open an issue, write to security@bulla.dev",
            "by a private report to <https://bulla.dev/report>",
            "[x](../../security/advisories/new)",
            "please do not open an issue. use a security advisory.",
        ] {
            assert!(is_channel(line), "{line}");
        }
        for line in [
            "report at https://github.com/a/b/issues",
            "report in private at https://github.com/a/b/issues",
            "report everything in public at https://bulla.dev/report",
            "report, and never in private, at https://bulla.dev/report",
            "we never use a security advisory",
            "never write to security@bulla.dev",
            "mention @bulla/security",
            "a@b",
            "report a vulnerability",
        ] {
            assert!(!is_channel(line), "{line}");
        }
        assert!(is_placeholder("security@example.com") && !is_placeholder("security@bulla.dev, for example"));
    }

    #[test]
    fn what_a_line_denies_it_does_not_say() {
        for line in ["supported versions", "| supports 1.x |", "not 1.x, but 2.x is supported"] {
            assert!(affirms(line, &["support"]), "{line}");
        }
        for line in [
            "we support no version",
            "we do not currently support any version",
            "no version is supported",
            "we don't support releases",
            "unsupported versions",
            "supported versions: none",
        ] {
            assert!(!affirms(line, &["support"]), "{line}");
        }
    }

    #[test]
    fn a_time_is_a_number_of_something() {
        for line in ["within 48 hours", "two business days", "48h", "| 7 days |", "no later than a week"] {
            assert!(has_time(line), "{line}");
        }
        for line in ["one of these days, maybe", "soon", "version 2", "high", "hours", "never in 48 hours"] {
            assert!(!has_time(line), "{line}");
        }
    }
}
