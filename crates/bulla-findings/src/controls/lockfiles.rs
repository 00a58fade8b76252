//! Lock files.

use super::{Control, Evidence};
use crate::repository::Repository;
use crate::severity::Severity;

/// See the module.
pub(super) static LOCKFILES: Control = Control {
    id: "lockfiles",
    title: "Lock files",
    question: "Is every dependency held by a lock file that is committed?",
    reason: "",
    fix: "",
    severity: Severity::Medium,
    check,
};

fn check(_repository: &Repository) -> Vec<Evidence> {
    Vec::new()
}
