//! Tasks, which have words and no titles.

use super::Framework::Ssdf;
use super::Reference;

pub(super) const ITEMS: &[Reference] = &[
    Ssdf.item(
        "PO.3.2",
        "Follow recommended security practices to deploy, operate, and maintain tools and toolchains.",
        &[
            "pinned-actions",
            "token-permissions",
            "dangerous-triggers",
            "checkout-credentials",
            "dependency-updates",
        ],
    ),
    Ssdf.item(
        "PO.4.2",
        "Implement processes, mechanisms, etc. to gather and safeguard the necessary information in support of the \
         criteria.",
        &["scorecard"],
    ),
    Ssdf.item(
        "PS.1.1",
        "Store all forms of code – including source code, executable code, and configuration-as-code – based on the \
         principle of least privilege so that only authorized personnel, tools, services, etc. have access.",
        &[
            "code-owners",
            "code-owners-order",
            "token-permissions",
            "dangerous-triggers",
            "checkout-credentials",
        ],
    ),
    Ssdf.item(
        "PS.2.1",
        "Make software integrity verification information available to software acquirers.",
        &["signed-releases"],
    ),
    Ssdf.item(
        "PS.3.2",
        "Collect, safeguard, maintain, and share provenance data for all components of each software release (e.g., in \
         a software bill of materials [SBOM]).",
        &["sbom"],
    ),
    Ssdf.item(
        "PW.4.1",
        "Acquire and maintain well-secured software components (e.g., software libraries, modules, middleware, \
         frameworks) from commercial, open-source, and other third-party developers for use by the organization’s \
         software.",
        &["dependency-updates"],
    ),
    Ssdf.item(
        "PW.4.4",
        "Verify that acquired commercial, open-source, and all other third-party software components comply with the \
         requirements, as defined by the organization, throughout their life cycles.",
        &["dependency-updates", "lockfiles"],
    ),
    Ssdf.item(
        "PW.7.2",
        "Perform the code review and/or code analysis based on the organization’s secure coding standards, and record \
         and triage all discovered issues and recommended remediations in the development team’s workflow or issue \
         tracking system.",
        &["code-owners", "static-analysis", "secret-scan"],
    ),
    Ssdf.item(
        "PW.8.2",
        "Scope the testing, design the tests, perform the testing, and document the results, including recording and \
         triaging all discovered issues and recommended remediations in the development team’s workflow or issue \
         tracking system.",
        &["fuzzing"],
    ),
    Ssdf.item(
        "RV.1.1",
        "Gather information from software acquirers, users, and public sources on potential vulnerabilities in the \
         software and third-party components that the software uses, and investigate all credible reports.",
        &["security-policy"],
    ),
    Ssdf.item(
        "RV.1.2",
        "Review, analyze, and/or test the software’s code to identify or confirm the presence of previously undetected \
         vulnerabilities.",
        &["static-analysis", "fuzzing"],
    ),
    Ssdf.item(
        "RV.1.3",
        "Have a policy that addresses vulnerability disclosure and remediation, and implement the roles, \
         responsibilities, and processes needed to support that policy.",
        &["security-policy"],
    ),
];
