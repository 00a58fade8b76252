//! pip-audit: vulnerabilities of a requirements file's packages. <https://github.com/pypa/pip-audit>
//!
//! The shape is that of its `json` format: a list of dependencies up to release 2.3, an object that holds the list since.

use serde::Deserialize;

use super::{
    Arguments, Database, Gives, NotApplicable, Program, Reads, Request, Scanner, Setting, Target,
    version_word,
};
use crate::finding::{Finding, Kind, Package};
use crate::json::{ListOr, Text, document, first_line, null_as_default};
use crate::registry::{Registry, purl};
use crate::report::{Examined, NotAReport, Report};

/// See the module.
pub(super) static PIP_AUDIT: Scanner = Scanner {
    name: "pip-audit",
    operation: "scan-pip-audit",
    title: "Python dependencies",
    gives: Gives::Findings(read),
    redact: None,
    program: Program {
        name: "pip-audit",
        remedy: "pip install pip-audit",
        version: &["--version"],
        version_of: version_word,
        reads: Reads::Target,
        database: Database::Unnamed,
        wants: &["requirements.txt"],
        staged: &["requirements.txt"],
        arguments,
        takes_sbom: false,
        // 1 is both "found something" and a failure; a failure prints no report.
        good_exits: &[0, 1],
        nothing_exits: &[],
        settings: &[Setting::Home(".config/pip/pip.conf"), Setting::Home(".pip/pip.conf")],
        environment: &["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"],
        // No module of the working directory is taken for one of its own.
        set: &[("PYTHONSAFEPATH", "1")],
    },
};

fn arguments(request: &Request<'_>) -> Arguments {
    if request.offline {
        return Err(NotApplicable("pip-audit asks a service: it needs the network".to_owned()));
    }
    if request.target != Target::Directory {
        return Err(NotApplicable("pip-audit scans a directory with a requirements.txt".to_owned()));
    }
    // Resolving what is not pinned would build packages, and so run code that anybody can publish.
    let pinned_only = ["--no-deps", "--disable-pip"];
    let report = ["-r", "requirements.txt", "--format", "json", "--progress-spinner", "off"];
    Ok(report.into_iter().chain(pinned_only).map(Into::into).collect())
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    dependencies: Vec<Dependency<'a>>,
}

#[derive(Deserialize)]
struct Dependency<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    version: Text<'a>,
    #[serde(borrow)]
    skip_reason: Option<Text<'a>>,
    // Absent only where there is a reason.
    #[serde(borrow)]
    vulns: Option<Vec<Vulnerability<'a>>>,
}

#[derive(Deserialize)]
struct Vulnerability<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    aliases: Vec<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    fix_versions: Vec<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    description: Text<'a>,
}

fn read(bytes: &[u8]) -> Result<Report, NotAReport> {
    let dependencies = match document("pip-audit", bytes)? {
        ListOr::List(dependencies) => dependencies,
        ListOr::Object(Document { dependencies }) => dependencies,
    };
    let mut report = Report::default();
    let mut skipped = Vec::new();
    for (index, dependency) in dependencies.iter().enumerate() {
        match (&dependency.vulns, &dependency.skip_reason) {
            (None, None) => {
                let problem = format!("dependencies[{index}]: missing field `vulns`");
                return Err(NotAReport::new("pip-audit", problem));
            }
            (vulnerabilities, reason) => {
                skipped.extend(reason.as_deref());
                let found = vulnerabilities.iter().flatten();
                report.findings.extend(found.map(|vulnerability| finding(dependency, vulnerability)));
            }
        }
    }
    let all = dependencies.len();
    // The service can answer nothing at all for any of them, and pip-audit still ends with 0.
    report.examined = match (all, &skipped[..]) {
        (0, _) => Examined::Nothing("there are no dependencies".to_owned()),
        (_, [reason, ..]) if skipped.len() == all => {
            Examined::Nothing(format!("all {all} dependencies were skipped: {}", first_line(reason)))
        }
        _ => Examined::Something,
    };
    if !skipped.is_empty() {
        report.notes.push(format!("{} of {all} dependencies were skipped, not looked up", skipped.len()));
    }
    Ok(report)
}

/// The report has no severities.
fn finding(dependency: &Dependency<'_>, found: &Vulnerability<'_>) -> Finding {
    Finding {
        kind: Kind::Vulnerability,
        id: found.id.to_string(),
        aliases: found.aliases.iter().map(|id| id.to_string()).collect(),
        title: first_line(&found.description).to_owned(),
        package: Some(Package {
            name: dependency.name.to_string(),
            version: dependency.version.to_string(),
            purl: purl(Registry::Pypi, &dependency.name, &dependency.version),
        }),
        fixed_in: found.fix_versions.iter().map(|version| version.to_string()).collect(),
        ..Finding::default()
    }
}
