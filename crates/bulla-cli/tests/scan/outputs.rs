//! Reports: every format, several at once, and where each goes.

use serde_json::{Value, json};

use crate::harness::*;
use crate::stage::{Stage, grype_match, grype_report, nothing_found};

const FORMATS: [&str; 6] = ["terminal", "markdown", "sarif", "html", "json", "cyclonedx"];

/// The text is a report in this format about the findings of [`Stage::with_findings`].
#[track_caller]
fn is_a(format: &str, text: &str) {
    assert!(text.contains("CVE-2020-0001") && text.contains("CVE-2020-0003"), "{format}: {text}");
    let parsed = || serde_json::from_str::<Value>(text).unwrap_or_else(|error| panic!("{format}: {error}"));
    match format {
        "terminal" => assert!(text.starts_with("Security scan of tree\n"), "{text}"),
        "markdown" => assert!(text.starts_with("<!-- bulla-scan -->\n## Security Scan Results\n"), "{text}"),
        "sarif" => {
            assert_eq!(parsed()["version"], "2.1.0");
            assert_eq!(parsed()["runs"][0]["results"].as_array().unwrap().len(), 3);
        }
        "html" => {
            assert!(text.starts_with("<!doctype html>") || text.starts_with("<!DOCTYPE html>"), "{text}")
        }
        "json" => assert_eq!(parsed()["findings"].as_array().unwrap().len(), 3),
        "cyclonedx" => {
            assert_eq!(parsed()["bomFormat"], "CycloneDX");
            assert_eq!(parsed()["vulnerabilities"].as_array().unwrap().len(), 3);
        }
        _ => panic!("{format}"),
    }
}

#[test]
fn every_format_goes_to_a_file_and_several_at_once() {
    let stage = Stage::with_findings();
    let options: Vec<_> = FORMATS.iter().map(|format| format!("--output={format}=out.{format}")).collect();
    for _ in 0..2 {
        let run = stage.scan("").args(&options).ends(0);
        is_a("terminal", &run.text());
        for format in FORMATS {
            is_a(format, &read_text(stage.bench.path(&format!("work/out.{format}"))));
        }
    }
    assert_eq!(names(&stage.bench.work()).len(), 1 + FORMATS.len(), "and nothing else is left there");
}

#[test]
fn each_goes_to_standard_output_too() {
    let stage = Stage::with_findings();
    for format in FORMATS {
        let run = stage.scan("--output").arg(format!("{format}=-")).ends(0).without_a_word();
        is_a(format, &run.text());
    }
    assert!(!is_there(stage.bench.path("work/-")));
}

#[test]
fn standard_output_carries_one_report() {
    let stage = Stage::with_findings();
    for options in ["--output html=- --output sarif=-", "--json --output markdown=-", "-o json=- -o json=-"] {
        let run = stage.scan(options).ends(2).says("standard output can carry one report only");
        assert!(run.stdout.is_empty());
    }
    assert_eq!(stage.ran("grype"), 0, "said before anything is scanned");
    is_a("json", &stage.scan("--json --output html=page.html").ends(0).text());
}

#[test]
fn a_format_that_is_none_is_an_error_of_use() {
    let stage = Stage::with_findings();
    for (output, words) in [
        (
            "pdf=x",
            "there is no format `pdf`; expected one of terminal, markdown, sarif, html, json, cyclonedx",
        ),
        ("sarif", "expected FORMAT=FILE"),
        ("sarif=", "the file is missing"),
        ("=x", "there is no format ``"),
    ] {
        stage.scan("--output").arg(output).ends(2).says(words);
    }
    assert_eq!(stage.ran("grype"), 0);
}

#[test]
fn a_report_that_was_there_is_replaced_whole() {
    let stage = Stage::with(&["grype"]);
    stage.bench.write("work/out.json", "x".repeat(100_000));
    stage.scan("--output json=out.json").ends(0);
    let document: Value = serde_json::from_str(&read_text(stage.bench.path("work/out.json"))).unwrap();
    assert_eq!(document["findings"], json!([]));
}

#[test]
fn a_file_that_cannot_be_written_is_an_error_before_anything_is_scanned() {
    let stage = Stage::with_findings();
    stage.scan("--output json=nowhere/out.json").ends(2).says("cannot write nowhere/out.json");
    stage.bench.make_dir("work/dir");
    stage.scan("--output json=dir").ends(2).says("cannot write dir");
    assert_eq!(stage.ran("grype"), 0);
}

/// The fields that docs and the issue name; `schema_version` comes first.
#[test]
fn the_json_document_has_its_documented_fields() {
    let stage = Stage::with_findings();
    let text = stage.scan("--json").ends(0).text();
    assert!(text.starts_with("{\n  \"schema_version\": 1,"), "{text}");
    assert_eq!(stage.scan("--output json=-").ends(0).json()["schema_version"], 1);
    let document = stage.scanned("");
    let fields = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let has = |value: &Value, names: &[&str]| {
        let fields = fields(value);
        for name in names {
            assert!(fields.contains(&(*name).to_owned()), "no {name} in {fields:?}");
        }
    };
    has(&document, &["target", "subject", "summary", "gate", "scanners", "findings", "ignored", "remarks"]);
    has(
        &document["scanners"][0],
        &["name", "version", "database", "outcome", "cache", "reason", "entry", "miss", "notes"],
    );
    has(
        &document["findings"][0],
        &["id", "aliases", "severity", "package", "version", "fixed_in", "purl", "scanners", "location"],
    );
    for summary in ["reported", "distinct"] {
        has(
            &document["summary"][summary],
            &["critical", "high", "medium", "low", "negligible", "unknown", "total"],
        );
    }
    has(&document["gate"], &["decision", "fail_on", "soft", "reasons"]);
    let first = &document["findings"][0];
    assert_eq!(
        (&first["id"], &first["severity"], &first["scanners"]),
        (&json!("CVE-2020-0001"), &json!("critical"), &json!(["grype"]))
    );
    assert_eq!(
        (&first["package"], &first["version"], &first["fixed_in"]),
        (&json!("alpha"), &json!("1.0.0"), &json!(["1.0.1"]))
    );
    assert_eq!(document["target"], "tree");
    assert!(document["subject"].as_str().unwrap().starts_with("sha256:"));
}

#[test]
fn for_github_the_report_is_appended_to_the_job_s_summary() {
    let stage = Stage::with_findings();
    let summary = stage.bench.write("summary.md", "before\n");
    stage.scan("--github --fail-on high").env("GITHUB_STEP_SUMMARY", &summary).ends(3);
    let text = read_text(&summary);
    assert!(text.starts_with("before\n<!-- bulla-scan -->\n## Security Scan Results\n"), "{text}");
    assert!(text.contains("CVE-2020-0001"), "{text}");
    stage.scan("--github").env("GITHUB_STEP_SUMMARY", stage.bench.path("new.md")).ends(0);
    assert!(read_text(stage.bench.path("new.md")).starts_with("<!-- bulla-scan -->\n"));
    stage.scan("--github").ends(2).says("--github needs GITHUB_STEP_SUMMARY");
    stage
        .scan("--github")
        .env("GITHUB_STEP_SUMMARY", stage.bench.path("nowhere/x"))
        .ends(2)
        .says("nowhere/x");
}

#[test]
fn an_sbom_goes_into_the_reports_that_have_room_for_it_on_a_hit_as_on_a_miss() {
    let stage = Stage::with(&["syft", "grype"]);
    stage.prints("grype", grype_report(&[grype_match("CVE-2020-0001", "High", "lodash", "")]));
    for _ in 0..2 {
        let bom: Value = serde_json::from_str(&stage.scan("--output cyclonedx=-").ends(0).text()).unwrap();
        assert_eq!(bom["components"][0]["name"], "lodash");
        assert_eq!(bom["vulnerabilities"][0]["id"], "CVE-2020-0001");
        let page = stage.scan("--output html=-").ends(0).text();
        assert!(page.contains("lodash") && page.contains("4.17.15"), "the component with its version");
        let said = stage.asks("syft", "");
        assert_eq!((&said["sbom"]["components"], &said["sbom"]["version"]), (&json!(1), &json!("1.6")));
    }
    assert_eq!((stage.ran("syft"), stage.ran("grype")), (1, 1));
}

/// Text of advisories and packages is an attacker's text, in each format and on the terminal.
#[test]
fn hostile_names_are_text_in_every_format() {
    let stage = Stage::with(&["grype"]);
    let hostile = "<script>alert(1)</script>|`x`|@everyone\u{1b}[2J\u{202e}\n# h";
    let mut found = grype_match("CVE-2020-0001", "High", "alpha", "");
    found["artifact"]["name"] = json!(hostile);
    found["artifact"]["version"] = json!(hostile);
    found["artifact"]["locations"] = json!([{ "path": format!("/{hostile}") }]);
    found["vulnerability"]["description"] = json!(hostile);
    found["vulnerability"]["dataSource"] = json!("javascript:alert(1)");
    stage.prints("grype", grype_report(&[found]));
    for format in FORMATS {
        let run = stage.scan("--output").arg(format!("{format}=-")).ends(0);
        let text = run.text();
        assert!(!text.contains('\u{1b}'), "{format}: {text}");
        if ["markdown", "html"].contains(&format) {
            assert!(!text.contains("<script>alert"), "{format}: {text}");
            assert!(!text.contains("href=\"javascript:"), "{format}: {text}");
            assert!(!text.contains("](javascript:"), "{format}: {text}");
        }
        if format == "terminal" {
            assert!(!has_control_character(&run.stdout) && !text.contains('\u{202e}'), "{text}");
        }
        if ["json", "sarif", "cyclonedx"].contains(&format) {
            serde_json::from_str::<Value>(&text).unwrap();
        }
    }
    let markdown = stage.scan("--output markdown=-").ends(0).text();
    assert!(!markdown.contains("|@everyone"), "{markdown}");
}

#[test]
fn a_hostile_name_of_the_target_is_text_too() {
    let stage = Stage::with(&["grype"]);
    let name = "<script>alert(1)</script>\u{1b}[2J|`@you";
    let dir = stage.bench.make_dir("work/hostile");
    let target = dir.join(name.replace('/', "_"));
    stage.bench.program("mkdir").arg(&target).env("PATH", "/usr/bin:/bin").ends(0);
    write(target.join("file"), "x");
    for format in FORMATS {
        let run = stage.bulla("scan").arg(&target).arg("--output").arg(format!("{format}=-")).ends(0);
        assert!(!run.stdout.contains(&0x1b) && !run.stderr.contains('\u{1b}'), "{run:?}");
        assert!(!["markdown", "html"].contains(&format) || !run.text().contains("<script>alert"), "{run:?}");
    }
}

#[test]
fn what_happens_is_told_to_those_who_ask() {
    let stage = Stage::with_findings();
    stage.scan("").ends(0).without_a_word();
    write(stage.bench.path("work/tree/file"), "v2");
    stage
        .scan("--verbose")
        .ends(0)
        .says("grype: running (subject changed)")
        .says("grype: findings (miss: subject changed)");
    stage.scan("--verbose").ends(0).says("grype: findings (hit)");
    let stage = Stage::with(&["grype"]);
    stage.prints("grype", nothing_found("grype"));
    stage.scan("--verbose").ends(0).says("not installed: ").says("trivy");
}

#[test]
fn on_a_terminal_there_is_a_live_line_for_each_scanner_and_then_the_report() {
    let stage = Stage::with_findings();
    let (code, screen) = stage.scan("").on_a_terminal("");
    assert_eq!(code, 0);
    assert!(screen.contains("grype") && screen.contains("Security scan of tree"), "{screen}");
    let (_, plain) = stage.scan("--color never").env("NO_COLOR", "1").on_a_terminal("");
    let report = &plain[plain.find("Security scan of").unwrap()..];
    assert!(!report.contains("\u{1b}[3") && !report.contains("\u{1b}[1m"), "{report:?}");
}
