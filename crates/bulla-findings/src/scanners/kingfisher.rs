//! kingfisher: credentials that lie about. <https://github.com/mongodb/kingfisher>
//!
//! The shape is the report envelope of release 2. A credential that was proved to work is critical, any other high.
//! `-r` puts a salted hash in the place of each secret; its snippets are not read all the same. A path is given as it
//! is: whoever names a file after a secret finds it there.
//!
//! * `--no-dedup`: a secret in two files is two findings, so that an ignore rule for one of the paths hides only that.
//! * `--exclude .git`: git's own files are no part of a directory's digest, so they must not be part of its answer.
//! * An OCI layout is not offered: its layers are files without a name that tells their format, and kingfisher says that
//!   there is nothing in them.

use serde::{Deserialize, Serialize};

use super::{Arguments, Database, Gives, NotApplicable, Program, Reads, Request, Scanner, Target, file};
use crate::finding::{Finding, Kind, Location};
use crate::json::{Text, document, first_line, null_as_default};
use crate::report::{Examined, NotAReport, Report};
use crate::severity::Severity;

/// See the module.
pub(super) static KINGFISHER: Scanner = Scanner {
    name: "kingfisher",
    operation: "scan-secrets",
    title: "Secret scan",
    gives: Gives::Findings(read),
    redact: Some(redact),
    program: Program {
        name: "kingfisher",
        remedy: "https://github.com/mongodb/kingfisher#installation",
        version: &["--version"],
        version_of: super::version_word,
        reads: Reads::Target,
        database: Database::None,
        wants: &[],
        staged: &[],
        arguments,
        takes_sbom: false,
        // 200: something was found; 205: something that was proved to work.
        good_exits: &[0, 200, 205],
        nothing_exits: &[],
        // A kingfisher.yaml is read only where it is named on the command line.
        settings: &[],
        environment: &[],
        set: &[],
    },
};

fn arguments(request: &Request<'_>) -> Arguments {
    let mut arguments = vec!["scan".into()];
    match request.target {
        Target::Directory => {
            arguments.extend([".", "--git-history", "none", "--exclude", ".git"].map(Into::into));
        }
        Target::File(path) => arguments.extend([file(path), "--git-history".into(), "none".into()]),
        Target::DockerArchive(path) => {
            arguments.extend(["docker".into(), "--archive".into(), file(path)]);
        }
        Target::Reference(_) if request.offline => {
            return Err(NotApplicable("an image in a registry is out of reach offline".into()));
        }
        Target::Reference(name) => arguments.extend(["docker", name].map(Into::into)),
        Target::OciLayout(_) | Target::OciArchive(_) => {
            return Err(NotApplicable(
                "kingfisher does not read OCI layouts: give it a docker archive".into(),
            ));
        }
    }
    let report = ["-n", "--no-update-check", "-q", "--no-dedup", "--no-ignore", "-f", "json", "-r"];
    arguments.extend(report.map(Into::into));
    Ok(arguments)
}

#[derive(Deserialize, Serialize)]
struct Document<'a> {
    #[serde(borrow)]
    findings: Vec<Found<'a>>,
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(default, deserialize_with = "null_as_default")]
    audit: Audit,
}

#[derive(Deserialize, Serialize)]
struct Found<'a> {
    #[serde(borrow)]
    rule: Rule<'a>,
    #[serde(borrow)]
    finding: Details<'a>,
}

#[derive(Deserialize, Serialize)]
struct Rule<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    description: Option<Text<'a>>,
}

#[derive(Deserialize, Serialize)]
struct Details<'a> {
    #[serde(borrow)]
    path: Option<Text<'a>>,
    line: Option<u64>,
    column_start: Option<u64>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    validation: Validation<'a>,
}

#[derive(Deserialize, Serialize, Default)]
struct Validation<'a> {
    #[serde(borrow)]
    outcome: Option<Text<'a>>,
    #[serde(borrow)]
    status: Option<Text<'a>>,
}

#[derive(Deserialize, Serialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    kingfisher_version: Option<Text<'a>>,
    summary: Summary,
}

#[derive(Deserialize, Serialize)]
struct Summary {
    blobs_scanned: u64,
}

#[derive(Deserialize, Serialize, Default)]
struct Audit {
    #[serde(default, deserialize_with = "null_as_default")]
    summary: AuditSummary,
}

#[derive(Deserialize, Serialize, Default)]
#[serde(default)]
struct AuditSummary {
    fetch_failed: u64,
    scan_partial: u64,
    scan_failed: u64,
}

/// What is read, and nothing else: a release whose `-r` left something would be no leak.
fn redact(bytes: Vec<u8>) -> Result<Vec<u8>, NotAReport> {
    let document: Document<'_> = document("kingfisher", &bytes)?;
    serde_json::to_vec(&document).map_err(|error| NotAReport::new("kingfisher", error.to_string()))
}

fn read(bytes: &[u8]) -> Result<Report, NotAReport> {
    let Document { findings, metadata, audit } = document("kingfisher", bytes)?;
    let AuditSummary { fetch_failed, scan_partial, scan_failed } = audit.summary;
    let incomplete = fetch_failed.saturating_add(scan_partial).saturating_add(scan_failed);
    Ok(Report {
        version: metadata.kingfisher_version.map(Text::into_owned),
        findings: findings.into_iter().map(finding).collect(),
        examined: match metadata.summary.blobs_scanned {
            0 => Examined::Nothing("no file was scanned".into()),
            _ => Examined::Something,
        },
        notes: match incomplete {
            0 => Vec::new(),
            _ => vec![format!("inputs that were not scanned in full: {incomplete}")],
        },
        ..Report::default()
    })
}

fn finding(found: Found<'_>) -> Finding {
    let Found { rule, finding: Details { path, line, column_start, validation } } = found;
    // Without an outcome there are only the words for people.
    let proved = match &validation.outcome {
        Some(outcome) => &**outcome == "verified_active",
        None => validation.status.as_deref() == Some("Active Credential"),
    };
    let titles = [rule.description.as_deref(), rule.name.as_deref()].into_iter().flatten();
    Finding {
        kind: Kind::Secret,
        severity: if proved { Severity::Critical } else { Severity::High },
        title: titles.map(first_line).find(|line| !line.is_empty()).unwrap_or_default().to_owned(),
        location: path.map(|path| Location {
            // The report counts columns from 0.
            column: column_start.map(|column| column.saturating_add(1)),
            ..Location::line(&path, line.unwrap_or_default())
        }),
        id: rule.id.into_owned(),
        ..Finding::default()
    }
}
