//! Dangerous triggers.

use super::{Control, Evidence};
use crate::repository::Repository;
use crate::severity::Severity;

/// See the module.
pub(super) static DANGEROUS_TRIGGERS: Control = Control {
    id: "dangerous-triggers",
    title: "Dangerous triggers",
    question: "Does no workflow run what strangers wrote with the rights of the repository?",
    reason: "",
    fix: "",
    severity: Severity::Critical,
    check,
};

fn check(_repository: &Repository) -> Vec<Evidence> {
    Vec::new()
}
