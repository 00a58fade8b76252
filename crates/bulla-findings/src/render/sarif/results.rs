//! One result for each finding.

use std::collections::{BTreeMap, HashMap};

use sha2::{Digest, Sha256};

use super::document::{
    ArtifactLocation, Location, LogicalLocation, Outcome, PhysicalLocation, Region, ResultProperties,
    Suppression, Text,
};
use super::rules::{Rules, level};
use super::text::{message, plain, relative_uri};
use crate::assessment::Merged;
use crate::finding::{Finding, Kind, Package};
use crate::ignore::Ignored;

/// Where a finding without a place is, in a target without a name.
const NOWHERE: &str = "bulla-scan";

/// The largest number that readers with 32-bit integers take.
const LAST_LINE: u64 = i32::MAX as u64;

/// Makes results, and the rules that they refer to.
pub(super) struct Results<'a> {
    pub rules: Rules<'a>,
    target: String,
    seen: HashMap<String, u64>,
}

impl<'a> Results<'a> {
    pub(super) fn of_target(target: &str) -> Self {
        let target = relative_uri(without_version(target)).unwrap_or_else(|| NOWHERE.to_owned());
        Self { rules: Rules::default(), target, seen: HashMap::new() }
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
        let place = finding.location.as_ref();
        let uri = place.and_then(|place| relative_uri(&place.path)).unwrap_or_else(|| self.target.clone());
        let number = |number: &u64| (1..=LAST_LINE).contains(number);
        let region = place.and_then(|place| {
            let start_line = place.line.filter(number)?;
            Some(Region { start_line, start_column: place.column.filter(number) })
        });
        Location {
            physical_location: PhysicalLocation { artifact_location: ArtifactLocation { uri }, region },
            logical_locations: finding.package.as_ref().map(logical).into_iter().collect(),
        }
    }

    /// What stays the same when a version, a tag, a run or a line changes: kind, id, package and path. Several findings
    /// that have all of them in common are told apart by their order.
    ///
    /// GitHub reads `primaryLocationLineHash` only; where there is a line it makes its own, from the line's text.
    fn fingerprints(&mut self, finding: &Finding) -> BTreeMap<&'static str, String> {
        let digest = fingerprint(finding);
        let count = self.seen.entry(digest.clone()).or_default();
        *count += 1;
        let has_line = finding.location.as_ref().is_some_and(|place| place.line.is_some());
        let for_github =
            (!has_line).then(|| ("primaryLocationLineHash", format!("{}:{count}", &digest[..16])));
        let ours = ("bullaFinding/v1", format!("{digest}:{count}"));
        for_github.into_iter().chain([ours]).collect()
    }
}

/// SHA-256, as hex, over the parts, each behind its length.
fn fingerprint(finding: &Finding) -> String {
    let package = finding.package.as_ref().map_or("", |package| &package.name);
    let path = finding.location.as_ref().map_or("", |place| &place.path);
    let mut hash = Sha256::new();
    for part in [finding.kind.name(), &finding.id, package, path] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
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
        let package =
            |name: &str, version: &str| Package { name: name.into(), version: version.into(), purl: None };
        let finding = |name, version, line| Finding {
            id: "CVE-2021-44228".into(),
            package: Some(package(name, version)),
            location: Some(crate::Location::line("pom.xml", line)),
            ..Finding::default()
        };
        let old = fingerprint(&finding("log4j", "2.14.1", 3));
        assert_eq!(old, fingerprint(&finding("log4j", "2.15.0", 40)));
        assert_ne!(old, fingerprint(&finding("log4j-core", "2.14.1", 3)));
        assert_eq!(old.len(), 64);
    }

    #[test]
    fn the_parts_of_a_fingerprint_do_not_run_together() {
        let finding = |id: &str, name: &str| Finding {
            id: id.into(),
            package: Some(Package { name: name.into(), ..Package::default() }),
            ..Finding::default()
        };
        assert_ne!(fingerprint(&finding("ab", "c")), fingerprint(&finding("a", "bc")));
    }

    #[test]
    fn an_image_is_the_same_place_whatever_its_tag_and_digest() {
        assert_eq!(without_version("ghcr.io:443/a/b:1.2@sha256:00"), "ghcr.io:443/a/b");
        assert_eq!(without_version("ghcr.io:443/a/b@sha256:00"), "ghcr.io:443/a/b");
        assert_eq!(without_version("dir/a:b"), "dir/a:b");
    }
}
