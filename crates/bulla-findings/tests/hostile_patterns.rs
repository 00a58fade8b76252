//! Patterns and the paths that they are held against are both written by whoever proposes a change: judging them ends,
//! and what was not reached is said and never a pass.
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

use bulla_findings::{CheckedControl, ControlVerdict, FileContent, Repository, check_controls, control};

/// One control's answer about these files, and as many manifests in one deep directory as make each pattern costly.
fn check(id: &str, files: &[(&str, String)], (name, text): (&str, &str)) -> CheckedControl {
    let deep = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/".repeat(60);
    let content = FileContent::Bytes(text.as_bytes().to_vec());
    let manifests = (0..400).map(|number| (format!("{deep}{number}{name}"), content.clone()));
    let files = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), FileContent::Bytes(text.as_bytes().to_vec())))
        .chain(manifests);
    let repository = Repository::new(files, None).unwrap();
    let report =
        check_controls("a tree", &repository, &[control(id).unwrap()], "2026-11-26".parse().unwrap());
    report.controls.into_iter().next().unwrap()
}

/// Patterns that each find a place for all but their last part, again and again.
fn patterns() -> String {
    let pattern = format!("\"**/{}*c*/*\"", "*a*a*a*a*/".repeat(30));
    vec![pattern; 99].join(",")
}

fn says_that_it_is_too_much(checked: &CheckedControl) -> bool {
    checked.verdict == ControlVerdict::Fail
        && checked.evidence.iter().any(|evidence| evidence.message.starts_with("there are too many patterns"))
}

/// A `renovate.json` of 79 KB took 1.5 s for each file of the tree.
#[test]
fn patterns_of_renovate_that_take_too_long_are_a_failure() {
    let renovate = format!("{{\"ignorePaths\": [{}]}}", patterns());
    assert!(says_that_it_is_too_much(&check(
        "dependency-updates",
        &[("renovate.json", renovate)],
        (".tf", "")
    )));
}

#[test]
fn patterns_of_dependabot_that_take_too_long_are_a_failure() {
    let dependabot = format!(
        "version: 2\nupdates:\n  - package-ecosystem: terraform\n    directories: [{}]\n    schedule: {{interval: weekly}}\n",
        patterns()
    );
    let files = [(".github/dependabot.yml", dependabot)];
    assert!(says_that_it_is_too_much(&check("dependency-updates", &files, (".tf", ""))));
}

#[test]
fn members_of_a_workspace_that_take_too_long_to_find_have_no_lock_file() {
    let exclude = patterns().replace("\"**", "\"!**");
    let files = [
        ("package.json", format!("{{\"workspaces\": [\"**\", {exclude}]}}")),
        ("package-lock.json", "{}".to_owned()),
    ];
    let checked = check("lockfiles", &files, ("/package.json", "{\"dependencies\": {\"left-pad\": \"1\"}}"));
    assert_eq!(checked.verdict, ControlVerdict::Fail);
}
