//! Which controls are asked.

use bulla_findings::CONTROLS;

use crate::harness::*;
use crate::place::{Place, ids};

#[track_caller]
fn asked(words: &str) -> Vec<String> {
    let run = Place::of(&[]).check_all("--json").words(words).run();
    assert!(matches!(run.code(), 0 | 3), "{run:?}");
    ids(&run.json()).into_iter().map(str::to_owned).collect()
}

#[test]
fn all_are_asked_in_their_order() {
    assert_eq!(asked(""), CONTROLS.map(|control| control.id));
}

#[test]
fn only_those_are_asked_that_are_named_in_the_order_of_all() {
    for words in ["--only sbom,licence", "--only sbom --only licence", "--only licence,sbom,licence"] {
        assert_eq!(asked(words), ["licence", "sbom"], "{words}");
    }
}

#[test]
fn those_that_are_skipped_are_not_asked() {
    let left: Vec<_> =
        CONTROLS.iter().map(|control| control.id).filter(|id| !["sbom", "licence"].contains(id)).collect();
    assert_eq!(asked("--skip sbom,licence"), left);
    assert_eq!(asked("--skip sbom --skip licence"), left);
    assert_eq!(asked("--only sbom,licence --skip sbom"), ["licence"]);
}

#[test]
fn a_control_that_there_is_not_is_an_error_of_use_that_names_those_there_are() {
    let place = Place::unpinned();
    let known = format!("expected one of {}", CONTROLS.map(|control| control.id).join(", "));
    for option in ["--only", "--skip"] {
        let run = place.check_all(option).arg("sbom,pined-actions").ends(2);
        run.says("there is no control `pined-actions`").says(&known).gives("");
    }
    let run = place.check_all("--only").arg("a\u{1b}[2J\nb").ends(2);
    assert!(!has_control_character(run.stderr.as_bytes()), "{run:?}");
}

#[test]
fn to_skip_all_that_is_left_is_an_error_of_use() {
    let run = Place::unpinned().check_all("--only sbom --skip sbom,licence").ends(2);
    run.says("every control is skipped").gives("");
}
