//! Every command: what it does, and each exit code that it can end with. One file for each, as in `src/commands`.

#[path = "../harness/mod.rs"]
mod harness;

mod clean;
mod clear;
mod completions;
mod doctor;
mod frameworks;
mod get;
mod get_output;
mod inspect;
mod key;
mod ls;
mod man;
mod path;
mod put;
mod rm;
mod stats;
mod verify;
