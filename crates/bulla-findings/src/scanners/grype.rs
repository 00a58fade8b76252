//! grype: vulnerabilities of packages. <https://github.com/anchore/grype>
//!
//! The shape is `models.Document` of its JSON output, from release 0.5 on.

use serde::Deserialize;

use super::{Arguments, Database, Gives, NotApplicable, Program, Reads, Request, Scanner, Target, os};
use crate::finding::{Finding, Kind, Location, Package};
use crate::json::{Text, document, first_line, null_as_default, web_address};
use crate::report::{NotAReport, Report};
use crate::severity::Severity;

/// See the module.
pub(super) static GRYPE: Scanner = Scanner {
    name: "grype",
    operation: "scan-grype",
    title: "Dependencies",
    gives: Gives::Findings(read),
    redact: None,
    program: Program {
        name: "grype",
        remedy: "https://github.com/anchore/grype#installation",
        version: &["version", "-o", "json"],
        version_of: |output| super::json_field(output, &["version"]),
        reads: Reads::Target,
        database: Database::Named {
            arguments: &["db", "status", "-o", "json"],
            name: database,
            fetch: Some(&["db", "update"]),
        },
        wants: &[],
        staged: &[],
        arguments,
        takes_sbom: true,
        good_exits: &[0],
        nothing_exits: &[],
        settings: &[],
        environment: &["GRYPE_DB_CACHE_DIR"],
        set: &[("GRYPE_DB_AUTO_UPDATE", "false"), ("GRYPE_CHECK_FOR_APP_UPDATE", "false")],
    },
};

fn arguments(request: &Request<'_>) -> Arguments {
    if request.offline && matches!((request.sbom, request.target), (None, Target::Reference(_))) {
        return Err(NotApplicable("an image in a registry needs the network".to_owned()));
    }
    let target = match (request.sbom, request.target) {
        (Some(sbom), _) => os("sbom:", sbom),
        (None, Target::Directory) => "dir:.".into(),
        (None, Target::File(file)) => os("file:", file),
        (None, Target::OciLayout(path)) => os("oci-dir:", path),
        (None, Target::OciArchive(path)) => os("oci-archive:", path),
        (None, Target::DockerArchive(path)) => os("docker-archive:", path),
        (None, Target::Reference(name)) => os("registry:", name),
    };
    // Ignores act after the cache: a `.grype.yaml` could leave findings out.
    Ok(vec![target, "-q".into(), "-o".into(), "json".into(), "-c".into(), request.empty.into()])
}

/// `built` and the schema say which database it is; its path is this machine's.
fn database(output: &[u8]) -> Option<String> {
    let field = |name| super::json_field(output, &[name]);
    let built = field("built").filter(|built| !built.starts_with("0001-"))?;
    Some(field("schemaVersion").map_or_else(|| built.clone(), |schema| format!("{built} schema {schema}")))
}

#[derive(Deserialize)]
struct Document<'a> {
    // Null is how a Go program writes an empty list. A document without the field is no report.
    #[serde(borrow, deserialize_with = "null_as_default")]
    matches: Vec<Match<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    descriptor: Descriptor<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Match<'a> {
    #[serde(borrow)]
    vulnerability: Vulnerability<'a>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    related_vulnerabilities: Vec<Related<'a>>,
    #[serde(borrow)]
    artifact: Artifact<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vulnerability<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow)]
    severity: Option<Text<'a>>,
    #[serde(borrow)]
    description: Option<Text<'a>>,
    #[serde(borrow)]
    data_source: Option<Text<'a>>,
    #[serde(default, deserialize_with = "null_as_default")]
    cvss: Vec<Cvss>,
    #[serde(default, deserialize_with = "null_as_default")]
    fix: Fix,
}

#[derive(Deserialize)]
struct Related<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow)]
    description: Option<Text<'a>>,
}

#[derive(Deserialize, Default)]
struct Fix {
    #[serde(default, deserialize_with = "null_as_default")]
    versions: Vec<String>,
}

#[derive(Deserialize)]
struct Cvss {
    metrics: Option<Metrics>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metrics {
    base_score: Option<f64>,
}

#[derive(Deserialize)]
struct Artifact<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    version: Option<Text<'a>>,
    #[serde(borrow)]
    purl: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "null_as_default")]
    locations: Vec<ArtifactLocation<'a>>,
}

#[derive(Deserialize)]
struct ArtifactLocation<'a> {
    #[serde(borrow)]
    path: Option<Text<'a>>,
}

#[derive(Deserialize, Default)]
struct Descriptor<'a> {
    #[serde(borrow)]
    version: Option<Text<'a>>,
}

fn read(bytes: &[u8]) -> Result<Report, NotAReport> {
    let document: Document<'_> = document("grype", bytes)?;
    Ok(Report {
        version: document.descriptor.version.map(Text::into_owned),
        findings: document.matches.into_iter().map(finding).collect(),
        ..Report::default()
    })
}

fn finding(found: Match<'_>) -> Finding {
    let Match { vulnerability, related_vulnerabilities, artifact } = found;
    let related = related_vulnerabilities.iter();
    let described = vulnerability.description.as_deref().into_iter();
    let described = described.chain(related.clone().filter_map(|related| related.description.as_deref()));
    let scores = vulnerability.cvss.iter().filter_map(|cvss| cvss.metrics.as_ref()?.base_score);
    Finding {
        kind: Kind::Vulnerability,
        aliases: related
            .map(|related| &*related.id)
            .filter(|id| *id != &*vulnerability.id)
            .map(str::to_owned)
            .collect(),
        severity: Severity::from_word(vulnerability.severity.as_deref().unwrap_or_default()),
        title: described.map(first_line).find(|line| !line.is_empty()).unwrap_or_default().to_owned(),
        package: Some(Package {
            name: artifact.name.into_owned(),
            version: artifact.version.map(Text::into_owned).unwrap_or_default(),
            purl: artifact.purl.map(Text::into_owned).filter(|purl| !purl.is_empty()),
        }),
        fixed_in: vulnerability.fix.versions,
        location: artifact.locations.iter().find_map(|place| place.path.as_deref()).map(Location::file),
        url: vulnerability.data_source.as_deref().and_then(web_address),
        score: scores.reduce(f64::max),
        id: vulnerability.id.into_owned(),
    }
}
