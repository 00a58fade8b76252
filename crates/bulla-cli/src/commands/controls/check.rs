use std::path::{Path, PathBuf};

use anyhow::anyhow;
use bulla_findings::{CONTROLS, Control, ControlVerdict, check_controls};
use bulla_scan::RepositoryFiles;
use clap::Args;

use super::{by_id, warn_of_a_part};
use crate::exit::{Exit, Failure};
use crate::judging::today;
use crate::outputs::{ControlsFormat, Output, Report as _};
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The repository's directory
    #[arg(default_value = ".", value_name = "DIR")]
    repository: PathBuf,
    /// Ask only this control; several times, or with commas
    #[arg(long, value_name = "ID", value_parser = by_id, value_delimiter = ',')]
    only: Vec<&'static Control>,
    /// Do not ask this control; several times, or with commas
    #[arg(long, value_name = "ID", value_parser = by_id, value_delimiter = ',')]
    skip: Vec<&'static Control>,
    /// Fail if evidence that no exception covers comes to this or to something worse: fail or warn
    #[arg(long, value_name = "VERDICT", value_parser = threshold, default_value = ControlVerdict::Fail.name())]
    fail_on: ControlVerdict,
    /// Write a report: terminal, markdown, sarif, html or json; several times. `-` is standard output
    #[arg(long, short, value_name = "FORMAT=FILE")]
    output: Vec<Output<ControlsFormat>>,
}

impl Check {
    pub(crate) fn execute(self, ui: &Ui) -> Result<Exit, Failure> {
        Output::check(&self.output, ui).map_err(Failure::usage)?;
        let controls = self.controls().map_err(Failure::usage)?;
        is_directory(&self.repository).map_err(Failure::usage)?;
        warn_of_a_part(&self.repository, ui);
        let files = RepositoryFiles::read(&self.repository)?;
        ui.note(format_args!("{} files that git does not ignore", files.files().count()));
        let repository = files.into_repository().map_err(Failure::usage)?;
        let report = check_controls(&name(&self.repository), &repository, &controls, today());
        report.deliver(&self.output, ui)?;
        Ok(if report.reaches(self.fail_on) { Exit::Gate } else { Exit::Done })
    }

    fn controls(&self) -> anyhow::Result<Vec<&'static Control>> {
        let is_asked = |control: &&Control| {
            (self.only.is_empty() || self.only.contains(control)) && !self.skip.contains(control)
        };
        let asked: Vec<_> = CONTROLS.into_iter().filter(is_asked).collect();
        if asked.is_empty() { Err(anyhow!("every control is skipped; leave one")) } else { Ok(asked) }
    }
}

/// As the directory was named; where that says nothing, by its own name.
fn name(dir: &Path) -> String {
    let own = || dir.canonicalize().ok()?.file_name().map(PathBuf::from);
    let named = if dir.file_name().is_none() { own() } else { None };
    named.as_deref().unwrap_or(dir).display().to_string()
}

fn is_directory(path: &Path) -> anyhow::Result<()> {
    match path.metadata() {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => Err(anyhow!("{} is no directory; name the repository's own", path.display())),
        Err(error) => {
            Err(anyhow!("cannot look at {}: {error}; name the repository's directory", path.display()))
        }
    }
}

/// What is not good enough.
fn threshold(name: &str) -> Result<ControlVerdict, String> {
    let known = [ControlVerdict::Fail, ControlVerdict::Warn];
    known.into_iter().find(|verdict| verdict.name() == name).ok_or_else(|| "expected fail or warn".to_owned())
}
