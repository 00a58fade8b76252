//! Order of code owners.

use super::{Control, Evidence};
use crate::repository::Repository;
use crate::severity::Severity;

/// See the module.
pub(super) static CODE_OWNERS_ORDER: Control = Control {
    id: "code-owners-order",
    title: "Order of code owners",
    question: "Do the rules for owners do what they seem to say?",
    reason: "",
    fix: "",
    severity: Severity::Medium,
    check,
};

fn check(_repository: &Repository) -> Vec<Evidence> {
    Vec::new()
}
