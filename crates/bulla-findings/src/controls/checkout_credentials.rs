//! Checkout credentials.

use super::{Control, Evidence};
use crate::repository::Repository;
use crate::severity::Severity;

/// See the module.
pub(super) static CHECKOUT_CREDENTIALS: Control = Control {
    id: "checkout-credentials",
    title: "Checkout credentials",
    question: "Do checkouts that push nothing keep no credentials?",
    reason: "",
    fix: "",
    severity: Severity::Medium,
    check,
};

fn check(_repository: &Repository) -> Vec<Evidence> {
    Vec::new()
}
