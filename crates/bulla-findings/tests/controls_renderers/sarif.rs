use bulla_findings::{
    CONTROLS, CheckedControl, ControlReport, ControlVerdict, control, render_controls_sarif,
};
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
    let checked =
        |control| CheckedControl { control, verdict: ControlVerdict::NotAssessed, evidence: Vec::new() };
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
        ("pinned-actions", "warning", "`actions/checkout` is held to `v4`."),
        ("pinned-actions", "note", "`actions/cache` has no version."),
        ("pinned-actions", "warning", "`vendor/action` is held to `main`."),
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
    let named = rendered(&ControlReport { target: "app".to_owned(), ..full() });
    assert_eq!(results(&named)[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "app");
    let log = rendered(&full());
    let place = |at: usize| &results(&log)[at]["locations"][0]["physicalLocation"];
    assert_eq!(*place(0), json!({ "artifactLocation": { "uri": "bulla-scan" } }));
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
        "justification": "the vendor moves the tag (until 2027-03-01, bulla-controls.toml)",
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
    let notifications = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(notifications[..1], *said.as_array().unwrap());
    assert!(results(&log).iter().all(|result| result["ruleId"] != "fuzzing"));
}

/// Also one that suppresses no result, because it covers nothing, or nothing that another does not.
#[test]
fn an_exception_that_holds_is_said_whatever_it_covers() {
    let mut report = full();
    report.exceptions[0].covers = 0;
    let log = rendered(&report);
    let notifications = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    let said = json!([{
        "descriptor": { "id": "exception" },
        "level": "note",
        "message": { "text": "pinned-actions in .github/workflows/vendor file.yml, until 2027-03-01, covers nothing: \
            take it out, or leave `path` out for what has no file: the vendor moves the tag" },
    }]);
    assert_eq!(notifications[1..], *said.as_array().unwrap(), "the expired one is a result");
}

/// Every control that failed was once an error, a missing licence as bad as secrets in a stranger's hands.
#[test]
fn a_level_follows_the_control_s_severity_and_a_warning_is_a_step_below() {
    let level = |control, verdict| {
        let evidence = vec![said(verdict, "it is so")];
        let report =
            ControlReport { controls: vec![CheckedControl { control, verdict, evidence }], ..empty() };
        results(&rendered(&report))[0]["level"].clone()
    };
    for control in CONTROLS {
        let [failed, warned] = match control.severity.name() {
            "critical" | "high" => ["error", "warning"],
            "medium" => ["warning", "note"],
            _ => ["note", "note"],
        };
        assert_eq!(level(control, ControlVerdict::Fail), failed, "{}", control.id);
        assert_eq!(level(control, ControlVerdict::Warn), warned, "{}", control.id);
    }
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
