use std::fmt;

use crate::finding::Finding;
use crate::sbom::SbomSummary;

/// What a scanner's report says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// The scanner's version, where the report has it.
    pub version: Option<String>,
    /// The identity of its database, where the report has it.
    pub database: Option<String>,
    /// What was found, in the report's order.
    pub findings: Vec<Finding>,
    /// Whether anything was looked at.
    pub examined: Examined,
    /// What limits the answer, such as dependencies that could not be looked up; one line each.
    pub notes: Vec<String>,
    /// For an SBOM: what it is and how much it holds.
    pub sbom: Option<SbomSummary>,
}

/// Whether a scanner looked at anything. "Not scanned" is not "clean".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Examined {
    /// It did, or the report gives no reason to think otherwise.
    #[default]
    Something,
    /// It did not, for this reason.
    Nothing(String),
}

impl Report {
    /// What the report amounts to.
    pub fn outcome(&self) -> Outcome {
        match &self.examined {
            // A finding proves that something was looked at.
            _ if !self.findings.is_empty() => Outcome::Findings,
            Examined::Something => Outcome::Clean,
            Examined::Nothing(why) => Outcome::Unscanned(why.clone()),
        }
    }
}

/// What a scan amounts to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Something was looked at, and nothing found.
    Clean,
    /// Something was found.
    Findings,
    /// The scanner failed, or its report is no report; one line.
    Error(String),
    /// Nothing was looked at; one line.
    Unscanned(String),
}

impl Outcome {
    /// The name in reports.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Findings => "findings",
            Self::Error(_) => "error",
            Self::Unscanned(_) => "unscanned",
        }
    }

    /// Whether the report is an answer: only such a one is ever stored.
    pub const fn is_answer(&self) -> bool {
        matches!(self, Self::Clean | Self::Findings)
    }

    /// Why it is no answer.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Clean | Self::Findings => None,
            Self::Error(why) | Self::Unscanned(why) => Some(why),
        }
    }
}

/// Bytes that are not the report they should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAReport {
    /// The scanner whose report it should be.
    pub scanner: &'static str,
    /// What is wrong, with the name of the field; one line.
    pub problem: String,
}

impl NotAReport {
    /// The path of a field can hold names from the report: they are an attacker's, of any length.
    pub(crate) fn new(scanner: &'static str, problem: impl Into<String>) -> Self {
        let mut problem: String = problem.into();
        if let Some((end, _)) = problem.char_indices().nth(400) {
            problem.truncate(end);
        }
        Self { scanner, problem: problem.replace(char::is_control, " ") }
    }
}

impl fmt::Display for NotAReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this is no {} report: {}", self.scanner, self.problem)
    }
}

impl std::error::Error for NotAReport {}
