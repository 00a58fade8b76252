use std::collections::BTreeMap;

use crate::severity::Severity;

/// What is not good enough.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gate {
    /// The thresholds for every scanner that has none of its own.
    pub thresholds: Thresholds,
    /// The thresholds of single scanners, by name.
    pub by_scanner: BTreeMap<String, Thresholds>,
    /// The scanners that must have scanned.
    pub required: Vec<String>,
    /// Whether a failed gate is only reported.
    pub on_failure: OnFailure,
}

/// From which severity on a finding fails the gate, or is worth a warning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Thresholds {
    /// Findings of this severity or a worse one fail the gate; `None`: none do. An unknown severity never does.
    pub fail_on: Option<Severity>,
    /// Findings of this severity or a worse one are warned of.
    pub warn_on: Option<Severity>,
    /// Which findings count.
    pub counts: Counting,
}

/// Which findings count in a gate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Counting {
    /// All.
    #[default]
    All,
    /// Vulnerabilities count only if there is a version that fixes them; other kinds always count.
    OnlyFixed,
}

/// What a failed gate does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnFailure {
    /// It fails the command.
    #[default]
    Fail,
    /// It is reported, and the command succeeds.
    Report,
}

/// What the gate decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The decision.
    pub decision: Decision,
    /// The threshold that held for scanners without one of their own.
    pub fail_on: Option<Severity>,
    /// What a failed gate does.
    pub on_failure: OnFailure,
    /// Why it failed or warned; one line each.
    pub reasons: Vec<String>,
}

/// A gate's decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// Good enough.
    Passed,
    /// Good enough, with something to look at.
    Warned,
    /// Not good enough.
    Failed,
}

impl Decision {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Warned => "warned",
            Self::Failed => "failed",
        }
    }
}
