//! The database that a scanner consults: named, fetched if there is none, and where it has no name, said so.

use serde_json::{Value, json};

use crate::harness::*;
use crate::stage::{Stage, grype_database};

const HOUR: u64 = 3600;

#[track_caller]
fn note(said: &Value) -> String {
    said["notes"].as_array().unwrap().iter().map(|note| note.as_str().unwrap()).collect::<Vec<_>>().join("; ")
}

#[test]
fn what_a_service_says_is_kept_for_an_hour_at_most_and_the_report_says_why() {
    for scanner in ["osv-scanner", "pip-audit", "cargo-audit"] {
        let stage = Stage::with(&[scanner]);
        stage.bench.write("work/tree/requirements.txt", "");
        stage.bench.write("work/tree/Cargo.lock", "");
        stage.bench.user_config(&format!("[ttl]\nscan-{scanner} = \"30d\"\n"));
        for _ in 0..2 {
            let said = stage.asks(scanner, "");
            assert_eq!(said["database"], json!(null));
            assert!(
                note(&said).contains(
                    "what it is asked changes without a name; its answer is kept for an hour at most"
                ),
                "{said}"
            );
        }
        assert_eq!(stage.ran(scanner), 1);
        assert_eq!(lifetime(&stage.headers()[0]), HOUR, "{scanner}");
        let shown = stage.scan("--output markdown=-").ends(0).text();
        assert!(shown.contains("an hour at most"), "{shown}");
    }
}

#[test]
fn a_shorter_time_to_live_of_the_user_s_stays() {
    let stage = Stage::with(&["osv-scanner"]);
    stage.bench.user_config("[ttl]\nscan-osv-scanner = \"5m\"\n");
    stage.scanned("");
    assert_eq!(lifetime(&stage.headers()[0]), 300);
}

#[test]
fn an_answer_with_a_named_database_lives_as_long_as_the_user_has_it() {
    let stage = Stage::with(&["trivy"]);
    assert_eq!(note(&stage.asks("trivy", "")), "");
    assert_eq!(lifetime(&stage.headers()[0]), 6 * HOUR);
}

/// The first scan on a fresh machine.
#[test]
fn a_missing_database_is_fetched_first_and_then_left_alone() {
    let stage = Stage::with(&["grype"]);
    stage.tells("grype", "database", "exit 1");
    let database = stage.bench.path("players/grype/database").display().to_string();
    stage.bench.write("players/grype/fetched", format!("echo '{}'", grype_database("2026-08-21")));
    let fetched = stage.bench.path("players/grype/fetched").display().to_string();
    stage.tells("grype", "update", &format!("echo x >> {database}.updates; cp {fetched} {database}"));
    let updates = || lines(format!("{database}.updates"));
    assert_eq!(stage.asks("grype", "")["database"], "2026-08-21T00:00:00Z schema v6.0.2");
    assert_eq!((updates(), stage.ran("grype")), (1, 1));
    stage.hits("grype", "");
    assert_eq!(updates(), 1);
    stage.bench.write("players/grype/fetched", format!("echo '{}'", grype_database("2026-08-22")));
    stage.misses("grype", "--update-databases", "database changed");
    assert_eq!(updates(), 2);
    stage.scan("--update-databases --offline").ends(2);
}

#[test]
fn a_database_that_cannot_be_fetched_is_an_error_that_says_so() {
    let stage = Stage::with(&["grype"]);
    stage.tells("grype", "database", "exit 1");
    stage.tells("grype", "update", "echo 'unable to reach the server' >&2; exit 1");
    let said = stage.asks("grype", "");
    assert_eq!((&said["outcome"], &said["cache"]), (&json!("error"), &json!(null)));
    let reason = said["reason"].as_str().unwrap();
    assert!(reason.starts_with("it has no database, and could not fetch one: "), "{reason}");
    assert!(reason.contains("unable to reach the server"), "{reason}");
    assert_eq!((stage.ran("grype"), stage.headers().len()), (0, 0));
}

#[test]
fn a_database_that_cannot_be_updated_is_used_as_it_is_with_a_note() {
    let stage = Stage::with(&["grype"]);
    stage.tells("grype", "update", "echo 'unable to reach the server' >&2; exit 1");
    let said = stage.asks("grype", "--update-databases");
    assert_eq!(said["outcome"], "clean");
    assert!(note(&said).contains("its database could not be updated: "), "{said}");
}

#[test]
fn offline_a_missing_database_is_an_error_with_what_to_do() {
    let stage = Stage::with(&["grype"]);
    stage.tells("grype", "database", "exit 1");
    stage.tells("grype", "update", "touch ~/fetched");
    let said = stage.asks("grype", "--offline");
    assert_eq!(said["outcome"], "error");
    assert!(said["reason"].as_str().unwrap().contains("run `grype db update`"), "{said}");
    assert!(!is_there(stage.bench.path("home/fetched")));
}

/// A release whose answer nobody understands.
#[test]
fn a_database_that_stays_without_a_name_after_it_was_fetched_is_a_note_and_an_hour() {
    let stage = Stage::with(&["grype"]);
    stage.says("grype", "database", "a new format");
    stage.tells("grype", "update", "true");
    for _ in 0..2 {
        let said = stage.asks("grype", "");
        assert_eq!((&said["outcome"], &said["database"]), (&json!("clean"), &json!(null)));
        assert!(
            note(&said).contains("its database has no name; its answer is kept for an hour at most"),
            "{said}"
        );
    }
    assert_eq!(lifetime(&stage.headers()[0]), HOUR);
}

#[test]
fn a_program_that_cannot_name_its_version_is_an_error() {
    let stage = Stage::with(&["grype"]);
    stage.tells("grype", "version", "echo 'cannot start' >&2; exit 127");
    let said = stage.asks("grype", "");
    assert_eq!(said["outcome"], "error");
    assert_eq!(said["reason"], "`grype version -o json` failed: exit code 127: cannot start");
    assert_eq!(stage.ran("grype"), 0);
}
