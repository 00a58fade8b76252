//! Any text in any field.

use bulla_findings::{
    Assessment, Check, Finding, IgnoreProblem, IgnoreRemark, Ignored, Kind, Location, Merged, Outcome,
    Package, Source, Style, render_json, render_markdown, render_terminal,
};
use proptest::prelude::*;

use crate::harmless::{TEXTS, any_text, assert_harmless, assert_lines_fit, assert_shown};
use crate::support::{GRYPE, TRIVY, all_clean, clean, example, said_by};

const MARKER: &str = "<!-- bulla-scan -->";
const TITLE: &str = "Security Scan Results";

/// An assessment in which everything that others write is `text`.
fn written_by_an_attacker(text: &str, kind: Kind) -> Assessment {
    let finding = Finding {
        kind,
        id: text.to_owned(),
        aliases: vec![text.to_owned()],
        title: text.to_owned(),
        package: (kind == Kind::Vulnerability).then(|| Package {
            name: text.to_owned(),
            version: text.to_owned(),
            purl: Some(text.to_owned()),
        }),
        fixed_in: vec![text.to_owned(), format!("1{text}")],
        location: Some(Location { path: text.to_owned(), line: Some(1), column: None }),
        url: Some(format!("https://e.example/{text}")),
        ..Finding::default()
    };
    let merged: Merged = said_by("trivy", finding);
    let failed = Check {
        outcome: Outcome::Error(text.to_owned()),
        notes: vec![text.to_owned()],
        source: Source::Miss {
            reason: text.to_owned(),
            detail: text.to_owned(),
            not_stored: Some(text.to_owned()),
        },
        ..clean(&TRIVY)
    };
    let sealed = Source::Hit {
        seal: text.to_owned(),
        key_id: text.to_owned(),
        issued_at: text.to_owned(),
        age: std::time::Duration::ZERO,
        is_shared: false,
    };
    let hit = Check {
        version: Some(text.to_owned()),
        database: Some(text.to_owned()),
        outcome: Outcome::Findings,
        source: sealed,
        ..clean(&GRYPE)
    };
    let mut assessment = Assessment {
        target: text.to_owned(),
        checks: vec![failed, hit],
        findings: vec![merged.clone(), merged.clone()],
        ignored: vec![Ignored { merged, file: text.to_owned(), reason: text.to_owned() }],
        remarks: vec![
            IgnoreRemark { file: text.to_owned(), rule: text.to_owned(), problem: IgnoreProblem::Unused },
            IgnoreRemark {
                file: text.to_owned(),
                rule: text.to_owned(),
                problem: IgnoreProblem::Expired { on: text.to_owned(), findings: 2 },
            },
        ],
        ..all_clean()
    };
    assessment.verdict.reasons = vec![text.to_owned()];
    assessment
}

fn assert_rendered(text: &str, kind: Kind) {
    let assessment = written_by_an_attacker(text, kind);
    assert_harmless(&render_markdown(&assessment), MARKER, TITLE);
    for width in [40, 59, 60, 80] {
        let shown = render_terminal(&assessment, Style { width, color: false, verbose: false });
        assert_shown(&shown, width);
    }
    let json = serde_json::to_value(render_json(&assessment)).expect("it is JSON");
    assert_eq!(json["findings"][0]["id"], text);
}

#[test]
fn texts_that_were_written_for_it_do_no_harm() {
    for text in TEXTS {
        for kind in [Kind::Vulnerability, Kind::Secret] {
            assert_rendered(text, kind);
        }
    }
}

#[test]
fn texts_without_an_end_take_no_more_than_their_share() {
    for text in ["@", "|", "x", "日", "\u{301}", "a ", "\n", "&"] {
        let mut assessment = written_by_an_attacker(&text.repeat(100_000), Kind::Vulnerability);
        let (check, finding) = (assessment.checks[0].clone(), assessment.findings[0].clone());
        assessment.checks.extend(std::iter::repeat_n(check, 30));
        assessment.findings.extend(std::iter::repeat_n(finding, 300));
        let reasons = assessment.verdict.reasons.clone();
        assessment.verdict.reasons.extend(std::iter::repeat_n(reasons[0].clone(), 100));
        assert_harmless(&render_markdown(&assessment), MARKER, TITLE);
        let shown = render_terminal(&assessment, Style { width: 80, color: false, verbose: false });
        assert_lines_fit(&shown, 80);
        assert!(shown.len() < 2_000_000, "{} bytes", shown.len());
    }
}

#[test]
fn an_address_that_pretends_is_no_link() {
    let mut assessment = example();
    assessment.findings[0].finding.url = Some("https://github.com@e.example/".to_owned());
    let markdown = render_markdown(&assessment);
    assert!(markdown.contains("| Critical | CVE-2019-10744 |") && !markdown.contains("e.example"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_in_any_field_does_no_harm(text in any_text(), is_secret in any::<bool>()) {
        assert_rendered(&text, if is_secret { Kind::Secret } else { Kind::Vulnerability });
    }
}
