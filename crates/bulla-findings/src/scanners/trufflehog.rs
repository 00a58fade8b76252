//! trufflehog: credentials that lie about. <https://github.com/trufflesecurity/trufflehog>
//!
//! The shape is one JSON object a line, of release 3; a list of them is taken too. A credential that was proved to work
//! is critical, any other high. A report holds the secrets themselves, so only what is read here is ever stored of it.
//!
//! Where nothing is found, nothing is printed, which is also what a program prints that did nothing: that is unscanned.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Arguments, Database, Gives, NotApplicable, Program, Reads, Request, Scanner, Target, file};
use crate::finding::{Finding, Kind, Location};
use crate::json::{Text, document, first_line, null_as_default, web_address};
use crate::report::{Examined, NotAReport, Report};
use crate::severity::Severity;

/// See the module.
pub(super) static TRUFFLEHOG: Scanner = Scanner {
    name: "trufflehog",
    operation: "scan-trufflehog",
    title: "Secret scan",
    gives: Gives::Findings(read),
    redact: Some(redact),
    program: Program {
        name: "trufflehog",
        remedy: "https://github.com/trufflesecurity/trufflehog#floppy_disk-installation",
        version: &["--version"],
        version_of: super::version_word,
        reads: Reads::Target,
        database: Database::None,
        wants: &[],
        staged: &[],
        arguments,
        takes_sbom: false,
        good_exits: &[0],
        nothing_exits: &[],
        settings: &[],
        environment: &[],
        set: &[],
    },
};

fn arguments(request: &Request<'_>) -> Arguments {
    let target = match request.target {
        Target::Directory => ".".into(),
        Target::File(path) => file(path),
        Target::OciLayout(_) | Target::OciArchive(_) | Target::DockerArchive(_) | Target::Reference(_) => {
            return Err(NotApplicable("trufflehog is run on files only, not on images".into()));
        }
    };
    let mut arguments = vec!["filesystem".into(), target];
    arguments.extend(["--json", "--no-update", "--no-verification"].map(Into::into));
    Ok(arguments)
}

/// All that is read, and all that is stored: what a field of this holds is in the cache.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Found<'a> {
    #[serde(borrow)]
    detector_name: Text<'a>,
    #[serde(borrow)]
    detector_description: Option<Text<'a>>,
    verified: bool,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    source_metadata: SourceMetadata<'a>,
}

#[derive(Deserialize, Serialize, Default)]
#[serde(rename_all = "PascalCase")]
struct SourceMetadata<'a> {
    /// By the kind of the source: `Filesystem`, `Git`, `Github`, ...
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    data: BTreeMap<String, Place<'a>>,
}

#[derive(Deserialize, Serialize)]
struct Place<'a> {
    #[serde(borrow)]
    file: Option<Text<'a>>,
    line: Option<u64>,
    #[serde(borrow)]
    link: Option<Text<'a>>,
}

fn found(bytes: &[u8]) -> Result<Vec<Found<'_>>, NotAReport> {
    if bytes.trim_ascii_start().starts_with(b"[") {
        return document("trufflehog", bytes);
    }
    let lines =
        bytes.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.trim_ascii().is_empty());
    let read = lines.map(|(index, line)| {
        let in_line = |wrong: NotAReport| {
            NotAReport::new(wrong.scanner, format!("line {}: {}", index + 1, wrong.problem))
        };
        document("trufflehog", line).map_err(in_line)
    });
    read.collect()
}

fn redact(bytes: Vec<u8>) -> Result<Vec<u8>, NotAReport> {
    let mut redacted = Vec::new();
    for found in found(&bytes)? {
        serde_json::to_writer(&mut redacted, &found)
            .map_err(|error| NotAReport::new("trufflehog", error.to_string()))?;
        redacted.push(b'\n');
    }
    Ok(redacted)
}

fn read(bytes: &[u8]) -> Result<Report, NotAReport> {
    let findings: Vec<_> = found(bytes)?.into_iter().map(finding).collect();
    let examined = match findings.is_empty() {
        true => Examined::Nothing("trufflehog prints nothing whether it found or scanned nothing".into()),
        false => Examined::Something,
    };
    Ok(Report { findings, examined, ..Report::default() })
}

fn finding(found: Found<'_>) -> Finding {
    let place = found.source_metadata.data.values().next();
    let link = place.and_then(|place| place.link.as_deref());
    let described = found.detector_description.as_deref().map(first_line).filter(|line| !line.is_empty());
    Finding {
        kind: Kind::Secret,
        severity: if found.verified { Severity::Critical } else { Severity::High },
        title: described
            .map_or_else(|| format!("{} credential", first_line(&found.detector_name)), str::to_owned),
        location: place
            .and_then(|place| Some(Location::line(place.file.as_deref()?, place.line.unwrap_or_default()))),
        url: link.and_then(web_address),
        id: found.detector_name.into_owned(),
        ..Finding::default()
    }
}
