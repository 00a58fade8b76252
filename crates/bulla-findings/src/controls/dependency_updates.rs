//! Dependency updates.

use super::{Control, Evidence};
use crate::repository::Repository;
use crate::severity::Severity;

/// See the module.
pub(super) static DEPENDENCY_UPDATES: Control = Control {
    id: "dependency-updates",
    title: "Dependency updates",
    question: "Does a robot propose updates for every kind of package, GitHub Actions included?",
    reason: "",
    fix: "",
    severity: Severity::High,
    check,
};

fn check(_repository: &Repository) -> Vec<Evidence> {
    Vec::new()
}
