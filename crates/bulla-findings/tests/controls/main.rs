//! Each file in the directories beside this one is a small repository that says in its first lines what a control must
//! find in it:
//!
//! ```text
//! default-branch: main
//! verdict: fail
//! fail .github/workflows/ci.yml:4:15 `actions/checkout` is held to `v4`, ...
//! -- .github/workflows/ci.yml --
//! on: push
//! ...
//! ```
//!
//! `default-branch` may be missing. Every piece of evidence has a line, in order. A file whose content begins with
//! `@unreadable` was not read, for the reason behind that. The directory is the control's id.
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use bulla_findings::{CONTROLS, ControlVerdict, Evidence, FileContent, Repository, check_controls};

struct Case {
    says: String,
    default_branch: Option<String>,
    files: Vec<(String, FileContent)>,
}

impl Case {
    fn parse(text: &str) -> Self {
        let (mut says, mut default_branch) = (String::new(), None);
        let mut files: Vec<(String, String)> = Vec::new();
        for line in text.split_inclusive('\n') {
            let name = line.strip_prefix("-- ").and_then(|line| line.trim_end().strip_suffix(" --"));
            match (name, files.last_mut()) {
                (Some(name), _) => files.push((name.to_owned(), String::new())),
                (None, Some((_, content))) => content.push_str(line),
                (None, None) => match line.strip_prefix("default-branch: ") {
                    Some(branch) => default_branch = Some(branch.trim().to_owned()),
                    None => says.push_str(line),
                },
            }
        }
        let files = files.into_iter().map(|(name, content)| {
            let content = match content.strip_prefix("@unreadable ") {
                Some(why) => FileContent::Unreadable(why.trim_end().to_owned()),
                None if Repository::reads(&name).is_none() => FileContent::NotRead,
                None => FileContent::Bytes(content.into_bytes()),
            };
            (name, content)
        });
        Self { says, default_branch, files: files.collect() }
    }
}

/// What a control finds, as a case has it.
fn found(id: &str, case: &Case) -> String {
    let control = bulla_findings::control(id).unwrap_or_else(|| panic!("there is no control {id}"));
    let repository = Repository::new(case.files.clone(), case.default_branch.as_deref()).unwrap();
    let report = check_controls("a case", &repository, &[control], "2026-11-26".parse().unwrap());
    let checked = &report.controls[0];
    let mut said = format!("verdict: {}\n", checked.verdict.name());
    for evidence in &checked.evidence {
        let place = evidence.location.as_ref().map_or("-".to_owned(), |at| {
            [Some(at.path.clone()), at.line.map(|n| n.to_string()), at.column.map(|n| n.to_string())]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(":")
        });
        writeln!(said, "{} {place} {}", evidence.verdict.name(), evidence.message).unwrap();
    }
    said
}

fn cases(id: &str) -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/controls").join(id);
    let mut cases: Vec<PathBuf> =
        fs::read_dir(dir).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

#[test]
fn each_control_finds_in_each_case_what_its_first_lines_say() {
    let mut wrong = String::new();
    for path in CONTROLS.iter().flat_map(|control| cases(control.id)) {
        let case = Case::parse(&fs::read_to_string(&path).unwrap());
        let id = path.parent().and_then(Path::file_name).unwrap().to_str().unwrap();
        let found = found(id, &case);
        if found != case.says {
            write!(wrong, "{}:\nexpected\n{}found\n{found}\n", path.display(), case.says).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// What evidence of a control can come to.
fn given(id: &str) -> BTreeSet<&'static str> {
    let given: &[&str] = match id {
        "code-owners-order" | "dependency-updates" | "security-policy" | "static-analysis" => {
            &["pass", "warn", "fail", "not-assessed"]
        }
        "fuzzing" | "sbom" | "secret-scan" | "signed-releases" => &["pass", "not-assessed"],
        _ => &["pass", "warn", "fail"],
    };
    given.iter().copied().collect()
}

#[test]
fn each_control_has_cases_with_every_kind_of_evidence_that_it_gives() {
    let verdicts = ["pass", "warn", "fail", "not-assessed"];
    for control in CONTROLS {
        let says =
            cases(control.id).into_iter().map(|path| Case::parse(&fs::read_to_string(path).unwrap()).says);
        let says: String = says.collect();
        let begins = |verdict: &&str| says.lines().any(|line| line.split(' ').next() == Some(verdict));
        let found: BTreeSet<_> = verdicts.into_iter().filter(begins).collect();
        assert_eq!(found, given(control.id), "{}", control.id);
    }
}

/// It may hold anything: no control that asks what workflows may do passes beside one.
#[test]
fn a_workflow_that_cannot_be_read_is_evidence_to_each_control_that_asks_about_workflows() {
    const WORKFLOW: &str = ".github/workflows/a.yml";
    let contents =
        [FileContent::Unreadable("it is a symbolic link".to_owned()), FileContent::Bytes(b"a: [".to_vec())];
    for content in contents {
        let repository = Repository::new([(WORKFLOW.to_owned(), content)], None).unwrap();
        let report = check_controls("a case", &repository, &CONTROLS, "2026-11-26".parse().unwrap());
        for checked in report.controls {
            let is_it = |evidence: &&Evidence| {
                evidence.location.as_ref().is_some_and(|place| place.path == WORKFLOW)
                    && evidence.message.starts_with("cannot be read: ")
            };
            let found = checked.evidence.iter().find(is_it).map(|evidence| evidence.verdict);
            let expected = match checked.control.id {
                "checkout-credentials"
                | "dangerous-triggers"
                | "pinned-actions"
                | "scorecard"
                | "static-analysis"
                | "token-permissions" => Some(ControlVerdict::Fail),
                // What they look for may be in it, or not.
                "fuzzing" | "sbom" | "secret-scan" | "signed-releases" => Some(ControlVerdict::NotAssessed),
                _ => None,
            };
            assert_eq!(found, expected, "{}", checked.control.id);
        }
    }
}
