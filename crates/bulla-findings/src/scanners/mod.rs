//! One file for each scanner, all of one shape: how it is found, asked for its version, told what to scan, judged by
//! its exit code and its report, and read. A scanner's file describes; nothing here runs anything.

mod cargo_audit;
mod controls;
mod gitleaks;
mod grype;
mod kingfisher;
mod npm_audit;
mod osv_scanner;
mod pip_audit;
mod semgrep;
mod syft;
mod trivy;
mod trufflehog;
mod zizmor;

use std::ffi::OsString;
use std::fmt;
use std::path::Path;

use serde_json::Value;

use crate::report::{NotAReport, Report};

pub(crate) use controls::PREFIX as CONTROL_PREFIX;

/// Every scanner, in the order in which answers are shown.
pub static SCANNERS: [&Scanner; 13] = [
    &syft::SYFT,
    &grype::GRYPE,
    &trivy::TRIVY,
    &kingfisher::KINGFISHER,
    &semgrep::SEMGREP,
    &zizmor::ZIZMOR,
    &pip_audit::PIP_AUDIT,
    &npm_audit::NPM_AUDIT,
    &cargo_audit::CARGO_AUDIT,
    &osv_scanner::OSV_SCANNER,
    &trufflehog::TRUFFLEHOG,
    &gitleaks::GITLEAKS,
    &controls::CONTROLS,
];

/// The scanner of that exact name.
pub fn scanner(name: &str) -> Option<&'static Scanner> {
    SCANNERS.into_iter().find(|scanner| scanner.name == name)
}

/// One scanner, described.
pub struct Scanner {
    /// Its name: on the command line, in settings and in reports.
    pub name: &'static str,
    /// The operation in a cache key.
    pub operation: &'static str,
    /// What it looks for, as people say it.
    pub title: &'static str,
    /// What it gives.
    pub gives: Gives,
    /// What takes secrets out of its report before the report is stored, where the program does not see to that. What
    /// comes out is read as the report is, and says the same.
    pub redact: Option<Redact>,
    /// How it is run.
    pub program: Program,
}

/// A report, and what may be stored of it.
pub type Redact = fn(Vec<u8>) -> Result<Vec<u8>, NotAReport>;

/// What a scanner gives.
#[derive(Clone, Copy)]
pub enum Gives {
    /// A report with findings, and how it is read.
    Findings(fn(&[u8]) -> Result<Report, NotAReport>),
    /// An SBOM, which [`crate::summarize_sbom`] reads as a stream.
    Sbom,
}

/// How a scanner's program is run.
pub struct Program {
    /// The program's file name.
    pub name: &'static str,
    /// How to get it, if it is not there.
    pub remedy: &'static str,
    /// The arguments that make it print its version.
    pub version: &'static [&'static str],
    /// The version in what it then prints on standard output.
    pub version_of: fn(&[u8]) -> Option<String>,
    /// What of the target it reads.
    pub reads: Reads,
    /// What it consults beside its input.
    pub database: Database,
    /// It has work in a directory that has one of these (paths from its root); empty: in any.
    pub wants: &'static [&'static str],
    /// The files of the target that it works on, copied into a directory of their own: for programs that would take code or
    /// settings from the target. Empty: it works in the target itself.
    pub staged: &'static [&'static str],
    /// The arguments that make it scan, from the target's own directory, and write its report to standard output.
    pub arguments: fn(&Request<'_>) -> Arguments,
    /// Whether it would rather scan an SBOM of the target than the target itself.
    pub takes_sbom: bool,
    /// The exit codes that come with a good report. Any other is a failure, whatever was printed.
    pub good_exits: &'static [u8],
    /// The exit codes that say, whatever was printed, that there was nothing to look at: unscanned, not a failure.
    pub nothing_exits: &'static [u8],
    /// The configuration and ignore files that it reads by itself.
    pub settings: &'static [Setting],
    /// Variables that it needs beside the ones that every program gets (`PATH`, `HOME`, proxies, certificates).
    pub environment: &'static [&'static str],
    /// Variables that are set for it.
    pub set: &'static [(&'static str, &'static str)],
}

/// What of a target a scanner reads: the subject of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// Anything in it.
    Target,
    /// What the controls of a repository read: the names of its files, and the content of a few.
    Repository,
}

/// What a scanner consults beside its input.
pub enum Database {
    /// Nothing: its rules are part of the program.
    None,
    /// A database that it can name.
    Named {
        /// The arguments that make it do so.
        arguments: &'static [&'static str],
        /// The name in what it then prints on standard output; `None` if it has no database yet.
        name: fn(&[u8]) -> Option<String>,
        /// The arguments that make it fetch the newest one.
        fetch: Option<&'static [&'static str]>,
    },
    /// A service or a database without a name; what it is asked changes from one hour to the next.
    Unnamed,
}

/// A file that a scanner reads by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// Below the user's home directory.
    Home(&'static str),
    /// Below the target's directory.
    Target(&'static str),
}

/// What is scanned, as the program's working directory sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// The working directory itself.
    Directory,
    /// A file in the working directory.
    File(&'a Path),
    /// An OCI image layout.
    OciLayout(&'a Path),
    /// The tar file of an OCI image layout.
    OciArchive(&'a Path),
    /// The tar file that `docker save` writes.
    DockerArchive(&'a Path),
    /// An image in a registry, by digest: `name@sha256:...`.
    Reference(&'a str),
}

/// One scan, as a scanner is asked for it.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// What is scanned.
    pub target: Target<'a>,
    /// The SBOM that was made of it, if there is one.
    pub sbom: Option<&'a Path>,
    /// Whether the network is out of bounds.
    pub offline: bool,
    /// An empty file whose name ends in `.yaml`, for programs that can only be kept from reading a file by naming another.
    pub empty: &'a Path,
    /// The user's choices for this scanner.
    pub choices: &'a Choices,
}

/// The user's choices for one scanner; each stands for what the scanner does by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// trivy: what it looks for, of `vuln`, `secret`, `misconfig`, `license`.
    pub scanners: Vec<String>,
    /// semgrep: the file or directory with its rules.
    pub rules: Option<std::path::PathBuf>,
    /// syft: the SBOM's format.
    pub format: Option<crate::sbom::SbomFormat>,
}

/// The arguments of one scan, or why the scanner has no use for the target.
pub type Arguments = Result<Vec<OsString>, NotApplicable>;

/// Why a scanner has no use for a target; one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotApplicable(pub String);

impl fmt::Display for NotApplicable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Scanner {
    /// Reads a report. An SBOM is summed up.
    pub fn read(&self, bytes: &[u8]) -> Result<Report, NotAReport> {
        match self.gives {
            Gives::Findings(read) => read(bytes),
            Gives::Sbom => crate::sbom::summarize(self.name, bytes),
        }
    }
}

/// A scanner is its name.
impl PartialEq for Scanner {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl fmt::Debug for Scanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Scanner").field(&self.name).finish()
    }
}

/// A prefix and a path, as one argument.
fn os(prefix: &str, rest: impl AsRef<std::ffi::OsStr>) -> OsString {
    let mut argument = OsString::from(prefix);
    argument.push(rest);
    argument
}

/// A file in the working directory as an argument that is no option, whatever its name; an absolute path as it is.
fn file(path: &Path) -> OsString {
    Path::new(".").join(path).into_os_string()
}

/// The text or number in a JSON document at that path.
fn json_field(output: &[u8], path: &[&str]) -> Option<String> {
    let document: Value = serde_json::from_slice(output).ok()?;
    let found = path.iter().try_fold(&document, |value, name| value.get(name))?;
    match found {
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The first word that looks like a version: `zizmor 1.32.0`, `v8.18.2`, `cargo-audit-audit 0.21.0`.
fn version_word(output: &[u8]) -> Option<String> {
    let text = str::from_utf8(output).ok()?;
    let word = text.split_whitespace().map(|word| word.trim_start_matches('v'));
    let mut version =
        word.filter(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.'));
    version.next().map(str::to_owned)
}
