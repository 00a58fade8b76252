//! Reports: every format, several at once, and where each goes.

use serde_json::Value;

use crate::harness::*;
use crate::place::{Place, UNPINNED, WORKFLOW};

const FORMATS: [&str; 5] = ["terminal", "markdown", "sarif", "html", "json"];

/// The text is a report in this format about [`Place::unpinned`].
#[track_caller]
fn is_a(format: &str, text: &str) {
    assert!(text.contains("pinned-actions"), "{format}: {text}");
    let parsed = || serde_json::from_str::<Value>(text).unwrap_or_else(|error| panic!("{format}: {error}"));
    match format {
        "terminal" => assert!(text.starts_with("Repository controls of tree on 20"), "{text}"),
        "markdown" => assert!(text.contains("\n## "), "{text}"),
        "sarif" => {
            let result = &parsed()["runs"][0]["results"][0];
            assert_eq!(result["ruleId"], "pinned-actions");
            let place = &result["locations"][0]["physicalLocation"];
            assert_eq!(place["artifactLocation"]["uri"], WORKFLOW);
            assert_eq!(place["region"]["startLine"], 5);
        }
        "html" => assert!(text.starts_with("<!doctype html>") && text.contains(WORKFLOW), "{text}"),
        "json" => assert_eq!(parsed()["controls"][0]["verdict"], "fail"),
        _ => panic!("{format}"),
    }
}

#[test]
fn every_format_goes_to_a_file_and_several_at_once() {
    let place = Place::unpinned();
    let options: Vec<_> = FORMATS.iter().map(|format| format!("--output={format}=../out.{format}")).collect();
    for _ in 0..2 {
        let run = place.check("").args(&options).ends(3).without_a_word();
        is_a("terminal", &run.text());
        for format in FORMATS {
            is_a(format, &read_text(place.bench.path(&format!("work/out.{format}"))));
        }
    }
    assert_eq!(names(&place.bench.work()).len(), 1 + FORMATS.len(), "and nothing else is left there");
}

#[test]
fn each_goes_to_standard_output_too() {
    let place = Place::unpinned();
    for format in FORMATS {
        is_a(format, &place.check("-o").arg(format!("{format}=-")).ends(3).without_a_word().text());
    }
    is_a("json", &place.check("--json --output html=page.html").ends(3).text());
    is_a("html", &read_text(place.path("page.html")));
}

#[test]
fn a_format_that_is_of_another_command_or_none_is_an_error_of_use() {
    let place = Place::unpinned();
    for (output, said) in [
        (
            "cyclonedx=x",
            "there is no format `cyclonedx`; expected one of terminal, markdown, sarif, html, json\n",
        ),
        ("pdf=x", "there is no format `pdf`; expected one of terminal, markdown, sarif, html, json\n"),
        ("sarif", "expected FORMAT=FILE"),
        ("sarif=", "the file is missing"),
    ] {
        place.check("--output").arg(output).ends(2).says(said).gives("");
    }
}

#[test]
fn where_reports_go_is_looked_at_before_anything_else() {
    let place = Place::unpinned();
    // Else it would be this that is told.
    place.write("bulla-controls.toml", "wrong");
    place.check("--output html=- --output sarif=-").ends(2).says("standard output can carry one report only");
    place.check("--json --output sarif=-").ends(2).says("standard output can carry one report only");
    place.check("-o html=x -o sarif=x").ends(2).says("two reports would go to x");
    place.check("--output json=nowhere/out.json").ends(2).says("cannot write nowhere/out.json");
}

#[test]
fn what_others_wrote_moves_no_cursor_and_opens_no_tag() {
    let name = ".github/workflows/a\u{1b}[2J\u{202e}\n::error::<script>alert(1)</script>.yml";
    let hostile = UNPINNED.replace("v4", "<script>alert`1`</script>\u{9b}31m");
    let place = Place::of(&[(name, &hostile), (".github/workflows/b.yml", "on: \"\u{1b}[2J")]);
    for format in FORMATS {
        let run = place.check("--output").arg(format!("{format}=-")).ends(3).without_a_word();
        assert!(!has_control_character(&run.stdout), "{format}: {run:?}");
        assert!(!run.text().contains('\u{202e}'), "{format}");
        assert!(!["markdown", "html"].contains(&format) || !run.text().contains("<script>alert"), "{format}");
        assert!(!run.text().contains("\n::error"), "{format}");
    }
}
