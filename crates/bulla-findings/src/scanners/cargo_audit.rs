//! cargo-audit: vulnerabilities of the packages in a `Cargo.lock`. <https://github.com/rustsec/rustsec>
//!
//! The shape is `rustsec::Report`. Its warnings (`unmaintained`, `unsound`, `notice`, `yanked`) are findings too, with
//! the severity of their CVSS vector, or else negligible: they are worth knowing, and no known weakness.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Arguments, Database, Gives, NotApplicable, Program, Reads, Request, Scanner, Setting, Target,
    version_word,
};
use crate::finding::{Finding, Kind, Package};
use crate::json::{ListOr, Text, document, first_line, null_as_default, web_address};
use crate::range::starts;
use crate::registry::{Registry, purl};
use crate::report::{Examined, NotAReport, Report};
use crate::severity::{Severity, base_score};

/// See the module.
pub(super) static CARGO_AUDIT: Scanner = Scanner {
    name: "cargo-audit",
    operation: "scan-cargo-audit",
    title: "Rust dependencies",
    gives: Gives::Findings(read),
    redact: None,
    program: Program {
        name: "cargo-audit",
        remedy: "cargo install --locked cargo-audit",
        version: &["audit", "--version"],
        version_of: version_word,
        // It is fetched by the scan itself, so that its name is known only from the report.
        reads: Reads::Target,
        database: Database::Unnamed,
        wants: &["Cargo.lock"],
        staged: &["Cargo.lock"],
        arguments,
        takes_sbom: false,
        // 1 is both "found something" and a failure, such as a database that could not be fetched: then the report is empty.
        good_exits: &[0, 1],
        nothing_exits: &[],
        settings: &[Setting::Home(".cargo/audit.toml")],
        environment: &[],
        set: &[],
    },
};

fn arguments(request: &Request<'_>) -> Arguments {
    if request.target != Target::Directory {
        return Err(NotApplicable("cargo-audit scans a directory with a Cargo.lock".to_owned()));
    }
    let offline: &[&str] = if request.offline { &["--no-fetch", "--stale"] } else { &[] };
    Ok(["audit", "--json"].iter().chain(offline).map(Into::into).collect())
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    database: Origin<'a>,
    lockfile: Lockfile,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    settings: Settings<'a>,
    #[serde(borrow)]
    vulnerabilities: Vulnerabilities<'a>,
    #[serde(borrow)]
    warnings: Option<ListOr<Warning<'a>, BTreeMap<String, Vec<Warning<'a>>>>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
struct Origin<'a> {
    #[serde(borrow)]
    last_commit: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Lockfile {
    dependency_count: u64,
}

#[derive(Deserialize, Default)]
struct Settings<'a> {
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    ignore: Vec<Text<'a>>,
}

#[derive(Deserialize)]
struct Vulnerabilities<'a> {
    count: usize,
    #[serde(borrow)]
    list: Vec<Vulnerability<'a>>,
}

#[derive(Deserialize)]
struct Vulnerability<'a> {
    #[serde(borrow)]
    advisory: Advisory<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    versions: Versions<'a>,
    #[serde(borrow)]
    package: Crate<'a>,
}

#[derive(Deserialize)]
struct Warning<'a> {
    #[serde(borrow)]
    kind: Text<'a>,
    // Null for a version that was yanked.
    #[serde(borrow)]
    advisory: Option<Advisory<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    versions: Versions<'a>,
    #[serde(borrow)]
    package: Crate<'a>,
}

#[derive(Deserialize)]
struct Advisory<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    aliases: Vec<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    title: Text<'a>,
    #[serde(borrow)]
    cvss: Option<Text<'a>>,
    #[serde(borrow)]
    url: Option<Text<'a>>,
}

#[derive(Deserialize, Default)]
struct Versions<'a> {
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    patched: Vec<Text<'a>>,
}

#[derive(Deserialize)]
struct Crate<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    version: Text<'a>,
}

fn read(bytes: &[u8]) -> Result<Report, NotAReport> {
    let document: Document<'_> = document("cargo-audit", bytes)?;
    let Vulnerabilities { count, list } = document.vulnerabilities;
    if count != list.len() {
        let problem = format!("vulnerabilities.count: {count}, but the list has {}", list.len());
        return Err(NotAReport::new("cargo-audit", problem));
    }
    let warnings = match document.warnings {
        None => Vec::new(),
        Some(ListOr::List(warnings)) => warnings,
        Some(ListOr::Object(by_kind)) => by_kind.into_values().flatten().collect(),
    };
    let known = list.iter().map(|found| finding(&found.advisory, &found.versions, &found.package));
    let mut report = Report {
        database: document.database.last_commit.map(Text::into_owned),
        findings: known.chain(warnings.iter().map(warning)).collect(),
        ..Report::default()
    };
    if document.lockfile.dependency_count == 0 {
        report.examined = Examined::Nothing("there are no dependencies".to_owned());
    }
    if let ignored @ 1.. = document.settings.ignore.len() {
        report.notes.push(format!("cargo-audit's own settings ignore {ignored} advisories"));
    }
    Ok(report)
}

fn warning(found: &Warning<'_>) -> Finding {
    let informational = Severity::from_word("informational");
    match &found.advisory {
        Some(advisory) => {
            let warning = finding(advisory, &found.versions, &found.package);
            let severity = if warning.score.is_some() { warning.severity } else { informational };
            Finding { severity, ..warning }
        }
        None => Finding {
            id: found.kind.to_string(),
            severity: informational,
            title: format!("this version is {}", first_line(&found.kind)),
            package: Some(package(&found.package)),
            ..Finding::default()
        },
    }
}

fn finding(advisory: &Advisory<'_>, versions: &Versions<'_>, package_of: &Crate<'_>) -> Finding {
    let score = advisory.cvss.as_deref().and_then(base_score);
    Finding {
        kind: Kind::Vulnerability,
        id: advisory.id.to_string(),
        aliases: advisory.aliases.iter().map(|id| id.to_string()).collect(),
        severity: score.map_or(Severity::Unknown, Severity::from_cvss),
        title: first_line(&advisory.title).to_owned(),
        package: Some(package(package_of)),
        fixed_in: versions.patched.iter().flat_map(|range| starts(range)).collect(),
        location: None,
        url: advisory.url.as_deref().and_then(web_address),
        score,
    }
}

fn package(of: &Crate<'_>) -> Package {
    let (name, version) = (of.name.to_string(), of.version.to_string());
    Package { purl: purl(Registry::Cargo, &name, &version), name, version }
}
