use bulla_findings::render_controls_json;
use serde_json::{Value, json};

use crate::support::{VENDOR, empty, full};

fn document() -> Value {
    serde_json::to_value(render_controls_json(&full())).expect("it is JSON")
}

#[test]
fn the_fields_stand_in_the_documented_order() {
    let text = serde_json::to_string(&render_controls_json(&empty())).unwrap();
    let expected = r#"{"target":".","checked_on":"2026-12-01","summary":{"pass":0,"warn":0,"fail":0,"not-assessed":0},"controls":[],"exceptions":[]}"#;
    assert_eq!(text, expected);
    let text = serde_json::to_string(&render_controls_json(&full())).unwrap();
    let fields = ["id", "title", "question", "verdict", "severity", "evidence", "fix", "frameworks"]
        .map(|name| text.find(&format!("\"{name}\":")).unwrap_or_else(|| panic!("there is no {name}")));
    // `verdict` comes first within `evidence` too, which stands behind the control's own.
    assert!(fields.is_sorted(), "{fields:?}");
}

#[test]
fn a_control_is_all_that_it_comes_to() {
    let document = document();
    let controls = document["controls"].as_array().unwrap();
    let verdicts: Vec<_> = controls.iter().map(|control| (&control["id"], &control["verdict"])).collect();
    let expected = [
        ("security-policy", "pass"),
        ("code-owners", "fail"),
        ("pinned-actions", "fail"),
        ("fuzzing", "not-assessed"),
    ]
    .map(|(id, verdict)| (json!(id), json!(verdict)));
    assert_eq!(verdicts, expected.iter().map(|(id, verdict)| (id, verdict)).collect::<Vec<_>>());
    assert_eq!(document["summary"], json!({"pass": 1, "warn": 0, "fail": 2, "not-assessed": 1}));
    let pinned = bulla_findings::control("pinned-actions").unwrap();
    assert_eq!(controls[2]["fix"], pinned.fix);
    assert_eq!(controls[2]["frameworks"].as_array().unwrap().len(), pinned.references().count());
}

#[test]
fn evidence_has_its_place_its_line_and_its_exception() {
    let document = document();
    let excepted = json!({
        "verdict": "fail",
        "message": "`vendor/action` is held to `main`",
        "file": VENDOR,
        "line": 5,
        "column": 9,
        "text": "uses: vendor/action@main",
        "excepted": "the vendor moves the tag",
    });
    assert_eq!(document["controls"][2]["evidence"][2], excepted);
    let nowhere = &document["controls"][1]["evidence"][0];
    for name in ["file", "line", "column", "text", "excepted"] {
        assert_eq!(nowhere[name], Value::Null, "{name}");
    }
    let expired = json!({
        "id": "code-owners",
        "path": null,
        "reason": "the vendor moves the tag",
        "expires": "2026-01-31",
        "expired": true,
        "covers": 1,
    });
    assert_eq!(document["exceptions"][1], expired);
}
