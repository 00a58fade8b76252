//! Secret scan.

use super::{Control, Evidence};
use crate::repository::Repository;
use crate::severity::Severity;

/// See the module.
pub(super) static SECRET_SCAN: Control = Control {
    id: "secret-scan",
    title: "Secret scan",
    question: "Does a pipeline or a hook look for secrets?",
    reason: "",
    fix: "",
    severity: Severity::High,
    check,
};

fn check(_repository: &Repository) -> Vec<Evidence> {
    Vec::new()
}
