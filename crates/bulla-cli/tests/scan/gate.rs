//! Whether what was found is good enough, and how the program then ends.

use serde_json::{Value, json};

use crate::stage::{Stage, grype_match, grype_report};

/// How a scan ends, and what its gate says.
#[track_caller]
fn ends(stage: &Stage, options: &str, code: i32, decision: &str) -> Value {
    let gate = stage.scan("--json").words(options).ends(code).json()["gate"].clone();
    assert_eq!(gate["decision"], decision, "{options}: {gate}");
    gate
}

fn finds(severity: &str, fix: &str) -> Stage {
    let stage = Stage::with(&["grype"]);
    stage.prints("grype", grype_report(&[grype_match("CVE-2020-0001", severity, "alpha", fix)]));
    stage
}

#[test]
fn findings_alone_fail_nothing() {
    let gate = ends(&Stage::with_findings(), "", 0, "passed");
    assert_eq!(gate, json!({ "decision": "passed", "fail_on": null, "soft": false, "reasons": [] }));
}

#[test]
fn a_finding_at_the_threshold_or_above_fails_with_3() {
    let levels = ["low", "medium", "high", "critical"];
    for (rank, severity) in levels.iter().enumerate() {
        let stage = finds(severity, "");
        for (threshold, level) in levels.iter().enumerate() {
            let (code, decision) = if rank >= threshold { (3, "failed") } else { (0, "passed") };
            let gate = ends(&stage, &format!("--fail-on {level}"), code, decision);
            assert_eq!(gate["fail_on"], *level);
        }
        assert_eq!(stage.ran("grype"), 1, "the verdict is made anew on each hit");
    }
}

#[test]
fn what_is_negligible_fails_nothing_and_what_is_unknown_is_warned_of() {
    ends(&finds("Negligible", ""), "--fail-on low", 0, "passed");
    let gate = ends(&finds("Unknown", ""), "--fail-on low", 0, "warned");
    assert_eq!(gate["reasons"], json!(["1 of unknown severity"]));
}

#[test]
fn a_warning_is_no_failure() {
    let stage = Stage::with_findings();
    let gate = ends(&stage, "--warn-on low", 0, "warned");
    assert_eq!(gate["reasons"], json!(["1 critical, 1 high, 1 low (warn-on low)"]));
    let gate = ends(&stage, "--warn-on low --fail-on critical", 3, "failed");
    assert_eq!(gate["reasons"], json!(["1 critical (fail-on critical)", "1 high, 1 low (warn-on low)"]));
}

#[test]
fn only_what_can_be_fixed_counts_if_that_is_asked_for() {
    let stage = finds("High", "");
    ends(&stage, "--fail-on high", 3, "failed");
    ends(&stage, "--fail-on high --only-fixed", 0, "passed");
    ends(&finds("High", "1.0.1"), "--fail-on high --only-fixed", 3, "failed");
}

#[test]
fn a_soft_gate_says_that_it_failed_and_succeeds() {
    let gate = ends(&Stage::with_findings(), "--fail-on high --soft-fail", 0, "failed");
    assert_eq!(
        (&gate["soft"], &gate["reasons"]),
        (&json!(true), &json!(["1 critical, 1 high (fail-on high)"]))
    );
}

#[test]
fn a_level_that_is_none_is_an_error_of_use() {
    let stage = Stage::with_findings();
    for option in ["--fail-on", "--warn-on"] {
        for level in ["negligible", "unknown", "High", "", "severe"] {
            stage.scan(option).arg(level).ends(2).says("critical, high, medium, low");
        }
    }
    assert_eq!(stage.ran("grype"), 0);
}

#[test]
fn each_scanner_can_have_its_own_threshold_in_the_settings() {
    let stage = Stage::with_findings();
    stage.bench.project_config("[scan]\nfail-on = \"high\"\n[scan.scanner.trivy]\nfail-on = \"low\"\n");
    ends(&stage, "", 3, "failed");
    stage.bench.project_config("[scan]\nfail-on = \"low\"\n[scan.scanner.grype]\nfail-on = \"critical\"\n");
    let gate = ends(&stage, "", 3, "failed");
    assert_eq!(gate["reasons"][0], "grype: 1 critical (fail-on critical)");
    stage.bench.write("work/tree/.bulla-ignore.yaml", "ignores:\n- {id: CVE-2020-0001, reason: known}\n");
    ends(&stage, "", 0, "passed");
    stage
        .bench
        .project_config("[scan.scanner.grype]\nfail-on = \"high\"\nonly-fixed = true\nwarn-on = \"low\"\n");
    let gate = ends(&stage, "", 0, "warned");
    assert_eq!(gate["reasons"], json!(["grype: 1 low (warn-on low, only fixed)"]));
}

/// Whoever changes the tree under test may change its `bulla.toml`; the command line is the pipeline's.
#[test]
fn a_threshold_on_the_command_line_wins_over_every_section() {
    let stage = Stage::with_findings();
    stage.bench.project_config("[scan.scanner.grype]\nfail-on = \"critical\"\nonly-fixed = true\n");
    stage.bench.write("work/tree/.bulla-ignore.yaml", "ignores:\n- {id: CVE-2020-0001, reason: known}\n");
    ends(&stage, "", 0, "passed");
    let gate = ends(&stage, "--fail-on low", 3, "failed");
    assert_eq!(gate["fail_on"], "low", "{gate}");
}

#[test]
fn a_required_scanner_that_has_not_scanned_fails_the_gate() {
    let stage = Stage::with(&["grype", "trivy", "pip-audit"]);
    ends(&stage, "--required grype,trivy", 0, "passed");
    let fails = |options: &str, reason: &str| {
        let gate = ends(&stage, &format!("--refresh {options}"), 3, "failed");
        assert!(gate["reasons"].as_array().unwrap().contains(&json!(reason)), "{options}: {gate}");
    };
    stage.does("trivy", "exit 1");
    fails("--required trivy", "trivy: error (required)");
    stage.prints("trivy", r#"{"SchemaVersion": 2}"#);
    fails("--required trivy", "trivy: unscanned (required)");
    fails("--required trivy --skip trivy", "trivy: not run (required)");
    fails("--required kingfisher", "kingfisher: not run (required)");
    fails("--required pip-audit", "pip-audit: not run (required)");
    stage.bench.project_config("[scan]\nrequired = [\"trivy\"]\n");
    fails("", "trivy: unscanned (required)");
    ends(&stage, "--refresh --soft-fail", 0, "failed");
}

#[test]
fn a_scanner_that_fails_and_is_not_required_is_a_warning() {
    let stage = Stage::with(&["grype", "trivy"]);
    stage.does("trivy", "exit 1");
    assert_eq!(ends(&stage, "", 0, "warned")["reasons"], json!(["trivy: error"]));
}

/// "Not scanned" is not "clean".
#[test]
fn where_nothing_was_scanned_nothing_has_passed() {
    let stage = Stage::with(&["grype", "trivy"]);
    stage.does("grype", "exit 1");
    stage.prints("trivy", r#"{"SchemaVersion": 2}"#);
    let gate = ends(&stage, "", 3, "failed");
    assert!(gate["reasons"].as_array().unwrap().contains(&json!("nothing was scanned")), "{gate}");
    ends(&stage, "--soft-fail", 0, "failed");
}

#[test]
fn a_configured_scanner_that_is_missing_is_an_error_with_how_to_get_it() {
    let stage = Stage::with(&["grype"]);
    for (name, remedy) in
        [("trivy", "bulla tools install trivy"), ("gitleaks", "https://github.com/gitleaks/gitleaks")]
    {
        stage.bench.project_config(&format!("[scan]\nscanners = [\"grype\", \"{name}\"]\n"));
        let said = stage.asks(name, "");
        assert_eq!((&said["outcome"], &said["cache"]), (&json!("error"), &json!(null)));
        let reason = said["reason"].as_str().unwrap();
        assert!(
            reason.starts_with(&format!("{name} is not installed")) && reason.contains(remedy),
            "{reason}"
        );
        let shown = stage.scan("").ends(0).text();
        assert!(shown.contains("is not installed"), "{shown}");
    }
    // Named on the command line, it is the same.
    assert_eq!(stage.asks("syft", "--only syft,grype")["outcome"], "error");
}

#[test]
fn the_gate_stands_in_every_report() {
    let stage = Stage::with_findings();
    for format in ["terminal", "markdown", "html"] {
        let run = stage.scan("--fail-on high --output").arg(format!("{format}=-")).ends(3);
        assert!(run.text().contains("failed") && run.text().contains("fail-on high"), "{run:?}");
    }
    for format in ["sarif", "cyclonedx"] {
        stage.scan("--fail-on high --output").arg(format!("{format}=-")).ends(3);
    }
}
