//! gitleaks: credentials that lie about. <https://github.com/gitleaks/gitleaks>
//!
//! The shape is `report.Finding` of release 8: a list, or null for none. gitleaks does not prove credentials: each is
//! high. It redacts by itself; what is stored is cut down to what is read all the same, so that no release of it and no
//! report from elsewhere can carry a secret into a store. A report does not say whether any file was scanned.

use serde::{Deserialize, Serialize};

use super::{
    Arguments, Database, Gives, NotApplicable, Program, Reads, Request, Scanner, Setting, Target, file,
};
use crate::finding::{Finding, Kind, Location};
use crate::json::{Text, document, first_line};
use crate::report::{NotAReport, Report};
use crate::severity::Severity;

/// See the module.
pub(super) static GITLEAKS: Scanner = Scanner {
    name: "gitleaks",
    operation: "scan-gitleaks",
    title: "Secret scan",
    gives: Gives::Findings(read),
    redact: Some(redact),
    program: Program {
        name: "gitleaks",
        remedy: "https://github.com/gitleaks/gitleaks#installing",
        version: &["version"],
        version_of: super::version_word,
        reads: Reads::Target,
        database: Database::None,
        wants: &[],
        staged: &[],
        arguments,
        takes_sbom: false,
        good_exits: &[0, LEAKS],
        nothing_exits: &[],
        settings: &[Setting::Target(".gitleaks.toml"), Setting::Target(".gitleaksignore")],
        // No GITLEAKS_CONFIG: it would bring rules that no digest covers.
        environment: &[],
        set: &[],
    },
};

/// Its own code for findings, 1, is its code for a failed scan too.
const LEAKS: u8 = 10;

fn arguments(request: &Request<'_>) -> Arguments {
    let target = match request.target {
        Target::Directory => ".".into(),
        Target::File(path) => file(path),
        Target::OciLayout(_) | Target::OciArchive(_) | Target::DockerArchive(_) | Target::Reference(_) => {
            return Err(NotApplicable("gitleaks does not scan images".into()));
        }
    };
    let mut arguments = vec!["dir".into(), target];
    // `-`, not /dev/stdout: release 8.30 leaves that empty.
    let report = ["--report-format", "json", "--report-path", "-", "--redact", "--no-banner", "--exit-code"];
    arguments.extend(report.map(Into::into));
    arguments.push(LEAKS.to_string().into());
    Ok(arguments)
}

/// All that is read, and all that is stored: what a field of this holds is in the cache.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Leak<'a> {
    #[serde(rename = "RuleID", borrow)]
    rule_id: Text<'a>,
    #[serde(borrow)]
    description: Option<Text<'a>>,
    #[serde(borrow)]
    file: Text<'a>,
    start_line: Option<u64>,
}

fn leaks(bytes: &[u8]) -> Result<Vec<Leak<'_>>, NotAReport> {
    document::<Option<_>>("gitleaks", bytes).map(Option::unwrap_or_default)
}

fn redact(bytes: Vec<u8>) -> Result<Vec<u8>, NotAReport> {
    serde_json::to_vec(&leaks(&bytes)?).map_err(|error| NotAReport::new("gitleaks", error.to_string()))
}

fn read(bytes: &[u8]) -> Result<Report, NotAReport> {
    let findings = leaks(bytes)?.into_iter().map(finding).collect();
    Ok(Report { findings, ..Report::default() })
}

fn finding(leak: Leak<'_>) -> Finding {
    Finding {
        kind: Kind::Secret,
        severity: Severity::High,
        title: first_line(leak.description.as_deref().unwrap_or_default()).to_owned(),
        // Its columns are from 1 on a file's first line and from 2 on the others.
        location: Some(Location::line(&leak.file, leak.start_line.unwrap_or_default())),
        id: leak.rule_id.into_owned(),
        ..Finding::default()
    }
}
