//! Every trap of real scanners: neither an exit code nor a report alone proves anything, and what is no answer is never
//! stored.

use serde_json::{Value, json};

use crate::harness::*;
use crate::stage::{Stage, grype_match, grype_report, nothing_found, of};

/// The scanner is run each time, its outcome has this name and these words, and nothing is stored.
#[track_caller]
fn is_never_stored(stage: &Stage, scanner: &str, outcome: &str, words: &str) {
    let program = if scanner == "npm-audit" { "npm" } else { scanner };
    let before = stage.ran(program);
    for _ in 0..2 {
        let said = stage.asks(scanner, "");
        assert_eq!(said["outcome"], outcome, "{said}");
        assert!(said["reason"].as_str().unwrap().contains(words), "{said}");
        assert_eq!(said["cache"], "absent", "{said}");
    }
    assert_eq!((stage.ran(program), stage.headers().len()), (before + 2, 0));
    stage.bench.is_sound();
}

fn with(scanner: &str, file: &str) -> Stage {
    let stage = Stage::with(&[scanner]);
    stage.bench.write(&format!("work/tree/{file}"), "");
    stage
}

#[test]
fn an_exit_code_that_is_not_0_with_a_perfectly_good_report_is_an_answer() {
    for (scanner, code) in [
        ("kingfisher", 200),
        ("kingfisher", 205),
        ("zizmor", 11),
        ("zizmor", 14),
        ("semgrep", 1),
        ("gitleaks", 10),
        ("osv-scanner", 1),
        ("pip-audit", 1),
        ("cargo-audit", 1),
    ] {
        let stage = with(scanner, "requirements.txt");
        stage.bench.write("work/tree/Cargo.lock", "");
        stage.bench.write("work/tree/action.yml", "");
        stage.bench.write("rules.yml", "");
        let rules = stage.bench.path("rules.yml");
        stage.bench.user_config(&format!("[scan.scanner.semgrep]\nrules = \"{}\"\n", rules.display()));
        let report = stage.report(scanner, nothing_found(scanner));
        stage.does(scanner, &format!("cat {report}; exit {code}"));
        assert_eq!(stage.asks(scanner, "")["outcome"], "clean", "{scanner} {code}");
        stage.hits(scanner, "");
    }
}

#[test]
fn any_other_code_is_a_failure_whatever_was_printed() {
    let stage = Stage::with_findings();
    let report = stage.report("grype", grype_report(&[grype_match("CVE-1", "High", "a", "")]));
    for code in [1, 2, 127, 255] {
        stage.does("grype", &format!("cat {report}; echo 'it broke' >&2; exit {code}"));
        is_never_stored(&stage, "grype", "error", &format!("exit code {code}: it broke"));
    }
    stage.does("grype", &format!("cat {report}; kill -SEGV $$"));
    is_never_stored(&stage, "grype", "error", "ended by signal 11");
}

/// cargo-audit ends with 1 both for findings and for a database that could not be fetched; then it prints nothing.
#[test]
fn one_exit_code_with_two_meanings_is_told_apart_by_the_report() {
    let stage = with("cargo-audit", "Cargo.lock");
    stage.does("cargo-audit", "echo 'error: couldn'\\''t fetch advisory database' >&2; exit 1");
    is_never_stored(&stage, "cargo-audit", "error", "this is no cargo-audit report");
    // npm's document then has an `error`.
    let stage = with("npm", "package-lock.json");
    let report = stage.report("npm", r#"{"error": {"code": "ENOAUDIT", "summary": "the registry says no"}}"#);
    stage.does("npm", &format!("cat {report}; exit 1"));
    is_never_stored(&stage, "npm-audit", "error", "the registry says no");
}

#[test]
fn exit_0_with_a_report_that_scanned_nothing_is_unscanned() {
    let skipped = r#"{"dependencies": [
        {"name": "a", "skip_reason": "Dependency not found on PyPI and could not be audited: a (1.0)"},
        {"name": "b", "skip_reason": "Dependency not found on PyPI and could not be audited: b (1.0)"}]}"#;
    for (scanner, report, words) in [
        ("trivy", r#"{"SchemaVersion": 2}"#, ""),
        ("trivy", r#"{"SchemaVersion": 2, "Results": null}"#, ""),
        (
            "kingfisher",
            r#"{"findings": [], "metadata": {"summary": {"blobs_scanned": 0}}}"#,
            "no file was scanned",
        ),
        ("pip-audit", skipped, ""),
        ("pip-audit", r#"{"dependencies": []}"#, ""),
        (
            "cargo-audit",
            r#"{"lockfile": {"dependency-count": 0}, "vulnerabilities": {"count": 0, "list": []}}"#,
            "no dependencies",
        ),
        ("trufflehog", "", "nothing"),
        ("syft", r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": []}"#, ""),
        ("syft", r#"{"bomFormat": "CycloneDX", "specVersion": "1.6"}"#, ""),
    ] {
        let stage = with(scanner, "requirements.txt");
        stage.bench.write("work/tree/Cargo.lock", "");
        stage.prints(scanner, report);
        is_never_stored(&stage, scanner, "unscanned", words);
    }
}

#[test]
fn so_is_an_exit_code_that_says_so() {
    let stage = with("zizmor", "action.yml");
    stage.does("zizmor", "echo 'no audit was performed' >&2; exit 3");
    is_never_stored(&stage, "zizmor", "unscanned", "no audit was performed");
    let stage = Stage::with(&["osv-scanner"]);
    stage.does("osv-scanner", "exit 128");
    is_never_stored(&stage, "osv-scanner", "unscanned", "there was nothing to look at");
}

#[test]
fn a_dependency_that_was_looked_up_makes_an_answer_of_the_skipped_ones_too_with_a_note() {
    let stage = with("pip-audit", "requirements.txt");
    let report = r#"{"dependencies": [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "not found"}]}"#;
    stage.prints("pip-audit", report);
    let said = stage.asks("pip-audit", "");
    assert_eq!(said["outcome"], "clean");
    assert!(said["notes"].to_string().contains('1'), "{said}");
    stage.hits("pip-audit", "");
}

/// syft leaves a file of 0 bytes behind when it fails, and ends with 1; another might end with 0.
#[test]
fn an_empty_report_is_an_error() {
    for scanner in ["syft", "grype", "trivy", "kingfisher", "osv-scanner", "gitleaks"] {
        let stage = Stage::with(&[scanner]);
        for script in ["true", "printf '\\n'", "printf ' '"] {
            stage.does(scanner, script);
            is_never_stored(&stage, scanner, "error", "");
        }
        stage.does(scanner, "exit 7");
        is_never_stored(&stage, scanner, "error", "exit code 7: it gave no reason");
    }
}

#[test]
fn a_report_cut_off_anywhere_is_an_error() {
    for scanner in ["syft", "grype", "trivy", "kingfisher"] {
        let stage = Stage::with(&[scanner]);
        let report = match scanner {
            "grype" => {
                grype_report(&[grype_match("CVE-1", "High", "a", "2"), grype_match("CVE-2", "Low", "b", "")])
            }
            _ => nothing_found(scanner).to_owned(),
        };
        for cut in [1, report.len() / 4, report.len() / 2, report.len() - 1] {
            stage.prints(scanner, &report[..cut]);
            is_never_stored(&stage, scanner, "error", &format!("this is no {scanner} report: "));
        }
    }
}

#[test]
fn so_is_a_report_with_something_behind_it_or_in_front() {
    let stage = Stage::with(&["grype"]);
    for (before, behind) in [("", "{}"), ("", "Done."), ("warning: ", ""), ("{}", "")] {
        stage.prints("grype", format!("{before}{}{behind}", r#"{"matches": []}"#));
        is_never_stored(&stage, "grype", "error", "this is no grype report: ");
    }
}

#[test]
fn another_scanner_s_report_is_none_of_this_one_s() {
    for (scanner, other) in [
        ("grype", "trivy"),
        ("trivy", "grype"),
        ("kingfisher", "grype"),
        ("syft", "grype"),
        ("grype", "syft"),
    ] {
        let stage = Stage::with(&[scanner]);
        stage.prints(scanner, nothing_found(other));
        is_never_stored(&stage, scanner, "error", &format!("this is no {scanner} report: "));
    }
}

#[test]
fn reports_that_differ_only_in_numbers_and_times_are_one_entry() {
    let stage = Stage::with(&["trivy"]);
    let made = |at: &str| {
        let report = format!(
            r#"{{"SchemaVersion": 2, "ReportID": "{at}", "CreatedAt": "{at}", "Results": [{{"Target": "go.mod"}}]}}"#
        );
        stage.prints("trivy", report);
    };
    made("2026-01-01T00:00:00Z");
    stage.scanned("");
    made("2026-01-02T00:00:00Z");
    stage.hits("trivy", "");
    stage.scanned("--refresh");
    assert_eq!(stage.headers().len(), 1);
    stage.hits("trivy", "");
}

#[test]
fn what_stands_on_standard_error_is_no_part_of_a_report() {
    let stage = Stage::with(&["grype"]);
    let report = stage.report("grype", nothing_found("grype"));
    stage.does("grype", &format!("printf '{{' >&2; cat {report}; echo '\\033[31mdone' >&2"));
    let run = stage.scan("--json").ends(0);
    assert_eq!(of(&run.json(), "grype")["outcome"], "clean");
    assert!(!has_control_character(run.stderr.as_bytes()));
    stage.hits("grype", "");
}

#[test]
fn a_failing_scanner_takes_no_other_s_answer_with_it() {
    let stage = Stage::with(&["grype", "trivy", "kingfisher"]);
    stage.does("trivy", "exit 1");
    for expected in [["absent", "absent", "absent"], ["hit", "absent", "hit"]] {
        let document = stage.scanned("");
        assert_eq!(
            ["grype", "trivy", "kingfisher"].map(|name| of(&document, name)["cache"].clone()),
            expected.map(Value::from)
        );
        assert_eq!(of(&document, "trivy")["outcome"], "error");
    }
    assert_eq!([stage.ran("grype"), stage.ran("trivy"), stage.ran("kingfisher")], [1, 2, 1]);
}

/// The reason is the scanner's own last line, in which a tree's file name may stand.
#[test]
fn what_a_scanner_says_last_reaches_no_terminal_as_it_is() {
    let stage = Stage::with(&["grype"]);
    stage.does("grype", "printf 'first\\n\\033[2J\\033]0;owned\\007\\r<script>|x|@you\\n\\n' >&2; exit 2");
    for options in ["", "--output terminal=-", "--output markdown=-", "--verbose", "--json"] {
        let run = stage.scan("--soft-fail").words(options).ends(0);
        assert!(!has_control_character(&run.stdout), "{run:?}");
        assert!(!has_control_character(run.stderr.as_bytes()), "{run:?}");
    }
    assert!(!stage.scan("--soft-fail --output markdown=-").ends(0).text().contains("<script>"));
    assert_eq!(json!(stage.headers().len()), json!(0));
}
