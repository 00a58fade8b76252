//! The findings: scanners' reports in, one merged and gated answer out, rendered for people and machines.
//!
//! Pure: bytes and values in, bytes and values out. Nothing here reads a file, runs a program or knows a cache.

mod assess;
mod assessment;
mod controls;
mod day;
mod finding;
mod gate;
mod ignore;
mod join;
mod json;
mod judge;
mod merge;
mod one_line;
mod package;
mod purl;
mod range;
mod record;
mod registry;
mod render;
mod report;
mod repository;
mod sbom;
mod scaffold;
mod scanners;
mod severity;
#[cfg(test)]
mod testing;
mod weakness;

pub use assess::{Answer, assess};
pub use assessment::{Assessment, Check, Merged, Said, Source, Tally};
pub use controls::{
    CONTROLS, Checked as CheckedControl, Control, ControlReport, ControlVerdict, Evidence, ExceptionUse,
    Framework, REFERENCES, Reference, check_controls, control,
};
pub use day::{Day, NotADay};
pub use finding::{Finding, Kind, Location, Package};
pub use gate::{Counting, Decision, Gate, OnFailure, Thresholds, Verdict};
pub use ignore::{IgnoreError, IgnoreFile, IgnoreFormat, IgnoreProblem, IgnoreRemark, Ignored, Ignores};
pub use render::{
    Style, render_controls_html, render_controls_json, render_controls_markdown, render_controls_sarif,
    render_controls_terminal, render_cyclonedx, render_frameworks, render_frameworks_json, render_html,
    render_json, render_markdown, render_sarif, render_terminal,
};
pub use report::{Examined, NotAReport, Outcome, Report};
pub use repository::{
    CodeOwners, CodeOwnersProblem, Content as FileContent, Exception as ControlException, Repository,
    Settings as ControlSettings, SettingsError as ControlSettingsError,
};
pub use sbom::{
    Component, SbomFormat, SbomSummary, components as sbom_components, summarize as summarize_sbom,
};
pub use scaffold::{
    Contact as ScaffoldContact, NotAContact, NotAnOwner, Owner as ScaffoldOwner, Plan as ScaffoldPlan,
    ScaffoldFile, ScaffoldOptions, scaffold,
};
pub use scanners::{
    Arguments, Choices, Database, Gives, NotApplicable, Program, Reads, Redact, Request, SCANNERS, Scanner,
    Setting, Target, scanner,
};
pub use severity::Severity;
