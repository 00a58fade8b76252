//! npm audit: vulnerabilities of the packages in a lock file. <https://docs.npmjs.com/cli/commands/npm-audit>
//!
//! Two shapes: npm 6 lists advisories, each with the versions that are installed; npm 7 and later list packages, each
//! with what it is vulnerable `via`: advisories of its own, or the names of other listed packages. One finding is one
//! advisory in one package, so that a package that only depends on a vulnerable one is no finding of its own.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Arguments, Database, Gives, NotApplicable, Program, Reads, Request, Scanner, Setting, Target,
    version_word,
};
use crate::finding::{Finding, Kind, Location, Package};
use crate::json::{ObjectOrPlain, Text, document, first_line, null_as_default, web_address};
use crate::range::{ends, starts};
use crate::registry::{Registry, purl};
use crate::report::{Examined, NotAReport, Report};
use crate::severity::Severity;

/// See the module.
pub(super) static NPM_AUDIT: Scanner = Scanner {
    name: "npm-audit",
    operation: "scan-npm-audit",
    title: "Node dependencies",
    gives: Gives::Findings(read),
    redact: None,
    program: Program {
        name: "npm",
        remedy: "https://docs.npmjs.com/downloading-and-installing-node-js-and-npm",
        version: &["--version"],
        version_of: version_word,
        reads: Reads::Target,
        database: Database::Unnamed,
        wants: &["package-lock.json", "npm-shrinkwrap.json"],
        staged: &["package-lock.json", "npm-shrinkwrap.json", "package.json"],
        arguments,
        takes_sbom: false,
        // 1 is both "found something" and a failure; a failure's document has an `error`.
        good_exits: &[0, 1],
        nothing_exits: &[],
        settings: &[Setting::Home(".npmrc")],
        environment: &["NPM_CONFIG_REGISTRY"],
        set: &[("NPM_CONFIG_UPDATE_NOTIFIER", "false")],
    },
};

/// With the dependencies for development and without a threshold, whatever the settings say: what counts is decided
/// after the cache.
fn arguments(request: &Request<'_>) -> Arguments {
    if request.offline {
        return Err(NotApplicable("npm audit asks a registry: it needs the network".to_owned()));
    }
    if request.target != Target::Directory {
        return Err(NotApplicable("npm audit scans a directory with a package-lock.json".to_owned()));
    }
    let include = ["--include=prod", "--include=dev", "--include=optional", "--include=peer"];
    Ok(["audit", "--json", "--package-lock-only", "--prefix=."]
        .into_iter()
        .chain(include)
        .map(Into::into)
        .collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    #[serde(borrow)]
    error: Option<Failure<'a>>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
    #[serde(borrow)]
    advisories: Option<BTreeMap<String, Advisory<'a>>>,
    #[serde(borrow)]
    vulnerabilities: Option<BTreeMap<String, Vulnerable<'a>>>,
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Failure<'a> {
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    code: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    summary: Text<'a>,
}

/// npm 6.
#[derive(Deserialize)]
struct Advisory<'a> {
    id: u64,
    #[serde(borrow)]
    module_name: Text<'a>,
    #[serde(borrow)]
    severity: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    title: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    url: Text<'a>,
    #[serde(borrow)]
    github_advisory_id: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    cves: Vec<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    patched_versions: Text<'a>,
    #[serde(default, deserialize_with = "null_as_default")]
    cvss: Cvss,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    findings: Vec<Installed<'a>>,
}

#[derive(Deserialize, Default)]
struct Installed<'a> {
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    version: Text<'a>,
}

/// npm 7 and later.
#[derive(Deserialize)]
struct Vulnerable<'a> {
    #[serde(borrow)]
    via: Vec<ObjectOrPlain<OwnAdvisory<'a>>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    nodes: Vec<Text<'a>>,
}

#[derive(Deserialize)]
struct OwnAdvisory<'a> {
    source: u64,
    #[serde(borrow)]
    severity: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    title: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    url: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    range: Text<'a>,
    #[serde(default, deserialize_with = "null_as_default")]
    cvss: Cvss,
}

#[derive(Deserialize, Default)]
struct Cvss {
    score: Option<f64>,
}

/// How many dependencies there are: npm 6 says it in `totalDependencies`, and in `dependencies` how many of them are for
/// production; later ones in `dependencies.total`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    total_dependencies: Option<u64>,
    dependencies: Option<ObjectOrPlain<Dependencies>>,
}

#[derive(Deserialize)]
struct Dependencies {
    total: u64,
}

fn read(bytes: &[u8]) -> Result<Report, NotAReport> {
    let not_a_report = |problem: String| NotAReport::new("npm-audit", problem);
    let document: Document<'_> = document("npm-audit", bytes)?;
    if let Some(Failure { code, summary }) = document.error {
        let mut said = [Some(&*summary), document.message.as_deref(), Some(&*code)]
            .into_iter()
            .flatten()
            .map(first_line);
        let said = said.find(|said| !said.is_empty()).unwrap_or("of no stated kind");
        return Err(not_a_report(format!("it is an error: {said}")));
    }
    let metadata = document.metadata.ok_or_else(|| not_a_report("missing field `metadata`".to_owned()))?;
    let (findings, total, field) = match (document.advisories, document.vulnerabilities) {
        (Some(advisories), _) => {
            (of_advisories(&advisories), metadata.total_dependencies, "totalDependencies")
        }
        (None, Some(packages)) => {
            let total = match metadata.dependencies {
                Some(ObjectOrPlain::Object(Dependencies { total })) => Some(total),
                _ => None,
            };
            let findings = of_packages(&packages);
            // Every chain of `via` ends at an advisory. If none does, the findings were lost.
            if findings.is_empty() && !packages.is_empty() {
                return Err(not_a_report("vulnerabilities: no `via` has an advisory".to_owned()));
            }
            (findings, total, "dependencies.total")
        }
        (None, None) => return Err(not_a_report("missing field `vulnerabilities`".to_owned())),
    };
    let total = total.ok_or_else(|| not_a_report(format!("metadata: missing field `{field}`")))?;
    let examined = match total {
        0 => Examined::Nothing("there are no dependencies".to_owned()),
        _ => Examined::Something,
    };
    Ok(Report { findings, examined, ..Report::default() })
}

fn of_advisories(advisories: &BTreeMap<String, Advisory<'_>>) -> Vec<Finding> {
    let installed = |advisory: &Advisory<'_>| match &advisory.findings[..] {
        [] => vec![String::new()],
        installed => installed.iter().map(|installed| installed.version.to_string()).collect(),
    };
    let of_advisory = |advisory: &Advisory<'_>| {
        let cves = advisory.cves.iter().map(|cve| &**cve);
        let mut ids: Vec<_> = advisory.github_advisory_id.as_deref().into_iter().chain(cves).collect();
        ids.retain(|id| !id.is_empty());
        let found =
            weakness(&ids, advisory.id, &advisory.severity, &advisory.title, &advisory.url, &advisory.cvss);
        let found = Finding { fixed_in: starts(&advisory.patched_versions), ..found };
        let package = |version| Some(package(&advisory.module_name, version));
        installed(advisory)
            .into_iter()
            .map(|version| Finding { package: package(version), ..found.clone() })
            .collect()
    };
    advisories.values().flat_map::<Vec<_>, _>(of_advisory).collect()
}

/// The installed version is not in the report.
fn of_packages(packages: &BTreeMap<String, Vulnerable<'_>>) -> Vec<Finding> {
    let of_package = |(name, package_of): (&String, &Vulnerable<'_>)| {
        let location = package_of.nodes.first().map(|path| Location::file(path));
        let advisories = package_of.via.iter().filter_map(|via| match via {
            ObjectOrPlain::Plain => None,
            ObjectOrPlain::Object(advisory) => Some(advisory),
        });
        let found = advisories.map(|own| Finding {
            package: Some(package(name, String::new())),
            fixed_in: ends(&own.range),
            location: location.clone(),
            ..weakness(&[], own.source, &own.severity, &own.title, &own.url, &own.cvss)
        });
        found.collect::<Vec<_>>()
    };
    packages.iter().flat_map(of_package).collect()
}

/// An advisory, named by the first of its ids, by the GitHub advisory it links to, or by its number.
fn weakness(ids: &[&str], number: u64, severity: &str, title: &str, url: &str, cvss: &Cvss) -> Finding {
    let linked = url.rsplit('/').next().filter(|last| last.starts_with("GHSA-"));
    let mut ids: Vec<_> = ids.iter().copied().chain(linked).map(str::to_owned).collect();
    if ids.is_empty() {
        ids.push(format!("npm-{number}"));
    }
    let id = ids.remove(0);
    ids.retain(|alias| *alias != id);
    Finding {
        kind: Kind::Vulnerability,
        id,
        aliases: ids,
        severity: Severity::from_word(severity),
        title: first_line(title).to_owned(),
        url: web_address(url),
        score: cvss.score.filter(|score| *score > 0.0),
        ..Finding::default()
    }
}

fn package(name: &str, version: String) -> Package {
    Package { name: name.to_owned(), purl: purl(Registry::Npm, name, &version), version }
}
