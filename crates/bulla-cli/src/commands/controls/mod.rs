//! Whether a repository is guarded: asked, listed, explained and scaffolded.

mod check;
mod description;
mod explain;
mod frameworks;
mod init;
mod list;

use std::path::Path;

use bulla_findings::{CONTROLS, Control, control};
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
    ///
    /// Nothing is run and nothing is fetched: the repository's own files are read, as far as git does not ignore them. What
    /// no file can tell is "not assessed". Exceptions stand in its `bulla-controls.toml`, each with a reason and a last day.
    Check(check::Check),
    /// List the controls
    List,
    /// Say what a control asks, why, and what to do where it fails
    Explain(explain::Explain),
    /// Print which control bears on what auditors' frameworks ask for, as a Markdown table
    Frameworks,
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
            ControlsSubcommand::List => list::execute(ui),
            ControlsSubcommand::Explain(command) => command.execute(ui),
            ControlsSubcommand::Frameworks => frameworks::execute(ui),
            ControlsSubcommand::Init(command) => command.execute(ui),
        }
    }
}

/// Controls ask about the whole of a repository, and GitHub looks for its files at the root.
fn warn_of_a_part(dir: &Path, ui: &Ui) {
    let Ok(dir) = dir.canonicalize() else { return };
    match dir.ancestors().find(|dir| dir.join(".git").symlink_metadata().is_ok()) {
        Some(root) if root == dir => {}
        Some(root) => ui.warn(format_args!(
            "what lies above is not looked at; the repository's root is {}",
            root.display()
        )),
        None => ui.warn(format_args!("{} is in no git repository", dir.display())),
    }
}

/// The control with that id; in reports of scans `controls/` stands before it.
fn by_id(id: &str) -> Result<&'static Control, String> {
    let known = id.strip_prefix("controls/").unwrap_or(id);
    // Half of those who type it spell it so.
    let known = if known == "license" { "licence" } else { known };
    control(known).ok_or_else(|| {
        let known = CONTROLS.map(|control| control.id).join(", ");
        format!("there is no control `{id}`; expected one of {known}")
    })
}
