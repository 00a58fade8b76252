//! The findings: scanners' reports in, one merged and gated answer out, rendered for people and machines.
//!
//! Pure: bytes and values in, bytes and values out. Nothing here reads a file, runs a program or knows a cache.

mod assessment;
mod finding;
mod gate;
mod ignore;
mod json;
mod render;
mod report;
mod sbom;
mod scanners;
mod severity;

pub use assessment::{Assessment, Check, Merged, Said, Source, Tally};
pub use finding::{Finding, Kind, Location, Package};
pub use gate::{Counting, Decision, Gate, OnFailure, Thresholds, Verdict};
pub use ignore::{IgnoreProblem, IgnoreRemark, Ignored};
pub use render::{Style, render_json, render_markdown, render_terminal};
pub use report::{Examined, NotAReport, Outcome, Report};
pub use sbom::{SbomFormat, SbomSummary, summarize as summarize_sbom};
pub use scanners::{
    Arguments, Choices, Database, Gives, NotApplicable, Program, Request, SCANNERS, Scanner, Setting, Target,
    scanner,
};
pub use severity::Severity;
