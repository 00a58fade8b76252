//! What a reader accepts, from the user's own file.

use std::time::Duration;

use crate::harness::*;

#[test]
fn a_revoked_key_is_no_longer_believed_and_its_entries_stay_until_they_are_cleaned() {
    let bench = Bench::new();
    bench.put("x");
    let id = bench.bulla("key show --json").ends(0).json()["keys"][0]["id"].as_str().unwrap().to_owned();
    bench.user_config(&format!("[trust]\nrevoked = [\"{id}\"]\n"));
    bench.get().ended(5).says(format!("revoked: key {id} has been revoked"));
    assert!(bench.entry().is_file());
    let cleaned = bench.bulla("clean --json").ends(0).json();
    assert_eq!(cleaned["removed"][0]["reason"], "revoked");
}

#[test]
fn lanes_can_be_believed_beyond_the_default() {
    let bench = Bench::new();
    bench.bulla("put").words(KEY).env("BULLA_LANE", "pr").stdin("x").ends(0);
    bench.get().ended(5);
    bench.user_config("[trust]\nlanes = [\"main\", \"pr\"]\n");
    bench.get().ended(0).gives("x");
}

#[test]
fn the_lane_of_a_writer_can_be_set_and_the_environment_overrides_it() {
    let bench = Bench::new();
    let lane = || {
        bench.bulla("inspect --json").words(KEY).run().json()["claimed"]["lane"].as_str().unwrap().to_owned()
    };
    bench.user_config("lane = \"main\"\n");
    bench.put("x");
    assert_eq!(lane(), "main");
    bench.bulla("put").words(KEY).env("BULLA_LANE", "pr").stdin("x").ends(0);
    assert_eq!(lane(), "pr");
}

#[test]
fn of_two_limits_of_age_the_stricter_counts() {
    let bench = Bench::new();
    bench.put("x");
    std::thread::sleep(Duration::from_millis(30));
    bench.user_config("[trust]\nmax-age = \"10ms\"\n");
    bench.get().ended(5).says("too-stale");
    bench.bulla("get --max-age 1h").words(KEY).ends(5).says("too-stale");
    bench.user_config("[trust]\nmax-age = \"1h\"\n");
    bench.get().ended(0);
    bench.bulla("get --max-age 10ms").words(KEY).ends(5).says("too-stale");
}

#[test]
fn a_payload_that_is_larger_than_taken_is_refused_and_stays() {
    let bench = Bench::new();
    bench.put([0; 2000]);
    bench.user_config("[trust]\nmax-payload = \"1KB\"\n");
    bench.get().ended(5).gives("").says("too-large: 2000 bytes, 1000 accepted");
    assert!(bench.entry().is_file());
}
