use bulla_findings::{CONTROLS, Checked, ControlReport, ControlVerdict, control, render_controls_sarif};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::harmless::TEXTS;
use crate::sarif_log::{self, validate};
use crate::support::{at, empty, everywhere, full, said};

fn rendered(report: &ControlReport) -> Value {
    let text = render_controls_sarif(report);
    assert!(text.ends_with("}\n"));
    serde_json::from_str(&text).expect("it is JSON")
}

fn results(log: &Value) -> &[Value] {
    log["runs"][0]["results"].as_array().expect("there are results")
}

fn rules(log: &Value) -> &[Value] {
    log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("there are rules")
}

fn hold_the_prose_rules(log: &Value) {
    sarif_log::hold_the_prose_rules(log, "bullaControl/v1");
}

/// Every control there is.
fn all_controls() -> ControlReport {
    let checked = |control| Checked { control, verdict: ControlVerdict::NotAssessed, evidence: Vec::new() };
    ControlReport { controls: CONTROLS.into_iter().map(checked).collect(), ..empty() }
}

#[test]
fn what_speaks_against_a_control_is_a_result_and_nothing_else_is() {
    let log = rendered(&full());
    hold_the_prose_rules(&log);
    assert_eq!(log["runs"][0]["automationDetails"]["id"], "bulla/controls/");
    let said: Vec<_> = results(&log)
        .iter()
        .map(|result| {
            let text = |name: &str| result[name].as_str().expect("it is a text").to_owned();
            (text("ruleId"), text("level"), result["message"]["text"].as_str().expect("it is a text"))
        })
        .collect();
    let expected = [
        ("code-owners", "error", "there is no CODEOWNERS file."),
        ("code-owners", "error", "the exception expired on 2026-01-31: the vendor moves the tag."),
        ("pinned-actions", "error", "`actions/checkout` is held to `v4`."),
        ("pinned-actions", "warning", "`actions/cache` has no version."),
        ("pinned-actions", "error", "`vendor/action` is held to `main`."),
    ]
    .map(|(id, level, text)| (id.to_owned(), level.to_owned(), text));
    assert_eq!(said, expected);
}

#[test]
fn every_control_is_a_rule_whatever_it_comes_to() {
    let log = rendered(&full());
    let ids: Vec<_> = rules(&log).iter().map(|rule| (&rule["id"], &rule["name"])).collect();
    let expected = [
        (json!("security-policy"), json!("SecurityPolicy")),
        (json!("code-owners"), json!("CodeOwners")),
        (json!("pinned-actions"), json!("PinnedActions")),
        (json!("fuzzing"), json!("Fuzzing")),
    ];
    assert_eq!(ids, expected.iter().map(|(id, name)| (id, name)).collect::<Vec<_>>());
    let pinned = &rules(&log)[2];
    let properties = json!({ "tags": ["security", "repository-control"], "security-severity": "5.5" });
    assert_eq!(pinned["properties"], properties);
    let control = control("pinned-actions").unwrap();
    assert_eq!(pinned["shortDescription"]["text"], control.title);
    let help = pinned["help"]["text"].as_str().unwrap();
    assert!(help.contains("Fix: Write the full commit SHA") && help.contains(control.question), "{help}");
    assert!(
        pinned["help"]["markdown"].as_str().unwrap().contains("`uses: owner/action@<40 digits> # v1.2.3`")
    );
}

#[test]
fn a_result_has_a_place_even_if_the_evidence_has_none() {
    let log = rendered(&full());
    let place = |at: usize| &results(&log)[at]["locations"][0]["physicalLocation"];
    assert_eq!(*place(0), json!({ "artifactLocation": { "uri": "README.md" } }));
    let expired =
        json!({ "artifactLocation": { "uri": "bulla-controls.toml" }, "region": { "startLine": 4 } });
    assert_eq!(*place(1), expired);
    let vendor = json!({
        "artifactLocation": { "uri": ".github/workflows/vendor%20file.yml" },
        "region": { "startLine": 5, "startColumn": 9 },
    });
    assert_eq!(*place(4), vendor);
}

#[test]
fn what_is_excepted_is_suppressed_with_its_reason() {
    let log = rendered(&full());
    let suppression = json!([{
        "kind": "external",
        "status": "accepted",
        "justification": "the vendor moves the tag (bulla-controls.toml)",
    }]);
    assert_eq!(results(&log)[4]["suppressions"], suppression);
    assert!(results(&log)[..4].iter().all(|result| result["suppressions"] == json!([])));
}

#[test]
fn what_is_not_assessed_is_said_and_is_no_result() {
    let log = rendered(&full());
    let said = json!([{
        "descriptor": { "id": "not-assessed" },
        "level": "note",
        "message": { "text": "fuzzing: there is nothing to ask about" },
    }]);
    assert_eq!(log["runs"][0]["invocations"][0]["toolExecutionNotifications"], said);
    assert!(results(&log).iter().all(|result| result["ruleId"] != "fuzzing"));
}

#[test]
fn a_fingerprint_survives_another_line_and_not_another_text() {
    let of = |line, text| {
        let mut report = full();
        report.controls[1].evidence = vec![at(said(ControlVerdict::Fail, "it moves"), "ci.yml", line, text)];
        results(&rendered(&report))[0]["partialFingerprints"].clone()
    };
    assert_eq!(of(3, "uses: a/b@v1"), of(40, "uses: a/b@v1"));
    assert_ne!(of(3, "uses: a/b@v1"), of(3, "uses: a/c@v1"));
}

#[test]
fn what_github_would_not_take_is_missing_and_said_to_be() {
    let mut report = full();
    report.exceptions.clear();
    report.controls[1].evidence = vec![said(ControlVerdict::Fail, "no owner"); 25_010];
    report.controls[2].evidence.clear();
    let log = rendered(&report);
    assert_eq!(results(&log).len(), 25_000);
    let notifications = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(
        notifications.last().unwrap()["message"]["text"],
        "10 results are missing from this report, which would be too large with them."
    );
}

proptest! {
    #[test]
    fn no_text_breaks_a_rule(text in "\\PC*|[<>{}\\[\\]()\\\\/.:%@#\"`\\x00-\\x1f a-z\u{202e}]{0,60}") {
        hold_the_prose_rules(&rendered(&everywhere(&text)));
    }
}

#[test]
#[ignore = "needs python with jsonschema: cargo xtask test"]
fn every_report_is_valid_by_the_official_schema() {
    let reports = [empty(), full(), all_controls()].into_iter().chain(TEXTS.map(everywhere));
    let documents: Vec<_> = reports.map(|report| rendered(&report)).collect();
    documents.iter().for_each(hold_the_prose_rules);
    assert_eq!(validate(&documents), Ok(documents.len()));
}
