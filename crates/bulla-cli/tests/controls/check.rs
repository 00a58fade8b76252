//! Verdicts and exit codes.

use serde_json::{Value, json};

use crate::harness::*;
use crate::place::{Place, WORKFLOW};

#[test]
fn it_ends_with_0_where_all_is_well_and_with_3_where_it_is_not() {
    Place::pinned().check("").ends(0).without_a_word();
    Place::unpinned().check("").ends(3).without_a_word();
    Place::of(&[]).check("").ends(0).without_a_word();
}

#[test]
fn a_warning_fails_only_where_that_is_asked() {
    let place = Place::without_a_comment();
    place.check("").ends(0);
    place.check("--fail-on fail").ends(0);
    place.check("--fail-on warn").ends(3);
    Place::unpinned().check("--fail-on warn").ends(3);
    Place::pinned().check("--fail-on warn").ends(0);
    place.check("--fail-on pass").ends(2).says("expected fail or warn");
}

#[test]
fn the_document_begins_with_its_version_and_has_what_programs_need() {
    let place = Place::unpinned();
    let text = place.check("--json").ends(3).text();
    assert!(
        text.starts_with("{\n  \"schema_version\": 1,\n  \"target\": \"tree\",\n  \"checked_on\": \"20"),
        "{text}"
    );
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["summary"], json!({ "pass": 0, "warn": 0, "fail": 1, "not-assessed": 0 }));
    let control = &document["controls"][0];
    assert_eq!(control["id"], "pinned-actions");
    assert_eq!(control["verdict"], "fail");
    assert!(control["fix"].as_str().unwrap().contains("full commit SHA"));
    assert!(control["frameworks"].is_array());
    let evidence = &control["evidence"][0];
    assert_eq!(
        [&evidence["verdict"], &evidence["file"], &evidence["line"], &evidence["column"], &evidence["text"]],
        [&json!("fail"), &json!(WORKFLOW), &json!(5), &json!(15), &json!("- uses: actions/checkout@v4")]
    );
    assert_eq!(document["exceptions"], json!([]));
}

#[test]
fn the_report_is_the_same_wherever_the_repository_lies() {
    let (one, other) = (Place::unpinned(), Place::unpinned());
    let fifo = |place: &Place| make_fifo(&place.write("SECURITY.md", "").with_file_name("CODEOWNERS"));
    fifo(&one);
    fifo(&other);
    let report = |place: &Place| {
        place.check_all("--json").run().keeps_quiet_about(place.bench.root().to_str().unwrap())
    };
    assert_eq!(report(&one).text(), report(&other).text());
}

#[test]
fn a_directory_can_be_named_also_by_a_link() {
    let place = Place::unpinned();
    make_link("tree", place.bench.path("work/link"));
    for (dir, code) in [("tree", 3), ("link", 3), (".", 0)] {
        let run = place.bench.bulla("controls check --json --only pinned-actions").arg(dir);
        // The work directory's own files are not in `.github` of its root.
        let name = if dir == "." { "work" } else { dir };
        assert_eq!(run.ends(code).json()["target"], name);
    }
}

#[test]
fn a_directory_that_is_none_is_an_error_of_use() {
    let place = Place::of(&[("file", "")]);
    let run = place.check("nowhere").ends(2).says("cannot look at nowhere: No such file or directory");
    run.says("; name the repository's directory").gives("");
    place.check("file").ends(2).says("file is no directory; name the repository's own").gives("");
}

#[test]
fn what_cannot_be_listed_is_an_error_and_no_pass() {
    let bench = Bench::of_an_ordinary_user();
    let dir = bench.make_dir("work/closed");
    set_mode(&dir, 0);
    let run = bench.bulla("controls check").ends(1);
    set_mode(&dir, 0o755);
    run.says("error: cannot list ./closed: Permission denied").gives("");
}

#[test]
fn a_file_that_nobody_may_read_is_evidence() {
    let bench = Bench::of_an_ordinary_user();
    bench.make_dir("work/.github/workflows");
    let workflow = bench.write(&format!("work/{WORKFLOW}"), "on: push");
    set_mode(&workflow, 0);
    let document = bench.bulla("controls check --json --only pinned-actions").ends(3).json();
    let evidence = &document["controls"][0]["evidence"][0];
    assert_eq!(evidence["file"], WORKFLOW);
    assert!(evidence["message"].as_str().unwrap().contains("Permission denied"), "{evidence}");
}

/// Evidence without a day is none to an auditor.
#[test]
fn every_report_but_sarif_says_on_which_day_it_was_asked() {
    let place = Place::unpinned();
    let day = || place.bench.program("date").words("--utc +%F").ends(0).text().trim().to_owned();
    for format in ["terminal", "markdown", "html", "json"] {
        let before = day();
        let text = place.check("--output").arg(format!("{format}=-")).ends(3).text();
        assert!(text.contains(&before) || text.contains(&day()), "{format}: {text}");
    }
}

#[test]
fn the_lines_behind_a_pass_are_shown_to_those_who_ask() {
    let place = Place::pinned();
    let line = format!("{WORKFLOW}:5:15: `actions/checkout`");
    assert!(!place.check("").ends(0).text().contains(&line));
    let run = place.check("--verbose").ends(0);
    assert!(run.text().contains(&line) && run.text().contains("# v4.2.2"), "{run:?}");
}

#[test]
fn how_much_was_looked_at_is_told_to_those_who_ask() {
    let place = Place::of(&[(".gitignore", "out\n"), ("out/1", ""), ("out/2", ""), ("a/b/c", "")]);
    place.check("--verbose").ends(0).says("bulla: 2 files that git does not ignore");
}

#[test]
fn no_cache_is_opened_and_nothing_is_written() {
    let place = Place::unpinned();
    let before = snapshot(place.bench.root());
    place.check("--dir elsewhere").ends(3);
    assert_eq!(snapshot(place.bench.root()), before);
}

#[test]
fn a_part_of_a_repository_is_checked_with_a_word_about_the_rest() {
    let place = Place::of(&[(".git/HEAD", ""), ("part/file", "")]);
    let said = format!("the repository's root is {}", place.path("").canonicalize().unwrap().display());
    place.check("part").ends(0).says(format!("warning: what lies above is not looked at; {said}"));
    place.check("part --quiet").ends(0).without_a_word();
    place.check(".").ends(0).without_a_word();
    // A repository within another one is a whole.
    place.write("part/.git", "gitdir: ../.git/modules/part");
    place.check("part").ends(0).without_a_word();
}

/// An organisation that begins: some code, and nothing that guards it.
#[test]
fn a_repository_that_guards_nothing_is_told_of_each_guard_that_is_missing_and_its_fix() {
    let place = Place::of(&[
        ("README.md", "# Ours\n"),
        ("Cargo.toml", "[package]\n"),
        ("src/main.rs", "fn main() {}\n"),
    ]);
    let document = place.check_all("--json").ends(3).json();
    let terminal = place.check_all("").ends(3).text();
    for id in ["security-policy", "code-owners", "static-analysis", "scorecard"] {
        let controls = document["controls"].as_array().unwrap();
        let control = controls.iter().find(|control| control["id"] == id).unwrap();
        assert_eq!(control["verdict"], "fail", "{control}");
        assert!(control["evidence"].as_array().unwrap().iter().any(|evidence| evidence["verdict"] == "fail"));
        let fix = control["fix"].as_str().unwrap();
        let first: Vec<_> = fix.split_whitespace().take(5).collect();
        let shown = terminal.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(terminal.contains(id) && shown.contains(&first.join(" ")), "{id} in {terminal}");
    }
}
