//! `bulla tools`, as far as it needs no network.

use crate::harness::*;
use crate::stage::Stage;

#[test]
fn the_list_says_what_can_be_installed_and_that_it_is_not() {
    let stage = Stage::with(&[]);
    let text = stage.bulla("tools list").ends(0).text();
    for name in ["syft", "trivy", "kingfisher", "zizmor", "semgrep", "pip-audit"] {
        let row = text.lines().find(|line| line.starts_with(&format!("{name} "))).expect(name);
        assert!(row.ends_with("not installed"), "{row}");
    }
    let document = stage.bulla("tools list --json").ends(0).json();
    let tools = document["tools"].as_array().unwrap();
    assert_eq!(tools.len(), 6);
    assert!(tools.iter().all(|tool| tool["program"].is_null() && tool["version"].is_string()), "{tools:?}");
}

#[test]
fn what_cannot_be_installed_is_an_error_of_use() {
    let stage = Stage::with(&[]);
    stage
        .bulla("tools install grype")
        .ends(2)
        .says("`grype` cannot be installed; expected one of syft, trivy");
    stage.bulla("tools install").without_env("HOME").ends(2).says("BULLA_TOOLS_DIR");
}

#[test]
fn where_there_is_no_python_it_says_so() {
    let stage = Stage::with(&[]);
    stage.bulla("tools install zizmor").ends(1).says("cannot install zizmor").says("Python");
    stage.bulla("scan tree --install --only zizmor").ends(1).says("Python");
}

/// A directory that others can write to is one in which they can put a scanner.
#[test]
fn a_directory_that_others_can_write_to_is_refused() {
    let stage = Stage::with(&[]);
    let dir = stage.bench.make_dir("tools");
    set_mode(&dir, 0o777);
    stage.bulla("tools install zizmor").env("BULLA_TOOLS_DIR", dir).ends(1).says("chmod go-w");
}

#[test]
fn with_no_scanner_at_all_a_scan_says_how_to_get_some() {
    let stage = Stage::with(&[]);
    let run = stage
        .scan("")
        .ends(2)
        .says("none of the scanners for this is installed")
        .says("bulla scan --install");
    assert!(run.stdout.is_empty());
}
