//! Scanners run side by side, and two processes that ask the same run each of them once.

use crate::harness::*;
use crate::stage::{Stage, nothing_found, of};

#[test]
fn of_two_processes_at_once_one_runs_the_scanner_and_both_have_the_answer() {
    let stage = Stage::with(&["grype"]);
    let report = stage.report("grype", nothing_found("grype"));
    let go = stage.bench.path("go").display().to_string();
    stage.does(
        "grype",
        &format!(
            "i=0; while [ ! -e {go} ] && [ $i -lt 2000 ]; do i=$((i+1)); sleep 0.02; done; cat {report}"
        ),
    );
    let first = stage.scan("--json").start();
    until("the scanner runs", || stage.ran("grype") == 1);
    let second = stage.scan("--json --verbose").start();
    std::thread::sleep(std::time::Duration::from_millis(400));
    write(&go, "");
    assert_eq!(of(&first.wait().ended(0).json(), "grype")["cache"], "absent");
    let second = second.wait().ended(0).says("grype: waiting for another process that runs the same");
    assert_eq!(of(&second.json(), "grype")["cache"], "hit");
    assert_eq!(stage.ran("grype"), 1);
}

#[test]
fn one_that_waited_in_vain_scans_by_itself() {
    let stage = Stage::with(&["grype"]);
    let report = stage.report("grype", nothing_found("grype"));
    let go = stage.bench.path("go").display().to_string();
    let once = format!(
        "if [ $(wc -l < $own/ran) = 1 ]; then while [ ! -e {go} ]; do sleep 0.02; done; exit 1; fi; cat {report}"
    );
    stage.does("grype", &once);
    let first = stage.scan("--json").start();
    until("the scanner runs", || stage.ran("grype") == 1);
    let second = stage.scan("--json").start();
    std::thread::sleep(std::time::Duration::from_millis(300));
    write(&go, "");
    assert_eq!(of(&first.wait().ended(3).json(), "grype")["outcome"], "error");
    assert_eq!(of(&second.wait().ended(0).json(), "grype")["outcome"], "clean");
    assert_eq!(stage.ran("grype"), 2);
    stage.hits("grype", "");
}

#[test]
fn scanners_run_side_by_side() {
    let stage = Stage::with(&["trivy", "kingfisher"]);
    for (scanner, other) in [("trivy", "kingfisher"), ("kingfisher", "trivy")] {
        let report = stage.report(scanner, nothing_found(scanner));
        let meet = format!(
            "i=0; while [ ! -e $own/../{other}/ran ] && [ $i -lt 1000 ]; do i=$((i+1)); sleep 0.02; done; [ $i -lt 1000 ] && cat {report}"
        );
        stage.does(scanner, &meet);
    }
    let document = stage.scanned("");
    for scanner in ["trivy", "kingfisher"] {
        assert_eq!(of(&document, scanner)["outcome"], "clean");
    }
}
