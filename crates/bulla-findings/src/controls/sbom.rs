//! SBOM: whoever has one finds out in minutes whether a newly published weakness is theirs.

use super::pipeline::{Sign, bulla_asks, of_goreleaser, or_looked_for, shown};
use super::{Control, Evidence};
use crate::repository::{Command, Node, Repository, Step};
use crate::severity::Severity;

/// See the module.
pub(super) static SBOM: Control = Control {
    id: "sbom",
    title: "SBOM",
    question: "Does a pipeline make an SBOM?",
    reason: "When a weakness in a library is published, somebody has to find out what contains it. Without a list that was made \
             when the software was built, everyone who uses it has to guess, and stays open to attack for as long.",
    fix: "Make an SBOM in the workflow that builds releases, with `bulla scan`, `syft`, `cdxgen` or the ecosystem's own CycloneDX \
          tool, and publish it with them.",
    severity: Severity::Medium,
    check,
};

const USES: [&str; 8] = [
    "actions/attest-sbom",
    "anchore/sbom-action",
    "cyclonedx/gh-cocoapods-generate-sbom",
    "cyclonedx/gh-dotnet-generate-sbom",
    "cyclonedx/gh-gomod-generate-sbom",
    "cyclonedx/gh-node-module-generatebom",
    "cyclonedx/gh-php-composer-generate-sbom",
    "cyclonedx/gh-python-generate-sbom",
];

fn check(repository: &Repository) -> Vec<Evidence> {
    let mut found = shown(repository, &Sign { does: "makes an SBOM", uses: &USES, step, command });
    found.extend(of_goreleaser(repository, &["sboms"], "makes an SBOM"));
    or_looked_for(found, "an SBOM being made, such as by syft, cdxgen, a CycloneDX tool, trivy or bulla")
}

fn step(step: &Step) -> bool {
    let input = |name: &str| step.input(name).and_then(Node::as_text);
    step.is("aquasecurity/trivy-action") && input("format").is_some_and(is_sbom_format)
        || step.is("docker/build-push-action") && input("sbom") == Some("true")
}

fn command(command: &Command) -> bool {
    ["syft", "cdxgen", "spdx-sbom-generator"].iter().any(|name| command.runs(name))
        || command.program().starts_with("cyclonedx-")
        || command.program().eq_ignore_ascii_case("dotnet-cyclonedx")
        || command.is("dotnet", &["CycloneDX"])
        || command.is("cargo", &["cyclonedx"])
        || command.is("cargo", &["sbom"])
        || command.is("npm", &["sbom"])
        || command.is("sbom-tool", &["generate"])
        || command.is("bom", &["generate"])
        || command.runs("trivy") && command.values("--format").any(is_sbom_format)
        || command.is("docker", &["buildx", "build"])
            && command.has(|word| word == "--sbom=true" || word == "--sbom")
        || matches!(command.program(), "mvn" | "mvnw") && command.has(|word| word.contains("cyclonedx"))
        || matches!(command.program(), "gradle" | "gradlew")
            && command.has(|word| word.ends_with("cyclonedxBom"))
        || is_bulla(command)
}

fn is_bulla(command: &Command) -> bool {
    command.is("bulla", &["run"]) && command.values("--op").any(|operation| operation == "sbom")
        || bulla_asks(command, "syft")
}

/// What trivy writes as an SBOM; `trivy sbom` only reads one.
fn is_sbom_format(format: &str) -> bool {
    matches!(format, "cyclonedx" | "spdx" | "spdx-json")
}
