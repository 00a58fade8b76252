//! The door: arguments, settings, progress and exit codes of the program `bulla`.

mod args;
mod commands;
mod config_file;
mod exit;
mod json;
mod settings;
mod ui;
mod units;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::Args;
use crate::settings::Settled;
use crate::ui::Ui;

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return ui::usage(&error),
    };
    let ui = Ui::new(&args.global);
    let is_run = args.command.is_run();
    let outcome = Settled::settle(&args.global, ui).and_then(|settled| args.command.execute(&settled, &ui));
    ui.finish(outcome, is_run)
}
