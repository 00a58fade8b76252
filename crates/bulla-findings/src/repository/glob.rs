//! Paths by pattern: `*` and `?` stay within one part, `**` is any number of parts.

/// A pattern of paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    parts: Vec<String>,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        Self { parts: parts(text).map(str::to_owned).collect() }
    }

    /// Whether a path from the repository's root is what the pattern describes.
    pub(super) fn matches(&self, path: &str) -> bool {
        let path: Vec<&str> = parts(path).collect();
        let part_matches = |part: &String, name: &&str| {
            walk(
                part.as_bytes(),
                name.as_bytes(),
                |byte| *byte == b'*',
                |byte, other| *byte == b'?' || byte == other,
            )
        };
        walk(&self.parts, &path, |part| part == "**", part_matches)
    }
}

/// Whether anything in a text stands for more than itself.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty() && *part != ".")
}

/// Matches items one by one, where some stand for any number. Only the last of those is ever taken back, which keeps the
/// steps below the product of the two lengths.
fn walk<P, N>(pattern: &[P], items: &[N], is_any: fn(&P) -> bool, fits: fn(&P, &N) -> bool) -> bool {
    let (mut at, mut item) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while item < items.len() {
        match pattern.get(at) {
            Some(any) if is_any(any) => {
                retry = Some((at + 1, item));
                at += 1;
            }
            Some(one) if fits(one, &items[item]) => {
                at += 1;
                item += 1;
            }
            _ => match retry {
                Some((after, from)) => {
                    retry = Some((after, from + 1));
                    (at, item) = (after, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(is_any)
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn matches(pattern: &str, path: &str) -> bool {
        Pattern::new(pattern).matches(path)
    }

    #[test]
    fn a_star_stays_within_one_part_and_two_go_through_any_number() {
        for (pattern, path) in [
            ("/", ""),
            ("/packages/*", "packages/one"),
            ("packages/**", "packages/a/b"),
            ("packages/**", "packages"),
            ("**/api-?", "a/b/api-1"),
            ("./a*c", "abbc"),
        ] {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("/", "a"),
            ("packages/*", "packages/a/b"),
            ("packages/*", "packages"),
            ("a*c", "abcd"),
            ("A", "a"),
        ] {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
    }

    #[test]
    fn many_stars_take_no_more_steps_than_the_product_of_the_lengths() {
        let (pattern, path) = ("*a".repeat(2_000) + "b", "a".repeat(4_000));
        assert!(!matches(&pattern, &path));
        assert!(!matches(&"**/a/".repeat(1_000), &format!("{}c", "a/".repeat(2_000))));
    }
}
