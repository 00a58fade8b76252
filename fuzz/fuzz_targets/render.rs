//! A hostile report's text in every renderer: no script of its own in a page, no broken table in Markdown, no control
//! character on a terminal.

#![no_main]

use bulla_findings::{
    Answer, Assessment, Component, Day, Finding, Gate, Ignores, Kind, Location, Package, Report, SCANNERS,
    Severity, Source, Style, assess, render_cyclonedx, render_html, render_json, render_markdown,
    render_sarif, render_terminal,
};
use libfuzzer_sys::arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut input = Unstructured::new(input);
    let Ok((assessment, component)) = hostile(&mut input) else { return };
    markdown(&render_markdown(&assessment));
    let page = render_html(&assessment, &[component]);
    assert_eq!(tags(&page, "script"), 1, "a script that is not ours");
    assert_eq!(tags(&page, "style"), 1, "a style that is not ours");
    for tag in ["img", "iframe", "object", "embed", "link", "base", "form"] {
        assert_eq!(tags(&page, tag), 0, "<{tag}");
    }
    let shown = render_terminal(&assessment, Style { width: 60, color: false, verbose: false });
    assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
    let sarif: serde_json::Value = serde_json::from_str(&render_sarif(&assessment)).expect("SARIF is JSON");
    assert_eq!(sarif["version"], "2.1.0");
    drop(serde_json::to_string(&render_json(&assessment)).expect("it is JSON"));
    render_cyclonedx(&assessment, None).expect("without an SBOM there is nothing to be wrong");
});

fn tags(page: &str, name: &str) -> usize {
    page.to_ascii_lowercase().matches(&format!("<{name}")).count()
}

fn markdown(text: &str) {
    assert!(text.chars().count() <= 60_000);
    assert!(text.starts_with("<!-- bulla-scan -->\n"));
    let lower = text.to_ascii_lowercase();
    assert!(!lower.contains("<script") && !lower.contains("<img"), "{text}");
    let mut columns = None;
    for line in text.lines() {
        let row = line.starts_with('|');
        let pipes = line.replace("\\\\", "").replace("\\|", "").matches('|').count();
        match columns {
            _ if !row => columns = None,
            None => columns = Some(pipes),
            Some(columns) => assert_eq!(pipes, columns, "{line}"),
        }
    }
}

fn hostile(input: &mut Unstructured<'_>) -> libfuzzer_sys::arbitrary::Result<(Assessment, Component)> {
    let texts: Vec<String> = Vec::arbitrary(input)?;
    let mut texts = texts.into_iter();
    let mut text = || texts.next().unwrap_or_default();
    let mut findings = Vec::new();
    for index in 0..3_u64 {
        let kinds = [Kind::Vulnerability, Kind::Secret, Kind::Licence];
        findings.push(Finding {
            kind: kinds[index as usize],
            id: text(),
            aliases: vec![text()],
            severity: Severity::ALL[index as usize],
            title: text(),
            package: Some(Package { name: text(), version: text(), purl: Some(text()) }),
            fixed_in: vec![text()],
            location: Some(Location::line(&text(), index)),
            url: Some(text()),
            score: None,
        });
    }
    let component =
        Component { name: text(), version: text(), kind: text(), purl: Some(text()), ..Component::default() };
    let report = Report {
        version: Some(text()),
        database: Some(text()),
        notes: vec![text()],
        findings,
        ..Report::default()
    };
    let source = Source::Miss { reason: text(), detail: text(), not_stored: Some(text()) };
    let ignores = Ignores::parse(&[]).expect("no file is wrong");
    let today = Day::of_unix_millis(0).expect("1970");
    let answers = vec![
        Answer::of(SCANNERS[1], report, source),
        Answer::without_report(SCANNERS[2], bulla_findings::Outcome::Error(text()), Source::File(text())),
    ];
    Ok((assess(&text(), None, answers, &ignores, today, &Gate::default()), component))
}
