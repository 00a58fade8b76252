//! Any text in any field.

use bulla_findings::{
    Assessment, Check, Finding, IgnoreProblem, IgnoreRemark, Ignored, Kind, Location, Merged, Outcome,
    Package, Source, Style, render_json, render_markdown, render_terminal,
};
use proptest::prelude::*;

use crate::support::{GRYPE, TRIVY, all_clean, clean, example, said_by};
use crate::terminal::assert_lines_fit;

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

/// No HTML but ours, every row of a table as long as its head, nothing that GitHub makes something of.
fn assert_harmless(markdown: &str) {
    assert!(markdown.starts_with("<!-- bulla-scan -->\n## Security Scan Results\n"));
    assert!(markdown.len() <= 60_000, "{} bytes", markdown.len());
    let ours = ["<!-- bulla-scan -->", "<details>", "</details>", "<summary>", "</summary>"];
    let rest = ours.iter().fold(markdown.to_owned(), |rest, ours| rest.replace(ours, ""));
    assert!(!rest.contains(['<', '>', '`']), "{rest}");
    assert!(!rest.contains(|c: char| c.is_control() && c != '\n'), "{rest:?}");

    let mut cells = None;
    for line in rest.lines() {
        assert!(!line.contains("!["), "an image: {line}");
        for at in line.match_indices('@').map(|(at, _)| at) {
            assert!(line[at..].starts_with("@&#8203;"), "a mention: {line}");
        }
        let text = without_links(line);
        assert!(!text.contains("://") && !text.to_lowercase().contains("www."), "a link: {line}");
        let pipes = line.matches('|').count();
        if !line.starts_with('|') {
            assert_eq!(pipes, 0, "a row outside of a table: {line}");
            cells = None;
        } else {
            assert_eq!(*cells.get_or_insert(pipes), pipes, "a broken row: {line}");
        }
    }
}

/// A line without the addresses of its links, none of which may hold what ends it.
fn without_links(line: &str) -> String {
    let mut parts = line.split("](https://");
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (address, after) = part.split_once(')').expect("a link ends");
        assert!(!address.contains(['(', '[', ']', '"', '\'', '\\', ' ']), "a link that ends early: {line}");
        rest.push_str(after);
    }
    rest
}

fn assert_rendered(text: &str, kind: Kind) {
    let assessment = written_by_an_attacker(text, kind);
    assert_harmless(&render_markdown(&assessment));
    for width in [40, 59, 60, 80] {
        let shown = render_terminal(&assessment, Style { width, color: false });
        assert!(!shown.contains(|c: char| c.is_control() && c != '\n'), "{shown:?}");
        assert!(!shown.contains(['\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}', '\u{e0041}']), "{shown:?}");
        assert_lines_fit(&shown, width);
    }
    let json = serde_json::to_value(render_json(&assessment)).expect("it is JSON");
    assert_eq!(json["findings"][0]["id"], text);
}

#[test]
fn texts_that_were_written_for_it_do_no_harm() {
    let texts = [
        "</details><script>alert(1)</script>",
        "<!-- --> | a | b |\n| c |",
        "![x](https://e.example/p.png) [y](javascript:alert(1)) <https://e.example>",
        "@everyone fixes #1, GH-2 and owner/repository#3 www.e.example a@e.example",
        "```\n# heading\n- item\n> quote\n    code",
        r"\| \\| \` ](https://e.example) \",
        "a\u{202e}b\u{2066}c\u{200b}d\u{feff}e\u{e0041}f\u{1b}]0;title\u{7}\u{9b}31m\r\u{0}",
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} ☎\u{fe0f} 日本語 e\u{301}\u{301}\u{301}",
        "",
        " ",
    ];
    for text in texts {
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
        assert_harmless(&render_markdown(&assessment));
        let shown = render_terminal(&assessment, Style { width: 80, color: false });
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

fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "|",
        "\\",
        "`",
        "<",
        ">",
        "@",
        "#1",
        "[",
        "](",
        ")",
        "![",
        "://",
        "https",
        "www.",
        "\n",
        "\u{202e}",
        "&",
        "_",
        "*",
        "~",
        "日",
        "\u{301}",
        "\u{fe0f}",
        " ",
        "a",
        "1",
        "-",
        ":",
        "GH",
        "<details>",
        "</details>",
        "<!--",
    ]);
    prop_oneof![any::<String>(), prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat())]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_in_any_field_does_no_harm(text in any_text(), is_secret in any::<bool>()) {
        assert_rendered(&text, if is_secret { Kind::Secret } else { Kind::Vulnerability });
    }
}
