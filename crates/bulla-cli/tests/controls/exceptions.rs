//! `bulla-controls.toml` in the repository.

use serde_json::json;

use crate::harness::*;
use crate::place::{Place, UNPINNED, WORKFLOW};

/// An exception of pinned-actions.
fn exception(expires: &str, path: &str) -> String {
    format!(
        "[[exception]]\nid = 'pinned-actions'\npath = '{path}'\nreason = 'moved for us'\nexpires = '{expires}'\n"
    )
}

fn excepted(expires: &str, path: &str) -> Place {
    let place = Place::unpinned();
    place.write("bulla-controls.toml", exception(expires, path));
    place
}

#[test]
fn one_that_holds_is_shown_and_passes() {
    for path in [WORKFLOW, ".github/workflows", ".github"] {
        let document = excepted("9000-01-01", path).document("--fail-on warn", 0);
        assert_eq!(document["controls"][0]["verdict"], "warn");
        assert_eq!(document["controls"][0]["evidence"][0]["excepted"], "moved for us");
        let expected = json!([{ "id": "pinned-actions", "path": path, "reason": "moved for us",
            "expires": "9000-01-01", "expired": false, "covers": 1 }]);
        assert_eq!(document["exceptions"], expected);
    }
}

#[test]
fn what_it_does_not_name_fails_all_the_same() {
    let place = excepted("9000-01-01", WORKFLOW);
    place.write(".github/workflows/other.yml", UNPINNED);
    assert_eq!(place.document("", 3)["exceptions"][0]["covers"], 1);
}

#[test]
fn one_that_covers_nothing_is_said_to_do_so() {
    let document = excepted("9000-01-01", ".github/work").document("", 3);
    assert_eq!(document["exceptions"][0]["covers"], 0);
}

#[test]
fn an_expired_one_fails() {
    let document = excepted("2020-02-29", WORKFLOW).document("", 3);
    assert_eq!(document["exceptions"][0]["expired"], true);
    assert_eq!(document["controls"][0]["evidence"][0]["excepted"], json!(null));
    // Also where everything is well.
    let place = Place::pinned();
    place.write("bulla-controls.toml", exception("2020-02-29", WORKFLOW));
    assert_eq!(place.document("", 3)["controls"][0]["verdict"], "fail");
}

#[test]
fn every_report_shows_them() {
    for expires in ["2020-02-29", "9000-01-01"] {
        let place = excepted(expires, WORKFLOW);
        for format in ["terminal", "markdown", "sarif", "html", "json"] {
            let text = place.check("--output").arg(format!("{format}=-")).run().text();
            assert!(text.contains("moved for us"), "{format}: {text}");
            assert!(text.contains(expires), "{format}: {text}");
        }
    }
    // Also one that covers nothing.
    let place = excepted("9000-01-01", "nowhere");
    for format in ["terminal", "markdown", "sarif", "html", "json"] {
        let text = place.check("--output").arg(format!("{format}=-")).ends(3).text();
        assert!(text.contains("moved for us") && text.contains("9000-01-01"), "{format}: {text}");
        assert!(text.contains("nothing: take it out") || format == "json", "{format}: {text}");
    }
}

#[test]
fn a_wrong_file_is_an_error_of_use_with_its_line() {
    let place = Place::unpinned();
    for (settings, said) in [
        (
            "\n[[exception]]\nid = 'sbom'\nexpires = '2030-01-01'\n",
            "bulla-controls.toml:2: missing field `reason`",
        ),
        ("exceptions = []", "bulla-controls.toml:1: unknown field `exceptions`, expected one of"),
        (
            &exception("soon", WORKFLOW),
            "bulla-controls.toml:1: `expires`: `soon` is no day; write it as YYYY-MM-DD",
        ),
        (&exception("9000-01-01", "**/*.yml"), "no `..`, no patterns; leave it out if all files are meant"),
        ("a = '\u{1b}[2J", "bulla-controls.toml:1: "),
    ] {
        place.write("bulla-controls.toml", settings);
        let run = place.check("").ends(2).says(said).gives("");
        assert!(!has_control_character(run.stderr.as_bytes()), "{run:?}");
    }
}

#[test]
fn a_linked_file_is_an_error_and_not_followed() {
    let place = Place::unpinned();
    place.bench.write("work/elsewhere", exception("9000-01-01", WORKFLOW));
    make_link("../elsewhere", place.path("bulla-controls.toml"));
    place.check("").ends(2).says("bulla-controls.toml: it is a symbolic link");
}
