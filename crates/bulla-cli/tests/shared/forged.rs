//! Whoever can write to the shared store can take answers away, and give none of their own.

use std::path::Path;

use serde_json::json;

use crate::fleet::{COMMAND, Fleet};
use crate::harness::*;
use crate::stage::of;

/// What is done to the file of an entry.
type Crime = fn(&Path);

/// What can be done to the file of an entry, and the reason why it is not served after that.
const CRIMES: [(&str, Crime, &str); 7] = [
    ("a bit of the payload", |entry| flip(entry, 900), "payload-damaged"),
    ("a bit of the header", |entry| flip(entry, 60), "bad-seal"),
    ("a bit of the digest table", |entry| flip(entry, -1), "payload-damaged"),
    ("cut", |entry| write(entry, &read(entry)[..700]), "payload-damaged"),
    ("grown", |entry| write(entry, [read(entry), vec![0]].concat()), "payload-damaged"),
    ("emptied", |entry| write(entry, ""), "malformed"),
    ("written by hand", |entry| write(entry, "{\"clean\": true}"), "unsealed"),
];

#[test]
fn an_entry_that_was_tampered_with_is_not_served_and_the_command_is_run_again() {
    for (crime, commit, _) in CRIMES {
        let fleet = Fleet::new();
        // Long enough that every place above lies where it says.
        fleet.bench().write("work/noise", noise(2000, 7));
        let run = |runner: &str| fleet.runner(runner, "run").words(KEY).sh("echo x >> ran; cat noise");
        let first = run("one").ends(0);
        commit(&fleet.only_shared());
        let bytes = read(fleet.only_shared());
        let second = run("two").ends(0).gives(&first.stdout).says("warning: ");
        assert_eq!(fleet.ran(), 2, "{crime}: {second:?}");
        assert!(
            fleet.mount().join("quarantine").symlink_metadata().is_err(),
            "{crime}: nothing is moved there"
        );
        assert_ne!(read(fleet.only_shared()), bytes, "{crime}: the answer made anew replaces it");
        run("three").ends(0).gives(&first.stdout).without_a_word();
        assert_eq!(fleet.ran(), 2, "{crime}");
    }
}

#[test]
fn every_refusal_has_its_reason_and_leaves_the_bytes_where_they_are() {
    for (crime, commit, reason) in CRIMES {
        let fleet = Fleet::new();
        let payload = noise(2000, 7);
        fleet.runner("one", "put").words(KEY).stdin(&payload).ends(0);
        commit(&fleet.only_shared());
        let before = snapshot(&fleet.mount());
        let got = fleet.runner("two", "get").words(KEY).ends(4).gives("").says(reason);
        assert!(got.stderr.contains("shared store"), "{crime}: {got:?}");
        assert_eq!(snapshot(&fleet.mount()), before, "{crime}");
        fleet.runner("one", "get").words(KEY).ends(0).gives(&payload);
    }
}

#[test]
fn entries_that_were_swapped_are_refused_as_each_other_s() {
    let fleet = Fleet::new();
    for (key, payload) in [(KEY, "clean"), (OTHER_KEY, "many findings")] {
        fleet.runner("one", "put").words(key).stdin(payload).ends(0);
    }
    let [a, b] = fleet.shared().try_into().unwrap();
    let between = fleet.bench().path("between");
    rename(&a, &between);
    rename(&b, &a);
    rename(&between, &b);
    for key in [KEY, OTHER_KEY] {
        fleet.runner("two", "get").words(key).ends(4).gives("").says("wrong-key");
    }
    assert_eq!(fleet.shared().len(), 2);
}

#[test]
fn an_entry_sealed_with_another_key_is_refused() {
    let fleet = Fleet::new();
    fleet.run("forger", "").env("BULLA_KEY", OTHER_HMAC_KEY).ends(0);
    fleet.run("two", "").ends(0).says("unknown-signer");
    assert_eq!(fleet.ran(), 2);
}

#[test]
fn an_entry_past_its_time_is_a_miss_without_a_warning_and_stays() {
    let fleet = Fleet::new();
    fleet.run("one", "--ttl 1s").ends(0);
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let before = snapshot(&fleet.mount());
    let got = fleet.runner("two", "get").words(KEY).ends(5);
    assert_eq!(snapshot(&fleet.mount()), before, "{got:?}");
    fleet.run("two", "").ends(0);
    assert_eq!(fleet.ran(), 2);
}

#[test]
fn what_lies_at_an_entry_s_place_is_neither_followed_nor_waited_for() {
    let plant: [Crime; 4] = [
        |place| make_fifo(place),
        |place| make_link("/dev/zero", place),
        |place| make_link("/etc/passwd", place),
        |place| std::fs::create_dir(place).unwrap(),
    ];
    for plant in plant {
        let fleet = Fleet::new();
        fleet.run("one", "").ends(0);
        let entry = fleet.only_shared();
        std::fs::remove_file(&entry).unwrap();
        plant(&entry);
        fleet.run("two", "").ends(0).gives("result\n").keeps_quiet_about("root:");
        assert_eq!(fleet.ran(), 2);
    }
}

#[test]
fn a_scan_whose_every_entry_was_tampered_with_is_made_again_and_says_why() {
    let fleet = Fleet::new();
    let scan = |runner: &str| fleet.runner(runner, "scan tree --json --soft-fail").ends(0);
    let first = scan("one").json();
    fleet.shared().iter().for_each(|entry| flip(entry, -1));
    let second = scan("two").says("warning: ");
    let grype = of(&second.json(), "grype");
    assert_eq!(
        (&grype["cache"], &grype["outcome"]),
        (&json!("payload-damaged"), &json!("findings")),
        "{second:?}"
    );
    assert_eq!(first["findings"], second.json()["findings"]);
    assert_eq!(fleet.stage.ran("grype"), 2);
    assert_eq!(of(&scan("three").json(), "grype")["cache"], "hit");
}

#[test]
fn a_store_that_is_full_of_other_things_serves_nothing_of_them() {
    let fleet = Fleet::new();
    for (name, bytes) in [(".hmac.key", [0; 32]), (".stats", [b'9'; 32]), ("bulla.toml", [b'x'; 32])] {
        fleet.bench().write(&format!("mount/{name}"), bytes);
    }
    let before = snapshot(&fleet.mount()).len();
    fleet.runner("one", "run").words(KEY).sh(COMMAND).ends(0).gives("result\n").says("said");
    fleet.runner("two", "run").words(KEY).sh(COMMAND).ends(0).gives("result\n");
    assert_eq!((fleet.ran(), fleet.shared().len(), snapshot(&fleet.mount()).len()), (1, 1, before + 1));
}
