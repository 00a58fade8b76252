//! Every store of this crate keeps the contract.

#![expect(clippy::disallowed_methods, reason = "what is no lease is planted")]

mod support;

use std::fs;

use bulla_store::{Dir, FileStore, MemoryStore, contract};
use support::Mount;

#[test]
fn the_memory_store_keeps_the_contract() {
    contract::check(&MemoryStore::default());
}

#[test]
fn the_file_store_keeps_the_contract() {
    let root = tempfile::tempdir().unwrap();
    contract::check(&FileStore::new(Dir::create(&root.path().join("cache")).unwrap()));
}

#[test]
fn a_mounted_directory_keeps_the_contract() {
    let mount = Mount::new();
    contract::check(&*mount.store());
}

#[test]
fn a_mounted_directory_s_leases_keep_the_contract() {
    let mount = Mount::new();
    contract::check_leases(&*mount.store(), &|name, bytes| fs::write(mount.lease(name), bytes).unwrap());
    contract::check_lease_races(&*mount.store());
}
