//! The shape is `types.Report` of trivy's JSON output, schema version 2, the bare list of results that it was before
//! release 0.20, and `trivy k8s`'s report, in which each resource of a cluster has results of its own.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::finding::{Finding, Kind, Location, Package};
use crate::json::{ListOr, Text, document, first_line, null_as_default, web_address};
use crate::report::{Examined, NotAReport, Report};
use crate::severity::Severity;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document<'a> {
    schema_version: Option<u64>,
    cluster_name: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    trivy: Trivy<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    metadata: Metadata<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    results: Vec<Target<'a>>,
    // A cluster's resources, by the names they have had from release to release.
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    resources: Vec<Resource<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    findings: Vec<Resource<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    vulnerabilities: Vec<Resource<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    misconfigurations: Vec<Resource<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase")]
struct Trivy<'a> {
    #[serde(borrow)]
    version: Option<Text<'a>>,
}

#[derive(Deserialize, Default)]
struct Metadata<'a> {
    #[serde(rename = "OS", borrow)]
    os: Option<System<'a>>,
}

#[derive(Deserialize)]
struct System<'a> {
    #[serde(rename = "Family", borrow)]
    family: Option<Text<'a>>,
    #[serde(rename = "Name", borrow)]
    name: Option<Text<'a>>,
    #[serde(rename = "EOSL", default, deserialize_with = "null_as_default")]
    out_of_support: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Resource<'a> {
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    results: Vec<Target<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    error: Text<'a>,
}

/// What was looked at: a lock file, an operating system's packages. It is listed whether or not anything was found, and
/// has no list of what was not found.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Target<'a> {
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    target: Text<'a>,
    #[serde(borrow)]
    class: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    vulnerabilities: Vec<Vulnerability<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    misconfigurations: Vec<Misconfiguration<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    secrets: Vec<Secret<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    licenses: Vec<Licence<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Vulnerability<'a> {
    #[serde(rename = "VulnerabilityID", borrow)]
    id: Text<'a>,
    #[serde(rename = "VendorIDs", borrow, default, deserialize_with = "null_as_default")]
    vendor_ids: Vec<Text<'a>>,
    #[serde(borrow)]
    pkg_name: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    pkg_path: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    pkg_identifier: Identifier<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    installed_version: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    fixed_version: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    title: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    description: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    severity: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    severity_source: Text<'a>,
    #[serde(rename = "PrimaryURL", borrow, default, deserialize_with = "null_as_default")]
    url: Text<'a>,
    #[serde(rename = "CVSS", default, deserialize_with = "null_as_default")]
    cvss: BTreeMap<String, Cvss>,
}

#[derive(Deserialize, Default)]
struct Identifier<'a> {
    #[serde(rename = "PURL", borrow, default, deserialize_with = "null_as_default")]
    purl: Text<'a>,
}

#[derive(Deserialize)]
struct Cvss {
    #[serde(rename = "V2Score")]
    v2: Option<f64>,
    #[serde(rename = "V3Score")]
    v3: Option<f64>,
    #[serde(rename = "V40Score")]
    v4: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Misconfiguration<'a> {
    #[serde(rename = "ID", borrow)]
    id: Text<'a>,
    #[serde(rename = "AVDID", borrow, default, deserialize_with = "null_as_default")]
    other_id: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    title: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    severity: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    status: Text<'a>,
    #[serde(rename = "PrimaryURL", borrow, default, deserialize_with = "null_as_default")]
    url: Text<'a>,
    #[serde(default, deserialize_with = "null_as_default")]
    cause_metadata: Cause,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase")]
struct Cause {
    #[serde(default, deserialize_with = "null_as_default")]
    start_line: u64,
}

// Without `Match` and `Code`: what a secret looks like is nobody's business.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Secret<'a> {
    #[serde(rename = "RuleID", borrow)]
    id: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    title: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    severity: Text<'a>,
    #[serde(default, deserialize_with = "null_as_default")]
    start_line: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Licence<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    category: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    severity: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    pkg_name: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    file_path: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    link: Text<'a>,
}

/// A report without results scanned nothing, an image's too: what trivy recognises it lists, clean or not, and an
/// operating system that is named but not listed is one for which it has no advisories.
pub(super) fn read(bytes: &[u8]) -> Result<Report, NotAReport> {
    let document = match document("trivy", bytes)? {
        ListOr::List(targets) => return Ok(report(&targets)),
        ListOr::Object::<_, Document<'_>>(document) => document,
    };
    match (document.schema_version, &document.cluster_name) {
        (None, None) => return Err(NotAReport::new("trivy", "missing field `SchemaVersion`")),
        (Some(version), None) if version != 2 => {
            return Err(NotAReport::new("trivy", format!("SchemaVersion: {version}, where 2 is understood")));
        }
        _ => {}
    }
    let mut targets = document.results;
    let mut unscanned = 0;
    let resources =
        [document.resources, document.findings, document.vulnerabilities, document.misconfigurations];
    for resource in resources.into_iter().flatten() {
        unscanned += u64::from(!resource.error.is_empty());
        targets.extend(resource.results);
    }
    let mut report = report(&targets);
    report.version = document.trivy.version.map(Text::into_owned);
    if unscanned > 0 {
        report.notes.push(format!("{unscanned} of the cluster's resources could not be scanned"));
    }
    if let Some(System { family, name, out_of_support: true }) = document.metadata.os {
        let (family, name) = (family.unwrap_or_default(), name.unwrap_or_default());
        let system = format!("{} {}", first_line(&family), first_line(&name));
        report
            .notes
            .push(format!("{} no longer gets security updates: advisories may be missing", system.trim()));
    }
    Ok(report)
}

fn report(targets: &[Target<'_>]) -> Report {
    let examined = match targets {
        [] => Examined::Nothing("trivy recognised nothing that it could scan".to_owned()),
        _ => Examined::Something,
    };
    Report { findings: targets.iter().flat_map(findings).collect(), examined, ..Report::default() }
}

fn findings<'a>(target: &'a Target<'_>) -> impl Iterator<Item = Finding> + 'a {
    // An exception is one that trivy was told of; a word that a later release adds counts.
    let counts = |found: &&Misconfiguration<'_>| !matches!(&*found.status, "PASS" | "EXCEPTION");
    let vulnerabilities = target.vulnerabilities.iter().map(|found| vulnerability(target, found));
    let misconfigurations = target.misconfigurations.iter().filter(counts);
    vulnerabilities
        .chain(misconfigurations.map(|found| misconfiguration(target, found)))
        .chain(target.secrets.iter().map(|found| secret(target, found)))
        .chain(target.licenses.iter().map(|found| licence(target, found)))
}

fn vulnerability(target: &Target<'_>, found: &Vulnerability<'_>) -> Finding {
    let path =
        [&*found.pkg_path, lock_file(target).unwrap_or_default()].into_iter().find(|path| !path.is_empty());
    let titles = [first_line(&found.title), first_line(&found.description)];
    Finding {
        kind: Kind::Vulnerability,
        id: found.id.to_string(),
        aliases: found.vendor_ids.iter().filter(|id| is_one_weakness(id)).map(|id| id.to_string()).collect(),
        severity: Severity::from_word(&found.severity),
        title: titles.into_iter().find(|title| !title.is_empty()).unwrap_or_default().to_owned(),
        package: Some(Package {
            name: found.pkg_name.to_string(),
            version: found.installed_version.to_string(),
            purl: some(&found.pkg_identifier.purl),
        }),
        fixed_in: found.fixed_version.split(',').filter_map(|version| some(version.trim())).collect(),
        location: path.map(Location::file),
        url: web_address(&found.url),
        score: score(found),
    }
}

fn misconfiguration(target: &Target<'_>, found: &Misconfiguration<'_>) -> Finding {
    Finding {
        kind: Kind::Misconfiguration,
        id: found.id.to_string(),
        aliases: some(&found.other_id).filter(|id| **id != *found.id).into_iter().collect(),
        severity: Severity::from_word(&found.severity),
        title: first_line(&found.title).to_owned(),
        location: Some(Location::line(&target.target, found.cause_metadata.start_line)),
        url: web_address(&found.url),
        ..Finding::default()
    }
}

fn secret(target: &Target<'_>, found: &Secret<'_>) -> Finding {
    Finding {
        kind: Kind::Secret,
        id: found.id.to_string(),
        severity: Severity::from_word(&found.severity),
        title: first_line(&found.title).to_owned(),
        location: Some(Location::line(&target.target, found.start_line)),
        ..Finding::default()
    }
}

fn licence(target: &Target<'_>, found: &Licence<'_>) -> Finding {
    let path =
        [&*found.file_path, lock_file(target).unwrap_or_default()].into_iter().find(|path| !path.is_empty());
    let category = first_line(&found.category);
    Finding {
        kind: Kind::Licence,
        id: found.name.to_string(),
        severity: Severity::from_word(&found.severity),
        title: format!("{} licence", if category.is_empty() { "unclassified" } else { category }),
        package: some(&found.pkg_name).map(|name| Package { name, ..Package::default() }),
        location: path.map(Location::file),
        url: web_address(&found.link),
        ..Finding::default()
    }
}

/// The file that names a target's packages. An operating system's target is a sentence, and packages that lie about
/// one by one in an image are collected under a heading.
fn lock_file<'a>(target: &'a Target<'_>) -> Option<&'a str> {
    let system =
        target.class.as_ref().map_or_else(|| target.target.ends_with(')'), |class| **class == *"os-pkgs");
    let heading = matches!(&*target.target, "Java" | "Python" | "Node.js" | "Ruby" | "Conda" | "PHP");
    let heading = heading
        || target.class.as_ref().is_some_and(|class| class.starts_with("license") || **class == *"custom");
    (!system && !heading).then_some(&*target.target)
}

/// Whether a vendor's id is another name of this weakness. A distribution's (`DSA-4539-1`, `RHSA-2024:1`) is an
/// update's, which mends several.
fn is_one_weakness(id: &str) -> bool {
    ["CVE-", "GHSA-", "PYSEC-", "RUSTSEC-", "GO-"].iter().any(|prefix| id.starts_with(prefix))
}

/// The score by whoever gave the severity, or else the highest; a version 2 score only if there is no other.
fn score(found: &Vulnerability<'_>) -> Option<f64> {
    let modern = |cvss: &Cvss| cvss.v4.or(cvss.v3).filter(|score| *score > 0.0);
    let highest =
        |scores: &dyn Fn(&Cvss) -> Option<f64>| found.cvss.values().filter_map(scores).reduce(f64::max);
    let source = found.cvss.get(&*found.severity_source).and_then(modern);
    source.or_else(|| highest(&modern)).or_else(|| highest(&|cvss| cvss.v2.filter(|score| *score > 0.0)))
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
