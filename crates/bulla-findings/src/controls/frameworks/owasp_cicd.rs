//! Risks.

use super::Framework::OwaspCicd;
use super::Reference;

pub(super) const ITEMS: &[Reference] = &[
    OwaspCicd.item(
        "CICD-SEC-1",
        "Insufficient Flow Control Mechanisms",
        &["code-owners", "code-owners-order"],
    ),
    OwaspCicd.item("CICD-SEC-3", "Dependency Chain Abuse", &["lockfiles"]),
    OwaspCicd.item(
        "CICD-SEC-4",
        "Poisoned Pipeline Execution (PPE)",
        &["code-owners", "code-owners-order", "token-permissions", "dangerous-triggers"],
    ),
    OwaspCicd.item(
        "CICD-SEC-5",
        "Insufficient PBAC (Pipeline-Based Access Controls)",
        &["token-permissions", "checkout-credentials"],
    ),
    OwaspCicd.item(
        "CICD-SEC-6",
        "Insufficient Credential Hygiene",
        &["token-permissions", "checkout-credentials", "secret-scan"],
    ),
    OwaspCicd.item("CICD-SEC-7", "Insecure System Configuration", &["scorecard"]),
    OwaspCicd.item("CICD-SEC-8", "Ungoverned Usage of 3rd Party Services", &["pinned-actions"]),
    OwaspCicd.item(
        "CICD-SEC-9",
        "Improper Artifact Integrity Validation",
        &["pinned-actions", "lockfiles", "signed-releases"],
    ),
];
