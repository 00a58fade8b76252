//! What is ignored and what is good enough: the same for a scan and for a report that somebody has.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use bulla::{open_regular, open_regular_nofollow, system_clock};
use bulla_findings::{
    Answer, Assessment, ControlSettings, Day, Decision, Gate, IgnoreFile, IgnoreFormat, Ignores, OnFailure,
    Scanner, Severity, assess,
};
use clap::Args;

use crate::exit::Exit;
use crate::outputs::{AssessmentFormat, Output};
use crate::scan_file::{Flags, ScanFile, by_name, threshold};
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(crate) struct Judging {
    /// Fail if anything of this severity or a worse one was found: critical, high, medium or low
    #[arg(long, value_name = "SEVERITY", value_parser = threshold)]
    fail_on: Option<Severity>,
    /// Warn of anything of this severity or a worse one
    #[arg(long, value_name = "SEVERITY", value_parser = threshold)]
    warn_on: Option<Severity>,
    /// Let only those vulnerabilities count that have a version which fixes them
    #[arg(long)]
    only_fixed: bool,
    /// Fail unless this scanner has scanned; several times, or with commas
    #[arg(long, value_name = "NAME", value_parser = by_name, value_delimiter = ',')]
    required: Vec<&'static Scanner>,
    /// Report a failed gate, and succeed
    #[arg(long)]
    soft_fail: bool,
    /// Take ignores from this file instead of the target's own: YAML as `.bulla-ignore.yaml` has it, a `.trivyignore`, or
    /// OpenVEX JSON; several times
    #[arg(long, value_name = "FILE")]
    ignore_file: Vec<PathBuf>,
    /// Take `not_affected` and `fixed` from this OpenVEX document; several times
    #[arg(long, value_name = "FILE")]
    vex: Vec<PathBuf>,
    /// Write a report: terminal, markdown, sarif, html, json or cyclonedx; several times. `-` is standard output
    #[arg(long, short, value_name = "FORMAT=FILE")]
    pub(crate) output: Vec<Output<AssessmentFormat>>,
}

/// What is asked of an answer.
pub(crate) struct Standard {
    gate: Gate,
    ignores: Ignores,
}

impl Judging {
    /// Settles what is asked; `dir` is where ignore files are looked for that nobody has named.
    pub(crate) fn settle(&self, file: &ScanFile, dir: &Path, ui: &Ui) -> anyhow::Result<Standard> {
        Output::check(&self.output, ui)?;
        let flags = Flags { fail_on: self.fail_on, warn_on: self.warn_on, only_fixed: self.only_fixed };
        let (thresholds, by_scanner) = file.thresholds(flags);
        let required = file.required.iter().flatten().chain(&self.required);
        let gate = Gate {
            thresholds,
            by_scanner,
            required: required.map(|scanner| scanner.name.to_owned()).collect(),
            on_failure: if self.soft_fail { OnFailure::Report } else { OnFailure::Fail },
        };
        Ok(Standard { gate, ignores: self.ignores(dir)? })
    }

    fn ignores(&self, dir: &Path) -> anyhow::Result<Ignores> {
        let mut files = Vec::new();
        let own = [
            (".bulla-ignore.yaml", IgnoreFormat::Bulla),
            (".trivyignore", IgnoreFormat::Trivy),
            (ControlSettings::FILE, IgnoreFormat::Exceptions),
        ];
        for (name, format) in own.into_iter().filter(|_| self.ignore_file.is_empty()) {
            let path = dir.join(name);
            if path.symlink_metadata().is_ok() {
                files.push((path, name.to_owned(), format));
            }
        }
        let by_name =
            |path: &Path| IgnoreFormat::of_name(&path.to_string_lossy()).unwrap_or(IgnoreFormat::Bulla);
        let named = self.ignore_file.iter().map(|path| (path, by_name(path)));
        let named = named.chain(self.vex.iter().map(|path| (path, IgnoreFormat::OpenVex)));
        files.extend(named.map(|(path, format)| (path.clone(), path.display().to_string(), format)));
        let read = |(path, name, format): (PathBuf, String, IgnoreFormat)| {
            let mut bytes = Vec::new();
            // Through a link in the target, words of any file would stand in the report as rules of no use.
            let own = self.ignore_file.is_empty() && path.parent() == Some(dir) && !self.vex.contains(&path);
            let (file, _) = if own { open_regular_nofollow(&path) } else { open_regular(&path) }?;
            // Longer ones are refused; this much says so.
            let read = file.take(format.limit() as u64 + 1).read_to_end(&mut bytes);
            read.with_context(|| format!("cannot read {}", path.display()))?;
            Ok((name, format, bytes))
        };
        let read = files.into_iter().map(read).collect::<anyhow::Result<Vec<_>>>()?;
        let mut files = Vec::new();
        for (name, format, bytes) in &read {
            files.push(IgnoreFile { name, format: *format, bytes });
        }
        Ok(Ignores::parse(&files)?)
    }
}

impl Standard {
    pub(crate) fn judge(&self, target: &str, subject: Option<&str>, answers: Vec<Answer>) -> Assessment {
        assess(target, subject, answers, &self.ignores, today(), &self.gate)
    }
}

/// The day on which ignores and exceptions are looked at.
pub(crate) fn today() -> Day {
    let now = i64::try_from(system_clock().as_millis()).expect("before the year 10000");
    Day::of_unix_millis(now).expect("before the year 10000")
}

/// How a command ends whose answer that is.
pub(crate) const fn exit_of(assessment: &Assessment) -> Exit {
    match (assessment.verdict.decision, assessment.verdict.on_failure) {
        (Decision::Failed, OnFailure::Fail) => Exit::Gate,
        _ => Exit::Done,
    }
}
