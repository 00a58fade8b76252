use std::time::Duration;

use crate::finding::{Finding, Location};
use crate::gate::Verdict;
use crate::ignore::{IgnoreRemark, Ignored};
use crate::report::Outcome;
use crate::sbom::SbomSummary;
use crate::scanners::Scanner;
use crate::severity::Severity;

/// The one answer: what every scanner said, merged, with what is ignored taken out, and judged. What renderers show.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// What was scanned, as it was asked for.
    pub target: String,
    /// Its digest, `sha256:...`; `None` for a report whose subject nobody knows.
    pub subject: Option<String>,
    /// What each scanner answered, in the order of [`crate::SCANNERS`].
    pub checks: Vec<Check>,
    /// What was found and is not ignored: the worst first, then by id, package and location.
    pub findings: Vec<Merged>,
    /// What was found and is ignored, in the same order.
    pub ignored: Vec<Ignored>,
    /// What is to be said about the ignore files: expired and unused rules.
    pub remarks: Vec<IgnoreRemark>,
    /// Whether that is good enough.
    pub verdict: Verdict,
}

impl Assessment {
    /// How many findings all scanners reported together, ignored ones and the same ones of several scanners too.
    pub fn reported(&self) -> Tally {
        self.checks.iter().map(|check| check.reported).sum()
    }

    /// How many different findings there are that are not ignored.
    pub fn distinct(&self) -> Tally {
        Tally::of(self.findings.iter().map(|merged| merged.finding.severity))
    }
}

/// What one scanner answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// The scanner.
    pub scanner: &'static Scanner,
    /// Its version.
    pub version: Option<String>,
    /// The identity of its database.
    pub database: Option<String>,
    /// What its answer amounts to.
    pub outcome: Outcome,
    /// How many findings it reported, ignored ones too.
    pub reported: Tally,
    /// How many of them have a version that fixes them.
    pub fixable: u64,
    /// The SBOM, if that is what it gives.
    pub sbom: Option<SbomSummary>,
    /// What limits the answer; one line each.
    pub notes: Vec<String>,
    /// Where the answer came from.
    pub source: Source,
}

/// Where an answer came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// From a sealed entry.
    Hit {
        /// The seal's algorithm, such as `hmac-sha256`.
        seal: String,
        /// The id of the key that sealed it.
        key_id: String,
        /// When it was made: RFC 3339, UTC.
        issued_at: String,
        /// How long ago that was.
        age: Duration,
        /// Whether it lay in a store that several machines use, and not on this machine.
        is_shared: bool,
    },
    /// The scanner was run.
    Miss {
        /// Why nothing that is stored was taken: the stable name, such as `absent` or `bad-seal`.
        reason: String,
        /// The same in words, such as `subject changed`.
        detail: String,
        /// Why the result was not stored, if it was not.
        not_stored: Option<String>,
    },
    /// It was read from a report somebody had; its name.
    File(String),
    /// The scanner was not run.
    NotRun,
}

/// One weakness in one place, whoever found it.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// The richest record of it, with the worst severity; `aliases` are all its other ids, sorted.
    pub finding: Finding,
    /// The other places where it was found, sorted; the first is the finding's location.
    pub elsewhere: Vec<Location>,
    /// Who said it, by scanner and id.
    pub said_by: Vec<Said>,
}

/// What one scanner said about a weakness.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    /// The scanner's name.
    pub scanner: &'static str,
    /// The id it used.
    pub id: String,
    /// The severity it gave.
    pub severity: Severity,
}

/// How many, by severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally([u64; Severity::ALL.len()]);

impl Tally {
    /// How many of these severities there are.
    pub fn of(severities: impl IntoIterator<Item = Severity>) -> Self {
        let mut tally = Self::default();
        severities.into_iter().for_each(|severity| tally.0[severity as usize] += 1);
        tally
    }

    /// How many of this severity.
    pub const fn get(&self, severity: Severity) -> u64 {
        self.0[severity as usize]
    }

    /// How many in all.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The worst severity of which there is one.
    pub fn worst(&self) -> Option<Severity> {
        Severity::ALL.into_iter().find(|severity| self.get(*severity) > 0)
    }
}

impl std::iter::Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        let mut sum = Self::default();
        for tally in tallies {
            sum.0.iter_mut().zip(tally.0).for_each(|(total, count)| *total = total.saturating_add(count));
        }
        sum
    }
}
