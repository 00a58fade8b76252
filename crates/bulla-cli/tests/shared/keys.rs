//! Runners that share need a key that they share.

use crate::fleet::Fleet;
use crate::harness::*;

#[test]
fn a_key_in_the_cache_directory_is_a_usage_error_with_a_remedy_and_nothing_is_made() {
    let fleet = Fleet::new();
    for command in ["put", "get"] {
        let refused = fleet.stranger("one", command).words(KEY).stdin("x").ends(2);
        refused
            .says("is shared, and the key lies in the cache directory")
            .says("BULLA_KEY, BULLA_KEY_FILE, BULLA_KEY_COMMAND or --key-file")
            .says("those that must not forge get the public key");
    }
    fleet.stranger("one", "scan tree").ends(2).says("the key lies in the cache directory");
    fleet.stranger("one", "clean --shared").ends(2).says("the key lies in the cache directory");
    fleet
        .stranger("one", "run")
        .words(KEY)
        .sh("echo x >> ran")
        .ends(125)
        .says("the key lies in the cache directory");
    assert!(!is_there(fleet.dir("one")) && fleet.ran() == 0 && fleet.stage.ran("grype") == 0);
}

#[test]
fn what_only_looks_at_this_machine_needs_no_other_key() {
    let fleet = Fleet::new();
    fleet.stranger("one", "put --shared-mode off").words(KEY).stdin("x").ends(0);
    for command in ["ls", "verify", "stats", "key show", "clean"] {
        fleet.stranger("one", command).ends(0);
    }
    fleet.stranger("one", "get --shared-mode off").words(KEY).ends(0).gives("x");
    let doctor = fleet.stranger("one", "doctor").ends(1).text();
    assert!(doctor.contains("problem store      file://"), "{doctor}");
    assert_eq!(fleet.shared().len(), 0);
}

#[test]
fn nor_can_a_key_file_lie_in_the_cache_directory_or_in_the_mount() {
    let fleet = Fleet::new();
    fleet.stranger("one", "put --shared-mode off").words(KEY).stdin("x").ends(0);
    let key = |name: &str| fleet.bench().key_file(name, HMAC_KEY);
    fleet.bench().make_dir("link");
    make_link(fleet.dir("one"), fleet.bench().path("link/to"));
    for (place, says) in [
        ("runners/one/key", "the key lies in the cache directory"),
        ("link/to/key", "the key lies in the cache directory"),
        ("mount/key", "lies in the shared store, where whoever writes to it can replace it"),
    ] {
        fleet.stranger("one", "get --key-file").arg(key(place)).words(KEY).ends(2).says(says);
    }
    fleet.stranger("one", "get --key-file").arg(key("key")).words(KEY).ends(4);
    // Whoever can write there can let a link lead to a key of theirs.
    fleet.bench().make_dir("keys");
    key("keys/key");
    make_link(fleet.bench().path("keys/key"), fleet.bench().path("mount/linked"));
    make_link(fleet.bench().path("keys"), fleet.bench().path("mount/keys"));
    make_link(fleet.bench().path("mount/linked"), fleet.bench().path("keys/by-way-of-the-mount"));
    for place in ["mount/linked", "mount/keys/key", "keys/by-way-of-the-mount"] {
        let get = fleet.stranger("one", "get --key-file").arg(fleet.bench().path(place)).words(KEY);
        get.ends(2).says("lies in the shared store, where whoever writes to it can replace it");
    }
    let one = fleet.runner("one", "get").words(KEY).env("BULLA_DIR", fleet.mount());
    one.ends(2).says("the cache directory and the shared store are one");
}

#[test]
fn a_reader_with_the_public_key_reads_and_cannot_write() {
    let fleet = Fleet::new();
    let secret = fleet.bench().key_file("writer.key", ED25519_KEY);
    let public = fleet.stranger("one", "key export-public --key-file").arg(&secret).ends(0).text();
    let reader = |words: &str| fleet.stranger("reader", words).env("BULLA_KEY", &public);
    fleet.stranger("one", "put --key-file").arg(&secret).words(KEY).stdin("x").ends(0);
    let before = snapshot(&fleet.mount());
    reader("get").words(KEY).ends(0).gives("x");
    reader("put").words(KEY).stdin("y").ends(1).says("only public keys");
    reader("run").words(OTHER_KEY).sh("echo own").ends(0).gives("own\n");
    reader("clean --shared").ends(1).says("only public keys");
    assert_eq!(snapshot(&fleet.mount()), before);
    // What another key has sealed is not believed, wherever it lies.
    fleet.runner("two", "put").words(KEY).stdin("forged").ends(0);
    reader("get").words(KEY).ends(0).gives("x");
    reader("get").words(KEY).env("BULLA_DIR", fleet.dir("new")).ends(4).says("unknown-signer").gives("");
}
