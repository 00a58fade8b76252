//! What the tests of several files start from.

use crate::finding::{Finding, Package};
use crate::report::Report;
use crate::scanners::{Database, Gives, Program, Reads, Scanner};
use crate::severity::Severity;

/// Three scanners that differ in name only.
pub(crate) static ONE: Scanner = named("one");
pub(crate) static TWO: Scanner = named("two");
pub(crate) static THREE: Scanner = named("three");

const fn named(name: &'static str) -> Scanner {
    let program = Program {
        name,
        remedy: "",
        version: &[],
        version_of: |_| None,
        reads: Reads::Target,
        database: Database::None,
        wants: &[],
        arguments: |_| Ok(Vec::new()),
        takes_sbom: false,
        staged: &[],
        nothing_exits: &[],
        good_exits: &[0],
        settings: &[],
        environment: &[],
        set: &[],
    };
    Scanner {
        name,
        operation: name,
        title: name,
        gives: Gives::Findings(|_| Ok(Report::default())),
        redact: None,
        program,
    }
}

/// A vulnerability of a package that is named by `package`: a package URL, or `name@version`.
pub(crate) fn weakness(id: &str, aliases: &[&str], package: &str) -> Finding {
    let purl = package.starts_with("pkg:").then(|| package.to_owned());
    let (name, version) = package.rsplit_once('@').unwrap_or((package, ""));
    let name = name.rsplit('/').next().unwrap_or(name);
    Finding {
        id: id.to_owned(),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        package: Some(Package { name: name.to_owned(), version: version.to_owned(), purl }),
        severity: Severity::Medium,
        ..Finding::default()
    }
}
