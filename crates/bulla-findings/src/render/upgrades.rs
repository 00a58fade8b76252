//! Which upgrades take the most away.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use crate::assessment::{Merged, Tally};
use crate::finding::Kind;
use crate::severity::Severity;

/// A package, and the version that has none of what is known to be fixed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Upgrade<'a> {
    pub(crate) package: &'a str,
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
    pub(crate) fixes: Tally,
}

/// The versions that have a fix, and how bad it is without.
type Fixable<'a> = (&'a [String], Severity);

/// One for each package and version that can be upgraded; the one that fixes the worst, then the most, first.
pub(crate) fn upgrades(findings: &[Merged]) -> Vec<Upgrade<'_>> {
    let mut packages: BTreeMap<_, Vec<Fixable<'_>>> = BTreeMap::new();
    for Merged { finding, .. } in findings {
        let Some(package) = finding.package.as_ref().filter(|_| finding.kind == Kind::Vulnerability) else {
            continue;
        };
        // A fix that is no newer than what is there is no upgrade.
        let is_newer = |version: &String| compare(version, &package.version).is_gt();
        if finding.fixed_in.iter().any(is_newer) {
            let fixable = packages.entry((package.name.as_str(), package.version.as_str())).or_default();
            fixable.push((&finding.fixed_in, finding.severity));
        }
    }
    let mut upgrades: Vec<_> = packages
        .into_iter()
        .map(|((package, from), fixable)| Upgrade {
            package,
            from,
            to: target(from, &fixable),
            fixes: Tally::of(fixable.iter().map(|(_, severity)| *severity)),
        })
        .collect();
    upgrades.sort_by_key(|upgrade| Reverse(Severity::ALL.map(|severity| upgrade.fixes.get(severity))));
    upgrades
}

/// The passes after which the search for the nearest version gives way to the newest; an advisory rarely has more
/// than three branches.
const PASSES: usize = 16;

/// The nearest version that has every fix. A finding is fixed in each version that its advisory names, and in those
/// newer than the newest of them: 2.13 lacks what 2.12.2 and 2.15.0 have.
fn target<'a>(installed: &'a str, fixable: &[Fixable<'a>]) -> &'a str {
    let mut to = installed;
    for _ in 0..PASSES {
        let before = to;
        for (versions, _) in fixable {
            to = reach(to, versions);
        }
        if to == before && to != installed {
            return to;
        }
    }
    let all = fixable.iter().flat_map(|(versions, _)| versions.iter());
    all.map(String::as_str).max_by(|a, b| compare(a, b)).unwrap_or(installed)
}

fn reach<'a>(from: &'a str, versions: &'a [String]) -> &'a str {
    let reached = versions.iter().map(String::as_str).filter(|version| compare(version, from).is_ge());
    let nearest = reached.min_by(|a, b| compare(a, b)).unwrap_or(from);
    if compare(nearest, from).is_eq() { from } else { nearest }
}

#[derive(PartialEq, Eq)]
enum Part<'a> {
    Word(&'a str),
    /// Without leading zeros, so that the longer one is the greater.
    Number(&'a str),
}

/// How much of a version is compared, in characters; more is no version, and an attacker's time is not ours.
const LONGEST: usize = 128;

/// Words that come before the release itself.
const BEFORE_RELEASE: [&str; 14] =
    ["a", "alpha", "b", "beta", "c", "canary", "cr", "dev", "m", "next", "pre", "preview", "rc", "snapshot"];

/// Which of two versions is newer, as most ecosystems have it: numbers by value, the rest as text, and `1.0-rc1` before
/// `1.0`. Good enough to name an upgrade; nothing is judged by it.
fn compare(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (parts(a), parts(b));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (Some(part), None) => against_nothing(&part),
            (None, Some(part)) => against_nothing(&part).reverse(),
            (Some(Part::Number(a)), Some(Part::Number(b))) => a.len().cmp(&b.len()).then(a.cmp(b)),
            (Some(Part::Word(a)), Some(Part::Word(b))) => a.cmp(b),
            (Some(Part::Number(_)), Some(Part::Word(_))) => Ordering::Greater,
            (Some(Part::Word(_)), Some(Part::Number(_))) => Ordering::Less,
        };
        if order.is_ne() {
            return order;
        }
    }
}

fn against_nothing(part: &Part<'_>) -> Ordering {
    match part {
        Part::Number("") => Ordering::Equal,
        Part::Number(_) => Ordering::Greater,
        Part::Word(word) if BEFORE_RELEASE.iter().any(|known| known.eq_ignore_ascii_case(word)) => {
            Ordering::Less
        }
        Part::Word(_) => Ordering::Greater,
    }
}

/// `>=v2.0-rc1` is 2, 0, `rc`, 1.
fn parts(version: &str) -> impl Iterator<Item = Part<'_>> {
    let end = version.char_indices().nth(LONGEST).map_or(version.len(), |(at, _)| at);
    let version = &version[..end];
    let version = version.trim_start_matches(|c: char| !c.is_alphanumeric());
    let mut rest = version.strip_prefix(['v', 'V']).unwrap_or(version);
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let is_number = rest.starts_with(|c: char| c.is_ascii_digit());
        let ends = |c: char| !c.is_alphanumeric() || c.is_ascii_digit() != is_number;
        let (part, after) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
        rest = after;
        match part {
            "" => None,
            part if is_number => Some(Part::Number(part.trim_start_matches('0'))),
            part => Some(Part::Word(part)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Finding, Package};

    fn found(name: &str, version: &str, severity: Severity, fixed_in: &[&str]) -> Merged {
        let package = Package { name: name.to_owned(), version: version.to_owned(), purl: None };
        let fixed_in = fixed_in.iter().map(|version| (*version).to_owned()).collect();
        let finding = Finding { package: Some(package), severity, fixed_in, ..Finding::default() };
        Merged { finding, elsewhere: Vec::new(), said_by: Vec::new() }
    }

    #[test]
    fn versions_are_ordered_as_people_count() {
        let ascending = ["0.9", "1.0-alpha", "1.0-rc1", "1.0", "1.0.1", "1.2", "1.10", "1.10.post1", "2.0"];
        assert!(ascending.is_sorted_by(|older, newer| compare(older, newer).is_lt()));
        assert!(compare("v1.0", ">= 1.0.0").is_eq());
        assert!(compare("99999999999999999999999999", "100000000000000000000000000").is_lt());
    }

    #[test]
    fn the_nearest_version_with_every_fix_is_named() {
        let findings = [
            found("log4j", "2.12.1", Severity::Critical, &["2.3.1", "2.12.2", "2.15.0"]),
            found("log4j", "2.12.1", Severity::High, &["2.13.0"]),
            found("log4j", "2.12.1", Severity::High, &["2.12.2"]),
        ];
        let upgrades = upgrades(&findings);
        let fixes = Tally::of([Severity::Critical, Severity::High, Severity::High]);
        // 2.12.2 lacks the second fix, and 2.13.0 the first.
        assert_eq!(upgrades, [Upgrade { package: "log4j", from: "2.12.1", to: "2.15.0", fixes }]);
    }

    #[test]
    fn the_upgrade_that_fixes_the_worst_is_first_and_one_without_a_newer_fix_is_none() {
        let findings = [
            found("a", "1", Severity::High, &["2"]),
            found("a", "1", Severity::High, &["3"]),
            found("b", "1", Severity::Critical, &["1.1"]),
            found("c", "2", Severity::Critical, &["1.9"]),
            found("d", "2", Severity::Critical, &[]),
        ];
        let named: Vec<_> = upgrades(&findings).iter().map(|u| (u.package, u.to, u.fixes.total())).collect();
        assert_eq!(named, [("b", "1.1", 1), ("a", "3", 2)]);
    }

    #[test]
    fn however_many_branches_there_are_the_search_ends() {
        let chain =
            (1..200_u32).map(|n| found("x", "0", Severity::Low, &[&n.to_string(), &format!("{}", n + 300)]));
        let chain: Vec<_> = chain.rev().collect();
        assert_eq!(upgrades(&chain)[0].to, "499");
    }
}
