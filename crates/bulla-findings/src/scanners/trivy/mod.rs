//! trivy: vulnerabilities of packages; secrets, misconfigurations and licences when asked.
//! <https://github.com/aquasecurity/trivy>

mod report;

use serde_json::Value;

use super::{Arguments, Database, Gives, NotApplicable, Program, Reads, Request, Scanner, Target, os};

/// See the module.
pub(super) static TRIVY: Scanner = Scanner {
    name: "trivy",
    operation: "scan-trivy",
    title: "Dependencies",
    gives: Gives::Findings(report::read),
    redact: None,
    program: Program {
        name: "trivy",
        remedy: "https://trivy.dev/latest/getting-started/installation/",
        version: &["version", "--format", "json"],
        version_of: |output| super::json_field(output, &["Version"]),
        reads: Reads::Target,
        database: Database::Named {
            arguments: &["version", "--format", "json"],
            name: database,
            fetch: Some(&["image", "--download-db-only", "--quiet"]),
        },
        wants: &[],
        staged: &[],
        arguments,
        takes_sbom: false,
        good_exits: &[0],
        nothing_exits: &[],
        settings: &[],
        environment: &[
            "TRIVY_CACHE_DIR",
            "XDG_CACHE_HOME",
            "TRIVY_DB_REPOSITORY",
            "TRIVY_JAVA_DB_REPOSITORY",
        ],
        // As variables, because a release that does not know one of them ignores it, and an unknown flag it refuses.
        // The checks for misconfigurations are those of the cache, which the database's name covers, or the built-in.
        set: &[
            ("TRIVY_SKIP_VERSION_CHECK", "true"),
            ("TRIVY_DISABLE_TELEMETRY", "true"),
            ("TRIVY_SKIP_CHECK_UPDATE", "true"),
            // Layers are kept under the ids that an image claims for them: what another image has left there is not believed.
            ("TRIVY_CACHE_BACKEND", "memory"),
        ],
    },
};

fn arguments(request: &Request<'_>) -> Arguments {
    if request.offline && matches!(request.target, Target::Reference(_)) {
        return Err(NotApplicable("an image in a registry needs the network".to_owned()));
    }
    if matches!(request.target, Target::OciArchive(_)) {
        let why =
            "trivy takes no tar file of an OCI layout; unpack it, or `skopeo copy` it to docker-archive:";
        return Err(NotApplicable(why.to_owned()));
    }
    let command = if matches!(request.target, Target::Directory | Target::File(_)) { "fs" } else { "image" };
    let mut arguments = vec![command.into()];
    arguments.extend(["--format", "json", "--quiet", "--list-all-pkgs", "--exit-code", "0"].map(Into::into));
    // A `trivy.yaml` in the tree under test could leave findings out, or say which file is overwritten.
    arguments.extend(["--config".into(), request.empty.into()]);
    // The database is the one that was named before the scan. The Java index is only fetched by a scan that needs it.
    arguments.push("--skip-db-update".into());
    arguments.extend(["--secret-config".into(), request.empty.into()]);
    // Ignores act after the cache. Modules, code in the user's home that changes results, stand in no key.
    arguments.extend(["--ignorefile".into(), request.empty.into()]);
    arguments.extend(["--module-dir".into(), request.empty.into()]);
    // Whatever else is looked for, vulnerabilities are: settings in the target can add, not take away.
    let others = request.choices.scanners.iter().map(String::as_str).filter(|name| *name != "vuln");
    let scanners: Vec<&str> = std::iter::once("vuln").chain(others).collect();
    arguments.extend(["--scanners".into(), scanners.join(",").into()]);
    if request.offline {
        arguments.extend(["--offline-scan", "--skip-java-db-update"].map(Into::into));
    }
    match request.target {
        Target::Directory => arguments.extend(["--".into(), ".".into()]),
        Target::File(file) => arguments.extend(["--".into(), file.into()]),
        Target::OciLayout(path) | Target::OciArchive(path) | Target::DockerArchive(path) => {
            arguments.push(os("--input=", path))
        }
        Target::Reference(name) => arguments.extend(["--".into(), name.into()]),
    }
    Ok(arguments)
}

/// `UpdatedAt`, when a database was built, names it; `DownloadedAt` is this machine's. The Java index and the checks
/// for misconfigurations are there once they have been fetched.
fn database(output: &[u8]) -> Option<String> {
    let version: Value = serde_json::from_slice(output).ok()?;
    let built = |database: &str| {
        let database = &version[database];
        let built = database["UpdatedAt"]
            .as_str()
            .filter(|built| !built.is_empty() && !built.starts_with("0001-"))?;
        Some(
            database["Version"]
                .as_u64()
                .map_or_else(|| built.to_owned(), |schema| format!("{built} schema {schema}")),
        )
    };
    let mut name = built("VulnerabilityDB")?;
    if let Some(java) = built("JavaDB") {
        name += &format!(", java {java}");
    }
    // `PolicyBundle` is its name up to release 0.56.
    let checks =
        ["CheckBundle", "PolicyBundle"].into_iter().find_map(|bundle| version[bundle]["Digest"].as_str());
    if let Some(checks) = checks {
        name += &format!(", checks {checks}");
    }
    Some(name)
}
