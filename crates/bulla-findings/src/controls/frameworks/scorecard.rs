//! Checks, which have names and no numbers.

use super::Framework::Scorecard;
use super::Reference;

pub(super) const ITEMS: &[Reference] = &[
    Scorecard.item(
        "Branch-Protection",
        "Determines if the default and release branches are protected with GitHub's branch protection settings.",
        &["code-owners"],
    ),
    Scorecard.item(
        "Dangerous-Workflow",
        "Determines if the project's GitHub Action workflows avoid dangerous patterns.",
        &["dangerous-triggers"],
    ),
    Scorecard.item(
        "Dependency-Update-Tool",
        "Determines if the project uses a dependency update tool.",
        &["dependency-updates"],
    ),
    Scorecard.item("Fuzzing", "Determines if the project uses fuzzing.", &["fuzzing"]),
    Scorecard.item("License", "Determines if the project has defined a license.", &["licence"]),
    Scorecard.item(
        "Pinned-Dependencies",
        "Determines if the project has declared and pinned the dependencies of its build process.",
        &["pinned-actions", "lockfiles"],
    ),
    Scorecard.item("SAST", "Determines if the project uses static code analysis.", &["static-analysis"]),
    Scorecard.item(
        "SBOM",
        "Determines if the project maintains a Software Bill of Materials.",
        &["sbom"],
    ),
    Scorecard.item(
        "Security-Policy",
        "Determines if the project has published a security policy.",
        &["security-policy"],
    ),
    Scorecard.item(
        "Signed-Releases",
        "Determines if the project cryptographically signs release artifacts.",
        &["signed-releases"],
    ),
    Scorecard.item(
        "Token-Permissions",
        "Determines if the project's workflows follow the principle of least privilege.",
        &["token-permissions"],
    ),
];
