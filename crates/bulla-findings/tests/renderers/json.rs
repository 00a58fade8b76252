use bulla_findings::{Source, render_json};
use serde_json::{Value, json};

use crate::support::{all_clean, example};

fn document() -> Value {
    serde_json::to_value(render_json(&example())).expect("it is JSON")
}

#[test]
fn the_fields_stand_in_the_documented_order() {
    let text = serde_json::to_string(&render_json(&all_clean())).unwrap();
    let counts = r#"{"critical":0,"high":0,"medium":0,"low":0,"negligible":0,"unknown":0,"total":0}"#;
    let expected = [
        r#"{"target":"app.tar","subject":null,"#,
        &format!(r#""summary":{{"reported":{counts},"distinct":{counts}}},"#),
        r#""gate":{"decision":"passed","fail_on":null,"soft":false,"reasons":[]},"#,
        r#""scanners":[{"name":"trivy","title":"Dependencies","version":null,"database":null,"outcome":"clean","#,
        r#""reason":null,"cache":"absent","entry":null,"miss":{"detail":"never scanned","not_stored":null},"#,
        &format!(r#""file":null,"reported":{counts},"fixable":0,"sbom":null,"notes":[]}}],"#),
        r#""findings":[],"ignored":[],"remarks":[]}"#,
    ];
    assert_eq!(text, expected.concat());
}

#[test]
fn a_finding_has_every_field_of_it() {
    let expected = json!({
        "id": "CVE-2019-10744",
        "aliases": ["GHSA-jf85-cpcp-j695"],
        "severity": "critical",
        "kind": "vulnerability",
        "title": "What CVE-2019-10744 is about",
        "package": "lodash",
        "version": "4.17.4",
        "fixed_in": ["4.17.12"],
        "purl": "pkg:npm/lodash@4.17.4",
        "scanners": ["grype", "trivy"],
        "said_by": [
            {"scanner": "trivy", "id": "CVE-2019-10744", "severity": "critical"},
            {"scanner": "grype", "id": "GHSA-jf85-cpcp-j695", "severity": "high"},
        ],
        "location": {"path": "package-lock.json", "line": null, "column": null},
        "url": "https://nvd.nist.gov/vuln/detail/CVE-2019-10744",
        "score": 9.1,
    });
    assert_eq!(document()["findings"][0], expected);
}

#[test]
fn what_is_in_no_package_has_nulls_there() {
    let secret = &document()["findings"][1];
    assert_eq!([&secret["package"], &secret["version"], &secret["purl"]], [&Value::Null; 3]);
    assert_eq!(secret["location"], json!({"path": "src/deploy.sh", "line": 12, "column": 7}));
}

#[test]
fn reported_is_what_scanners_said_and_distinct_is_what_is_left() {
    let summary = &document()["summary"];
    let of = |which: &str| {
        ["critical", "high", "medium", "low", "total"].map(|name| summary[which][name].as_u64())
    };
    assert_eq!(of("reported"), [3, 13, 0, 31, 47].map(Some));
    assert_eq!(of("distinct"), [1, 2, 1, 0, 4].map(Some));
}

#[test]
fn a_scanner_says_where_its_answer_came_from() {
    let document = document();
    let scanners = document["scanners"].as_array().unwrap();
    let cache: Vec<_> = scanners.iter().map(|scanner| &scanner["cache"]).collect();
    assert_eq!(
        cache,
        [&json!("absent"), &json!("hit"), &json!("absent"), &Value::Null, &json!("other-subject")]
    );
    let entry = json!({
        "seal": "hmac-sha256",
        "key_id": "3f2a9c0de1b24455",
        "issued_at": "2026-08-21T09:00:00Z",
        "age_seconds": 8045,
        "tier": "local",
    });
    assert_eq!(scanners[1]["entry"], entry);
    assert_eq!(scanners[3]["reason"], "zizmor is not on PATH");
    assert_eq!(scanners[4]["sbom"], json!({"format": "CycloneDX", "version": "1.6", "components": 470}));

    let mut from_file = all_clean();
    from_file.checks[0].source = Source::File("trivy.json".to_owned());
    let from_file = serde_json::to_value(render_json(&from_file)).unwrap();
    let scanner = &from_file["scanners"][0];
    assert_eq!((&scanner["cache"], &scanner["file"]), (&Value::Null, &json!("trivy.json")));
}

#[test]
fn what_is_ignored_says_by_what_and_every_remark_is_there() {
    let document = document();
    let ignored = &document["ignored"][0];
    assert_eq!([&ignored["id"], &ignored["by"]], ["CVE-2021-23337", ".bulla-ignore.yaml"]);
    assert_eq!(ignored["reason"], "template is never called");
    let remarks = json!([
        {"file": ".bulla-ignore.yaml", "rule": "CVE-2020-8203", "problem": "expired", "on": "2026-01-01", "findings": 1},
        {"file": ".trivyignore", "rule": "CVE-1999-0001", "problem": "unused", "on": null, "findings": null},
    ]);
    assert_eq!(document["remarks"], remarks);
}
