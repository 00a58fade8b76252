//! The CycloneDX renderer: the SBOM is kept, its vulnerabilities are ours, and the official schema agrees.
#![expect(clippy::disallowed_methods, reason = "the validator is another program, which reads files")]

use std::path::Path;
use std::process::Command;

use bulla_findings::{
    Assessment, Decision, Finding, Ignored, Kind, Merged, OnFailure, Package, Said, Severity, Verdict,
    render_cyclonedx as cyclonedx,
};
use serde_json::{Value, json};

const SBOM: &str = r#"{ "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
  "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1.0,
  "vulnerabilities": [{"id": "OLD-1"}],
  "components": [
    {"type":"library","bom-ref":"a","name":"lodash","version":"4.17.4","purl":"pkg:npm/lodash@4.17.4"},
    {"type":"library","bom-ref":"b","name":"lodash","version":"4.17.4","purl":"pkg:npm/lodash@4.17.4"},
    {"type":"library","bom-ref":"c","group":"org.apache","name":"log4j","version":"2.0","components":[
      {"type":"library","bom-ref":"d","name":"zlib","version":"1.2","purl":"pkg:deb/debian/zlib@1.2?arch=amd64"}]}
  ],
  "x-last": {"kept":  [1, 2.50, "\u00e9"]}
}"#;

fn package(name: &str, version: &str, purl: Option<&str>) -> Option<Package> {
    Some(Package { name: name.to_owned(), version: version.to_owned(), purl: purl.map(str::to_owned) })
}

fn merged(id: &str, severity: Severity, package: Option<Package>) -> Merged {
    let said = Said { scanner: "grype", id: id.to_owned(), severity };
    let finding = Finding { id: id.to_owned(), severity, package, ..Finding::default() };
    Merged { finding, elsewhere: Vec::new(), said_by: vec![said] }
}

fn assessment(findings: Vec<Merged>) -> Assessment {
    Assessment {
        target: "dir:.".to_owned(),
        subject: Some(format!("sha256:{}", "0".repeat(64))),
        checks: Vec::new(),
        findings,
        ignored: Vec::new(),
        remarks: Vec::new(),
        verdict: Verdict {
            decision: Decision::Passed,
            fail_on: None,
            on_failure: OnFailure::Fail,
            reasons: Vec::new(),
        },
    }
}

/// One of everything, hostile text too.
fn everything() -> Assessment {
    let lodash = || package("lodash", "4.17.4", Some("pkg:npm/lodash@4.17.4"));
    let mut full = merged("GHSA-jf85-cpcp-j695", Severity::Critical, lodash());
    full.finding.aliases =
        vec!["CVE-2019-10744".to_owned(), "ODD\u{1b}[31m\"".to_owned(), "CVE-2019-10744".to_owned()];
    full.finding.title = "Prototype pollution </script>\n\u{202e}".to_owned();
    full.finding.fixed_in = vec!["4.17.12".to_owned(), "5.0.0".to_owned()];
    full.finding.url = Some("https://github.com/advisories/GHSA-jf85-cpcp-j695".to_owned());
    full.finding.score = Some(9.1);
    let mut secret = merged("a.rule", Severity::High, None);
    secret.finding.kind = Kind::Secret;
    let mut all = assessment(vec![
        full.clone(),
        full,
        secret,
        merged("CVE-1", Severity::High, package("org.apache:log4j", "2.0", None)),
        merged(
            "CVE-2",
            Severity::Negligible,
            package("zlib", "1.2", Some("pkg:deb/debian/zlib@1.2?arch=arm64")),
        ),
        merged("CVE-2", Severity::Negligible, package("lodash", "4.17.4", None)),
        merged("", Severity::Unknown, package("", "", Some(""))),
        merged("CVE-3", Severity::Low, None),
        merged("CVE-4", Severity::Medium, package("absent\"<>", "1", None)),
    ]);
    all.findings[3].finding.score = Some(f64::NAN);
    let ignored = |id, reason: &str| Ignored {
        merged: merged(id, Severity::High, lodash()),
        file: ".bulla-ignore.yaml".to_owned(),
        reason: reason.to_owned(),
    };
    all.ignored = vec![ignored("CVE-5", "never called"), ignored("CVE-6", "")];
    all
}

fn rendered(assessment: &Assessment, sbom: Option<&str>) -> Value {
    let text = cyclonedx(assessment, sbom.map(str::as_bytes)).expect("an SBOM");
    serde_json::from_str(&text).expect("JSON")
}

fn of<'a>(document: &'a Value, id: &str) -> &'a Value {
    let found = document["vulnerabilities"].as_array().into_iter().flatten().find(|one| one["id"] == id);
    found.unwrap_or_else(|| panic!("{id}"))
}

#[test]
fn the_sbom_is_kept_byte_for_byte_but_for_its_vulnerabilities() {
    let text = cyclonedx(&assessment(Vec::new()), Some(SBOM.as_bytes())).unwrap();
    for kept in [r#""version":1.0,"#, r#""x-last":{"kept":  [1, 2.50, "\u00e9"]}}"#] {
        assert!(text.contains(kept), "{text}");
    }
    let components = &SBOM[SBOM.find("[\n").unwrap()..SBOM.find(",\n  \"x-last").unwrap()];
    assert!(text.contains(components), "{text}");
    // The field's place is kept as well.
    assert!(text.contains(r#""vulnerabilities":[],"components""#), "{text}");
    assert!(!text.contains("OLD-1"));
    let without = SBOM.replace(r#""vulnerabilities": [{"id": "OLD-1"}],"#, "");
    let text = cyclonedx(&assessment(Vec::new()), Some(without.as_bytes())).unwrap();
    assert!(text.trim_end().ends_with(r#""\u00e9"]},"vulnerabilities":[]}"#), "{text}");
}

#[test]
fn a_vulnerability_names_the_components_that_it_affects() {
    let document = rendered(&everything(), Some(SBOM));
    let affects = |id| of(&document, id)["affects"].clone();
    // Both copies, by purl.
    assert_eq!(affects("GHSA-jf85-cpcp-j695"), json!([{ "ref": "a" }, { "ref": "b" }]));
    // By group, name and version.
    assert_eq!(affects("CVE-1"), json!([{ "ref": "c" }]));
    // By purl without qualifiers, inside another component; and by name. One vulnerability, though found twice.
    assert_eq!(affects("CVE-2"), json!([{ "ref": "a" }, { "ref": "b" }, { "ref": "d" }]));
    // No component is made up for what the SBOM does not list.
    assert_eq!(affects("CVE-4"), Value::Null);
    let package = json!({ "name": "bulla:package", "value": "absent\"<>@1" });
    assert!(of(&document, "CVE-4")["properties"].as_array().unwrap().contains(&package));
}

#[test]
fn a_package_of_another_ecosystem_is_another_one_though_it_has_the_name() {
    let affects = |purl| {
        let found = assessment(vec![merged("CVE-1", Severity::High, package("lodash", "4.17.4", purl))]);
        of(&rendered(&found, Some(SBOM)), "CVE-1")["affects"].clone()
    };
    let both = json!([{ "ref": "a" }, { "ref": "b" }]);
    assert_eq!(affects(Some("pkg:pypi/lodash@4.17.4")), Value::Null);
    assert_eq!(affects(Some("pkg:npm/%6Codash@4.17.4")), both);
    assert_eq!(affects(Some("")), both);
}

#[test]
fn a_vulnerability_says_what_is_known_of_it() {
    let document = rendered(&everything(), Some(SBOM));
    let full = json!({
        "id": "GHSA-jf85-cpcp-j695",
        "source": { "name": "GitHub Advisories", "url": "https://github.com/advisories/GHSA-jf85-cpcp-j695" },
        "references": [
            { "id": "CVE-2019-10744", "source": { "name": "NVD" } },
            { "id": "ODD\u{1b}[31m\"", "source": {} },
        ],
        "ratings": [{ "score": 9.1, "severity": "critical" }],
        "description": "Prototype pollution </script>\n\u{202e}",
        "recommendation": "upgrade to 4.17.12 or 5.0.0",
        "affects": [{ "ref": "a" }, { "ref": "b" }],
        "properties": [{ "name": "bulla:scanner", "value": "grype" }],
    });
    assert_eq!(of(&document, "GHSA-jf85-cpcp-j695"), &full);
    assert_eq!(of(&document, "CVE-1")["ratings"], json!([{ "severity": "high" }]));
    assert_eq!(of(&document, "CVE-2")["ratings"], json!([{ "severity": "info" }]));
    assert_eq!(of(&document, "")["ratings"], json!([{ "severity": "unknown" }]));
    assert_eq!(
        of(&document, "CVE-5")["analysis"],
        json!({ "detail": "ignored by .bulla-ignore.yaml: never called" })
    );
    assert_eq!(of(&document, "CVE-6")["analysis"], json!({ "detail": "ignored by .bulla-ignore.yaml" }));
    let ids: Vec<_> = document["vulnerabilities"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, ["GHSA-jf85-cpcp-j695", "CVE-1", "CVE-2", "", "CVE-3", "CVE-4", "CVE-5", "CVE-6"]);
}

#[test]
fn without_a_cyclonedx_sbom_the_document_is_one_of_its_own() {
    let own = rendered(&everything(), None);
    assert_eq!(own["specVersion"], "1.6");
    assert_eq!(own["metadata"]["component"]["name"], "dir:.");
    let refs: Vec<_> =
        own["components"].as_array().unwrap().iter().map(|one| one["bom-ref"].as_str().unwrap()).collect();
    assert_eq!(
        refs,
        [
            "@",
            "absent\"<>@1",
            "lodash@4.17.4",
            "org.apache:log4j@2.0",
            "pkg:deb/debian/zlib@1.2?arch=arm64",
            "pkg:npm/lodash@4.17.4"
        ]
    );
    assert_eq!(of(&own, "CVE-4")["affects"], json!([{ "ref": "absent\"<>@1" }]));
    for other in [
        r#"{"spdxVersion":"SPDX-2.3","packages":[]}"#,
        // It has no such field.
        r#"{"bomFormat":"CycloneDX","specVersion":"1.3","components":[]}"#,
    ] {
        assert_eq!(rendered(&everything(), Some(other)), own);
    }
}

#[test]
fn what_is_no_sbom_is_an_error_and_a_field_that_is_there_twice_too() {
    let all = everything();
    for text in ["", "{}", &SBOM[..SBOM.len() - 1], &SBOM.replace("x-last", "$schema"), &format!("{SBOM}x")] {
        assert!(cyclonedx(&all, Some(text.as_bytes())).is_err(), "{text}");
    }
    assert!(cyclonedx(&all, Some(format!("\u{feff}{SBOM}").as_bytes())).is_ok());
}

#[test]
fn the_same_answer_gives_the_same_bytes() {
    for sbom in [None, Some(SBOM.as_bytes())] {
        assert_eq!(cyclonedx(&everything(), sbom), cyclonedx(&everything(), sbom));
    }
}

#[test]
fn a_component_repeated_without_end_does_not_make_the_document_endless() {
    let component = r#"{"type":"library","bom-ref":"rN","name":"a","version":"1"}"#;
    let components: Vec<_> = (0..3000).map(|n| component.replace('N', &n.to_string())).collect();
    let sbom =
        format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{}]}}"#, components.join(","));
    let found = assessment(vec![merged("CVE-1", Severity::High, package("a", "1", None))]);
    assert_eq!(of(&rendered(&found, Some(&sbom)), "CVE-1")["affects"].as_array().unwrap().len(), 1000);
}

#[test]
#[ignore = "needs python with jsonschema: cargo xtask test"]
fn the_official_schema_agrees() {
    let python = std::env::var_os("BULLA_TEST_PYTHON").expect("`cargo xtask test` names the interpreter");
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/syft");
    let syft = std::fs::read_to_string(samples.join("cyclonedx.json")).unwrap();
    let mut paths = Vec::new();
    // The field that only this test's document has is no part of the standard.
    let strict = SBOM.split_once(",\n  \"x-last").unwrap().0.to_owned() + "}";
    let older = |version: &str| {
        strict.replace("\"1.6\"", &format!("{version:?}")).replace("bom-1.6", &format!("bom-{version}"))
    };
    let documents =
        [None, Some(syft), Some(older("1.4")), Some(older("1.5")), Some(older("1.6")), Some(older("1.7"))];
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for (number, sbom) in documents.iter().enumerate() {
        for (name, answer) in [("all", everything()), ("none", assessment(Vec::new()))] {
            let path = scratch.join(format!("cyclonedx-{number}-{name}.json"));
            std::fs::write(&path, cyclonedx(&answer, sbom.as_ref().map(String::as_bytes)).unwrap()).unwrap();
            paths.push(path);
        }
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cyclonedx/validate.py");
    let output = Command::new(python).arg(script).args(&paths).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(said.trim(), format!("ok {}", paths.len()));
}
