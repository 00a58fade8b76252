//! SBOM.

use super::{Control, Evidence};
use crate::repository::Repository;
use crate::severity::Severity;

/// See the module.
pub(super) static SBOM: Control = Control {
    id: "sbom",
    title: "SBOM",
    question: "Does a pipeline make an SBOM?",
    reason: "",
    fix: "",
    severity: Severity::Medium,
    check,
};

fn check(_repository: &Repository) -> Vec<Evidence> {
    Vec::new()
}
