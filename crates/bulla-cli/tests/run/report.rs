//! What is delivered and not stored: an empty or truncated report, and a result whose inputs did not stay as they
//! were.

use super::{counted, ran};
use crate::harness::*;

fn scan(bench: &Bench, op: &str, script: &str) -> Output {
    bench.bulla("run --subject").args([SUBJECT, "--op", op]).sh(&counted(script)).run()
}

#[test]
fn a_tool_that_succeeds_without_a_report_is_delivered_with_a_warning_and_not_stored() {
    let bench = Bench::new();
    for (op, script, why) in [
        ("sbom", "true", "the report is empty"),
        ("scan-trivy", "echo", "the report is empty"),
        ("scan-trivy", "printf '{\"Results\": ['", "the report is not whole"),
    ] {
        let before = ran(&bench);
        for _ in 0..2 {
            scan(&bench, op, script).ended(0).says(format!("warning: not stored: {why}"));
        }
        assert_eq!(ran(&bench), before + 2, "{script}");
    }
    assert_eq!(bench.bulla("ls").ends(0).text(), "");
    assert_eq!(bench.drafts(), [""; 0]);
}

#[test]
fn a_whole_report_is_stored_whatever_stands_on_standard_error() {
    let bench = Bench::new();
    for _ in 0..2 {
        scan(&bench, "scan-trivy", "echo '{\"Results\": []}'; printf '{' >&2")
            .ended(0)
            .gives("{\"Results\": []}\n");
    }
    assert_eq!(ran(&bench), 1);
}

#[test]
fn other_operations_may_print_nothing() {
    let bench = Bench::new();
    for _ in 0..2 {
        scan(&bench, "signature", "true").ended(0).without_a_word();
    }
    assert_eq!(ran(&bench), 1);
}

#[test]
fn a_result_whose_inputs_changed_during_the_run_is_delivered_with_a_warning_and_not_stored() {
    let bench = Bench::new();
    bench.make_dir("work/tree");
    bench.write("work/tree/file", "v1");
    for (options, change) in [
        ("--input tree", "echo x >> tree/file"),
        ("--input tree", "rm -r tree/file; echo x > tree/other"),
        ("--input tree/other", "rm tree/other"),
    ] {
        let run = bench
            .bulla("run")
            .words(KEY)
            .words(options)
            .sh(&format!("{change}; echo out"))
            .ends(0)
            .gives("out\n");
        run.says("warning: not stored: what the result depends on changed during the run\n");
    }
    assert_eq!(bench.bulla("ls").ends(0).text(), "");
    assert_eq!(bench.drafts(), [""; 0]);
}

#[test]
fn so_is_one_of_a_subject_that_changed_or_a_program_that_did() {
    let bench = Bench::new();
    bench.write("work/subject", "v1");
    let of_path = || bench.bulla("run --op signature --json --quiet --subject-path subject");
    let report = of_path().sh("echo v2 > subject").ends(0).stderr_json();
    assert_eq!(report["stored"]["outcome"], "inputs-changed");
    bench.script("work/tool", "echo '# changed' >> tool; echo out");
    let report = of_path().args(["--", "./tool"]).ends(0).gives("out\n").stderr_json();
    assert_eq!(report["stored"]["outcome"], "inputs-changed");
    let salted = of_path().args(["--salt-command", "cat salt || true"]).sh("echo v2 > salt").ends(0);
    assert!(salted.stderr.contains("\"inputs-changed\""), "{salted:?}");
    assert_eq!(bench.bulla("ls").ends(0).text(), "");
}
