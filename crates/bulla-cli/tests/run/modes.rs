use super::{counted, ran, run};
use crate::harness::*;

#[test]
fn read_only_replays_what_is_there_and_stores_nothing_and_does_not_complain() {
    let bench = Bench::new();
    run(&bench, "").sh(&counted("echo out")).ends(0);
    let before = snapshot(&bench.dir());
    run(&bench, "--mode read-only").sh(&counted("echo out")).ends(0).gives("out\n").without_a_word();
    assert_eq!(ran(&bench), 1);
    for _ in 0..2 {
        run(&bench, "--mode read-only --strict")
            .sh(&counted("echo other"))
            .ends(0)
            .gives("other\n")
            .without_a_word();
    }
    assert_eq!(ran(&bench), 3);
    assert_eq!(snapshot(&bench.dir()), before);
}

#[test]
fn write_only_always_runs_and_stores() {
    let bench = Bench::new();
    for _ in 0..2 {
        run(&bench, "--mode write-only").sh(&counted("cat ran")).ends(0);
    }
    run(&bench, "").sh(&counted("cat ran")).ends(0).gives("x\nx\n");
    assert_eq!(ran(&bench), 2);
}

#[test]
fn off_runs_and_makes_nothing() {
    let bench = Bench::new();
    for _ in 0..2 {
        run(&bench, "--mode off --strict")
            .sh(&counted("echo out; exit 3"))
            .ends(3)
            .gives("out\n")
            .without_a_word();
    }
    assert_eq!(ran(&bench), 2);
    assert!(!is_there(bench.dir()));
}

#[test]
fn a_reader_with_public_keys_replays_what_a_writer_sealed_and_stores_nothing() {
    let bench = Bench::new();
    let secret = bench.key_file("secret", ED25519_KEY);
    run(&bench, "--key-file").arg(&secret).sh(&counted("echo out")).ends(0);
    let public = bench.bulla("key export-public --key-file").arg(&secret).ends(0).text();
    let public = bench.write("public", public);
    run(&bench, "--key-file").arg(&public).sh(&counted("echo out")).ends(0).gives("out\n");
    assert_eq!(ran(&bench), 1);
    for _ in 0..2 {
        run(&bench, "--key-file")
            .arg(&public)
            .sh(&counted("echo other"))
            .ends(0)
            .gives("other\n")
            .without_a_word();
    }
    assert_eq!(ran(&bench), 3);
}

#[test]
fn off_needs_nothing_of_what_a_key_is_made_of() {
    let bench = Bench::new();
    let options = "--mode off --input none --salt-command false";
    run(&bench, options).sh("echo out; exit 3").ends(3).gives("out\n").without_a_word();
    run(&bench, "--mode off").args(["--", "no-such-program"]).ends(127);
}
