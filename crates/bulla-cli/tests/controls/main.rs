//! `bulla controls`: what it says about a repository, in which formats, and how it ends.
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

#[path = "../harness/mod.rs"]
mod harness;

mod check;
mod choices;
mod described;
mod exceptions;
mod hostile;
mod outputs;
mod place;
