use std::path::PathBuf;

use bulla_findings::{CONTROLS, ControlVerdict, check_controls, render_controls_json};
use bulla_scan::RepositoryFiles;
use clap::Args;

use crate::exit::{Exit, Failure};
use crate::judging::today;
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The repository's directory
    #[arg(default_value = ".", value_name = "DIR")]
    dir: PathBuf,
}

impl Check {
    pub(crate) fn execute(self, ui: &Ui) -> Result<Exit, Failure> {
        let repository = RepositoryFiles::read(&self.dir)?.into_repository().map_err(Failure::usage)?;
        let report = check_controls(&self.dir.display().to_string(), &repository, &CONTROLS, today());
        ui.document(serde_json::to_value(render_controls_json(&report))?)?;
        Ok(if report.reaches(ControlVerdict::Fail) { Exit::Gate } else { Exit::Done })
    }
}
