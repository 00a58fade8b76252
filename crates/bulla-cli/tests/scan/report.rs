//! `bulla report`: reports that somebody has, read as the scan reads them.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::harness::*;
use crate::stage::{Stage, grype_match, grype_report, nothing_found, of};

/// Reports of the repository's own.
fn own(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../bulla-findings/tests/samples").join(name)
}

/// Real ones, beside the repository.
fn sample(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples").join(name)
}

/// Critical, high, medium, low, negligible, unknown.
fn counts(document: &Value) -> [u64; 6] {
    let reported = &document["summary"]["reported"];
    let counts = ["critical", "high", "medium", "low", "negligible", "unknown"]
        .map(|name| reported[name].as_u64().unwrap());
    assert_eq!(reported["total"], counts.iter().sum::<u64>());
    counts
}

#[track_caller]
fn report(stage: &Stage, scanner: &str, file: &PathBuf) -> Value {
    let run = stage.bulla("report --json --soft-fail --from").arg(scanner).arg(file).ends(0);
    let document = run.json();
    assert_eq!(of(&document, scanner)["cache"], json!(null));
    assert_eq!(of(&document, scanner)["file"], file.display().to_string());
    document
}

#[test]
fn a_report_of_each_scanner_is_read_without_any_scanner_being_there() {
    let stage = Stage::with(&[]);
    for (scanner, file, outcome) in [
        ("kingfisher", "kingfisher/three_of_two_kinds.json", "findings"),
        ("kingfisher", "kingfisher/clean.json", "clean"),
        ("kingfisher", "kingfisher/nothing_scanned.json", "unscanned"),
        ("gitleaks", "gitleaks/redacted.json", "findings"),
        ("gitleaks", "gitleaks/clean.json", "clean"),
        ("semgrep", "semgrep/two_and_a_syntax_error.json", "findings"),
        ("semgrep", "semgrep/nothing_scanned.json", "unscanned"),
        ("zizmor", "zizmor/five.json", "findings"),
        ("npm-audit", "npm-audit/npm6.json", "findings"),
        ("npm-audit", "npm-audit/npm7.json", "findings"),
        ("pip-audit", "pip-audit/object.json", "findings"),
        ("pip-audit", "pip-audit/list.json", "findings"),
        ("trivy", "trivy/all_kinds.json", "findings"),
        ("syft", "syft/cyclonedx.json", "clean"),
        ("syft", "syft/spdx.json", "clean"),
        ("syft", "syft/syft.json", "clean"),
    ] {
        let document = report(&stage, scanner, &own(file));
        assert_eq!(of(&document, scanner)["outcome"], outcome, "{file}");
    }
    assert!(!is_there(stage.bench.dir()), "a report goes through no cache");
}

#[test]
#[ignore = "needs the samples beside the repository: cargo xtask test"]
fn real_reports_of_every_scanner_hold_what_they_hold_in_the_samples() {
    let stage = Stage::with(&[]);
    for (scanner, file, expected) in [
        ("grype", "grype/many_vulns.json", [0, 32, 613, 107, 681, 76]),
        ("grype", "grype/many_vulns4.json", [2, 2, 5, 0, 0, 0]),
        ("grype", "grype/no_vuln.json", [0; 6]),
        ("trivy", "trivy/scheme_2_many_vulns.json", [1, 1, 3, 0, 0, 0]),
        ("trivy", "trivy/legacy_many_vulns.json", [0, 18, 9, 65, 0, 1]),
        ("trivy", "trivy/misconfigurations_and_secrets.json", [2, 2, 1, 0, 0, 0]),
        ("npm-audit", "npm-audit/multiple_cwes.json", [2, 22, 29, 2, 0, 0]),
        ("pip-audit", "pip-audit/many_vulns.json", [0, 0, 0, 0, 0, 7]),
        ("pip-audit", "pip-audit/many_vulns_new.json", [0, 0, 0, 0, 0, 7]),
        ("cargo-audit", "cargo-audit/many_findings_cvss.json", [1, 3, 1, 0, 0, 5]),
    ] {
        assert_eq!(counts(&report(&stage, scanner, &sample(file))), expected, "{file}");
    }
    for (scanner, file) in [
        ("trufflehog", "trufflehog/v3_git.json"),
        ("trufflehog", "trufflehog/v3_github.json"),
        ("gitleaks", "gitleaks/gitleaks8_many.json"),
        ("osv-scanner", "osv-scanner/many_findings.json"),
        ("semgrep", "semgrep/many_vulns.json"),
    ] {
        let document = report(&stage, scanner, &sample(file));
        assert!(counts(&document).iter().sum::<u64>() > 0, "{file}");
        for format in ["terminal", "markdown", "sarif", "html", "cyclonedx"] {
            let run = stage
                .bulla("report --from")
                .arg(scanner)
                .arg(sample(file))
                .arg(format!("-o{format}=-"))
                .ends(0);
            assert!(!has_control_character(&run.stdout), "{file} {format}");
            // The secret of a sample.
            run.keeps_quiet_about("AKIAYVP4CIPPERUVIFXG").keeps_quiet_about("secretAWSsecret");
        }
    }
}

#[test]
#[ignore = "needs the samples beside the repository: cargo xtask test"]
fn the_same_report_through_a_scan_and_from_its_file_says_the_same_in_the_samples() {
    let stage = Stage::with(&["grype"]);
    let file = sample("grype/many_vulns_with_epss_values.json");
    stage.prints("grype", read(&file));
    let (scanned, reported) = (stage.scanned(""), report(&stage, "grype", &file));
    for same in ["findings", "summary"] {
        assert_eq!(scanned[same], reported[same], "{same}");
    }
    assert_eq!(stage.scanned("")["findings"], reported["findings"], "on a hit too");
}

#[test]
fn a_report_comes_from_standard_input_too() {
    let stage = Stage::with(&[]);
    let text = grype_report(&[grype_match("CVE-2020-0001", "High", "alpha", "")]);
    let document = stage.bulla("report --json --from grype -").stdin(text).ends(0).json();
    assert_eq!(
        (&document["findings"][0]["id"], counts(&document)),
        (&json!("CVE-2020-0001"), [0, 1, 0, 0, 0, 0])
    );
    assert_eq!(of(&document, "grype")["file"], "-");
}

#[test]
fn reports_of_several_scanners_are_one_answer() {
    let stage = Stage::with(&[]);
    let one = grype_report(&[grype_match("GHSA-aaaa-bbbb-cccc", "High", "lodash", "4.17.21")]);
    let one = one
        .replace("\"artifact\"", "\"relatedVulnerabilities\": [{\"id\": \"CVE-2020-8203\"}], \"artifact\"");
    stage.bench.write("work/grype.json", one);
    let two = json!({ "SchemaVersion": 2, "Results": [{ "Target": "package-lock.json", "Class": "lang-pkgs", "Type": "npm",
        "Vulnerabilities": [{ "VulnerabilityID": "CVE-2020-8203", "PkgName": "lodash", "InstalledVersion": "1.0.0",
        "PkgIdentifier": { "PURL": "pkg:npm/lodash@1.0.0" }, "Severity": "CRITICAL" }] }] });
    stage.bench.write("work/trivy.json", two.to_string());
    let run = stage
        .bulla("report --json --from grype --from trivy grype.json trivy.json --fail-on critical")
        .ends(3);
    let document = run.json();
    assert_eq!(counts(&document), [1, 1, 0, 0, 0, 0]);
    assert_eq!(document["summary"]["distinct"]["total"], 1, "{document}");
    let found = &document["findings"][0];
    assert_eq!((&found["severity"], &found["scanners"]), (&json!("critical"), &json!(["grype", "trivy"])));
    assert_eq!(found["fixed_in"], json!(["4.17.21"]));
    stage
        .bulla("report --from grype --from trivy grype.json trivy.json grype.json")
        .ends(2)
        .says("2 times --from for 3 files");
    stage.bulla("report --json --from grype grype.json grype.json").ends(0);
}

#[test]
fn gate_ignores_and_settings_hold_for_a_report_as_for_a_scan() {
    let stage = Stage::with(&[]);
    stage.bench.write("work/grype.json", grype_report(&[grype_match("CVE-2020-0001", "High", "alpha", "")]));
    let call = || stage.bulla("report --from grype grype.json");
    call().words("--fail-on high").ends(3);
    call().words("--fail-on high --only-fixed").ends(0);
    call().words("--required trivy").ends(3);
    stage.bench.project_config("[scan]\nfail-on = \"high\"\n");
    call().ends(3);
    call().words("--soft-fail").ends(0);
    stage.bench.write("work/.bulla-ignore.yaml", "ignores:\n- {id: CVE-2020-0001, reason: x}\n");
    call().ends(0);
}

#[test]
fn what_is_no_report_is_an_error_that_names_the_file_and_the_scanner() {
    let stage = Stage::with(&[]);
    for (bytes, words) in [
        ("", "this is no grype report: it is empty"),
        ("{}", "missing field `matches`"),
        ("{\"matches\": [", "this is no grype report"),
        ("not JSON", "this is no grype report"),
        (nothing_found("trivy"), "missing field `matches`"),
    ] {
        stage.bench.write("work/some report.json", bytes);
        let run = stage.bulla("report --from grype").arg("some report.json").ends(1);
        assert!(run.stdout.is_empty());
        run.says("some report.json").says(words);
    }
    stage.bulla("report --from grype nowhere.json").ends(1).says("nowhere.json");
    stage.bulla("report --from snyk x.json").ends(2).says("there is no scanner `snyk`");
    stage.bulla("report x.json").ends(2).says("--from");
    stage.bulla("report --from grype").ends(2);
}

#[test]
fn a_report_that_scanned_nothing_has_not_passed() {
    let stage = Stage::with(&[]);
    stage.bench.write("work/trivy.json", r#"{"SchemaVersion": 2}"#);
    let document = stage.bulla("report --json --from trivy trivy.json").ends(3).json();
    assert_eq!(
        (&document["scanners"][0]["outcome"], &document["gate"]["decision"]),
        (&json!("unscanned"), &json!("failed"))
    );
}

#[test]
fn hostile_names_of_files_are_text() {
    let stage = Stage::with(&[]);
    for name in
        ["<script>alert(1)<|script>", "a\u{1b}[2Jb", "x|`y`|@you.json", "-n", "new\nline", "\u{202e}nosj"]
    {
        let path = stage.bench.write(&format!("work/{name}"), nothing_found("grype"));
        for format in ["terminal", "markdown", "html", "json", "sarif", "cyclonedx"] {
            let run =
                stage.bulla("report --from grype").arg(format!("--output={format}=-")).arg(&path).ends(0);
            assert!(!run.stdout.contains(&0x1b), "{run:?}");
            assert!(
                !["markdown", "html"].contains(&format) || !run.text().contains("<script>alert"),
                "{run:?}"
            );
        }
        write(&path, "no report");
        let run = stage.bulla("report --from grype").arg(&path).ends(1);
        assert!(!has_control_character(run.stderr.as_bytes()), "{run:?}");
    }
}

#[test]
fn a_fifo_a_directory_and_a_link_to_nowhere_neither_block_nor_pass() {
    let stage = Stage::with(&[]);
    make_fifo(&stage.bench.path("work/fifo"));
    make_link("nowhere", stage.bench.path("work/link"));
    stage.bench.make_dir("work/dir");
    for name in ["fifo", "link", "dir"] {
        stage.bulla("report --from grype").arg(name).ends(1).says(name);
    }
}
