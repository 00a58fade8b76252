//! Each setting from the first place that has it: flag, environment, the repository's `bulla.toml`, the user's own,
//! default.

#[path = "../harness/mod.rs"]
mod harness;

mod files;
mod keys;
mod precedence;
mod project;
mod trust;
