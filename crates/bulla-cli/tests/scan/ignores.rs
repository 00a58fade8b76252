//! Ignore files act after the cache, on every hit again, and the report says what they did.

use serde_json::{Value, json};

use crate::harness::*;
use crate::stage::Stage;

#[track_caller]
fn ids(document: &Value, of: &str) -> Vec<String> {
    document[of].as_array().unwrap().iter().map(|found| found["id"].as_str().unwrap().to_owned()).collect()
}

const ONE: &str = "ignores:\n- id: CVE-2020-0001\n  reason: not reachable\n";

#[test]
fn an_ignored_finding_is_told_apart_and_fails_no_gate() {
    let stage = Stage::with_findings();
    stage.bench.write("work/tree/.bulla-ignore.yaml", ONE);
    let document = stage.scan("--json --fail-on critical").ends(0).json();
    assert_eq!(ids(&document, "findings"), ["CVE-2020-0002", "CVE-2020-0003"]);
    assert_eq!(ids(&document, "ignored"), ["CVE-2020-0001"]);
    let ignored = &document["ignored"][0];
    assert_eq!((&ignored["reason"], &ignored["by"]), (&json!("not reachable"), &json!(".bulla-ignore.yaml")));
    assert_eq!(
        (&document["summary"]["reported"]["total"], &document["summary"]["distinct"]["total"]),
        (&json!(3), &json!(2))
    );
    let shown = stage.scan("").ends(0).text();
    assert!(shown.contains("1 ignored"), "{shown}");
}

#[test]
fn a_file_named_on_the_command_line_acts_on_a_hit_as_on_a_miss() {
    let stage = Stage::with_findings();
    let file = stage.bench.write("work/ignores.yaml", ONE);
    let scan = || stage.scan("--json --fail-on critical --ignore-file").arg(&file);
    scan().ends(0);
    scan().ends(0);
    write(&file, "ignores: []\n");
    scan().ends(3);
    write(&file, ONE);
    scan().ends(0);
    assert_eq!(stage.ran("grype"), 1);
}

#[test]
fn a_named_file_stands_in_the_place_of_the_target_s_own() {
    let stage = Stage::with_findings();
    stage.bench.write("work/tree/.bulla-ignore.yaml", ONE);
    stage.bench.write("work/tree/.trivyignore", "CVE-2020-0002\n");
    let file = stage.bench.write("work/ignores.yaml", "ignores:\n- {id: CVE-2020-0003, reason: x}\n");
    let document = stage.scan("--json --ignore-file").arg(file).ends(0).json();
    assert_eq!(ids(&document, "ignored"), ["CVE-2020-0003"]);
}

#[test]
fn so_do_trivy_s_own_file_and_openvex() {
    let stage = Stage::with_findings();
    stage
        .bench
        .write("work/tree/.trivyignore", "# not ours\nCVE-2020-0001\n\nCVE-2020-0003 exp:2999-01-01\n");
    for _ in 0..2 {
        assert_eq!(ids(&stage.scanned(""), "ignored"), ["CVE-2020-0001", "CVE-2020-0003"]);
    }
    let statement = |status: &str| {
        json!({ "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.com/vex", "author": "me",
            "timestamp": "2026-01-01T00:00:00Z", "version": 1, "statements": [{ "vulnerability": { "name": "CVE-2020-0002" },
            "products": [{ "@id": "pkg:npm/beta@1.0.0" }], "status": status,
            "justification": "vulnerable_code_not_present", "action_statement": "update" }] })
    };
    for (status, ignored) in [("not_affected", 3), ("fixed", 3), ("affected", 2), ("under_investigation", 2)]
    {
        let vex = stage.bench.write("work/vex.json", statement(status).to_string());
        let document = stage.scan("--json --vex").arg(vex).ends(0).json();
        assert_eq!(ids(&document, "ignored").len(), ignored, "{status}: {}", document["ignored"]);
    }
    assert_eq!(stage.ran("grype"), 1);
}

#[test]
fn an_expired_rule_counts_again_and_is_reported_and_so_is_an_unused_one() {
    let stage = Stage::with_findings();
    let rules =
        "ignores:\n- {id: CVE-2020-0001, reason: x, expires: 2020-12-31}\n- {id: CVE-1999-0001, reason: y}\n";
    stage.bench.write("work/tree/.bulla-ignore.yaml", rules);
    for _ in 0..2 {
        let document = stage.scan("--json --fail-on critical").ends(3).json();
        assert_eq!(ids(&document, "ignored"), [""; 0]);
        let remarks = document["remarks"].as_array().unwrap();
        let told: Vec<_> =
            remarks.iter().map(|remark| (&remark["problem"], &remark["on"], &remark["findings"])).collect();
        assert!(told.contains(&(&json!("expired"), &json!("2020-12-31"), &json!(1))), "{remarks:?}");
        assert!(told.contains(&(&json!("unused"), &json!(null), &json!(null))), "{remarks:?}");
    }
    let shown = stage.scan("").ends(0).text();
    assert!(
        shown.contains("1 expired") && shown.contains("2020-12-31") && shown.contains("CVE-1999-0001"),
        "{shown}"
    );
}

#[test]
fn a_rule_that_has_not_yet_expired_holds() {
    let stage = Stage::with_findings();
    stage.bench.write(
        "work/tree/.bulla-ignore.yaml",
        "ignores:\n- {id: CVE-2020-0001, reason: x, expires: 2999-12-31}\n",
    );
    assert_eq!(ids(&stage.scanned(""), "ignored"), ["CVE-2020-0001"]);
}

#[test]
fn a_rule_can_be_bound_to_a_package_or_a_path() {
    let stage = Stage::with_findings();
    let file = stage.bench.path("work/ignores.yaml");
    for (rule, holds) in [
        ("package: alpha", true),
        ("package: alpha@1.0.0", true),
        ("package: pkg:npm/alpha", true),
        ("package: beta", false),
        ("package: alpha@1.0.1", false),
        ("path: package-lock.json", true),
        ("path: web", false),
    ] {
        write(&file, format!("ignores:\n- {{id: CVE-2020-0001, reason: x, {rule}}}\n"));
        let document = stage.scan("--json --ignore-file").arg(&file).ends(0).json();
        assert_eq!(ids(&document, "ignored").len(), usize::from(holds), "{rule}");
    }
}

#[test]
fn a_file_that_is_wrong_or_missing_is_an_error_that_names_it_and_nothing_is_scanned() {
    let stage = Stage::with_findings();
    for (text, words) in [
        ("ignores:\n- id: CVE-1\n", "reason"),
        ("ignores:\n- {id: CVE-1, reason: x, until: 2026-01-01}\n", "until"),
        ("ignores:\n- {id: CVE-1, reason: x, expires: tomorrow}\n", "expires"),
        ("ignores:\n- {id: CVE-1, reason: ''}\n", "`reason` is empty"),
        ("ignore: []\n", "ignore"),
        ("ignores: [", ".bulla-ignore.yaml"),
    ] {
        stage.bench.write("work/tree/.bulla-ignore.yaml", text);
        let run = stage.scan("").run();
        assert_eq!(run.code(), 2, "{text:?}: {run:?}");
        run.says(words).says(".bulla-ignore.yaml");
    }
    stage.bench.write("work/tree/.bulla-ignore.yaml", "");
    stage.scan("--vex nowhere.json").ends(2).says("nowhere.json");
    stage.scan("--ignore-file nowhere.yaml").ends(2).says("nowhere.yaml");
    assert_eq!(stage.ran("grype"), 0);
}

/// A planted file would block the scan for ever, or show it a file from elsewhere.
#[test]
fn an_ignore_file_that_is_no_regular_file_is_refused() {
    let stage = Stage::with_findings();
    make_fifo(&stage.bench.path("work/tree/.bulla-ignore.yaml"));
    stage.scan("").ends(2).says(".bulla-ignore.yaml");
}
