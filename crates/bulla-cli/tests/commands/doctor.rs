use crate::harness::*;

fn verdict(document: &serde_json::Value, check: &str) -> (String, String) {
    let findings = document["findings"].as_array().expect("an array");
    let found =
        findings.iter().find(|finding| finding["check"] == check).unwrap_or_else(|| panic!("no {check}"));
    let text = |field: &str| found[field].as_str().expect("a text").to_owned();
    (text("verdict"), text("message"))
}

#[test]
fn a_machine_that_has_never_used_it_is_healthy_and_stays_untouched() {
    let bench = Bench::new();
    let document = bench.bulla("doctor --json").ends(0).without_a_word().json();
    assert_eq!(document["healthy"], true);
    assert!(verdict(&document, "directory").1.ends_with("is not there yet; the first use makes it"));
    assert!(!is_there(bench.dir()));
}

#[test]
fn a_cache_in_use_is_healthy_and_told_that_its_key_lies_beside_the_data() {
    let bench = Bench::new();
    bench.put("x");
    let document = bench.bulla("doctor --json").ends(0).json();
    assert_eq!(verdict(&document, "directory"), ("ok".to_owned(), bench.dir().display().to_string()));
    assert!(verdict(&document, "key").1.starts_with("hmac-sha256 "));
    let (tone, says) = verdict(&document, "key place");
    assert_eq!(tone, "note");
    assert!(says.contains("lies beside the entries") && says.contains("--key-file"), "{says}");
    let text = bench.bulla("doctor").ends(0).text();
    assert!(text.contains("note    key place  .hmac.key lies beside the entries"), "{text}");
}

#[test]
fn in_ci_a_key_beside_the_data_is_a_problem_and_one_from_elsewhere_is_none() {
    let bench = Bench::new();
    bench.put("x");
    let document = bench.bulla("doctor --json").env("CI", "true").ends(1).json();
    assert_eq!(
        (&document["healthy"], verdict(&document, "key place").0.as_str()),
        (&false.into(), "problem")
    );
    bench.bulla("doctor").env("CI", "true").env("BULLA_KEY", HMAC_KEY).ends(0);
}

#[test]
fn a_key_that_cannot_be_used_is_a_problem_with_a_remedy() {
    let bench = Bench::new();
    bench.put("x");
    let key = bench.dir().join(".hmac.key");
    set_mode(&key, 0o644);
    let document = bench.bulla("doctor --json").ends(1).json();
    let (tone, says) = verdict(&document, "key");
    assert_eq!(tone, "problem");
    assert!(says.contains("can be read by others (mode 0644)") && says.contains("chmod 600"), "{says}");
    write(&key, "too short");
    set_mode(&key, 0o600);
    assert!(bench.bulla("doctor").ends(1).text().contains("has 9 bytes instead of 32; it was not touched"));
}

#[test]
fn a_directory_that_others_can_list_is_noted_and_one_they_can_write_to_is_a_problem() {
    let bench = Bench::new();
    bench.put("x");
    set_mode(bench.dir(), 0o755);
    let document = bench.bulla("doctor --json").ends(0).json();
    let (tone, says) = verdict(&document, "directory");
    assert!(tone == "note" && says.contains("can be listed by others (mode 0755)"), "{says}");
    set_mode(bench.dir(), 0o777);
    let document = bench.bulla("doctor --json").ends(1).json();
    let (tone, says) = verdict(&document, "directory");
    assert!(tone == "problem" && says.contains("can be written by others (mode 0777)"), "{says}");
    bench.bulla("put").words(KEY).stdin("x").ends(1).says("who can replace the key in it");
}

#[test]
fn the_files_that_were_read_are_named() {
    let bench = Bench::new();
    bench.user_config("mode = \"read-only\"\n");
    let document = bench.bulla("doctor --json").ends(0).json();
    assert_eq!(verdict(&document, "settings").1, bench.path("config/bulla/bulla.toml").display().to_string());
    assert_eq!(verdict(&document, "mode").1, "effective: read-only");
}

#[test]
fn a_directory_that_is_none_is_a_problem() {
    let bench = Bench::new();
    bench.write("cache/bulla", "a file");
    let document = bench.bulla("doctor --json").ends(1).json();
    assert_eq!(verdict(&document, "directory").0, "problem");
}

#[test]
fn a_key_inside_a_repository_is_a_problem() {
    let bench = Bench::new();
    bench.make_dir("work/.git");
    bench.bulla("put --dir cache").words(KEY).stdin("x").ends(0);
    let document = bench.bulla("doctor --json --dir cache").ends(1).json();
    let (tone, says) = verdict(&document, "key place");
    assert!(tone == "problem" && says.contains("lies inside a repository"), "{says}");
    bench.bulla("doctor --dir cache").env("BULLA_KEY", HMAC_KEY).ends(0);
}
