//! Workflows as large as they are read, each made to be the most work for somebody: each is read, and every control has
//! its say about it. What is larger is refused as a whole.
//!
//! No clock is asked: what took more than linear time would not end here.
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

use bulla_findings::{CONTROLS, CheckedControl, ControlVerdict, FileContent, Repository, check_controls};

/// The most bytes that are read of a workflow, and the most values.
const LARGEST: usize = 1 << 20;
const MOST_VALUES: usize = 100_000;

/// The most pieces of evidence of one verdict that a report has of a control.
const SHOWN: usize = 200;

const HEAD: &str = "on: pull_request_target\npermissions: {}\njobs:\n";
const STEPS: &str = "  a:\n    runs-on: x\n    steps:\n";

fn all(workflows: impl IntoIterator<Item = String>) -> Vec<CheckedControl> {
    let file = |(number, text): (usize, String)| {
        assert!(text.len() <= LARGEST, "{} is never read", text.len());
        (format!(".github/workflows/ci{number}.yml"), FileContent::Bytes(text.into_bytes()))
    };
    let repository = Repository::new(workflows.into_iter().enumerate().map(file), Some("main")).unwrap();
    check_controls("a tree", &repository, &CONTROLS, "2026-11-26".parse().unwrap()).controls
}

fn of<'a>(controls: &'a [CheckedControl], id: &str) -> &'a CheckedControl {
    controls.iter().find(|checked| checked.control.id == id).unwrap()
}

fn problems(controls: &[CheckedControl]) -> Vec<&str> {
    let evidence = of(controls, "pinned-actions").evidence.iter();
    evidence.filter_map(|it| it.message.strip_prefix("cannot be read: ")).collect()
}

/// What every control says of a workflow, which must have been read.
fn read(workflow: String) -> Vec<CheckedControl> {
    let controls = all([workflow]);
    assert_eq!(problems(&controls), [""; 0]);
    controls
}

/// Asserts that so many more pieces of evidence come to a control's verdict than are shown.
#[track_caller]
fn assert_more(controls: &[CheckedControl], id: &str, verdict: ControlVerdict, all: usize) {
    let checked = of(controls, id);
    assert_eq!(checked.verdict, verdict);
    let more = format!("{SHOWN} are shown, and {} more come to the same", all - SHOWN);
    assert!(checked.evidence.iter().any(|it| it.verdict == verdict && it.message == more), "{more}");
}

/// `part`, so many times, with its number for each `#`.
fn times(count: usize, part: &str) -> String {
    (0..count).map(|number| part.replace('#', &number.to_string())).collect()
}

/// `part`, with its number for each `#`, as often as it fits behind the head, given how many values it has.
fn filled(head: &str, part: &str, values: usize) -> (String, usize) {
    let longest = part.replace('#', "100000").len();
    // The head has values, too.
    let count =
        ((LARGEST - head.len()) / longest).min((MOST_VALUES - 100).checked_div(values).unwrap_or(LARGEST));
    (head.to_owned() + &times(count, part), count)
}

#[test]
fn braces_brackets_and_quotes_without_end_are_refused() {
    for text in ["{", "[", "${{", "- ", "? ", "'", "\"", "&a ", "*a ", "!", "a: ", "\n---\n", "<<: *a\n"] {
        let controls = all([filled("", text, 0).0]);
        assert_eq!(problems(&controls).len(), 1, "{text}");
    }
}

#[test]
fn what_aliases_repeat_without_end_is_refused() {
    let mut bomb = format!("{HEAD}{STEPS}      - run: x\nenv:\n  a0: &a0 x\n");
    for level in 1..30 {
        let below = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("  a{level}: &a{level} [{below}]\n"));
    }
    let long = format!("{HEAD}{STEPS}      - run: &a {}\n", "x".repeat(LARGEST / 2));
    let controls = all([bomb, filled(&long, "      - run: *a\n", 2).0]);
    let expected = [
        "what an alias stands for is too large, or can't be read",
        "it is nested too deeply, or too large when its aliases are followed",
    ];
    assert_eq!(problems(&controls), expected);
}

#[test]
fn steps_by_the_thousand_are_judged_one_by_one() {
    let (workflow, steps) = filled(&format!("{HEAD}{STEPS}"), "      - uses: actions/checkout@v#\n", 3);
    let controls = read(workflow);
    assert_more(&controls, "pinned-actions", ControlVerdict::Fail, steps);
    assert_more(&controls, "checkout-credentials", ControlVerdict::Fail, steps);
    let (workflow, steps) = filled(&format!("{HEAD}{STEPS}"), "      - run: git fetch $A#\n", 3);
    assert_more(&read(workflow), "dangerous-triggers", ControlVerdict::Warn, steps);
    let init = "      - {uses: github/codeql-action/init@v4, with: {languages: rust}}\n";
    let (workflow, _) = filled(&format!("{HEAD}{STEPS}"), init, 7);
    assert_eq!(of(&read(workflow), "static-analysis").verdict, ControlVerdict::Fail);
}

#[test]
fn steps_by_the_thousand_on_one_line_are_judged_one_by_one() {
    let use_of = format!("{{uses: a/b@{}}},", "0".repeat(40));
    let (line, steps) = filled(&format!("{HEAD}  a:\n    runs-on: x\n    steps: ["), &use_of, 3);
    let controls = read(format!("{line}]\n"));
    assert_more(&controls, "pinned-actions", ControlVerdict::Warn, steps);
}

#[test]
fn jobs_and_scopes_by_the_thousand_are_judged_one_by_one() {
    let job = "  a#: {runs-on: x, permissions: {a: write}, steps: [{run: git fetch $X}]}\n";
    let (workflow, jobs) = filled(HEAD, job, 13);
    let controls = read(workflow);
    assert_more(&controls, "token-permissions", ControlVerdict::Warn, jobs);
    assert_more(&controls, "dangerous-triggers", ControlVerdict::Warn, jobs);
    let (workflow, scopes) =
        filled(&format!("{HEAD}{STEPS}      - run: x\n    permissions:\n"), "      a#: write\n", 2);
    assert_more(&read(workflow), "token-permissions", ControlVerdict::Warn, scopes);
    // Each calls the workflow that it stands in.
    let (workflow, jobs) = filled(HEAD, "  a#:\n    uses: ./.github/workflows/ci0.yml\n", 4);
    assert_more(&read(workflow), "pinned-actions", ControlVerdict::Pass, jobs);
}

#[test]
fn expressions_by_the_thousand_are_judged_one_by_one() {
    let script = format!("{HEAD}{STEPS}      - run: |\n");
    let (workflow, lines) = filled(&script, "          ${{ github.event.a# }}\n", 0);
    assert_more(&read(workflow), "dangerous-triggers", ControlVerdict::Fail, lines);
    let (workflow, lines) = filled(&script, "          gh pr checkout $#; x\n", 0);
    assert_more(&read(workflow), "dangerous-triggers", ControlVerdict::Fail, lines);
    let escaped = filled(&format!("{HEAD}{STEPS}      - run: \""), "\\x24{{ github.event.a }}", 0).0 + "\"\n";
    assert_eq!(of(&read(escaped), "dangerous-triggers").verdict, ControlVerdict::Fail);
    let unclosed = filled(&format!("{HEAD}{STEPS}      - run: x "), "${{", 0).0;
    assert_eq!(of(&read(unclosed), "dangerous-triggers").verdict, ControlVerdict::Pass);
}

#[test]
fn variables_by_the_thousand_are_followed_one_by_one() {
    let count = 10_000;
    let variables = format!("on: push\nenv:\n{}jobs:\n", times(count, "  A#: ${{ github.event.b }}\n"));
    let script = format!("{variables}{STEPS}      - run: |\n{}", times(count, "          ${{ env.A# }}\n"));
    assert_more(&read(script), "dangerous-triggers", ControlVerdict::Fail, count);
    let jobs = variables + &times(5_000, "  a#: {runs-on: x, steps: [{run: '${{ env.A# }}'}]}\n");
    assert_more(&read(jobs), "dangerous-triggers", ControlVerdict::Fail, 5_000);
}

#[test]
fn filters_and_languages_by_the_thousand_are_read() {
    let end = "\n  pull_request:\n  schedule: [{cron: x}]\npermissions: {}\njobs:\n  a:\n    runs-on: x\n    steps:\n";
    let semgrep = format!("{end}      - run: semgrep ci\n");
    for part in ["'*a?', ", "'**[a-z]+', ", "'!main', "] {
        let (filters, _) = filled(&format!("on:\n  push:\n    branches: [{}", " ".repeat(1000)), part, 1);
        let controls = read(format!("{}]{semgrep}", filters.replace(&" ".repeat(1000), "")));
        assert_eq!(of(&controls, "static-analysis").verdict, ControlVerdict::Fail, "{part}");
    }
    let pattern = "*a?".repeat(LARGEST / 4);
    let controls = read(format!("on:\n  push:\n    branches: ['{pattern}']{semgrep}"));
    assert_eq!(of(&controls, "static-analysis").verdict, ControlVerdict::Fail);
    let init = "      - uses: github/codeql-action/analyze@v4\n      - uses: github/codeql-action/init@v4\n        with:\n";
    let (languages, _) = filled(&format!("on:\n  push:{end}{init}          languages: "), "rust,", 0);
    assert_eq!(of(&read(languages), "static-analysis").verdict, ControlVerdict::Warn);
}

#[test]
fn more_workflows_than_anybody_reads_are_refused() {
    let (large, _) = filled(&format!("{HEAD}{STEPS}"), "      - run: x\n", 3);
    let (commands, _) = filled(&format!("{HEAD}{STEPS}      - run: "), "a;", 0);
    // 33 300 steps of three values and one word; half a million words.
    for (workflow, read) in [(large, 4), (commands, 1)] {
        let controls = all(vec![workflow; 8]);
        let refused = problems(&controls);
        assert_eq!(refused, vec!["there are too many workflows to read them all"; 8 - read]);
    }
    let bomb =
        |level: usize| format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 9].join(", "));
    let bomb = "a0: &a0 x\n".to_owned() + &(1..8).map(bomb).collect::<String>();
    let controls = all(vec![bomb; 60]);
    let refused = problems(&controls);
    assert_eq!(refused.iter().filter(|problem| problem.contains("too many")).count(), 10);
}

#[test]
fn steps_that_aliases_repeat_count_each_time_over_all_workflows() {
    let ten = |part: &str| format!("[{}]", [part; 10].join(", "));
    let mut workflow = format!("env:\n  a0: &a0 {}\n", ten("{run: x}"));
    for level in 1..=2 {
        let steps = ten(&format!("{{parallel: *a{}}}", level - 1));
        workflow.push_str(&format!("  a{level}: &a{level} {steps}\n"));
    }
    workflow.push_str(&format!("{HEAD}  a: {{runs-on: x, steps: {}}}\n", ten("{parallel: *a2}")));
    // 10 000 steps of three values and one word, and 7 000 values that lead to them.
    let controls = all(vec![workflow; 100]);
    assert_eq!(problems(&controls), ["there are too many workflows to read them all"; 89]);
}
