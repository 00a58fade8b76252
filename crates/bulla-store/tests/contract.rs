//! Every store of this crate keeps the contract.

use bulla_store::{Dir, FileStore, MemoryStore, StoreUrl, connect, contract};

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
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("mount")).unwrap();
    let url = StoreUrl::parse(&format!("file://{}/mount", root.path().display())).unwrap();
    contract::check(&*connect(&url, root.path()).unwrap());
}
