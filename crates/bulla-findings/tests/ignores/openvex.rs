//! OpenVEX documents.

use super::*;

fn vex(timestamp: &str, statements: &str) -> String {
    format!(
        r#"{{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.org/vex/1", "author": "us",
            "timestamp": "{timestamp}", "version": 1, "statements": [{statements}]}}"#
    )
}

fn statement(status: &str, products: &str, rest: &str) -> String {
    format!(
        r#"{{"vulnerability": {{"name": "GHSA-1", "aliases": ["CVE-2023-12345"]}}, "products": [{products}],
            "status": "{status}", "justification": "vulnerable_code_not_present" {rest}}}"#
    )
}

const GIT: &str = r#"{"@id": "pkg:apk/wolfi/git@2.39.0-r1?arch=x86_64"}"#;
const DIGEST: &str = "sha256:74634d9736a45ca9f6e1187e783492199e020f4a5c19d0b1abc2b604f894b5a1";

#[test]
fn a_vex_statement_ignores_what_it_says_does_not_affect_the_package() {
    for (ignored, status) in
        [(true, "not_affected"), (true, "fixed"), (false, "affected"), (false, "under_investigation")]
    {
        let text = vex("2026-01-01T00:00:00Z", &statement(status, GIT, ""));
        assert_eq!(reason(IgnoreFormat::OpenVex, &text, &git()).is_some(), ignored, "{status}");
    }
    let wordy = statement("not_affected", GIT, r#", "impact_statement": "patched out""#);
    let said = reason(IgnoreFormat::OpenVex, &vex("2026-01-01T00:00:00Z", &wordy), &git());
    assert_eq!(said.as_deref(), Some("vulnerable_code_not_present; patched out"));
}

#[test]
fn a_vex_statement_about_another_product_ignores_nothing() {
    let target = format!("registry.example/app@{DIGEST}");
    let image = format!("pkg:oci/app@{}?repository_url=registry.example/app", DIGEST.replace(':', "%3A"));
    let other = format!("pkg:oci/app@sha256:{}", "0".repeat(64));
    for (ignored, product) in [
        (true, GIT.to_owned()),
        (true, r#"{"@id": "pkg:apk/wolfi/git"}"#.into()),
        (true, r#""pkg:apk/wolfi/git@2.39.0-r1""#.into()),
        (true, r#"{"identifiers": {"purl": "pkg:apk/wolfi/git@2.39.0-r1"}}"#.into()),
        (true, format!(r#"{{"@id": "https://example.org/app", "subcomponents": [{GIT}]}}"#)),
        (true, format!(r#"{{"@id": "{image}", "subcomponents": [{{"@id": "pkg:npm/x@1"}}, {GIT}]}}"#)),
        (true, format!(r#"{{"@id": "{image}"}}"#)),
        (false, r#"{"@id": "pkg:apk/wolfi/git@2.39.0-r2"}"#.into()),
        (false, r#"{"@id": "pkg:apk/wolfi/git@2.39.0-r1?arch=armv7"}"#.into()),
        (false, r#"{"@id": "pkg:apk/alpine/git@2.39.0-r1"}"#.into()),
        (false, r#"{"@id": "pkg:apk/wolfi/gitlab@2.39.0-r1"}"#.into()),
        (false, r#"{"@id": "https://example.org/app"}"#.into()),
        (false, r#"{"@id": "pkg:oci/app"}"#.into()),
        (false, format!(r#"{{"@id": "{other}"}}"#)),
        (false, format!(r#"{{"@id": "{other}", "subcomponents": [{GIT}]}}"#)),
        (false, format!(r#"{{"@id": "{image}", "subcomponents": [{{"@id": "pkg:npm/x@1"}}]}}"#)),
        (
            false,
            r#"{"@id": "pkg:apk/wolfi/git@2.39.0-r1", "subcomponents": [{"@id": "pkg:npm/x@1"}]}"#.into(),
        ),
        (false, format!(r#"{{"subcomponents": [{GIT}]}}"#)),
        (false, "{}".into()),
    ] {
        let text = vex("2026-01-01T00:00:00Z", &statement("not_affected", &product, ""));
        let assessment = assessed(&parsed(IgnoreFormat::OpenVex, &text).unwrap(), &[git()], &target);
        assert_eq!(assessment.ignored.len() == 1, ignored, "{product}");
        let unused = assessment.remarks.iter().filter(|remark| remark.problem == IgnoreProblem::Unused);
        assert_eq!(unused.count(), usize::from(!ignored), "{product}");
    }
    let plain = found("CVE-2023-12345", &[], "git@2.39.0-r1", "");
    let by_name = r#"{"@id": "pkg:apk/wolfi/git@2.39.0-r1"}"#;
    for (ignored, product) in [(true, by_name), (false, GIT)] {
        let text = vex("2026-01-01T00:00:00Z", &statement("fixed", product, ""));
        assert_eq!(reason(IgnoreFormat::OpenVex, &text, &plain).is_some(), ignored, "{product}");
    }
}

#[test]
fn the_newest_vex_statement_holds_wherever_it_stands() {
    let at = |time: &str| format!(r#", "timestamp": "{time}""#);
    let cleared = statement("not_affected", GIT, &at("2026-03-01T00:00:00+02:00"));
    let affected = statement("affected", GIT, &at("2026-02-28T23:00:00Z"));
    for statements in [format!("{cleared}, {affected}"), format!("{affected}, {cleared}")] {
        assert_eq!(reason(IgnoreFormat::OpenVex, &vex("2020-01-01T00:00:00Z", &statements), &git()), None);
    }
    let documents = |first: &str, second: &str| {
        let first = vex(first, &statement("not_affected", GIT, ""));
        let second = vex(second, &statement("affected", GIT, ""));
        let file =
            |name, text| IgnoreFile { name, format: IgnoreFormat::OpenVex, bytes: str::as_bytes(text) };
        let ignores = Ignores::parse(&[file("first", &first), file("second", &second)]).unwrap();
        assessed(&ignores, &[git()], ".").ignored.len()
    };
    assert_eq!(documents("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"), 1);
    assert_eq!(documents("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"), 0);
    assert_eq!(documents("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"), 0);
}

#[test]
fn a_vex_document_that_is_wrong_is_named_with_its_line() {
    let good = vex("2026-01-01T00:00:00Z", &statement("fixed", GIT, ""));
    for (text, says) in [
        (String::new(), "EOF"),
        ("[]".into(), "the-file:1:"),
        ("{}".into(), "@context"),
        (good.replace("openvex.dev", "example.org"), "https://openvex.dev/ns"),
        (good.replace("\"fixed\"", "\"fine\""), "statements[0].status: unknown variant `fine`"),
        (good.replace("2026-01-01T00:00:00Z", "yesterday"), "RFC 3339"),
        (good.replace("\"vulnerability\"", "\"weakness\""), "vulnerability"),
        (good[..good.len() - 3].to_owned(), "the-file:3:"),
        (format!("{good}{good}"), "one document"),
        (
            good.replace("\"status\"", "\"subcomponents\": [\"pkg:npm/x\"], \"status\""),
            "statements[0].subcomponents",
        ),
        ("[".repeat(200_000), "the-file:1:"),
    ] {
        let error = error(IgnoreFormat::OpenVex, &text);
        assert!(error.contains(says) && error.len() < 400, "{error} / {says}");
    }
    let products = vec![GIT; 2_000].join(",");
    let aliases: Vec<String> = (0..60).map(|number| format!("\"CVE-2023-{number}\"")).collect();
    let many = statement("fixed", &products, "").replace("\"CVE-2023-12345\"", &aliases.join(","));
    let many = |count| vex("2026-01-01T00:00:00Z", &vec![many.as_str(); count].join(","));
    assert!(parsed(IgnoreFormat::OpenVex, &many(2)).is_ok());
    assert!(error(IgnoreFormat::OpenVex, &many(10)).contains("split it"));
}
