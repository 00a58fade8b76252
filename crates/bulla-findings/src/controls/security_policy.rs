//! Security policy: who finds a weakness and can't tell it in private tells everybody, or sells it.

mod words;

use self::words::{affirms, has_time, is_channel, is_placeholder, words};
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

fn check(repository: &Repository) -> Vec<Evidence> {
    let mut policies = repository.security_policies();
    let Some(path) = policies.next() else {
        return vec![Evidence::fail("there is no SECURITY.md at the root, in `.github` or in `docs`")];
    };
    let text = match repository.text(path).expect("a path of the repository is there") {
        Ok(text) => text,
        Err(why) => return vec![Evidence::fail(format!("the policy cannot be read: {why}")).in_file(path)],
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

/// Whether a policy that names it names a private channel for reports.
pub(crate) fn is_private_channel(contact: &str) -> bool {
    let line = format!("by a private report to {contact}").to_lowercase();
    is_channel(&line) && !is_placeholder(&line)
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

    /// The first line that shows something and is not left from a template; a heading needs something below it.
    fn first(&self, shows: impl Fn(&str) -> bool) -> Option<u64> {
        let lines = self.prose.iter().enumerate();
        let mut shown = lines.filter(|(_, (_, line))| !is_placeholder(line) && shows(line));
        let found = shown.find(|(at, (_, line))| {
            let mut below = self.prose[at + 1..].iter().filter(|(_, line)| !line.trim().is_empty());
            !line.starts_with('#')
                || below.next().is_some_and(|(_, below)| !below.starts_with('#') && !is_placeholder(below))
        });
        found.map(|(_, (number, _))| *number)
    }

    fn judge(&self, line: Option<u64>, has: &str, lacks: &str) -> Evidence {
        match line {
            Some(line) => Evidence::pass(has).at_line(self.path, &self.lines, line),
            None => Evidence::fail(lacks).at_line(self.path, &self.lines, 1),
        }
    }

    fn versions(&self) -> Evidence {
        let is_about = |line: &str| ["version", "release", "branch"].iter().any(|word| line.contains(word));
        self.judge(
            self.first(|line| is_about(line) && affirms(line, &["support"])),
            "the policy says which versions are supported",
            "the policy does not say which versions are supported",
        )
    }

    fn channel(&self) -> Evidence {
        self.judge(
            self.first(is_channel),
            "the policy names a private channel for reports",
            "the policy names no private channel for reports: no security advisory, no address",
        )
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
        let found = match timed.as_slice() {
            [_, _, ..] => Evidence::pass("the policy says when an answer comes, by severity"),
            [one] => Evidence::fail(format!("the policy says when an answer comes only for what is {one}")),
            [] if any.is_some() => Evidence::fail(
                "the policy says when an answer comes, and not how that depends on the severity",
            ),
            [] => Evidence::fail("the policy does not say when an answer comes"),
        };
        found.at_line(self.path, &self.lines, first.or(any).unwrap_or(1))
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
        self.judge(
            self.first(|line| affirms(line, &phrases)),
            "the policy says what is out of scope",
            "the policy does not say what is out of scope",
        )
    }

    fn disclosure(&self) -> Evidence {
        // "Please do not disclose it" asks for silence and promises nothing.
        self.judge(
            self.first(|line| affirms(line, &["disclos"])),
            "the policy says how a weakness is disclosed",
            "the policy does not say how a weakness is disclosed",
        )
    }

    fn placeholder(&self) -> Option<Evidence> {
        let (number, _) = self.prose.iter().find(|(_, line)| is_placeholder(line))?;
        Some(Evidence::warn("the policy has text that is left from a template").at_line(
            self.path,
            &self.lines,
            *number,
        ))
    }
}
