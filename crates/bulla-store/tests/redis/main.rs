//! The store in a Redis, against a real one.

#![allow(clippy::disallowed_methods, reason = "tests run servers, and read their own surroundings")]

mod faults;
mod hostile;
mod leases;
#[path = "../servers/mod.rs"]
mod servers;
mod store;
#[path = "../support/mod.rs"]
mod support;
mod tls;

use bulla_store::{SharedStore, StoreUrl, connect};

/// The store at an address. Drafts lie where the system's temporary files do.
fn store_at(url: &str) -> Box<dyn SharedStore> {
    connect(&StoreUrl::parse(url).expect("an address"), &std::env::temp_dir()).expect("it makes sense")
}
