//! `[scan]` in `bulla.toml`, and the target on the command line.

use crate::harness::*;
use crate::stage::Stage;

#[test]
fn what_is_wrong_in_the_settings_is_told_with_file_and_line_and_nothing_is_scanned() {
    let stage = Stage::with(&["grype"]);
    for (toml, line, words) in [
        ("[scan]\nfail_on = \"high\"\n", 2, "fail_on"),
        ("[scan]\n\nfail-on = \"severe\"\n", 3, "expected one of critical, high, medium, low"),
        ("[scan]\nscanners = [\"snyk\"]\n", 2, "there is no scanner `snyk`"),
        ("[scan]\nrequired = [\"trivi\"]\n", 2, "there is no scanner `trivi`"),
        ("[scan]\ntime-limit = \"soon\"\n", 2, ""),
        ("[scan]\nonly-fixed = \"yes\"\n", 2, ""),
        ("[scan.scanner.trivy]\nseverity = \"high\"\n", 2, "severity"),
        ("[scan.scanner.syft]\nformat = \"xml\"\n", 2, "expected one of cyclonedx, spdx, syft"),
        ("[scanner]\n", 1, "scanner"),
        ("[scan]\n[scan.scanner.snyk]\nfail-on = \"high\"\n", 2, "there is no scanner `snyk`"),
    ] {
        stage.bench.project_config(toml);
        stage.scan("").ends(2).says("work/bulla.toml").says(format!("line {line}")).says(words);
    }
    assert_eq!(stage.ran("grype"), 0);
}

#[test]
fn the_project_s_settings_win_over_the_user_s_and_the_command_line_over_both() {
    let stage = Stage::with_findings();
    stage.bench.user_config("[scan]\nfail-on = \"low\"\nrequired = [\"trivy\"]\n");
    stage.scan("").ends(3);
    stage.bench.project_config("[scan]\nfail-on = \"critical\"\nrequired = []\n");
    assert_eq!(stage.scan("--json").ends(3).json()["gate"]["fail_on"], "critical");
    assert_eq!(stage.scan("--json --fail-on high").ends(3).json()["gate"]["fail_on"], "high");
}

#[test]
fn a_path_of_rules_is_taken_from_the_file_s_own_directory() {
    let stage = Stage::with(&["semgrep"]);
    stage.bench.write("work/rules.yml", "rules: []");
    stage.bench.project_config("[scan.scanner.semgrep]\nrules = \"rules.yml\"\n");
    stage.bulla("scan").current_dir(stage.bench.path("work/tree")).ends(0);
    let rules = stage.bench.path("work/rules.yml").display().to_string();
    assert!(stage.asked("semgrep").contains(&rules), "{}", stage.asked("semgrep"));
    remove(&stage, "work/rules.yml");
    let said = stage.asks("semgrep", "");
    assert_eq!(said["outcome"], "error");
    assert!(said["reason"].as_str().unwrap().contains("rules.yml"), "{said}");
}

fn remove(stage: &Stage, name: &str) {
    stage.bench.program("rm").arg(stage.bench.path(name)).env("PATH", "/usr/bin:/bin").ends(0);
}

#[test]
fn a_mutable_tag_is_refused_with_how_to_pin_it() {
    let stage = Stage::with(&["grype", "trivy"]);
    for target in ["alpine:latest", "alpine", "registry.example/team/app:1.2", "registry:alpine:3"] {
        let run = stage.bulla("scan").arg(target).ends(2).says("@sha256:");
        assert!(run.stdout.is_empty());
    }
    assert_eq!((stage.ran("grype"), stage.ran("trivy")), (0, 0));
}

#[test]
fn an_image_by_digest_is_its_digest_whatever_it_is_called() {
    let stage = Stage::with(&["grype"]);
    let scan = |name: &str| stage.bulla("scan --json").arg(format!("{name}@{SUBJECT}")).ends(0).json();
    let document = scan("registry.example/app:1");
    assert_eq!(
        (&document["subject"], &document["scanners"][0]["cache"]),
        (&SUBJECT.into(), &"absent".into())
    );
    assert!(stage.asked("grype").starts_with("registry:registry.example/app"), "{}", stage.asked("grype"));
    assert_eq!(scan("registry.example/app:1")["scanners"][0]["cache"], "hit");
    let offline = stage.bulla("scan --offline --only grype").arg(format!("a@{SUBJECT}")).ends(3);
    assert!(offline.text().contains("needs the network"), "{offline:?}");
}

#[test]
fn a_target_that_is_not_there_is_an_error_of_use() {
    let stage = Stage::with(&["grype"]);
    for target in ["./nowhere", "dir:nowhere", "file:tree", "dir:tree/file", "oci-dir:nowhere", ""] {
        stage.bulla("scan").arg(target).ends(2);
    }
    make_fifo(&stage.bench.path("work/fifo"));
    stage.bulla("scan fifo").ends(2);
    assert_eq!(stage.ran("grype"), 0);
}

#[test]
fn a_file_is_a_target_whatever_its_name() {
    let stage = Stage::with(&["grype", "trivy", "kingfisher"]);
    for name in ["-q", "--output=x", "a b", "$(touch owned)", "\u{202e}gpj", "a\nb", "\x1b[2J"] {
        stage.bench.write(&format!("work/tree/{name}"), name);
        let run = stage.bulla("scan").arg(stage.bench.path("work/tree").join(name)).ends(0);
        assert!(!has_control_character(&run.stdout), "{run:?}");
        for scanner in ["grype", "trivy", "kingfisher"] {
            let asked = stage.asked(scanner);
            let seen =
                [format!("./{name}"), format!("file:./{name}"), format!("file:{name}"), format!("-- {name}")];
            let whole = read_text(stage.bench.path(&format!("players/{scanner}/ran")));
            assert!(seen.iter().any(|seen| whole.contains(seen.as_str())), "{asked}");
        }
    }
    assert!(!is_there(stage.bench.path("work/tree/owned")) && !is_there(stage.bench.path("work/owned")));
}
