//! `bulla clean --shared` removes what is over by its own sealed header, and nothing else.

use std::time::Duration;

use serde_json::json;

use crate::fleet::Fleet;
use crate::harness::*;

/// Three entries: one good, one that is over, one that is over and sealed by a key of somebody else's.
fn three(fleet: &Fleet) {
    fleet.runner("one", "put").words(KEY).stdin("good").ends(0);
    fleet.runner("one", "put --ttl 1s").words(OTHER_KEY).stdin("old").ends(0);
    let other = format!("--op other --subject {SUBJECT}");
    fleet
        .runner("two", "put --ttl 1s")
        .words(&other)
        .env("BULLA_KEY", OTHER_HMAC_KEY)
        .stdin("theirs")
        .ends(0);
    std::thread::sleep(Duration::from_millis(1100));
}

#[test]
fn what_is_over_and_ours_goes_and_everything_else_stays() {
    let fleet = Fleet::new();
    three(&fleet);
    let damaged = fleet.bench().write(&format!("mount/{}.bulla", "ab".repeat(32)), "damaged");
    fleet.bench().write("mount/notes.txt", "somebody's");
    let before = snapshot(&fleet.mount());
    let dry = fleet.runner("one", "clean --shared --dry-run --json").ends(0).json();
    assert_eq!((&dry["dry_run"], &dry["removed"].as_array().unwrap().len()), (&json!(true), &1));
    assert_eq!(snapshot(&fleet.mount()), before);
    let cleaned = fleet.runner("one", "clean --shared --json").ends(0).json();
    assert_eq!(cleaned["removed"], dry["removed"], "{cleaned}");
    assert_eq!(fleet.shared().len(), 3);
    assert!(damaged.is_file() && is_there(fleet.mount().join("notes.txt")));
    let text = fleet.runner("one", "clean --shared").ends(0).text();
    assert!(text.contains("shared store"), "{text}");
}

#[test]
fn what_lies_there_is_listed_with_what_it_is_worth_here() {
    let fleet = Fleet::new();
    three(&fleet);
    let before = snapshot(&fleet.mount());
    let listed = fleet.runner("looks", "ls --shared --json").ends(0).json();
    let mut states: Vec<_> = listed["entries"].as_array().unwrap().iter().map(|e| &e["state"]).collect();
    states.sort_by_key(|state| state.to_string());
    assert_eq!(states, ["expired", "good", "unknown-signer"]);
    let text = fleet.runner("looks", "ls --shared").ends(0).text();
    assert_eq!(text.lines().count(), 4, "{text}");
    assert_eq!(fleet.runner("looks", "ls").ends(0).text(), "");
    assert_eq!(snapshot(&fleet.mount()), before);
    fleet.runner("looks", "ls --shared").without_env("BULLA_STORE").ends(2).says("--shared needs a store");
}

#[test]
fn without_being_asked_the_shared_store_is_not_cleaned() {
    let fleet = Fleet::new();
    three(&fleet);
    let before = snapshot(&fleet.mount());
    fleet.runner("one", "clean").ends(0);
    assert_eq!(snapshot(&fleet.mount()), before);
}

#[test]
fn cleaning_a_shared_store_that_is_not_there_is_an_error() {
    let fleet = Fleet::new();
    fleet.runner("one", "clean --shared").without_env("BULLA_STORE").ends(2).says("--shared needs a store");
    fleet
        .runner("one", "clean --shared --shared-mode off")
        .ends(2)
        .says("--shared needs a store that is in use");
    fleet.unmount();
    for command in ["clean --shared", "ls --shared"] {
        let said = fleet.runner("one", command).ends(1).says("error: cannot ").stderr;
        assert_eq!(said.lines().count(), 1, "it is said once: {said}");
    }
}

#[test]
fn who_may_not_write_there_removes_nothing_there() {
    let fleet = Fleet::new();
    three(&fleet);
    let before = snapshot(&fleet.mount());
    fleet.runner("one", "clean --shared --shared-mode read-only").ends(1);
    fleet.runner("one", "clean --shared --shared-write off").ends(1).says("nothing is to be written there");
    fleet.runner("one", "clean --shared --dry-run --shared-mode read-only").ends(0);
    assert_eq!(snapshot(&fleet.mount()), before);
}
