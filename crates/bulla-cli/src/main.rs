//! The door: arguments, settings, progress and exit codes of the program `bulla`.

mod args;
mod commands;
mod config_file;
mod exit;
mod json;
mod judging;
mod outputs;
mod scan_file;
mod settings;
mod shared_settings;
mod ui;
mod units;
mod whole_file;

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
    if let Err(error) = bulla::take_file_size_limit_as_error() {
        ui.warn(error);
    }
    let is_run = args.command.is_run();
    if is_run && let Err(error) = bulla::forward_signals() {
        ui.warn(error);
    }
    let outcome = args.command.execute(&ui, || Settled::settle(&args.global, ui));
    ui.finish(outcome, is_run)
}
