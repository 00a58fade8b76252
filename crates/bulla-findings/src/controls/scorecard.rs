//! Scorecard.

use super::{Control, Evidence};
use crate::repository::Repository;
use crate::severity::Severity;

/// See the module.
pub(super) static SCORECARD: Control = Control {
    id: "scorecard",
    title: "Scorecard",
    question: "Does OpenSSF Scorecard look at the repository on a schedule, and publish what it sees?",
    reason: "",
    fix: "",
    severity: Severity::Medium,
    check,
};

fn check(_repository: &Repository) -> Vec<Evidence> {
    Vec::new()
}
