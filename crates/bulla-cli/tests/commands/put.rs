use crate::harness::*;

#[test]
fn a_result_from_standard_input_is_stored_without_a_word() {
    let bench = Bench::new();
    bench.put("the result").without_a_word().gives("");
    bench.get().ended(0).gives("the result").without_a_word();
}

#[test]
fn a_result_is_stored_from_a_file_and_verbose_says_where() {
    let bench = Bench::new();
    let file = bench.write("work/result.json", [0, 255, b'\n']);
    let put = bench.bulla("--verbose put").words(KEY).arg(file).ends(0);
    let name = bench.entry().file_name().unwrap().to_string_lossy().into_owned();
    put.says(format!("bulla: stored as {name}\n"));
    bench.get().ended(0).gives([0, 255, b'\n']);
}

#[test]
fn json_names_the_entry_and_its_path() {
    let bench = Bench::new();
    let stored = bench.bulla("put --json").words(KEY).stdin("x").ends(0).json();
    let entry = bench.entry();
    assert_eq!(stored["stored"], true);
    assert_eq!(stored["path"], entry.to_str().unwrap());
    assert_eq!(
        format!("{}.bulla", stored["name"].as_str().unwrap()),
        entry.file_name().unwrap().to_str().unwrap()
    );
    assert!(entry.is_file());
}

#[test]
fn the_directory_is_private_and_so_is_every_file_in_it() {
    let bench = Bench::new();
    bench.put("x");
    assert_eq!(mode(bench.dir()), 0o700);
    for name in names(&bench.dir()) {
        assert_eq!(mode(bench.dir().join(&name)), 0o600, "{name}");
    }
}

#[test]
fn a_later_result_takes_the_place_of_an_earlier_one() {
    let bench = Bench::new();
    bench.put("first, and longer");
    bench.put("second");
    bench.get().ended(0).gives("second");
    bench.is_sound();
}

#[test]
fn an_empty_result_is_one_where_no_report_is_expected() {
    let bench = Bench::new();
    bench.put("");
    bench.get().ended(0).gives("");
}

#[test]
fn with_and_without_a_config_are_two_questions() {
    let bench = Bench::new();
    let with = format!("{KEY} --config {CONFIG}");
    bench.put("without");
    bench.get_as(&with).ended(5);
    bench.put_as(&with, "with");
    bench.get().ended(0).gives("without");
    bench.get_as(&with).ended(0).gives("with");
}

#[test]
fn an_empty_or_truncated_report_is_not_stored() {
    let bench = Bench::new();
    for op in ["sbom", "scan-trivy"] {
        let key = format!("--op {op} --subject {SUBJECT}");
        for (report, why) in [
            ("", "the report is empty"),
            (" \n", "the report is empty"),
            ("{\"a\": [1,", "the report is not whole"),
        ] {
            let put = bench.bulla("put").words(&key).stdin(report).ends(1);
            put.says(format!("error: not stored: {why}"));
        }
        bench.get_as(&key).ended(5);
        bench.put_as(&key, "{\"a\": [1]}");
        bench.get_as(&key).ended(0).gives("{\"a\": [1]}");
    }
    bench.is_sound();
}

/// How many seconds the one entry of an operation lives.
fn lives(bench: &Bench, op: &str) -> u64 {
    let listed = bench.bulla("ls --json --op").arg(op).ends(0).json();
    lifetime(&listed["entries"][0]["header"])
}

#[test]
fn an_sbom_lives_for_a_day_and_anything_else_for_six_hours() {
    let bench = Bench::new();
    for (op, hours) in [("sbom", 24), ("scan-grype", 6), ("signature", 6)] {
        bench.put_as(&format!("--op {op} --subject {SUBJECT}"), "{}");
        assert_eq!(lives(&bench, op), hours * 3600, "{op}");
    }
}

#[test]
fn a_time_to_live_can_be_named_and_zero_or_less_means_the_default() {
    let bench = Bench::new();
    for (ttl, seconds) in [
        ("90s", 90),
        ("7d", 7 * 86_400),
        ("0", 6 * 3600),
        ("0s", 6 * 3600),
        ("-5h", 6 * 3600),
        ("366d", 366 * 86_400),
    ] {
        bench.bulla("put").words(KEY).args(["--ttl", ttl]).stdin("x").ends(0);
        assert_eq!(lives(&bench, "signature"), seconds, "--ttl {ttl}");
    }
}

#[test]
fn a_time_to_live_that_is_none_or_more_than_a_year_is_a_usage_error() {
    let bench = Bench::new();
    bench
        .bulla("put --ttl soon")
        .words(KEY)
        .stdin("x")
        .ends(2)
        .says("expected a duration such as 30m, 6h or 7d");
    bench.bulla("put --ttl 6").words(KEY).stdin("x").ends(2).says("expected a duration");
    let long = bench.bulla("put --ttl 367d").words(KEY).stdin("x").ends(2);
    long.says("a time to live of 367 days is too long; the most is 366");
    bench.get().ended(5);
}

#[test]
fn a_media_type_is_sealed_with_the_result_and_holds_no_control_character() {
    let bench = Bench::new();
    bench.bulla("put --media-type application/json").words(KEY).stdin("x").ends(0);
    let shown = bench.bulla("inspect --json").words(KEY).ends(0).json();
    assert_eq!(shown["claimed"]["media_type"], "application/json");
    bench.bulla("put --media-type").arg("a\tb").words(KEY).stdin("y").ends(2);
    bench.get().ended(0).gives("x");
}

#[test]
fn what_is_no_regular_file_is_an_error_that_blocks_nobody() {
    let bench = Bench::new();
    make_fifo(&bench.path("work/fifo"));
    let put = |file: &str| bench.bulla("put").words(KEY).arg(file).ends(1);
    put("fifo").says("cannot open fifo: it is not a regular file");
    put(".").says("it is not a regular file");
    put("missing").says("cannot open missing: No such file or directory");
    assert!(!is_there(bench.dir()), "nothing was to be stored");
}

#[test]
fn a_mode_that_does_not_write_is_an_error() {
    let bench = Bench::new();
    bench.put("before");
    for mode in ["read-only", "off"] {
        let put = bench.bulla("put --mode").arg(mode).words(KEY).stdin("after").ends(1);
        put.says(format!("error: nothing is written: the mode is {mode}"));
    }
    bench.get().ended(0).gives("before");
}

#[test]
fn whoever_holds_only_public_keys_is_told_why_nothing_is_written() {
    let bench = Bench::new();
    bench.key_file("secret", ED25519_KEY);
    let public = bench.bulla("key export-public --key-file ../secret --dir ../cache").ends(0).text();
    bench.write("public", public);
    let put = bench.bulla("put --key-file ../public").words(KEY).stdin("x").ends(1);
    put.says("nothing is written: the mode is read-only, because the key ring holds only public keys");
}

#[test]
fn a_directory_that_cannot_be_one_is_an_error() {
    let bench = Bench::new();
    bench.write("cache/bulla", "a file");
    bench.bulla("put").words(KEY).stdin("x").ends(1).says("cannot open the directory").says("cache/bulla");
    assert_eq!(read_text(bench.dir()), "a file");
}

#[test]
fn a_directory_that_may_not_be_written_to_is_an_error() {
    let bench = Bench::of_an_ordinary_user();
    bench.put("before");
    set_mode(bench.dir(), 0o500);
    let put = bench.bulla("put").words(KEY).stdin("after").ends(1);
    put.says("error: cannot create").says("Permission denied");
    bench.get().ended(0).gives("before");
    set_mode(bench.dir(), 0o700);
    bench.is_sound();
}
