//! What the version ranges of npm and Cargo say about where a weakness ends.

/// The first version of each part of a range that is free of it: `>=1.2.3 <2.0.0 || ^2.1.0` gives `1.2.3` and `2.1.0`.
/// A part without a lower bound, such as npm's `<0.0.0` for "never", gives none; `>1.2.3`, which names no such
/// version, is given as it is.
pub(crate) fn starts(range: &str) -> Vec<String> {
    bounds(range, |operator, version| match operator {
        ">=" | "^" | "~" | "=" | "" if is_version(version) => Some(version.to_owned()),
        ">" if is_version(version) => Some(format!(">{version}")),
        _ => None,
    })
}

/// The version that each part of a range with a weakness stops short of: `<7.2.2 || >=8.0.0 <8.1.1` gives `7.2.2` and
/// `8.1.1`. A part that has no such end, or includes it (`<=`), gives none.
pub(crate) fn ends(range: &str) -> Vec<String> {
    bounds(range, |operator, version| (operator == "<" && is_version(version)).then(|| version.to_owned()))
}

/// The first bound of each part that `take` wants.
fn bounds(range: &str, take: impl Fn(&str, &str) -> Option<String>) -> Vec<String> {
    let of_part = |part: &str| {
        // "< 1.0", ">=1.0,<2.0" and ">=1.0 <2.0" alike: an operator may stand apart from its version.
        let mut operator = "";
        part.split([' ', ',']).filter(|word| !word.is_empty()).find_map(|word| {
            let version = word.trim_start_matches(['<', '>', '=', '^', '~']);
            let own = &word[..word.len() - version.len()];
            let with = if own.is_empty() { operator } else { own };
            operator = if version.is_empty() { own } else { "" };
            take(with, version)
        })
    };
    range.split("||").filter_map(of_part).collect()
}

fn is_version(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && text != "0.0.0"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_good_versions_starts_where_the_weakness_ends() {
        assert_eq!(starts(">=1.2.3 <2.0.0 || ^2.1.0"), ["1.2.3", "2.1.0"]);
        assert_eq!(starts(">= 0.38.0"), ["0.38.0"]);
        assert_eq!(starts(">=1.0.0, <2.0.0"), ["1.0.0"]);
        assert_eq!(starts("> 1.2.3"), [">1.2.3"]);
        assert_eq!(starts("1.1.5"), ["1.1.5"]);
    }

    #[test]
    fn a_range_of_bad_versions_ends_before_a_good_one() {
        assert_eq!(ends("<7.2.2 || >=8.0.0 <8.1.1"), ["7.2.2", "8.1.1"]);
        assert_eq!(ends(">=1.0.0 < 2.0.0"), ["2.0.0"]);
    }

    #[test]
    fn what_has_no_good_version_gives_none() {
        for range in ["", "*", "<=4.3.1", ">=0", "||", "<", "< ||", ">=1.0.0"] {
            assert_eq!(ends(range), Vec::<String>::new(), "{range}");
        }
        for range in ["", "<0.0.0", "*", ">", "<= 1.0.0", "\u{202e}"] {
            assert_eq!(starts(range), Vec::<String>::new(), "{range}");
        }
    }
}
