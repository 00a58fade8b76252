//! What is found and ignored all the same: by `.bulla-ignore.yaml`, `.trivyignore` and OpenVEX documents.

use crate::assessment::Merged;

/// A finding that is ignored.
#[derive(Debug, Clone, PartialEq)]
pub struct Ignored {
    /// The finding.
    pub merged: Merged,
    /// The file that says so, as it was named.
    pub file: String,
    /// The reason it gives; empty if none.
    pub reason: String,
}

/// Something to be said about a rule of an ignore file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreRemark {
    /// The file, as it was named.
    pub file: String,
    /// What the rule is about, as it has it: an id, with package or path.
    pub rule: String,
    /// What is to be said.
    pub problem: IgnoreProblem,
}

/// What is to be said about a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IgnoreProblem {
    /// It has expired on that day (`YYYY-MM-DD`), so what it names counts again; how many findings that is.
    Expired {
        /// The day.
        on: String,
        /// How many findings count again.
        findings: u64,
    },
    /// Nothing that was found is what it names.
    Unused,
}
