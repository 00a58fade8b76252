use anyhow::anyhow;
use clap::{Args, CommandFactory as _};

use crate::exit::{Exit, Failure};
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The page of this command instead of the program's
    command: Option<String>,
}

impl Man {
    pub(crate) fn execute(self, ui: &Ui) -> Result<Exit, Failure> {
        let mut program = crate::args::Args::command();
        program.build();
        let page = match &self.command {
            None => program,
            Some(name) => {
                let found = program.find_subcommand(name).cloned();
                found.ok_or_else(|| Failure::usage(anyhow!("there is no command `{name}`")))?
            }
        };
        let mut text = Vec::new();
        clap_mangen::Man::new(page).render(&mut text)?;
        ui.bytes(&text)?;
        Ok(Exit::Done)
    }
}
