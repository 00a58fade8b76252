//! One file for each control, all of one shape: a question about the repository, answered with evidence.

mod checkout_credentials;
mod code_owners;
mod code_owners_order;
mod dangerous_triggers;
mod dependency_updates;
mod fuzzing;
mod licence;
mod lockfiles;
mod pinned_actions;
mod sbom;
mod scorecard;
mod secret_scan;
mod security_policy;
mod signed_releases;
mod static_analysis;
mod token_permissions;

mod check;
mod evidence;
mod frameworks;
mod pipeline;
mod starts;

use std::fmt;

use crate::repository::Repository;
use crate::severity::Severity;

pub use check::{Checked, ControlReport, ExceptionUse, check_controls};
pub use evidence::{ControlVerdict, Evidence};
pub(crate) use static_analysis::analyses;

pub(crate) use security_policy::is_private_channel;

pub use frameworks::{Framework, REFERENCES, Reference};

/// Every control, in the order in which answers are shown.
pub static CONTROLS: [&Control; 16] = [
    &security_policy::SECURITY_POLICY,
    &code_owners::CODE_OWNERS,
    &code_owners_order::CODE_OWNERS_ORDER,
    &static_analysis::STATIC_ANALYSIS,
    &scorecard::SCORECARD,
    &pinned_actions::PINNED_ACTIONS,
    &token_permissions::TOKEN_PERMISSIONS,
    &dangerous_triggers::DANGEROUS_TRIGGERS,
    &checkout_credentials::CHECKOUT_CREDENTIALS,
    &dependency_updates::DEPENDENCY_UPDATES,
    &lockfiles::LOCKFILES,
    &licence::LICENCE,
    &sbom::SBOM,
    &secret_scan::SECRET_SCAN,
    &fuzzing::FUZZING,
    &signed_releases::SIGNED_RELEASES,
];

/// The control with that exact id.
pub fn control(id: &str) -> Option<&'static Control> {
    CONTROLS.into_iter().find(|control| control.id == id)
}

/// One control, described.
pub struct Control {
    /// Its id: on the command line, in settings and in reports.
    pub id: &'static str,
    /// A few words.
    pub title: &'static str,
    /// What is asked.
    pub question: &'static str,
    /// Why it matters, and what an attacker gains where it fails.
    pub reason: &'static str,
    /// What to do where it fails.
    pub fix: &'static str,
    /// How much depends on it: the risk that OpenSSF Scorecard gives its check, where it has one.
    pub severity: Severity,
    /// Looks for evidence. None at all means that there was nothing to ask about.
    pub(crate) check: fn(&Repository) -> Vec<Evidence>,
}

impl Control {
    /// The rows of frameworks that ask for it.
    pub fn references(&self) -> impl Iterator<Item = &'static Reference> {
        frameworks::of(self.id)
    }
}

/// A control is its id.
impl PartialEq for Control {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Control").field(&self.id).finish()
    }
}
