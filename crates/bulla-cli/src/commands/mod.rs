//! One file for each command: its arguments, and what it does.

mod clean;
mod clear;
mod completions;
mod controls;
mod doctor;
mod get;
mod inspect;
mod key;
mod ls;
mod man;
mod path;
mod put;
mod report;
mod rm;
mod run;
mod scan;
mod stats;
mod tools;
mod verify;

use clap::Subcommand;

use crate::exit::{Exit, Failure};
use crate::settings::Settled;
use crate::ui::Ui;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Seal a result and store it
    Put(put::Put),
    /// Print a stored result, if it is proved to be the answer
    Get(get::Get),
    /// Forget a stored result
    Rm(rm::Rm),
    /// Print where an entry lies in the local store, there or not
    Path(path::Path),
    /// List the entries by their sealed headers
    Ls(ls::Ls),
    /// Show an entry's header, claims and seal without serving its payload
    Inspect(inspect::Inspect),
    /// Prove every entry, payload included
    Verify(verify::Verify),
    /// Remove what is expired, refused or left over
    Clean(clean::Clean),
    /// Remove everything, key included
    Clear(clear::Clear),
    /// Show what the cache holds and how it has served
    Stats(stats::Stats),
    /// Make and show keys
    Key(key::KeyCommand),
    /// Run a command through the cache
    ///
    /// Standard output, standard error and the exit code are replayed. The result is kept for the operation, the
    /// subject, the command line, the program's file and whatever is named here; nothing else enters the key.
    Run(run::Run),
    /// Ask every scanner about a target, through the cache, and give one merged answer
    ///
    /// A directory or file is taken by its content, an image by its digest. What was scanned before, by the same tool with
    /// the same database, is answered from sealed entries; gates and ignores are applied every time.
    Scan(scan::Scan),
    /// Read scanners' reports that are there already, and give the same answer as `scan`
    Report(report::Report),
    /// Install and list scanners
    Tools(tools::ToolsCommand),
    /// Ask whether a repository is guarded, by its own files
    Controls(controls::ControlsCommand),
    /// Look for what is wrong with the cache, its key and its surroundings
    Doctor(doctor::Doctor),
    /// Print a shell's completions
    Completions(completions::Completions),
    /// Print the manual page
    Man(man::Man),
}

impl Command {
    pub(crate) const fn is_run(&self) -> bool {
        matches!(self, Self::Run(_))
    }

    /// `settle` is only called for commands that have to do with a cache: completions are made where there is none.
    pub(crate) fn execute(
        self,
        ui: &Ui,
        settle: impl FnOnce() -> Result<Settled, Failure>,
    ) -> Result<Exit, Failure> {
        match self {
            Self::Put(command) => command.execute(&settle()?, ui),
            Self::Get(command) => command.execute(&settle()?, ui),
            Self::Rm(command) => command.execute(&settle()?, ui),
            Self::Path(command) => command.execute(&settle()?, ui),
            Self::Ls(command) => command.execute(&settle()?, ui),
            Self::Inspect(command) => command.execute(&settle()?, ui),
            Self::Verify(command) => command.execute(&settle()?, ui),
            Self::Clean(command) => command.execute(&settle()?, ui),
            Self::Clear(command) => command.execute(&settle()?, ui),
            Self::Stats(command) => command.execute(&settle()?, ui),
            Self::Key(command) => command.execute(settle, ui),
            Self::Run(command) => command.execute(&settle()?, ui),
            Self::Scan(command) => command.execute(&settle()?, ui),
            Self::Report(command) => command.execute(&settle()?, ui),
            Self::Tools(command) => command.execute(ui),
            Self::Controls(command) => command.execute(ui),
            Self::Doctor(command) => command.execute(&settle()?, ui),
            Self::Completions(command) => command.execute(ui),
            Self::Man(command) => command.execute(ui),
        }
    }
}
