//! The controls of a repository as one of the scanners: asked by the program itself, kept by what they read.

use serde_json::{Value, json};

use crate::harness::*;
use crate::stage::{Stage, of};

const UNPINNED: &str = "on: push\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n";

/// A repository whose workflow uses an action that is not pinned.
fn repository() -> Stage {
    let stage = Stage::with(&["grype"]);
    stage.bench.make_dir("work/tree/.github/workflows");
    stage.bench.write("work/tree/.github/workflows/ci.yml", UNPINNED);
    stage
}

fn about_pins(document: &Value, list: &str) -> Vec<Value> {
    let findings = document[list].as_array().unwrap().iter();
    findings.filter(|finding| finding["id"] == "controls/pinned-actions").cloned().collect()
}

/// What the scan says of where the controls' answer came from.
fn cache(stage: &Stage) -> Value {
    of(&stage.scanned("--only controls"), "controls")["cache"].clone()
}

#[test]
fn what_speaks_against_a_control_is_a_finding_with_its_place() {
    let stage = repository();
    let pins = about_pins(&stage.scanned(""), "findings");
    assert_eq!(pins.len(), 1, "{pins:?}");
    let place = json!({ "path": ".github/workflows/ci.yml", "line": 5, "column": 15 });
    assert_eq!((&pins[0]["location"], &pins[0]["severity"]), (&place, &json!("medium")));
    stage.scan("--fail-on medium").ends(3);
}

#[test]
fn only_what_controls_read_makes_another_question() {
    let stage = repository();
    let write = |name: &str, text: &str| stage.bench.write(&format!("work/tree/{name}"), text);
    assert_eq!([cache(&stage), cache(&stage)], [json!("absent"), json!("hit")]);
    write("file", "v2");
    assert_eq!(cache(&stage), "hit", "the content of a source file is read by no control");
    write("Cargo.toml", "");
    assert_eq!([cache(&stage), cache(&stage)], [json!("absent"), json!("hit")], "its name is");
    write(".github/workflows/ci.yml", &UNPINNED.replace("v4", "v5"));
    assert_eq!([cache(&stage), cache(&stage)], [json!("absent"), json!("hit")]);
}

#[test]
fn an_exception_acts_after_the_cache_until_its_day_is_over() {
    let stage = repository();
    let except = |day: &str| {
        let exception = format!(
            "[[exception]]\nid = \"pinned-actions\"\npath = \".github\"\nreason = \"known\"\nexpires = \"{day}\"\n"
        );
        stage.bench.write("work/tree/bulla-controls.toml", exception);
        stage.scanned("")
    };
    let holding = except("9999-12-31");
    assert_eq!(about_pins(&holding, "findings"), [] as [Value; 0]);
    let ignored = about_pins(&holding, "ignored");
    assert_eq!((&ignored[0]["by"], &ignored[0]["reason"]), (&json!("bulla-controls.toml"), &json!("known")));
    let over = except("2020-01-01");
    assert_eq!((about_pins(&over, "findings").len(), about_pins(&over, "ignored").len()), (1, 0));
    let remark = &over["remarks"][0];
    assert_eq!((&remark["problem"], &remark["on"]), (&json!("expired"), &json!("2020-01-01")));
}

#[test]
fn what_is_no_repository_is_not_asked_about_its_controls() {
    let stage = Stage::with(&["grype"]);
    let names: Vec<Value> =
        stage.scanned("")["scanners"].as_array().unwrap().iter().map(|s| s["name"].clone()).collect();
    assert_eq!(names, ["grype"]);
    let said = of(&stage.scanned("--only controls"), "controls");
    assert_eq!(
        (&said["outcome"], &said["reason"]),
        (&json!("unscanned"), &json!("the target has no .git and no .github"))
    );
}

#[test]
fn another_program_of_the_same_name_is_not_asked() {
    let stage = repository();
    stage.bench.script("bin/bulla", "exit 42");
    assert_eq!(about_pins(&stage.scanned(""), "findings").len(), 1);
}

#[test]
fn a_controls_file_that_is_none_fails_the_scan_before_it_begins() {
    let stage = repository();
    stage.bench.write("work/tree/bulla-controls.toml", "[[exception]]\nid = \"no-such\"\n");
    stage.scan("").ends(2).says("bulla-controls.toml:1: ");
}

/// The controls are always there, and once stood for every scanner that was not: the gate passed, and nothing had looked.
#[test]
fn where_no_scanner_is_installed_the_controls_make_no_scan() {
    let stage = repository();
    stage.does("grype", "exit 2");
    let said = stage.scan("").ends(3).text();
    assert!(said.contains("nothing was scanned"), "{said}");
    rename(stage.bench.path("bin/grype"), stage.bench.path("bin/other"));
    stage.scan("").ends(2).says("none of the scanners for this is installed");
    stage.scan("--only controls").ends(0);
}

#[test]
fn a_cache_within_the_repository_is_no_part_of_the_question() {
    let stage = repository();
    let asked = || {
        let scan =
            stage.scan("--only controls --json").env("BULLA_DIR", stage.bench.path("work/tree/.cache"));
        of(&scan.ends(0).json(), "controls")["cache"].clone()
    };
    assert_eq!([asked(), asked()], [json!("absent"), json!("hit")]);
}

/// Whoever proposes a change could once pass the gate by making the controls' walk end in an error.
#[test]
fn what_keeps_the_controls_from_an_answer_fails_the_gate() {
    let stage = repository();
    stage.bench.make_dir(&format!("work/tree/{}", "a/".repeat(300)));
    let said = stage.scan("").ends(3).text();
    assert!(said.contains("controls: error"), "{said}");
}
