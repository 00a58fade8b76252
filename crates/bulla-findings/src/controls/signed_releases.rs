//! Signed releases.

use super::{Control, Evidence};
use crate::repository::Repository;
use crate::severity::Severity;

/// See the module.
pub(super) static SIGNED_RELEASES: Control = Control {
    id: "signed-releases",
    title: "Signed releases",
    question: "Are releases signed, or do they come with provenance?",
    reason: "",
    fix: "",
    severity: Severity::High,
    check,
};

fn check(_repository: &Repository) -> Vec<Evidence> {
    Vec::new()
}
