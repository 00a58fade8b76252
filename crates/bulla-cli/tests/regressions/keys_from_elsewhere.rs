//! Keys that do not lie in the cache directory could not be shown, exported, checked or used to inspect a file
//! before that directory was there: a reader that was just being set up got "No such file or directory".

use crate::harness::*;

#[test]
fn they_are_shown_and_exported_before_there_is_a_cache() {
    let bench = Bench::new();
    let key = bench.key_file("key", ED25519_KEY);
    let show = bench.bulla("key show --key-file").arg(&key).ends(0).text();
    assert!(show.starts_with("bulla-ed25519-secret-1 "), "{show}");
    let public = bench.bulla("key export-public").env("BULLA_KEY", ED25519_KEY).ends(0).text();
    assert!(public.starts_with("bulla-ed25519-public-1:"), "{public}");
    assert!(!is_there(bench.dir()), "looking makes nothing");
}

#[test]
fn a_file_is_inspected_with_them_before_there_is_a_cache() {
    let (bench, other) = (Bench::new(), Bench::new());
    bench.bulla("put").words(KEY).env("BULLA_KEY", HMAC_KEY).stdin("x").ends(0);
    other.bulla("inspect").arg(bench.entry()).env("BULLA_KEY", HMAC_KEY).ends(0);
    assert!(!is_there(other.dir()), "looking makes nothing");
}

#[test]
fn doctor_checks_them_before_there_is_a_cache() {
    let bench = Bench::new();
    bench.bulla("doctor").env("BULLA_KEY", HMAC_KEY).ends(0);
    let sick = bench.bulla("doctor").env("BULLA_KEY", "not a key").ends(1).text();
    assert!(sick.contains("problem key        BULLA_KEY, line 1: not a key"), "{sick}");
}
