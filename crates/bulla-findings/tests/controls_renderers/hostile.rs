//! Any text in any field.

use bulla_findings::{
    CONTROLS, CheckedControl, ControlReport, ControlVerdict, Style, render_controls_json,
    render_controls_markdown, render_controls_terminal,
};
use proptest::prelude::*;

use crate::harmless::{TEXTS, any_text, assert_harmless, assert_lines_fit, assert_shown};
use crate::support::{at, everywhere, full, said};

/// The Markdown without the lines that hold a control's own text, in which code is code.
fn assert_markdown_is_harmless(report: &ControlReport) {
    let markdown = render_controls_markdown(report);
    assert!(markdown.len() <= 60_000, "{} bytes", markdown.len());
    let fixes: Vec<_> = markdown.lines().filter(|line| line.starts_with("**Fix:** ")).collect();
    let others = fixes.iter().fold(markdown.clone(), |rest, fix| rest.replace(&format!("{fix}\n"), "\n"));
    assert_harmless(&others, "<!-- bulla-controls -->", "Repository Controls");
    assert_eq!(markdown.matches("<details>").count(), markdown.matches("</details>").count());
}

fn assert_rendered(text: &str) {
    let report = everywhere(text);
    assert_markdown_is_harmless(&report);
    for width in [40, 59, 60, 80] {
        assert_shown(
            &render_controls_terminal(&report, Style { width, color: false, verbose: false }),
            width,
        );
    }
    let json = serde_json::to_value(render_controls_json(&report)).expect("it is JSON");
    assert_eq!(json["controls"][1]["evidence"][0]["message"], text);
}

#[test]
fn texts_that_were_written_for_it_do_no_harm() {
    TEXTS.into_iter().for_each(assert_rendered);
}

#[test]
fn texts_without_an_end_take_no_more_than_their_share() {
    for text in ["@", "|", "x", "日", "\u{301}", "a ", "\n", "&"] {
        let mut report = everywhere(&text.repeat(100_000));
        let exception = report.exceptions[0].clone();
        report.exceptions.extend(std::iter::repeat_n(exception, 100));
        let evidence = report.controls[1].evidence[0].clone();
        report.controls = CONTROLS
            .iter()
            .map(|control| CheckedControl {
                control,
                verdict: ControlVerdict::Fail,
                evidence: vec![evidence.clone(); 100],
            })
            .collect();
        assert_markdown_is_harmless(&report);
        let markdown = render_controls_markdown(&report);
        for control in CONTROLS {
            assert!(markdown.contains(&format!("({}) | Fail |", control.id)), "{} is missing", control.id);
        }
        let shown = render_controls_terminal(&report, Style { width: 80, color: false, verbose: false });
        assert_lines_fit(&shown, 80);
        assert!(shown.len() < 4_000_000, "{} bytes", shown.len());
    }
}

#[test]
fn the_same_report_is_rendered_in_the_same_way() {
    let render = || {
        let report = full();
        (render_controls_markdown(&report), bulla_findings::render_controls_sarif(&report))
    };
    assert_eq!(render(), render());
}

/// A backtick that is alone would show as it is, and code that holds one would end early.
#[test]
fn every_controls_own_text_has_its_backticks_in_pairs() {
    for control in CONTROLS {
        for text in [control.question, control.reason, control.fix] {
            assert_eq!(text.matches('`').count() % 2, 0, "{}: {text}", control.id);
            assert!(!text.contains(['\n', '\r']), "{}: {text}", control.id);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_in_any_field_does_no_harm(text in any_text()) {
        assert_rendered(&text);
    }
}

#[test]
fn a_text_is_where_it_was_written() {
    let mut report = full();
    report.controls[1].evidence = vec![at(said(ControlVerdict::Fail, "<b>"), "a|b", 1, "@all")];
    let markdown = render_controls_markdown(&report);
    assert!(markdown.contains("| Fail | a&#124;b:&#8203;1:9 | &lt;b&gt; | @&#8203;all |\n"), "{markdown}");
}
