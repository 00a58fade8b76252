//! zizmor: weaknesses of GitHub workflows and actions. <https://github.com/zizmorcore/zizmor>
//!
//! The shape is its JSON format v1: a list. A finding that is marked as ignored in the tree itself is left out.

use serde::Deserialize;

use super::{Arguments, Database, Gives, NotApplicable, Program, Reads, Request, Scanner, Target, file};
use crate::finding::{Finding, Kind, Location};
use crate::json::{Text, document, first_line, null_as_default, web_address};
use crate::report::{NotAReport, Report};
use crate::severity::Severity;

/// See the module.
pub(super) static ZIZMOR: Scanner = Scanner {
    name: "zizmor",
    operation: "scan-workflows",
    title: "Workflows",
    gives: Gives::Findings(read),
    redact: None,
    program: Program {
        name: "zizmor",
        remedy: "https://docs.zizmor.sh/installation",
        version: &["--version"],
        version_of: super::version_word,
        reads: Reads::Target,
        database: Database::None,
        wants: &[
            ".github/workflows",
            ".github/actions",
            ".github/dependabot.yml",
            ".github/dependabot.yaml",
            "action.yml",
            "action.yaml",
            ".pre-commit-config.yaml",
            ".pre-commit-hooks.yaml",
        ],
        staged: &[],
        arguments,
        takes_sbom: false,
        // 10 to 14: something was found, by its severity from unknown to high.
        good_exits: &[0, 10, 11, 12, 13, 14],
        nothing_exits: &[3],
        settings: &[],
        // No GH_TOKEN: with one, audits ask GitHub.
        environment: &[],
        set: &[],
    },
};

fn arguments(request: &Request<'_>) -> Arguments {
    let target = match request.target {
        Target::Directory => ".".into(),
        Target::File(path) => file(path),
        Target::OciLayout(_) | Target::OciArchive(_) | Target::DockerArchive(_) | Target::Reference(_) => {
            return Err(NotApplicable("zizmor audits workflows, not images".into()));
        }
    };
    let mut arguments: Vec<_> =
        ["--offline", "--no-progress", "-q", "--format", "json"].map(Into::into).into();
    // A `zizmor.yml` in the tree under test, or above it, could leave findings out; a workflow that cannot be read must
    // not be passed over; neither comments nor what git ignores hide anything.
    arguments.extend(["--no-config", "--strict-collection", "--no-ignores", "--collect=all"].map(Into::into));
    arguments.push(target);
    Ok(arguments)
}

#[derive(Deserialize)]
struct Found<'a> {
    #[serde(borrow)]
    ident: Text<'a>,
    #[serde(borrow)]
    desc: Option<Text<'a>>,
    #[serde(borrow)]
    url: Option<Text<'a>>,
    #[serde(borrow)]
    determinations: Determinations<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    locations: Vec<Place<'a>>,
    #[serde(default, deserialize_with = "null_as_default")]
    ignored: bool,
}

#[derive(Deserialize)]
struct Determinations<'a> {
    #[serde(borrow)]
    severity: Text<'a>,
}

#[derive(Deserialize)]
struct Place<'a> {
    #[serde(borrow)]
    symbolic: Symbolic<'a>,
    concrete: Option<Concrete>,
}

#[derive(Deserialize)]
struct Symbolic<'a> {
    #[serde(borrow)]
    key: Key<'a>,
    #[serde(borrow)]
    kind: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Key<'a> {
    #[serde(rename = "Local", borrow)]
    local: Option<Local<'a>>,
}

#[derive(Deserialize)]
struct Local<'a> {
    // Earlier releases name it `given_path`.
    #[serde(borrow, alias = "given_path")]
    verbatim_path: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Concrete {
    location: Option<Span>,
}

#[derive(Deserialize)]
struct Span {
    start_point: Option<Point>,
}

#[derive(Deserialize, Clone, Copy)]
struct Point {
    row: u64,
    column: u64,
}

fn read(bytes: &[u8]) -> Result<Report, NotAReport> {
    let found: Vec<Found<'_>> = document("zizmor", bytes)?;
    let findings = found.into_iter().filter(|found| !found.ignored).map(finding).collect();
    Ok(Report { findings, ..Report::default() })
}

fn finding(found: Found<'_>) -> Finding {
    let is_primary = |place: &&Place<'_>| place.symbolic.kind.as_deref() == Some("Primary");
    let place = found.locations.iter().find(is_primary).or(found.locations.first());
    Finding {
        kind: Kind::Workflow,
        severity: Severity::from_word(&found.determinations.severity),
        title: first_line(found.desc.as_deref().unwrap_or_default()).to_owned(),
        location: place.and_then(location),
        url: found.url.as_deref().and_then(web_address),
        id: found.ident.into_owned(),
        ..Finding::default()
    }
}

fn location(place: &Place<'_>) -> Option<Location> {
    let file = Location::file(place.symbolic.key.local.as_ref()?.verbatim_path.as_deref()?);
    let point = place.concrete.as_ref().and_then(|concrete| concrete.location.as_ref()?.start_point);
    // The report counts rows and columns from 0.
    let from_one = |count: u64| Some(count.saturating_add(1));
    Some(point.map_or(file.clone(), |at| Location {
        line: from_one(at.row),
        column: from_one(at.column),
        ..file
    }))
}
