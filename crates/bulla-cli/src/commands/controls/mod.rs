//! Whether a repository is guarded: asked, listed, explained and scaffolded.

mod check;
mod init;

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
    /// Write the files that guard a repository, where they are missing
    ///
    /// SECURITY.md, CODEOWNERS, workflows for CodeQL and OpenSSF Scorecard, and dependabot.yml. What is there is never
    /// replaced, and one that does the same elsewhere is kept. It is an error if one is still missing afterwards, such as
    /// CODEOWNERS where no owner is named; the others are written all the same.
    Init(init::Init),
}

impl ControlsCommand {
    pub(crate) fn execute(self, ui: &Ui) -> Result<Exit, Failure> {
        match self.command {
            ControlsSubcommand::Check(command) => command.execute(ui),
            ControlsSubcommand::Init(command) => command.execute(ui),
        }
    }
}
