//! Security policy: who finds a weakness and can't tell it in private tells everybody, or sells it.

use super::{Control, Evidence};
use crate::repository::{Repository, prose};
use crate::severity::Severity;

/// See the module.
pub(super) static SECURITY_POLICY: Control = Control {
    id: "security-policy",
    title: "Security policy",
    question: "Does the repository say how to report a weakness, what is supported, and how fast an answer comes?",
    reason: "Who finds a weakness and knows no private way to report it publishes it, or keeps it; either way attackers have it \
             before there is a fix. Who uses the software can't tell which versions are still fixed, or when to expect one.",
    fix: "Write a SECURITY.md with the supported versions, a private channel (a link to the repository's `security/advisories/new` \
          or an address that is read), times to an answer for each severity, what is out of scope, and how a weakness is \
          disclosed; `bulla controls init` writes one to begin with.",
    severity: Severity::Medium,
    check,
};

/// GitHub shows one from any of these; it documents this order for a README and none for this file.
const DIRECTORIES: [&str; 3] = [".github/", "", "docs/"];

fn check(repository: &Repository) -> Vec<Evidence> {
    let mut policies = DIRECTORIES.into_iter().filter_map(|dir| policy(repository, dir));
    let Some(path) = policies.next() else {
        return vec![Evidence::fail("there is no SECURITY.md at the root, in `.github` or in `docs`")];
    };
    let text = match repository.text(path).expect("a path of the repository is there") {
        Ok(text) => text,
        Err(why) => return vec![Evidence::fail(format!("cannot be read: {why}")).in_file(path)],
    };
    let file = Policy::new(path, text);
    let mut found = vec![file.versions(), file.channel(), file.times(), file.scope(), file.disclosure()];
    found.extend(file.placeholder());
    found.extend(policies.map(|other| {
        let what = format!("`{other}` was not looked at: GitHub shows one policy, taken here to be `{path}`");
        Evidence::not_assessed(what).in_file(other)
    }));
    found
}

fn policy<'a>(repository: &'a Repository, dir: &str) -> Option<&'a str> {
    repository
        .paths()
        .find(|path| path.strip_prefix(dir).is_some_and(|name| name.eq_ignore_ascii_case("security.md")))
}

/// A policy's visible lines, in lower case.
struct Policy<'a> {
    path: &'a str,
    lines: Vec<&'a str>,
    prose: Vec<(u64, String)>,
}

const SEVERITIES: [&str; 4] = ["critical", "high", "medium", "low"];

impl<'a> Policy<'a> {
    fn new(path: &'a str, text: &'a str) -> Self {
        let prose = prose(text).into_iter().map(|(number, line)| (number, line.to_lowercase()));
        Self { path, lines: text.lines().collect(), prose: prose.collect() }
    }

    /// The first line that shows something and is not left from a template.
    fn first(&self, shows: impl Fn(&str) -> bool) -> Option<u64> {
        let mut lines = self.prose.iter().filter(|(_, line)| !is_placeholder(line));
        lines.find(|(_, line)| shows(line)).map(|(number, _)| *number)
    }

    fn judge(&self, line: Option<u64>, has: &str, lacks: Evidence) -> Evidence {
        match line {
            Some(line) => Evidence::pass(has).at_line(self.path, &self.lines, line),
            None => lacks.in_file(self.path),
        }
    }

    fn versions(&self) -> Evidence {
        let versions = ["version", "release", "branch"];
        let line =
            self.first(|line| line.contains("support") && versions.iter().any(|word| line.contains(word)));
        self.judge(
            line,
            "says which versions are supported",
            Evidence::warn("does not say which versions are supported"),
        )
    }

    fn channel(&self) -> Evidence {
        let lacks = "names no private channel for reports: no security advisory, no address";
        self.judge(self.first(is_channel), "names a private channel for reports", Evidence::fail(lacks))
    }

    /// Times count for the severity on their line, or for those of the heading or the table's head above.
    fn times(&self) -> Evidence {
        let mut above: Vec<&str> = Vec::new();
        let (mut timed, mut first, mut any) = (Vec::new(), None, None);
        for (number, line) in self.prose.iter().filter(|(_, line)| !is_placeholder(line)) {
            let here: Vec<&str> =
                SEVERITIES.into_iter().filter(|name| words(line).any(|word| word == *name)).collect();
            if has_time(line) {
                any.get_or_insert(*number);
                let of = if here.is_empty() { &above } else { &here };
                if !of.is_empty() {
                    first.get_or_insert(*number);
                }
                timed.extend_from_slice(of);
            } else if line.starts_with('#') || !here.is_empty() {
                above = here;
            }
        }
        timed.sort_unstable();
        timed.dedup();
        let lacks = match any {
            None => Evidence::warn("does not say when an answer comes"),
            Some(line) if timed.is_empty() => {
                let what = "says when an answer comes, and not how that depends on the severity";
                return Evidence::warn(what).at_line(self.path, &self.lines, line);
            }
            Some(_) => Evidence::warn(format!("says when an answer comes only for what is {}", timed[0])),
        };
        self.judge(first.filter(|_| timed.len() > 1), "says when an answer comes, by severity", lacks)
    }

    fn scope(&self) -> Evidence {
        let phrases = [
            "out of scope",
            "out-of-scope",
            "not in scope",
            "outside the scope",
            "not a vulnerability",
            "not vulnerabilities",
            "not considered",
            "non-qualifying",
            "not eligible",
        ];
        let line = self.first(|line| phrases.iter().any(|phrase| line.contains(phrase)));
        self.judge(line, "says what is out of scope", Evidence::warn("does not say what is out of scope"))
    }

    fn disclosure(&self) -> Evidence {
        // "Please do not disclose it" asks for silence and promises nothing.
        let asks = |line: &str| {
            ["not disclose", "n't disclose", "not publicly disclose", "avoid disclos"]
                .iter()
                .any(|it| line.contains(it))
        };
        let line = self.first(|line| line.contains("disclos") && !asks(line));
        self.judge(
            line,
            "says how a weakness is disclosed",
            Evidence::warn("does not say how a weakness is disclosed"),
        )
    }

    fn placeholder(&self) -> Option<Evidence> {
        let (number, _) = self.prose.iter().find(|(_, line)| is_placeholder(line))?;
        Some(Evidence::warn("has text that is left from a template").at_line(self.path, &self.lines, *number))
    }
}

/// What nobody has filled in. `example` is a name that nobody can register.
fn is_placeholder(line: &str) -> bool {
    let phrases = ["<your", "[your", "[insert", "<insert", "use this section to tell people", "lorem ipsum"];
    words(line).any(|word| matches!(word, "todo" | "tbd" | "fixme"))
        || phrases.iter().any(|phrase| line.contains(phrase))
        || addresses(line).any(is_example)
}

fn is_channel(line: &str) -> bool {
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

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// A number, or a word for one, followed by what time is counted in: "48 hours", "two business days", "next release".
fn has_time(line: &str) -> bool {
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
