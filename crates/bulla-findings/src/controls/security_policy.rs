//! Security policy.

use super::{Control, Evidence};
use crate::repository::Repository;
use crate::severity::Severity;

/// See the module.
pub(super) static SECURITY_POLICY: Control = Control {
    id: "security-policy",
    title: "Security policy",
    question: "Does the repository say how to report a weakness, what is supported, and how fast an answer comes?",
    reason: "",
    fix: "",
    severity: Severity::Medium,
    check,
};

fn check(_repository: &Repository) -> Vec<Evidence> {
    Vec::new()
}
