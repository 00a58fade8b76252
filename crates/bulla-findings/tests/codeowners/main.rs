//! CODEOWNERS files by GitHub's rules: `patterns.txt` and `files.txt` say what must be the case, and why.

use std::fmt::Write as _;

use bulla_findings::{
    CodeOwners, ControlReport, ControlVerdict, FileContent, Repository, check_controls, control,
};
use proptest::prelude::*;

/// The lines that are no comment.
fn lines(table: &str) -> impl Iterator<Item = &str> {
    table.lines().filter(|line| !line.starts_with('#'))
}

#[test]
fn a_pattern_matches_what_github_says_it_does() {
    let (mut wrong, mut cases) = (String::new(), 0);
    for line in lines(include_str!("patterns.txt")).filter(|line| !line.is_empty()) {
        let mut columns = line.split("  ").filter(|column| !column.is_empty()).map(str::trim_start);
        let (says, pattern, path) = match (columns.next(), columns.next(), columns.next()) {
            (Some(says @ ("yes" | "no")), Some(pattern), Some(path)) => (says, pattern, path),
            _ => panic!("no case: {line}"),
        };
        cases += 1;
        let file = format!("{pattern} @owner");
        let matches = CodeOwners::parse(&file).owners(path).is_some();
        if matches != (says == "yes") {
            writeln!(wrong, "{line}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "these are not so:\n{wrong}");
    assert!(cases >= 60, "the table has {cases} cases");
}

#[test]
fn a_file_gives_each_path_the_owners_of_its_last_match_and_skips_what_github_skips() {
    let table: Vec<&str> = lines(include_str!("files.txt")).collect();
    let cases: Vec<_> = table.split(|line| line.is_empty()).filter(|case| !case.is_empty()).collect();
    assert!(cases.len() >= 10, "the table has {} files", cases.len());
    for case in cases {
        let (file, says): (Vec<&str>, Vec<&str>) = case.iter().partition(|line| line.starts_with('|'));
        let file: Vec<&str> = file.iter().map(|line| line.strip_prefix("| ").unwrap_or_default()).collect();
        let file = file.join("\n");
        let owners = CodeOwners::parse(&file);
        let skipped = owners.problems().iter().map(|at| format!("skipped {}:{}", at.line, at.column));
        let owned = says.iter().filter_map(|line| line.split_once(" = ")).map(|(path, _)| {
            let found = match owners.owners(path) {
                None => "unmatched".to_owned(),
                Some([]) => "nobody".to_owned(),
                Some(owners) => owners.join(" "),
            };
            format!("{path} = {found}")
        });
        let found: Vec<String> = owned.chain(skipped).collect();
        assert_eq!(found, says, "in\n{file}");
    }
}

fn repository(files: impl IntoIterator<Item = (String, String)>) -> Repository {
    let files = files.into_iter().map(|(path, text)| (path, FileContent::Bytes(text.into_bytes())));
    Repository::new(files, None).expect("there are no settings")
}

fn checked(repository: &Repository) -> ControlReport {
    let controls = ["code-owners", "code-owners-order"].map(|id| control(id).expect("it is there"));
    check_controls("a repository", repository, &controls, "2026-11-26".parse().expect("it is a day"))
}

fn has(report: &ControlReport, verdict: ControlVerdict, part: &str) -> bool {
    let mut evidence = report.controls.iter().flat_map(|checked| &checked.evidence);
    evidence.any(|evidence| evidence.verdict == verdict && evidence.message.contains(part))
}

#[test]
fn a_file_of_three_megabytes_owns_nothing() {
    let text = |bytes: usize| format!("* @owner\n{}", "#".repeat(bytes - 9));
    let with = |bytes| checked(&repository([("CODEOWNERS".to_owned(), text(bytes))]));
    assert!(!has(&with(2_999_999), ControlVerdict::Fail, ""));
    assert!(has(&with(3_000_000), ControlVerdict::Fail, "3000000 bytes"));
}

#[test]
fn a_line_with_more_than_a_thousand_owners_is_a_problem() {
    let line = |owners: usize| format!("*{}", " @o".repeat(owners));
    let (most, more) = (line(1_000), line(1_001));
    assert_eq!(CodeOwners::parse(&most).owners("a").map(<[String]>::len), Some(1_000));
    let owners = CodeOwners::parse(&more);
    assert_eq!(owners.owners("a"), None);
    let [problem] = owners.problems() else { panic!("{owners:?}") };
    assert_eq!((problem.line, problem.column), (1, 3_003));
    assert_eq!(problem.problem, "it has more than 1000 owners; name a team");
}

#[test]
fn any_number_of_paths_without_owners_is_named_in_a_few_lines() {
    let locks = (0..5_000).map(|n| (format!("a/{n:04}/Cargo.lock"), String::new()));
    let owners = "/CODEOWNERS @owner\n/.github/ @owner\n".to_owned();
    let report = checked(&repository(locks.chain([("CODEOWNERS".to_owned(), owners)])));
    assert!(has(&report, ControlVerdict::Fail, "`a/0000/Cargo.lock` has no owners"));
    assert!(!has(&report, ControlVerdict::Fail, "a/0300/"));
    // Beside the 5,000 there is no default pattern.
    assert!(has(&report, ControlVerdict::Fail, "200 are shown, and 4801 more come to the same"));
}

#[test]
fn any_number_of_patterns_is_judged_in_bounded_time_or_said_to_be_too_many() {
    let paths = (0..5_000).map(|n| (format!("{}{n}/Cargo.lock", "a/".repeat(40)), String::new()));
    let patterns = (0..100_000).map(|n| format!("**/a*a*{n}*\n"));
    let owners = ["* @owner\n".to_owned()].into_iter().chain(patterns).collect::<String>();
    let report = checked(&repository(paths.chain([("CODEOWNERS".to_owned(), owners)])));
    assert!(has(&report, ControlVerdict::Fail, "too many patterns and paths"));
    assert!(has(&report, ControlVerdict::Warn, "too many patterns and paths"));
}

/// Small alphabets, so that patterns and paths meet.
fn pattern() -> impl Strategy<Value = String> {
    "/?(a|b|ab|\\*|\\*\\*|a\\*|\\*b|\\?|\\?b)(/(a|b|\\*|\\*\\*|a\\*|\\?)){0,3}/?"
}

fn path() -> impl Strategy<Value = String> {
    "(a|b|ab|aab)(/(a|b|ab)){0,4}"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// The one claim of the order control that no tree backs.
    #[test]
    fn a_pattern_that_is_said_never_to_decide_matches_nothing_that_the_later_one_does_not(
        earlier in pattern(),
        later in pattern(),
        paths in proptest::collection::vec(path(), 20),
    ) {
        let file = format!("{earlier} @one\n{later} @two\n");
        let report = checked(&repository([("CODEOWNERS".to_owned(), file.clone())]));
        if has(&report, ControlVerdict::Fail, "never decides") {
            let owners = CodeOwners::parse(&file);
            for path in paths {
                prop_assert_ne!(owners.owners(&path), Some(&["@one".to_owned()][..]), "{}", path);
            }
        }
    }
}
