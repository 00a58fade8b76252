//! One result for each finding.

use std::collections::BTreeMap;

use super::document::{Location, LogicalLocation, Outcome, ResultProperties, Suppression, Text};
use super::fingerprints::Fingerprints;
use super::place::{of_target, physical};
use super::rules::{Rules, level};
use super::text::{message, plain};
use crate::assessment::Merged;
use crate::finding::{Finding, Kind, Package};
use crate::ignore::Ignored;

/// Makes results, and the rules that they refer to.
pub(super) struct Results<'a> {
    pub rules: Rules<'a>,
    target: String,
    fingerprints: Fingerprints,
}

impl<'a> Results<'a> {
    pub(super) fn of_target(target: &str) -> Self {
        let target = of_target(without_version(target));
        Self { rules: Rules::default(), target, fingerprints: Fingerprints::named("bullaFinding/v1") }
    }

    pub(super) fn take(&mut self, merged: &'a Merged, ignored: Option<&Ignored>) -> Outcome {
        let finding = &merged.finding;
        let (rule_id, rule_index) = self.rules.take(finding);
        let mut scanners: Vec<_> = merged.said_by.iter().map(|said| said.scanner).collect();
        scanners.sort_unstable();
        scanners.dedup();
        Outcome {
            rule_id,
            rule_index,
            // 3.27.9: any other kind goes with the level `none`.
            kind: "fail",
            level: level(finding.severity),
            message: Text { text: sentence(finding, &scanners), markdown: None },
            locations: [self.location(finding)],
            partial_fingerprints: self.fingerprints(finding),
            suppressions: ignored.map(suppression).into_iter().collect(),
            properties: ResultProperties { severity: finding.severity.name(), scanners },
        }
    }

    fn location(&self, finding: &Finding) -> Location {
        Location {
            physical_location: physical(finding.location.as_ref(), &self.target),
            logical_locations: finding.package.as_ref().map(logical).into_iter().collect(),
        }
    }

    /// Kind, id, package and path: neither version nor tag nor line.
    fn fingerprints(&mut self, finding: &Finding) -> BTreeMap<&'static str, String> {
        let Finding { kind, id, package, location, .. } = finding;
        let package = package.as_ref().map_or("", |package| &package.name);
        let path = location.as_ref().map_or("", |place| &place.path);
        self.fingerprints.take([kind.name(), id, package, path], location.as_ref())
    }
}

/// An image's name without the digest, and without the tag in front of it.
fn without_version(target: &str) -> &str {
    let Some((name, _)) = target.split_once("@sha256:") else { return target };
    match name.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => name,
    }
}

/// What is where, and what helps.
fn sentence(finding: &Finding, scanners: &[&str]) -> String {
    let Finding { id, title, package, fixed_in, location, .. } = finding;
    let mut said = String::new();
    if let Some(package) = package {
        said.push_str(&message(&versioned(package, " ")));
        said.push_str(": ");
    }
    said.push_str(&message(if title.is_empty() { id } else { title.trim_end_matches('.') }));
    if !title.is_empty() && !id.is_empty() {
        said.push_str(&format!(" ({})", message(id)));
    }
    if let Some(place) = location {
        said.push_str(&format!(", in {}", message(&place.path)));
    }
    said.push('.');
    if !fixed_in.is_empty() {
        said.push_str(&format!(" Fixed in {}.", message(&fixed_in.join(", "))));
    } else if finding.kind == Kind::Vulnerability {
        said.push_str(" No version is known that fixes it.");
    }
    if !scanners.is_empty() {
        said.push_str(&format!(" Found by {}.", scanners.join(", ")));
    }
    said
}

fn logical(package: &Package) -> LogicalLocation {
    LogicalLocation {
        name: plain(&package.name),
        fully_qualified_name: package.purl.as_deref().map_or_else(|| plain(&versioned(package, "@")), plain),
        kind: "package",
    }
}

fn versioned(package: &Package, between: &str) -> String {
    let between = if package.version.is_empty() { "" } else { between };
    format!("{}{between}{}", package.name, package.version)
}

fn suppression(ignored: &Ignored) -> Suppression {
    let reason = if ignored.reason.is_empty() { "no reason given" } else { &ignored.reason };
    Suppression {
        kind: "external",
        status: "accepted",
        justification: format!("{} ({})", plain(reason), plain(&ignored.file)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_of_the_weakness_and_its_place_only() {
        let of = |name: &str, version: &str, line| {
            let finding = Finding {
                id: "CVE-2021-44228".into(),
                package: Some(Package { name: name.into(), version: version.into(), purl: None }),
                location: Some(crate::Location::line("pom.xml", line)),
                ..Finding::default()
            };
            Results::of_target("").fingerprints(&finding)
        };
        let old = of("log4j", "2.14.1", 3);
        assert_eq!(old, of("log4j", "2.15.0", 40));
        assert_ne!(old, of("log4j-core", "2.14.1", 3));
    }

    #[test]
    fn an_image_is_the_same_place_whatever_its_tag_and_digest() {
        assert_eq!(without_version("ghcr.io:443/a/b:1.2@sha256:00"), "ghcr.io:443/a/b");
        assert_eq!(without_version("ghcr.io:443/a/b@sha256:00"), "ghcr.io:443/a/b");
        assert_eq!(without_version("dir/a:b"), "dir/a:b");
    }
}
