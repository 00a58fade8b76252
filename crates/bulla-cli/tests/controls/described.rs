//! `bulla controls list` and `bulla controls explain`.

use bulla_findings::CONTROLS;

use crate::harness::*;
use crate::place::ids;

#[test]
fn each_control_is_listed_with_its_question_in_lines_that_fit_a_page() {
    let text = Bench::new().bulla("controls list").ends(0).without_a_word().text();
    let listed: Vec<_> = text.split_inclusive('\n').collect();
    let headings: Vec<_> = listed.iter().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(headings.len(), CONTROLS.len());
    for (heading, control) in headings.into_iter().zip(CONTROLS) {
        let expected = format!("{}: {} ({} severity)\n", control.id, control.title, control.severity.name());
        assert_eq!(*heading, expected);
        assert!(text.split_whitespace().collect::<Vec<_>>().join(" ").contains(control.question), "{text}");
    }
    assert!(listed.iter().all(|line| line.chars().count() <= 101), "{text}");
}

#[test]
fn the_list_as_json_explains_each() {
    let text = Bench::new().bulla("controls list --json").ends(0).text();
    assert!(text.starts_with("{\n  \"schema_version\": 1,\n  \"controls\": ["), "{text}");
    let document = Bench::new().bulla("controls list --json").ends(0).json();
    assert_eq!(ids(&document), CONTROLS.map(|control| control.id));
    for (listed, control) in document["controls"].as_array().unwrap().iter().zip(CONTROLS) {
        let mut explained = Bench::new().bulla("controls explain --json").arg(control.id).ends(0).json();
        explained.as_object_mut().unwrap().remove("schema_version");
        assert_eq!(*listed, explained);
    }
}

#[test]
fn a_control_is_explained_with_its_reason_its_fix_and_its_frameworks() {
    let bench = Bench::new();
    for control in CONTROLS {
        let text = bench.bulla("controls explain").arg(control.id).ends(0).without_a_word().text();
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for said in [control.id, control.title, control.question, control.reason, control.fix] {
            assert!(
                words.contains(&said.split_whitespace().collect::<Vec<_>>().join(" ")),
                "{said:?} in {text}"
            );
        }
        let document = bench.bulla("controls explain --json").arg(control.id).ends(0).json();
        let rows: Vec<_> = control.references().collect();
        assert_eq!(document["frameworks"].as_array().unwrap().len(), rows.len());
        for row in rows {
            assert!(words.contains(row.framework.name()) && words.contains(row.number), "{text}");
        }
        assert_eq!(
            [&document["question"], &document["reason"], &document["fix"]],
            [control.question, control.reason, control.fix]
        );
    }
}

#[test]
fn no_line_of_an_explanation_is_wider_than_a_page() {
    for control in CONTROLS {
        let text = Bench::new().bulla("controls explain").arg(control.id).ends(0).text();
        let rows: Vec<_> = text.lines().filter(|line| line.chars().count() > 100).collect();
        assert!(rows.is_empty(), "{rows:?}");
    }
}

#[test]
fn to_explain_what_there_is_not_is_an_error_of_use_that_names_what_there_is() {
    let known = format!("expected one of {}", CONTROLS.map(|control| control.id).join(", "));
    let bench = Bench::new();
    bench
        .bulla("controls explain pined-actions")
        .ends(2)
        .says("there is no control `pined-actions`")
        .says(&known);
    bench.bulla("controls explain").ends(2).says("<ID>");
}
