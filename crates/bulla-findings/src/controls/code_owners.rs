//! Code owners.

use super::{Control, Evidence};
use crate::repository::Repository;
use crate::severity::Severity;

/// See the module.
pub(super) static CODE_OWNERS: Control = Control {
    id: "code-owners",
    title: "Code owners",
    question: "Does every sensitive path have owners who are asked before it changes?",
    reason: "",
    fix: "",
    severity: Severity::High,
    check,
};

fn check(_repository: &Repository) -> Vec<Evidence> {
    Vec::new()
}
