//! Both stores of this crate keep the contract.

use bulla_store::{Dir, FileStore, MemoryStore, contract};

#[test]
fn the_memory_store_keeps_the_contract() {
    contract::check(&MemoryStore::default());
}

#[test]
fn the_file_store_keeps_the_contract() {
    let root = tempfile::tempdir().unwrap();
    contract::check(&FileStore::new(Dir::create(&root.path().join("cache")).unwrap()));
}
