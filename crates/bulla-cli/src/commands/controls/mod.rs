//! Whether a repository is guarded: asked, listed, explained and scaffolded.

mod check;
mod frameworks;

use clap::{Args, Subcommand};

use crate::exit::{Exit, Failure};
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(crate) struct ControlsCommand {
    #[command(subcommand)]
    command: ControlsSubcommand,
}

#[derive(Debug, Subcommand)]
enum ControlsSubcommand {
    /// Ask every control about a repository
    Check(check::Check),
    /// Print which control bears on what auditors' frameworks ask for, as a Markdown table
    Frameworks,
}

impl ControlsCommand {
    pub(crate) fn execute(self, ui: &Ui) -> Result<Exit, Failure> {
        match self.command {
            ControlsSubcommand::Check(command) => command.execute(ui),
            ControlsSubcommand::Frameworks => frameworks::execute(ui),
        }
    }
}
