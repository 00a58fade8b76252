//! `bulla doctor` and `bulla stats` about the shared store.

use crate::fleet::Fleet;
use crate::harness::*;
use crate::settings::doctor;

#[test]
fn it_says_whether_the_store_answers_who_can_forge_there_and_what_lanes_are_worth() {
    let fleet = Fleet::new();
    let before = snapshot(&fleet.mount());
    let call = || fleet.runner("one", "");
    assert!(doctor(call(), "store").starts_with(&format!("ok: {} answers (", fleet.address())));
    assert!(doctor(call(), "store keys").starts_with("note: the key that checks is the key that seals"));
    assert!(
        doctor(call().env("BULLA_LANE", "pr"), "store lane")
            .starts_with("ok: writes in `pr`, accepts main, pr;")
    );
    fleet.runner("one", "doctor").ends(0);
    assert_eq!(snapshot(&fleet.mount()), before, "asking leaves nothing");
    assert!(!is_there(fleet.dir("one")));
}

#[test]
fn a_store_that_does_not_answer_is_a_problem() {
    let fleet = Fleet::new();
    fleet.unmount();
    let says = doctor(fleet.runner("one", ""), "store");
    assert!(says.starts_with(&format!("problem: {} cannot be used: ", fleet.address())), "{says}");
    fleet.runner("one", "doctor").ends(1);
    fleet.runner("one", "doctor --shared-mode off").ends(0);
}

#[test]
fn ed25519_keeps_readers_from_forging() {
    let fleet = Fleet::new();
    let with = |key: &str| fleet.runner("one", "").env("BULLA_KEY", key);
    let writer = with(ED25519_KEY);
    assert_eq!(doctor(writer, "store keys"), "ok: ed25519: readers with the public key cannot forge");
    let public = with(ED25519_KEY).words("key export-public").ends(0).text();
    assert_eq!(doctor(with(&public), "store keys"), "ok: public: this reader cannot forge");
    let mode = doctor(with(&public), "store mode");
    assert_eq!(mode, "ok: effective: read-only");
}

#[test]
fn stats_counts_what_the_shared_store_has_served() {
    let fleet = Fleet::new();
    fleet.run("one", "").ends(0);
    fleet.run("two", "").ends(0);
    flip(&fleet.only_shared(), -1);
    fleet.run("three", "").ends(0);
    let shared = |runner: &str| fleet.runner(runner, "stats --json").ends(0).json()["shared"].clone();
    assert_eq!(shared("one")["puts"], 1, "{}", shared("one"));
    assert_eq!(shared("two")["hits"], 1, "{}", shared("two"));
    // Asked again once the lease is had: somebody may have made it just before.
    assert_eq!(shared("three")["refused"], 2, "{}", shared("three"));
    let text = fleet.runner("two", "stats").ends(0).text();
    assert!(text.contains(&format!("shared       {}", fleet.address())), "{text}");
}
