//! Token permissions.

use super::{Control, Evidence};
use crate::repository::Repository;
use crate::severity::Severity;

/// See the module.
pub(super) static TOKEN_PERMISSIONS: Control = Control {
    id: "token-permissions",
    title: "Token permissions",
    question: "Does every workflow begin with the least its token needs?",
    reason: "",
    fix: "",
    severity: Severity::High,
    check,
};

fn check(_repository: &Repository) -> Vec<Evidence> {
    Vec::new()
}
