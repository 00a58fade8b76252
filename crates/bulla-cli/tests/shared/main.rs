//! Runners that share a store: two cache directories, one key, one mounted directory that nobody has to trust.
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

#[path = "../harness/mod.rs"]
mod harness;
#[allow(dead_code, reason = "its own tests use all of it")]
#[path = "../scan/stage.rs"]
mod stage;

#[allow(
    clippy::disallowed_methods,
    reason = "servers are set up by plain files, and found as the environment says"
)]
#[path = "../../../bulla-store/tests/servers/mod.rs"]
mod servers;

mod credentials;
mod doctor;
mod fleet;
mod forged;
mod gone;
mod keys;
mod leases;
mod over_servers;
mod runners;
mod settings;
mod sweep;
mod tiers;
mod version;
