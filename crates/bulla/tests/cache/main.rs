//! What the cache answers in each situation: one test or more for each row of the table.

#![expect(clippy::disallowed_methods, reason = "tests plant and damage files, as nothing else may")]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

#[path = "../support/mod.rs"]
mod support;

mod forged;
mod life;
mod modes;
mod obstacles;
mod policy;
mod reports;
mod times;
