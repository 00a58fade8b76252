//! `bulla scan`, `bulla report` and `bulla tools`: every scanner through the cache, one merged answer, one gate. Scanners
//! are played by stand-ins (see `stage`), but for those in `real`.
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

#[path = "../harness/mod.rs"]
mod harness;

mod cache;
mod concurrent;
mod controls;
mod database;
mod environment;
mod gate;
mod ignores;
mod images;
mod key;
mod limits;
mod outcomes;
mod outputs;
mod policy;
mod real;
mod report;
mod secrets;
mod settings;
mod stage;
mod tools;
