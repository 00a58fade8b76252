//! `bulla scan`, `bulla report` and `bulla tools`: every scanner through the cache, one merged answer, one gate. Scanners
//! are played by stand-ins (see `stage`), but for those in `real`.

#[path = "../harness/mod.rs"]
mod harness;

mod cache;
mod concurrent;
mod database;
mod environment;
mod key;
mod limits;
mod outcomes;
mod policy;
mod secrets;
mod stage;
