use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::exit::{Exit, Failure};
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(crate) fn execute(self, ui: &Ui) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut crate::args::Args::command(), "bulla", &mut script);
        ui.bytes(&script)?;
        Ok(Exit::Done)
    }
}
