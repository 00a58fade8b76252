//! Fuzzing.

use super::{Control, Evidence};
use crate::repository::Repository;
use crate::severity::Severity;

/// See the module.
pub(super) static FUZZING: Control = Control {
    id: "fuzzing",
    title: "Fuzzing",
    question: "Is the code fuzzed?",
    reason: "",
    fix: "",
    severity: Severity::Medium,
    check,
};

fn check(_repository: &Repository) -> Vec<Evidence> {
    Vec::new()
}
