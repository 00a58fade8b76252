//! One record of what several scanners said about one weakness.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::assessment::{Merged, Said as SaidBy};
use crate::finding::{Finding, Location, Package};
use crate::severity::Severity;
use crate::weakness::{family, normal, spelled};

/// A finding, and the name of the scanner that reported it.
pub(crate) type Said<'a> = (&'static str, &'a Finding);

/// Makes one record. The richest is the one with the most fields filled; its gaps are filled from the others, in that
/// order. The worst severity and the highest score hold, the versions that fix it are everybody's, the location is the
/// first by path and line. `is_advisory` tells the ids that stand for several CVEs, and are never shown as one of them.
pub(crate) fn one(mut said: Vec<Said<'_>>, is_advisory: impl Fn(&str) -> bool) -> Merged {
    said.sort_by(|one, other| richest_first(*one, *other));
    let findings = || said.iter().map(|(_, finding)| *finding);
    let (id, aliases) = ids(findings(), is_advisory);
    let mut locations: BTreeSet<Location> =
        findings().filter_map(|finding| finding.location.clone()).collect();
    let mut fixed = HashSet::new();
    let finding = Finding {
        kind: findings().map(|finding| finding.kind).next().unwrap_or_default(),
        id,
        aliases,
        severity: findings().map(|finding| finding.severity).max().unwrap_or_default(),
        title: findings()
            .map(|finding| &finding.title)
            .find(|title| !title.is_empty())
            .cloned()
            .unwrap_or_default(),
        package: package(findings().filter_map(|finding| finding.package.as_ref())),
        fixed_in: findings()
            .flat_map(|finding| &finding.fixed_in)
            .filter(|version| fixed.insert(version.as_str()))
            .cloned()
            .collect(),
        location: locations.pop_first(),
        url: findings().find_map(|finding| finding.url.clone()),
        score: findings()
            .filter_map(|finding| finding.score)
            .filter(|score| score.is_finite())
            .reduce(f64::max),
    };
    let who = said.iter().map(|(scanner, finding)| SaidBy {
        scanner,
        id: finding.id.clone(),
        severity: finding.severity,
    });
    let said_by: BTreeSet<SaidBy> = who.collect();
    Merged { finding, elsewhere: locations.into_iter().collect(), said_by: said_by.into_iter().collect() }
}

/// The id to show: a CVE's, else GHSA, PYSEC, RUSTSEC, GO, OSV, else the first by its letters; and all others, sorted.
fn ids<'a>(
    findings: impl Iterator<Item = &'a Finding> + Clone,
    is_advisory: impl Fn(&str) -> bool,
) -> (String, Vec<String>) {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for id in findings.clone().flat_map(|finding| finding.aliases.iter().chain([&finding.id])) {
        if id.trim().is_empty() {
            continue;
        }
        let spelled = spelled(id);
        let known = all.entry(normal(id)).or_insert_with(|| spelled.clone());
        if spelled < *known {
            *known = spelled;
        }
    }
    let advisory = findings.map(|finding| normal(&finding.id)).find(|id| is_advisory(id));
    let first = advisory.or_else(|| all.keys().min_by_key(|id| (family(id), id.as_str())).cloned());
    let shown = first.and_then(|first| all.remove(&first)).unwrap_or_default();
    let mut aliases: Vec<String> = all.into_values().collect();
    aliases.sort_unstable();
    (shown, aliases)
}

/// The package that says the most of itself; its version from another, if it has none.
fn package<'a>(packages: impl Iterator<Item = &'a Package> + Clone) -> Option<Package> {
    let says = |package: &&Package| {
        let purl = package.purl.as_deref().unwrap_or_default();
        (!purl.is_empty(), !package.version.is_empty(), purl.len(), Reverse((*package).clone()))
    };
    let version = packages.clone().map(|package| &package.version).max();
    let mut most = packages.max_by_key(says)?.clone();
    if most.version.is_empty() {
        most.version = version.cloned().unwrap_or_default();
    }
    Some(most)
}

fn richest_first(one: Said<'_>, other: Said<'_>) -> Ordering {
    type Rest<'a> = (&'a str, &'a str, &'a str, Option<&'a str>, &'a [String]);
    fn rest<'a>((scanner, finding): Said<'a>) -> Rest<'a> {
        (scanner, &finding.id, &finding.title, finding.url.as_deref(), &finding.fixed_in)
    }
    let rank = |(_, finding): Said<'_>| (Reverse(filled(finding)), Reverse(finding.severity));
    rank(one).cmp(&rank(other)).then_with(|| rest(one).cmp(&rest(other)))
}

/// How many fields say something.
fn filled(finding: &Finding) -> usize {
    let package = finding.package.as_ref();
    let location = finding.location.as_ref();
    [
        finding.severity != Severity::Unknown,
        !finding.title.is_empty(),
        package.is_some_and(|package| !package.version.is_empty()),
        package.is_some_and(|package| package.purl.is_some()),
        !finding.fixed_in.is_empty(),
        location.is_some(),
        location.is_some_and(|location| location.line.is_some()),
        finding.url.is_some(),
        finding.score.is_some(),
    ]
    .into_iter()
    .filter(|says| *says)
    .count()
}

/// The order of findings in an answer.
pub(crate) fn worst_first(one: &Merged, other: &Merged) -> Ordering {
    let (a, b) = (&one.finding, &other.finding);
    b.severity
        .cmp(&a.severity)
        .then_with(|| (&a.id, &a.package, &a.location).cmp(&(&b.id, &b.package, &b.location)))
        .then_with(|| (a.kind, &a.title, &one.said_by).cmp(&(b.kind, &b.title, &other.said_by)))
}
