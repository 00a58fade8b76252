//! semgrep: weaknesses in code, by rules of the user's. <https://github.com/semgrep/semgrep>
//!
//! The shape is `cli_output` of semgrep's interface. Its rules are the user's choice: without one there is nothing to
//! scan with, and rules from a registry would be a database without a name.

use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::{
    Arguments, Database, Gives, NotApplicable, Program, Reads, Request, Scanner, Setting, Target, file,
};
use crate::finding::{Finding, Kind, Location};
use crate::json::{Text, document, first_line, null_as_default, web_address};
use crate::report::{Examined, NotAReport, Report};
use crate::severity::Severity;

/// See the module.
pub(super) static SEMGREP: Scanner = Scanner {
    name: "semgrep",
    operation: "scan-semgrep",
    title: "Code",
    gives: Gives::Findings(read),
    redact: None,
    program: Program {
        name: "semgrep",
        remedy: "https://semgrep.dev/docs/getting-started/cli",
        version: &["--version"],
        version_of: super::version_word,
        reads: Reads::Target,
        database: Database::None,
        wants: &[],
        staged: &[],
        arguments,
        takes_sbom: false,
        // 1: something was found, with `--error`.
        good_exits: &[0, 1],
        nothing_exits: &[],
        settings: &[Setting::Target(".semgrepignore")],
        environment: &[],
        // No module of the target is taken for one of its own.
        set: &[
            ("PYTHONSAFEPATH", "1"),
            ("SEMGREP_SEND_METRICS", "off"),
            ("SEMGREP_ENABLE_VERSION_CHECK", "0"),
        ],
    },
};

fn arguments(request: &Request<'_>) -> Arguments {
    let Some(rules) = &request.choices.rules else {
        return Err(NotApplicable("no rules: name a file or a directory with semgrep rules".into()));
    };
    let target = match request.target {
        Target::Directory => ".".into(),
        Target::File(path) => file(path),
        Target::OciLayout(_) | Target::OciArchive(_) | Target::DockerArchive(_) | Target::Reference(_) => {
            return Err(NotApplicable("semgrep scans code, not images".into()));
        }
    };
    // `auto` or `p/ci` is a path here, never the name of rules in a registry.
    let rules = file(Path::new(rules));
    let mut arguments = vec!["scan".into(), "--config".into(), rules];
    // Otherwise a rule's id begins with the path of its file.
    arguments.push("--no-rewrite-rule-ids".into());
    // What git ignores is scanned, and comments in the target hide nothing: ignores act after the cache.
    arguments.extend(["--no-git-ignore", "--disable-nosem"].map(Into::into));
    arguments.extend(["--metrics=off", "--disable-version-check", "-q", "--json"].map(Into::into));
    arguments.push(target);
    Ok(arguments)
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    version: Option<Text<'a>>,
    #[serde(borrow)]
    results: Vec<Match<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    errors: Vec<Problem<'a>>,
    #[serde(default, deserialize_with = "null_as_default")]
    paths: Paths,
}

#[derive(Deserialize)]
struct Match<'a> {
    #[serde(borrow)]
    check_id: Text<'a>,
    #[serde(borrow)]
    path: Text<'a>,
    start: Option<Position>,
    #[serde(borrow)]
    extra: Extra<'a>,
}

#[derive(Deserialize)]
struct Position {
    line: u64,
    col: Option<u64>,
}

#[derive(Deserialize)]
struct Extra<'a> {
    #[serde(borrow)]
    severity: Text<'a>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
    #[serde(default, deserialize_with = "null_as_default")]
    is_ignored: bool,
    /// A rule's author writes it, in any shape.
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    source: Text<'a>,
}

#[derive(Deserialize)]
struct Problem<'a> {
    #[serde(borrow)]
    message: Option<Text<'a>>,
}

#[derive(Deserialize, Default)]
struct Paths {
    // Only counted: an `IgnoredAny` takes no room. Older releases do not say what they scanned.
    scanned: Option<Vec<IgnoredAny>>,
}

fn read(bytes: &[u8]) -> Result<Report, NotAReport> {
    let Document { version, results, errors, paths } = document("semgrep", bytes)?;
    Ok(Report {
        version: version.map(Text::into_owned),
        // Ignored: somebody wrote `nosemgrep` there.
        findings: results.into_iter().filter(|found| !found.extra.is_ignored).map(finding).collect(),
        examined: match paths.scanned {
            Some(scanned) if scanned.is_empty() => Examined::Nothing(match problems(&errors) {
                Some(problems) => format!("no file was scanned; {problems}"),
                None => "no file was scanned".into(),
            }),
            _ => Examined::Something,
        },
        notes: problems(&errors).into_iter().collect(),
        ..Report::default()
    })
}

fn problems(errors: &[Problem<'_>]) -> Option<String> {
    let first = errors.first()?.message.as_deref().map(first_line).unwrap_or_default();
    Some(format!("problems while scanning: {}, the first: {first}", errors.len()))
}

fn finding(found: Match<'_>) -> Finding {
    let Match { check_id, path, start, extra } = found;
    let metadata = extra.metadata.and_then(|raw| serde_json::from_str::<Metadata<'_>>(raw.get()).ok());
    Finding {
        kind: Kind::Code,
        severity: Severity::from_word(&extra.severity),
        title: first_line(extra.message.as_deref().unwrap_or_default()).to_owned(),
        location: Some(match start {
            Some(Position { line, col }) => {
                Location { column: col.filter(|col| *col > 0), ..Location::line(&path, line) }
            }
            None => Location::file(&path),
        }),
        url: metadata.and_then(|metadata| web_address(&metadata.source)),
        id: check_id.into_owned(),
        ..Finding::default()
    }
}
