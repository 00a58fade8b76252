//! Workflows as large as they are read, each made to be the most work for somebody: every control is done with it in a
//! time that a quadratic loop could not keep.
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

use std::time::{Duration, Instant};

use bulla_findings::{CONTROLS, CheckedControl, ControlVerdict, FileContent, Repository, check_controls};

/// The most that is read of a workflow.
const LARGEST: usize = 1 << 20;

const HEAD: &str = "on: pull_request_target\npermissions: {}\njobs:\n";
const STEPS: &str = "  a:\n    runs-on: x\n    steps:\n";

fn checked(workflow: String) -> Vec<CheckedControl> {
    assert!(workflow.len() <= LARGEST, "{} is never read", workflow.len());
    let started = Instant::now();
    let file = (".github/workflows/ci.yml".to_owned(), FileContent::Bytes(workflow.into_bytes()));
    let repository = Repository::new([file], Some("main")).unwrap();
    let report = check_controls("a tree", &repository, &CONTROLS, "2026-11-26".parse().unwrap());
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    report.controls
}

/// `part`, with a number for each `#`, as often as it fits.
fn filled(head: &str, part: &str) -> String {
    let mut text = head.to_owned();
    for number in 0.. {
        let part = part.replace('#', &number.to_string());
        if text.len() + part.len() > LARGEST {
            break;
        }
        text.push_str(&part);
    }
    text
}

fn of(controls: &[CheckedControl], id: &str) -> (ControlVerdict, usize) {
    let checked = controls.iter().find(|checked| checked.control.id == id).unwrap();
    (checked.verdict, checked.evidence.len())
}

#[test]
fn braces_brackets_and_quotes_without_end() {
    for text in ["{", "[", "${{", "- ", "? ", "'", "\"", "&a ", "*a ", "!", "a: ", "\n---\n", "<<: *a\n"] {
        let controls = checked(filled("", text));
        assert_eq!(of(&controls, "pinned-actions"), (ControlVerdict::Fail, 1), "{text}");
    }
    let controls = checked(filled(&format!("{HEAD}{STEPS}      - run: x "), "${{"));
    assert_eq!(of(&controls, "pinned-actions").0, ControlVerdict::NotAssessed, "it is read");
}

#[test]
fn aliases_of_aliases() {
    let mut bomb = format!("{HEAD}{STEPS}      - run: x\nenv:\n  a0: &a0 x\n");
    for level in 1..30 {
        bomb.push_str(&format!(
            "  a{level}: &a{level} [{}]\n",
            vec![format!("*a{}", level - 1); 9].join(", ")
        ));
    }
    assert_eq!(of(&checked(bomb), "token-permissions"), (ControlVerdict::Fail, 1));
    let one = format!("{HEAD}{STEPS}      - run: &a {}\n", "x".repeat(LARGEST / 2));
    let controls = checked(filled(&one, "      - run: *a\n"));
    assert_eq!(of(&controls, "dangerous-triggers"), (ControlVerdict::Fail, 1));
}

#[test]
fn steps_jobs_and_scopes_by_the_thousand() {
    for (head, part) in [
        (format!("{HEAD}{STEPS}"), "      - run: x\n"),
        (format!("{HEAD}{STEPS}"), "      - uses: actions/checkout@v#\n"),
        (HEAD.to_owned(), "  a#:\n    uses: ./.github/workflows/ci.yml\n"),
        (HEAD.to_owned(), "  a#: {runs-on: x, permissions: {a: write}, steps: [{run: git fetch $X}]}\n"),
        (format!("{HEAD}{STEPS}      - run: x\n    permissions:\n"), "      a#: write\n"),
        (format!("{HEAD}{STEPS}"), "      - {uses: github/codeql-action/init@v4, with: {languages: rust}}\n"),
    ] {
        checked(filled(&head, part));
    }
}

#[test]
fn expressions_and_variables_by_the_thousand() {
    let controls =
        checked(filled(&format!("{HEAD}{STEPS}      - run: |\n"), "          ${{ github.event.a# }}\n"));
    assert!(of(&controls, "dangerous-triggers").1 > 200);
    let head = format!("on: push\nenv:\n{}", "  a: b\n");
    let variables = filled(&head, "  A#: ${{ github.event.b }}\n");
    let half = &variables[..variables[..LARGEST / 2].rfind('\n').unwrap() + 1];
    let controls =
        checked(filled(&format!("{half}jobs:\n{STEPS}      - run: |\n"), "          ${{ env.A# }}\n"));
    assert!(of(&controls, "dangerous-triggers").1 > 200);
    let few = &variables[..variables[..LARGEST / 8].rfind('\n').unwrap() + 1];
    let jobs = "  a#: {runs-on: x, steps: [{run: '${{ env.A# }}'}]}\n";
    let jobs = filled(&format!("{few}jobs:\n"), jobs);
    let controls = checked(jobs[..jobs[..LARGEST / 2].rfind('\n').unwrap() + 1].to_owned());
    assert!(of(&controls, "dangerous-triggers").1 > 200);
    checked(filled(&format!("{HEAD}{STEPS}      - run: |\n"), "          gh pr checkout $#\n"));
    checked(filled(&format!("{HEAD}{STEPS}      - run: \""), "\\x24{{ github.event.a }}"));
}

#[test]
fn filters_and_languages_by_the_thousand() {
    let end = "\n  pull_request:\n  schedule: [{cron: x}]\npermissions: {}\njobs:\n  a:\n    runs-on: x\n    steps:\n";
    for part in ["'*a?', ", "'**[a-z]+', ", "'!main', "] {
        let filters = filled("on:\n  push:\n    branches: [", part);
        let cut = filters[..LARGEST - 1000].rfind(", ").unwrap();
        checked(format!("{}]{end}      - run: semgrep ci\n", &filters[..cut]));
    }
    let pattern = "*a?".repeat(LARGEST / 4);
    checked(format!("on:\n  push:\n    branches: ['{pattern}']{end}      - run: semgrep ci\n"));
    let init = "      - uses: github/codeql-action/analyze@v4\n      - uses: github/codeql-action/init@v4\n        with:\n";
    checked(filled(&format!("on:\n  push:{end}{init}          languages: "), "rust,"));
}
