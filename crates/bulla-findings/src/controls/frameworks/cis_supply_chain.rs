//! Recommendations.

use super::Framework::CisSupplyChain;
use super::Reference;

pub(super) const ITEMS: &[Reference] = &[
    CisSupplyChain.item(
        "1.1.6",
        "Ensure code owners are set for extra sensitive code or configuration",
        &["code-owners", "code-owners-order"],
    ),
    CisSupplyChain.item(
        "1.1.18",
        "Ensure any merging of code is automatically scanned for risks",
        &["static-analysis"],
    ),
    CisSupplyChain.item(
        "1.2.1",
        "Ensure all public repositories contain a SECURITY.md file",
        &["security-policy"],
    ),
    CisSupplyChain.item(
        "1.5.1",
        "Ensure scanners are in place to identify and prevent sensitive data in code",
        &["secret-scan"],
    ),
    CisSupplyChain.item(
        "1.5.2",
        "Ensure scanners are in place to secure Continuous Integration (CI) pipeline instructions",
        &["scorecard"],
    ),
    CisSupplyChain.item(
        "1.5.4",
        "Ensure scanners are in place for code vulnerabilities",
        &["static-analysis"],
    ),
    CisSupplyChain.item(
        "2.3.4",
        "Ensure changes to pipeline files are tracked and reviewed",
        &["code-owners", "code-owners-order"],
    ),
    CisSupplyChain.item(
        "2.3.5",
        "Ensure access to build process triggering is minimized",
        &["dangerous-triggers"],
    ),
    CisSupplyChain.item(
        "2.3.6",
        "Ensure pipelines are automatically scanned for misconfigurations",
        &["scorecard"],
    ),
    CisSupplyChain.item("2.4.1", "Ensure all artifacts on all releases are signed", &["signed-releases"]),
    CisSupplyChain.item(
        "2.4.2",
        "Ensure all external dependencies used in the build process are locked",
        &["pinned-actions", "lockfiles"],
    ),
    CisSupplyChain.item(
        "2.4.3",
        "Ensure dependencies are validated before being used",
        &["pinned-actions", "lockfiles"],
    ),
    CisSupplyChain.item(
        "2.4.5",
        "Ensure pipeline steps produce a Software Bill of Materials (SBOM)",
        &["sbom"],
    ),
    CisSupplyChain.item(
        "3.1.7",
        "Ensure dependencies are pinned to a specific, verified version",
        &["pinned-actions", "lockfiles"],
    ),
    CisSupplyChain.item(
        "4.1.1",
        "Ensure all artifacts are signed by the build pipeline itself",
        &["signed-releases"],
    ),
    CisSupplyChain.item(
        "4.4.1",
        "Ensure artifacts contain information about their origin",
        &["sbom", "signed-releases"],
    ),
];
