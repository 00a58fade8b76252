//! The same weakness in the same package is one finding, whatever scanners said it.
//!
//! * **Weakness**: findings that share an id, by their own or by an alias, are one: within one package, so that a wrong
//!   alias joins nothing elsewhere. A vendor's id that comes with several CVEs (`DSA-...`, `RHSA-...`) is an advisory
//!   over several weaknesses, not another name of one, and joins none.
//! * **Package**: type, name and version of the package URL. A package without an ecosystem or a version is the one
//!   other package that it can be; if it can be several, it stays apart.
//! * **Without a package**: the same kind and id at the same path and line. Secrets at the same path and line are one,
//!   whatever each scanner calls them. What has no place at all goes by kind, id and title.
//!
//! The order of scanners and of findings changes nothing.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use crate::assessment::Merged;
use crate::finding::{Finding, Kind};
use crate::join::Sets;
use crate::package::Identity;
use crate::record;
use crate::scanners::Scanner;
use crate::weakness::{is_cve, is_private, normal};

/// Merges what each scanner reported: the worst first, then by id, package and location.
pub(crate) fn merge(reports: &[(&'static Scanner, &[Finding])]) -> Vec<Merged> {
    let reported = || reports.iter().flat_map(|(_, findings)| findings.iter());
    let packages = Packages::of(reported());
    let advisories = advisories(reported());
    let mut places = Numbers::default();
    let mut weaknesses = Numbers::default();
    let mut sets = Sets::default();
    let mut members: Vec<(usize, record::Said<'_>)> = Vec::new();
    for (scanner, finding) in
        reports.iter().flat_map(|(scanner, all)| all.iter().map(move |one| (scanner, one)))
    {
        let place = places.number(Place::of(finding, &packages));
        let mut ids = joining_ids(finding, &advisories).into_iter();
        let first = weaknesses.number((place, ids.next().unwrap_or_default()));
        sets.grow(first);
        members.push((first, (scanner.name, finding)));
        for id in ids {
            let other = weaknesses.number((place, id));
            sets.grow(other);
            sets.join(first, other);
        }
    }
    let mut groups: HashMap<usize, Vec<record::Said<'_>>> = HashMap::new();
    for (weakness, said) in members {
        groups.entry(sets.find(weakness)).or_default().push(said);
    }
    let mut merged: Vec<Merged> =
        groups.into_values().map(|said| record::one(said, |id| advisories.contains(id))).collect();
    merged.sort_by(record::worst_first);
    merged
}

/// The ids that it shares with whatever is the same; none if it is known by its place alone.
fn joining_ids(finding: &Finding, advisories: &HashSet<String>) -> Vec<String> {
    let own = normal(&finding.id);
    if lies_alone(finding) {
        return Vec::new();
    }
    if advisories.contains(&own) {
        return vec![own];
    }
    let aliases =
        finding.aliases.iter().map(|alias| normal(alias)).filter(|alias| !advisories.contains(alias));
    std::iter::once(own).chain(aliases).filter(|id| !id.is_empty()).collect()
}

/// Whether it is known by where it lies alone.
fn lies_alone(finding: &Finding) -> bool {
    let line = finding.location.as_ref().and_then(|location| location.line);
    finding.kind == Kind::Secret && finding.package.is_none() && line.is_some()
}

/// Where a weakness is.
#[derive(PartialEq, Eq, Hash)]
enum Place<'a> {
    Package(Kind, &'a Identity),
    Spot(Kind, &'a str, Option<u64>),
    Nowhere(Kind, &'a str),
}

impl<'a> Place<'a> {
    fn of(finding: &'a Finding, packages: &'a Packages) -> Self {
        match (&finding.package, &finding.location) {
            (Some(package), _) => Self::Package(finding.kind, packages.resolve(&Identity::of(package))),
            (None, Some(spot)) => Self::Spot(finding.kind, plain_path(&spot.path), spot.line),
            (None, None) => Self::Nowhere(finding.kind, &finding.title),
        }
    }
}

/// From the target's root: without `./` or `/` in front.
pub(crate) fn plain_path(path: &str) -> &str {
    path.trim_start_matches("./").trim_start_matches('/')
}

/// Vendors' ids that come with several CVEs.
fn advisories<'a>(findings: impl Iterator<Item = &'a Finding>) -> HashSet<String> {
    let mut seen: HashMap<String, Only<String>> = HashMap::new();
    for finding in findings.filter(|finding| !finding.aliases.is_empty()) {
        let ids = || finding.aliases.iter().chain([&finding.id]).map(|id| normal(id));
        let mut cves: Vec<String> = ids().filter(|id| is_cve(id)).collect();
        cves.sort_unstable();
        cves.dedup();
        // Two are as good as all: what has two has several.
        for private in ids().filter(|id| is_private(id)) {
            let known = seen.entry(private).or_default();
            cves.iter().take(2).for_each(|cve| known.add(cve.clone()));
        }
    }
    seen.into_iter().filter(|(_, cves)| matches!(cves, Only::Several)).map(|(id, _)| id).collect()
}

/// Every package, and which one each that is not fully known can be.
struct Packages {
    known: HashMap<Identity, Identity>,
}

impl Packages {
    fn of<'a>(findings: impl Iterator<Item = &'a Finding>) -> Self {
        let mut all: Vec<Identity> =
            findings.filter_map(|finding| finding.package.as_ref()).map(Identity::of).collect();
        all.sort_unstable();
        all.dedup();
        let mut whole: HashMap<Identity, Only<&Identity>> = HashMap::new();
        let mut half: HashMap<Identity, Only<&Identity>> = HashMap::new();
        for package in &all {
            match (&package.kind, package.version.is_empty()) {
                (Some(_), false) => {
                    for less in [package.anywhere(), package.any_version(), package.anywhere().any_version()]
                    {
                        whole.entry(less).or_default().add(package);
                    }
                }
                (Some(_), true) => half.entry(package.anywhere()).or_default().add(package),
                (None, false) => half.entry(package.any_version()).or_default().add(package),
                (None, true) => {}
            }
        }
        let resolved = |package: &Identity| match (whole.get(package), half.get(package)) {
            (Some(Only::One(only)), _) | (None, Some(Only::One(only))) => (*only).clone(),
            _ => package.clone(),
        };
        Self { known: all.iter().map(|package| (package.clone(), resolved(package))).collect() }
    }

    fn resolve(&self, package: &Identity) -> &Identity {
        self.known.get(package).expect("every finding's package was registered")
    }
}

/// None, one or several different ones.
#[derive(Default)]
enum Only<T> {
    #[default]
    None,
    One(T),
    Several,
}

impl<T: PartialEq> Only<T> {
    fn add(&mut self, another: T) {
        match self {
            Self::None => *self = Self::One(another),
            Self::One(one) if *one != another => *self = Self::Several,
            _ => {}
        }
    }
}

/// Numbers from 0, one for each different thing.
struct Numbers<T>(HashMap<T, usize>);

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Eq + Hash> Numbers<T> {
    fn number(&mut self, thing: T) -> usize {
        let next = self.0.len();
        *self.0.entry(thing).or_insert(next)
    }
}

#[cfg(test)]
mod tests;
