//! Caches of several machines over one store that may do anything.

#![expect(clippy::disallowed_methods, reason = "tests plant and damage files, as nothing else may")]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

#[path = "../adversaries/mod.rs"]
#[allow(dead_code, unused_imports, reason = "one of them is needed here")]
mod local;
#[path = "../support/mod.rs"]
mod support;

mod adversaries;
mod background;
mod bucket;
mod failing;
mod fleet;
mod leases;
mod memory;
mod opening;
mod runners;
mod sweep;
mod tampered;
