//! The branch filters of triggers.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet>

use super::Trigger;
use crate::repository::yaml::Node;

/// GitHub takes no longer name for a branch; no longer pattern matches one here.
const LONGEST: usize = 255;

/// Nobody has more patterns: with the length, this bounds what a filter costs.
const MOST_PATTERNS: usize = 1000;

/// Whether a trigger's filters let it run for that branch.
pub(crate) fn runs_for_branch(trigger: &Trigger, branch: &str) -> bool {
    let filters = &trigger.filters;
    let filter = |name: &str| filters.get(name).map(Node::items);
    match (filter("branches"), filter("branches-ignore")) {
        (Some(patterns), _) | (_, Some(patterns)) if patterns.len() > MOST_PATTERNS => false,
        (Some(patterns), _) => is_chosen(patterns, branch),
        (None, Some(patterns)) => !is_chosen(patterns, branch),
        // A filter for tags alone leaves every branch out.
        (None, None) => filters.get("tags").is_none() && filters.get("tags-ignore").is_none(),
    }
}

/// The last pattern that matches decides; one that begins with `!` takes away.
fn is_chosen(patterns: &[Node], branch: &str) -> bool {
    let branch: Vec<char> = branch.chars().take(LONGEST).collect();
    patterns.iter().filter_map(Node::as_text).fold(false, |chosen, pattern| match pattern.strip_prefix('!') {
        Some(pattern) => chosen && !matches(pattern, &branch),
        None => chosen || matches(pattern, &branch),
    })
}

/// Which of a name's beginnings the pattern matches so far is all that is kept.
fn matches(pattern: &str, name: &[char]) -> bool {
    let pattern: Vec<char> = pattern.chars().take(LONGEST + 1).collect();
    if pattern.len() > LONGEST {
        return false;
    }
    let mut reached = vec![false; name.len() + 1];
    reached[0] = true;
    let mut rest = pattern.as_slice();
    while let Some((one, behind)) = One::first(rest) {
        rest = behind;
        let (least, most) = match (one, rest.first()) {
            (One::Star | One::Stars, _) => (0, usize::MAX),
            (_, Some('?')) => (0, 1),
            (_, Some('+')) => (1, usize::MAX),
            _ => (1, 1),
        };
        if (least, most) != (1, 1) && !matches!(one, One::Star | One::Stars) {
            rest = &rest[1..];
        }
        let mut next = if least == 0 { reached.clone() } else { vec![false; name.len() + 1] };
        for (at, char) in name.iter().enumerate() {
            let again = most > 1 && next[at];
            if (reached[at] || again) && one.is(*char) {
                next[at + 1] = true;
            }
        }
        reached = next;
    }
    reached[name.len()]
}

/// What stands for one character.
#[derive(Debug, Clone, Copy)]
enum One<'a> {
    /// Any, but `/`.
    Star,
    Stars,
    Literal(char),
    /// One of those in brackets.
    Class(&'a [char]),
}

impl<'a> One<'a> {
    /// The first of a pattern, and what is behind it.
    fn first(pattern: &'a [char]) -> Option<(Self, &'a [char])> {
        Some(match pattern {
            [] => return None,
            ['*', '*', rest @ ..] => (Self::Stars, rest),
            ['*', rest @ ..] => (Self::Star, rest),
            ['\\', char, rest @ ..] => (Self::Literal(*char), rest),
            ['[', rest @ ..] => match rest.iter().position(|char| *char == ']') {
                Some(end) => (Self::Class(&rest[..end]), &rest[end + 1..]),
                None => (Self::Literal('['), rest),
            },
            [char, rest @ ..] => (Self::Literal(*char), rest),
        })
    }

    fn is(self, char: char) -> bool {
        match self {
            Self::Star => char != '/',
            Self::Stars => true,
            Self::Literal(literal) => char == literal,
            Self::Class(class) => {
                class.contains(&char)
                    || class.windows(3).any(|range| range[1] == '-' && (range[0]..=range[2]).contains(&char))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(pattern: &str, branch: &str) -> bool {
        matches(pattern, &branch.chars().collect::<Vec<_>>())
    }

    #[test]
    fn patterns_are_githubs() {
        for (pattern, branch, expected) in [
            ("main", "main", true),
            ("main", "mains", false),
            ("*", "main", true),
            ("*", "release/1", false),
            ("**", "release/1", true),
            ("release/**", "release/1/x", true),
            ("release/*", "release/1/x", false),
            ("*ain", "main", true),
            ("mains?", "main", true),
            ("mains?", "mains", true),
            ("ma?in", "min", true),
            ("ma+in", "maaain", true),
            ("ma+in", "min", false),
            ("v[12].[0-9]+", "v2.15", true),
            ("v[12].[0-9]+", "v3.1", false),
            ("v[12].[0-9]+", "v1.", false),
            ("[", "[", true),
            ("a\\*b", "a*b", true),
            ("a\\*b", "axb", false),
            ("", "", true),
            ("", "main", false),
        ] {
            assert_eq!(is(pattern, branch), expected, "{pattern} {branch}");
        }
    }

    #[test]
    fn filters_choose_branches_as_github_does() {
        let runs = |filters: &str| {
            let node = Node::parse(&format!("push:\n{filters}")).unwrap();
            let (event, filters) = node.entries().next().unwrap();
            runs_for_branch(&Trigger { event: event.text().unwrap(), filters: filters.clone() }, "main")
        };
        assert!(runs(""));
        assert!(runs("  paths: [x]\n"));
        assert!(runs("  branches: main\n"));
        assert!(!runs("  branches: [dev]\n"));
        assert!(!runs("  branches: ['**', '!main']\n"));
        assert!(runs("  branches: ['!main', 'ma*']\n"));
        assert!(!runs("  branches-ignore: [main]\n"));
        assert!(runs("  branches-ignore: [dev]\n"));
        assert!(!runs("  tags: ['v*']\n"));
        assert!(runs("  tags: ['v*']\n  branches: [main]\n"));
    }

    #[test]
    fn what_nobody_would_write_lets_nothing_run() {
        let name = "a".repeat(LONGEST);
        assert!(is(&"*a?".repeat(LONGEST / 3), &name));
        assert!(!is(&"*".repeat(LONGEST + 1), &name));
        let filters = format!("branches-ignore: [{}]\n", "x, ".repeat(MOST_PATTERNS + 1));
        let event = Node::parse("push").unwrap().text().unwrap();
        assert!(!runs_for_branch(&Trigger { event, filters: Node::parse(&filters).unwrap() }, "main"));
    }
}
