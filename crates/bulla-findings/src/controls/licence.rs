//! Licence.

use super::{Control, Evidence};
use crate::repository::Repository;
use crate::severity::Severity;

/// See the module.
pub(super) static LICENCE: Control = Control {
    id: "licence",
    title: "Licence",
    question: "Is there a licence that a standard list knows?",
    reason: "",
    fix: "",
    severity: Severity::Low,
    check,
};

fn check(_repository: &Repository) -> Vec<Evidence> {
    Vec::new()
}
