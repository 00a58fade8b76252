//! osv-scanner: vulnerabilities of packages. <https://github.com/google/osv-scanner>
//!
//! The shape is `models.VulnerabilityResults` of releases 1 and 2. Records that are aliases of each other are one group,
//! and one finding. A report of a release before groups has one finding for each record.

use std::collections::HashMap;

use serde::Deserialize;

use super::{
    Arguments, Database, Gives, NotApplicable, Program, Reads, Request, Scanner, Setting, Target, file,
};
use crate::finding::{Finding, Kind, Location, Package};
use crate::json::{Text, document, first_line, null_as_default};
use crate::report::{NotAReport, Report};
use crate::severity::{Severity, base_score};

/// See the module.
pub(super) static OSV_SCANNER: Scanner = Scanner {
    name: "osv-scanner",
    operation: "scan-osv-scanner",
    title: "Dependencies",
    gives: Gives::Findings(read),
    redact: None,
    program: Program {
        name: "osv-scanner",
        remedy: "https://google.github.io/osv-scanner/installation/",
        version: &["--version"],
        version_of: super::version_word,
        reads: Reads::Target,
        database: Database::Unnamed,
        wants: &[],
        staged: &[],
        arguments,
        takes_sbom: false,
        // 1: something was found.
        good_exits: &[0, 1],
        // No lock file and no SBOM.
        nothing_exits: &[128],
        settings: &[Setting::Target("osv-scanner.toml")],
        environment: &["OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY"],
        set: &[],
    },
};

fn arguments(request: &Request<'_>) -> Arguments {
    let mut arguments: Vec<_> = ["scan", "--format", "json"].map(Into::into).into();
    if request.offline {
        arguments.push("--offline".into());
    }
    match request.target {
        Target::Directory => arguments.extend(["-r", "."].map(Into::into)),
        Target::File(path) => arguments.extend(["-L".into(), file(path)]),
        Target::OciLayout(_) | Target::OciArchive(_) | Target::DockerArchive(_) | Target::Reference(_) => {
            return Err(NotApplicable("osv-scanner is run on lock files only, not on images".into()));
        }
    }
    Ok(arguments)
}

#[derive(Deserialize)]
struct Document<'a> {
    // Null is how a Go program writes an empty list. A document without the field is no report.
    #[serde(borrow, deserialize_with = "null_as_default")]
    results: Vec<Sourced<'a>>,
}

#[derive(Deserialize)]
struct Sourced<'a> {
    // The first releases named it `packageSource`.
    #[serde(borrow, default, alias = "packageSource", deserialize_with = "null_as_default")]
    source: Source<'a>,
    #[serde(borrow, deserialize_with = "null_as_default")]
    packages: Vec<Affected<'a>>,
}

#[derive(Deserialize, Default)]
struct Source<'a> {
    #[serde(borrow)]
    path: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Affected<'a> {
    #[serde(borrow)]
    package: Named<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    vulnerabilities: Vec<Record<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    groups: Vec<Group<'a>>,
}

#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    version: Option<Text<'a>>,
    /// Of code that is in the tree as a git repository, which has no version.
    #[serde(borrow)]
    commit: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Group<'a> {
    #[serde(borrow)]
    ids: Vec<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    aliases: Vec<Text<'a>>,
    #[serde(borrow)]
    max_severity: Option<Text<'a>>,
}

/// A record of the OSV schema.
#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    aliases: Vec<Text<'a>>,
    #[serde(borrow)]
    summary: Option<Text<'a>>,
    #[serde(borrow)]
    details: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    affected: Vec<Ranges<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    severity: Vec<Rating<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    database_specific: Specific<'a>,
}

#[derive(Deserialize)]
struct Ranges<'a> {
    #[serde(borrow)]
    package: Option<Ranged<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    ranges: Vec<Range<'a>>,
}

#[derive(Deserialize)]
struct Ranged<'a> {
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    purl: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Range<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    events: Vec<Event<'a>>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    fixed: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Rating<'a> {
    #[serde(borrow)]
    score: Option<Text<'a>>,
}

#[derive(Deserialize, Default)]
struct Specific<'a> {
    #[serde(borrow)]
    severity: Option<Text<'a>>,
}

fn read(bytes: &[u8]) -> Result<Report, NotAReport> {
    let Document { results } = document("osv-scanner", bytes)?;
    let mut findings = Vec::new();
    for Sourced { source, packages } in &results {
        for affected in packages {
            findings.extend(of_package(affected, source.path.as_deref()));
        }
    }
    Ok(Report { findings, ..Report::default() })
}

fn of_package(affected: &Affected<'_>, path: Option<&str>) -> Vec<Finding> {
    let Affected { package, vulnerabilities, groups } = affected;
    let records: HashMap<&str, &Record<'_>> =
        vulnerabilities.iter().map(|record| (&*record.id, record)).collect();
    let grouped = groups.iter().map(|group| {
        let of_group: Vec<_> = group.ids.iter().filter_map(|id| records.get(&**id).copied()).collect();
        let ids = group.ids.iter().chain(&group.aliases);
        finding(package, path, &of_group, ids, group.max_severity.as_deref())
    });
    let lone = vulnerabilities.iter().filter(|_| groups.is_empty());
    grouped.chain(lone.map(|record| finding(package, path, &[record], [&record.id], None))).collect()
}

/// A finding of those records, under the first of those ids.
fn finding<'a>(
    package: &Named<'_>,
    path: Option<&str>,
    records: &[&'a Record<'a>],
    ids: impl IntoIterator<Item = &'a Text<'a>>,
    max_severity: Option<&str>,
) -> Finding {
    let own = ids.into_iter().chain(records.iter().flat_map(|record| &record.aliases));
    let mut ids = distinct(own.map(|id| &**id)).into_iter();
    let id = ids.next().unwrap_or_default();
    let (score, severity) = rating(records, max_severity);
    let titles =
        records.iter().flat_map(|record| [record.summary.as_deref(), record.details.as_deref()]).flatten();
    let version = package.version.as_deref().filter(|version| !version.is_empty());
    Finding {
        kind: Kind::Vulnerability,
        aliases: ids.collect(),
        severity,
        title: titles.map(first_line).find(|line| !line.is_empty()).unwrap_or_default().to_owned(),
        package: Some(Package {
            name: package.name.to_string(),
            version: version.or(package.commit.as_deref()).unwrap_or_default().to_owned(),
            purl: version.and_then(|version| purl(records, &package.name, version)),
        }),
        fixed_in: fixed_in(records, &package.name),
        location: path.filter(|path| !path.is_empty()).map(Location::file),
        url: advisory(&id),
        score,
        id,
    }
}

/// The greatest base score, and what it or else the word of a record's database means.
fn rating(records: &[&Record<'_>], max_severity: Option<&str>) -> (Option<f64>, Severity) {
    let vectors =
        records.iter().flat_map(|record| &record.severity).filter_map(|rating| rating.score.as_deref());
    let stated = max_severity.and_then(|score| score.trim().parse::<f64>().ok());
    let stated = stated.filter(|score| Severity::from_cvss(*score) != Severity::Unknown);
    let score = stated.or_else(|| vectors.filter_map(base_score).reduce(f64::max));
    let words = records.iter().filter_map(|record| record.database_specific.severity.as_deref());
    let worst = || words.map(Severity::from_word).max().unwrap_or_default();
    (score, score.map_or_else(worst, Severity::from_cvss))
}

fn of_named<'a>(records: &'a [&Record<'_>], name: &'a str) -> impl Iterator<Item = &'a Ranges<'a>> {
    let affected = records.iter().flat_map(|record| &record.affected);
    affected.filter(move |ranges| {
        let named = ranges.package.as_ref().and_then(|package| package.name.as_deref());
        named.is_none_or(|named| named.eq_ignore_ascii_case(name))
    })
}

/// The versions that have the fix; a range of git commits has none.
fn fixed_in(records: &[&Record<'_>], name: &str) -> Vec<String> {
    let ranges = of_named(records, name).flat_map(|affected| &affected.ranges);
    let ranges = ranges.filter(|range| range.kind.as_deref() != Some("GIT"));
    distinct(ranges.flat_map(|range| &range.events).filter_map(|event| event.fixed.as_deref()))
}

/// The record's package URL with the version that is installed; `None` where the version would have to be escaped.
fn purl(records: &[&Record<'_>], name: &str, version: &str) -> Option<String> {
    let plain = version.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_~".contains(&byte));
    let mut purls = of_named(records, name).filter_map(|affected| affected.package.as_ref()?.purl.as_deref());
    let purl = purls.find(|purl| purl.starts_with("pkg:") && !purl.contains(['@', '?', '#']))?;
    plain.then(|| format!("{purl}@{version}"))
}

/// Where osv-scanner itself sends its readers.
fn advisory(id: &str) -> Option<String> {
    let plain =
        !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-:.".contains(&byte));
    plain.then(|| format!("https://osv.dev/{id}"))
}

/// Each once, in the order in which they come.
fn distinct<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    texts.filter(|text| !text.is_empty() && seen.insert(*text)).map(str::to_owned).collect()
}
