//! Patterns of paths as package managers and robots have them: `*` and `?` stay within one part, `**` is any number of
//! parts.

use super::part::Part;
use super::wildcard::{Budget, Item, canonical, matches};

/// A pattern of paths from the repository's root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Glob(Vec<Item<Part>>);

/// No path is longer.
const LONGEST: usize = 4096;

impl Glob {
    /// `None`: it says what is not understood here, such as `[ab]` and `{a,b}`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let says_more = text.contains(['[', ']', '{', '}', '(', ')', '\\']) || text.starts_with(['!', '#']);
        if says_more || text.len() > LONGEST {
            return None;
        }
        let item = |part: &str| Item::of(&part.chars().map(glyph).collect::<Vec<_>>());
        Some(Self(canonical(parts(text).map(item).collect())))
    }

    /// Whether it describes that path, as far as the budget reaches.
    pub(super) fn matches(&self, path: &str, budget: &Budget) -> bool {
        !budget.is_spent() && matches(&self.0, parts(path), budget, |part, name| part.matches(name, budget))
    }
}

/// What a path goes through: `./a//b` is `a/b`, and the root is nothing.
pub(super) fn parts(path: &str) -> impl DoubleEndedIterator<Item = &str> + Clone {
    path.split('/').filter(|part| !matches!(*part, "" | "."))
}

fn glyph(c: char) -> Item<char> {
    match c {
        '*' => Item::Many,
        '?' => Item::Any,
        c => Item::One(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        Glob::parse(pattern).unwrap().matches(path, &Budget::unbounded())
    }

    #[test]
    fn a_star_stays_within_one_part_and_two_go_through_any_number() {
        for (pattern, path) in [
            ("/", ""),
            (".", ""),
            ("/packages/*", "packages/one"),
            ("packages/**", "packages/a/b"),
            ("packages/**", "packages"),
            ("**/api-?", "a/b/api-1"),
            ("./a*c", "abbc"),
            ("/.github/actions/*", ".github/actions/build"),
        ] {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("/", "a"),
            ("packages/*", "packages/a/b"),
            ("packages/*", "packages"),
            ("a*c", "abcd"),
            ("A", "a"),
            ("/.github/*", "github/a"),
        ] {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
    }

    #[test]
    fn what_says_more_is_no_pattern() {
        for pattern in ["a/[bc]", "a/{b,c}", "a/@(b)", "!a", "a\\*", &"a/".repeat(3_000)] {
            assert_eq!(Glob::parse(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn a_spent_budget_matches_nothing() {
        let budget = Budget::bounded();
        budget.spend(usize::MAX);
        assert!(!Glob::parse("**").unwrap().matches("a", &budget));
    }
}
