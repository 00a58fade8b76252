//! What the user lets the cache do.

use std::thread::sleep;
use std::time::Duration;

use serde_json::json;

use crate::harness::*;
use crate::stage::Stage;

#[test]
fn refresh_runs_the_scanner_whatever_is_stored_and_stores_the_answer() {
    let stage = Stage::with_findings();
    stage.scanned("");
    let first = stage.headers()[0]["issued_at"].clone();
    sleep(Duration::from_millis(1100));
    let again = stage.asks("grype", "--refresh");
    assert_eq!((&again["cache"], stage.ran("grype")), (&json!("refreshed"), 2));
    assert_ne!(stage.headers()[0]["issued_at"], first, "a newer one");
    assert_eq!(stage.headers().len(), 1);
    stage.hits("grype", "");
}

/// A scan that finds nothing to look at this time does not take away what was found before.
#[test]
fn a_refresh_that_fails_leaves_the_old_answer() {
    let stage = Stage::with_findings();
    stage.scanned("");
    stage.does("grype", "exit 1");
    assert_eq!(stage.asks("grype", "--refresh")["outcome"], "error");
    stage.hits("grype", "");
}

#[test]
fn an_answer_older_than_asked_for_is_made_again() {
    let stage = Stage::with_findings();
    stage.scanned("");
    stage.hits("grype", "--max-age 1h");
    sleep(Duration::from_millis(1100));
    let said = stage.asks("grype", "--max-age 1s");
    assert_eq!((&said["cache"], stage.ran("grype")), (&json!("too-stale"), 2));
    stage.scan("").ends(0).keeps_quiet_about("warning");
    stage.hits("grype", "--max-age 1h");
}

#[test]
fn an_expired_answer_is_made_again_without_a_warning() {
    let stage = Stage::with_findings();
    stage.bench.user_config("[ttl]\nscan-grype = \"1s\"\n");
    stage.scanned("");
    sleep(Duration::from_millis(1100));
    let run = stage.scan("--json").ends(0).without_a_word();
    assert_eq!((&run.json()["scanners"][0]["cache"], stage.ran("grype")), (&json!("expired"), 2));
}

#[test]
fn mode_off_neither_reads_nor_writes() {
    let stage = Stage::with_findings();
    assert_eq!(stage.asks("grype", "--mode off")["cache"], "no-cache");
    assert!(!is_there(stage.bench.dir()));
    stage.scanned("");
    let before = snapshot(&stage.bench.dir());
    assert_eq!(stage.asks("grype", "--mode off")["cache"], "no-cache");
    assert_eq!((stage.ran("grype"), snapshot(&stage.bench.dir())), (3, before));
}

#[test]
fn mode_read_only_serves_and_does_not_write() {
    let stage = Stage::with_findings();
    let said = stage.asks("grype", "--mode read-only");
    assert_eq!((&said["cache"], &said["outcome"]), (&json!("absent"), &json!("findings")));
    assert!(!is_there(stage.bench.dir()));
    stage.scanned("");
    let before = snapshot(&stage.bench.dir());
    stage.hits("grype", "--mode read-only");
    write(stage.bench.path("work/tree/file"), "v2");
    stage.misses("grype", "--mode read-only", "subject changed");
    stage.misses("grype", "--mode read-only", "subject changed");
    assert_eq!(snapshot(&stage.bench.dir()), before);
}

/// `bulla scan --mode read-only`, which is what a pull request's job runs, warned of every miss that it was not stored, and
/// failed with `--strict`; `bulla run` says nothing.
#[test]
fn a_miss_in_mode_read_only_is_no_trouble() {
    let stage = Stage::with_findings();
    stage.scan("--mode read-only").ends(0).without_a_word();
    stage.scan("--mode read-only --strict").ends(0).without_a_word();
}

#[test]
fn mode_write_only_makes_every_answer_anew() {
    let stage = Stage::with_findings();
    for runs in 1..=3 {
        assert_eq!(stage.asks("grype", "--mode write-only")["cache"], "bypassed");
        assert_eq!(stage.ran("grype"), runs);
    }
    stage.hits("grype", "");
}

#[test]
fn a_reader_s_key_serves_what_the_writer_s_has_sealed_and_stores_nothing() {
    let stage = Stage::with_findings();
    let writer = stage.bench.key_file("writer", ED25519_KEY);
    let public = stage.bulla("key export-public --key-file").arg(&writer).ends(0).text();
    let reader = stage.bench.key_file("reader", public.trim());
    let scan = |key: &std::path::Path| {
        stage.scan("--json --key-file").arg(key).ends(0).json()["scanners"][0]["cache"].clone()
    };
    assert_eq!(scan(&writer), "absent");
    assert_eq!((scan(&reader), stage.ran("grype")), (json!("hit"), 1));
    write(stage.bench.path("work/tree/file"), "v2");
    assert_eq!((scan(&reader), scan(&reader), stage.ran("grype")), (json!("absent"), json!("absent"), 3));
    assert_eq!(names(&stage.bench.dir()).into_iter().filter(|name| name.ends_with(".bulla")).count(), 1);
}

#[test]
fn a_cache_that_cannot_be_opened_loses_no_answer_unless_that_was_asked_for() {
    let stage = Stage::with_findings();
    stage.bench.write("cache/bulla", "a file");
    let run = stage.scan("--json").ends(0).says("warning: scanning without a cache: ");
    assert_eq!(run.json()["scanners"][0]["outcome"], "findings");
    stage.scan("--strict").ends(1).says("cannot open the directory");
    assert_eq!(stage.ran("grype"), 1);
}

#[test]
fn offline_every_scanner_is_told_so_or_is_not_asked() {
    let scanners = ["syft", "grype", "trivy", "zizmor", "pip-audit", "npm", "cargo-audit", "osv-scanner"];
    let stage = Stage::with(&scanners);
    for file in ["requirements.txt", "Cargo.lock", "action.yml", "package-lock.json"] {
        stage.bench.write(&format!("work/tree/{file}"), "");
    }
    let document = stage.scanned("--offline");
    let names: Vec<_> =
        document["scanners"].as_array().unwrap().iter().map(|said| said["name"].clone()).collect();
    assert_eq!(names, ["syft", "grype", "trivy", "zizmor", "cargo-audit", "osv-scanner"]);
    let told = [
        ("trivy", "--offline-scan"),
        ("zizmor", "--offline"),
        ("cargo-audit", "--no-fetch"),
        ("osv-scanner", "--offline"),
    ];
    for (scanner, flag) in told {
        assert!(stage.asked(scanner).contains(flag), "{}", stage.asked(scanner));
    }
    // One that was asked for and cannot is not passed over in silence.
    for scanner in ["pip-audit", "npm-audit"] {
        let said = stage.asks(scanner, &format!("--offline --only {scanner}"));
        assert_eq!((&said["outcome"], &said["cache"]), (&json!("unscanned"), &json!(null)), "{said}");
        assert!(said["reason"].as_str().unwrap().contains("network"), "{said}");
    }
    assert_eq!((stage.ran("pip-audit"), stage.ran("npm")), (0, 0));
}

#[test]
fn only_and_skip_choose_and_an_unknown_name_is_an_error_of_use() {
    let stage = Stage::with(&["syft", "grype", "trivy", "kingfisher"]);
    let asked = |options: &str| {
        let document = stage.scanned(options);
        let names = document["scanners"]
            .as_array()
            .unwrap()
            .iter()
            .map(|said| said["name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(asked(""), "syft grype trivy kingfisher");
    assert_eq!(asked("--only trivy --only syft"), "syft trivy");
    assert_eq!(asked("--only trivy,syft --skip syft"), "trivy");
    assert_eq!(asked("--skip syft,kingfisher"), "grype trivy");
    for option in ["--only", "--skip", "--required"] {
        let run = stage
            .scan(option)
            .arg("snyk")
            .ends(2)
            .says("there is no scanner `snyk`; expected one of syft, grype, ");
        assert!(run.stdout.is_empty());
    }
    stage
        .scan("--skip syft,grype,trivy,kingfisher")
        .ends(2)
        .says("none of the scanners for this is installed");
}
