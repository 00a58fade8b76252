//! Static analysis.

use super::{Control, Evidence};
use crate::repository::Repository;
use crate::severity::Severity;

/// See the module.
pub(super) static STATIC_ANALYSIS: Control = Control {
    id: "static-analysis",
    title: "Static analysis",
    question: "Does static analysis look at every change, and at the default branch on a schedule?",
    reason: "",
    fix: "",
    severity: Severity::Medium,
    check,
};

fn check(_repository: &Repository) -> Vec<Evidence> {
    Vec::new()
}
