//! CODEOWNERS files and the paths of a tree, both as whoever proposes a change has them: judging them ends, a problem is
//! where it is said to be, and the last match decides.
//!
//! The file comes first, then, behind each NUL, a path.

#![no_main]

use bulla_findings::{CodeOwners, Day, FileContent, Repository, check_controls, control};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let mut parts = input.split('\0');
    let Some(text) = parts.next() else { return };
    let paths: Vec<&str> = parts.collect();

    let owners = CodeOwners::parse(text);
    for at in owners.problems() {
        let line = text.lines().nth(usize::try_from(at.line - 1).expect("lines are counted from 1"));
        let characters = line.expect("the line is there").chars().count() as u64;
        assert!((1..=characters).contains(&at.column), "{at:?}");
    }
    let (with, without) = (format!("{text}\n* @last"), format!("{text}\n*"));
    let (with, without) = (CodeOwners::parse(&with), CodeOwners::parse(&without));
    for path in &paths {
        assert_eq!(with.owners(path), Some(&["@last".to_owned()][..]));
        assert_eq!(without.owners(path), Some(&[][..]));
    }

    let files = paths.iter().map(|path| ((*path).to_owned(), FileContent::NotRead));
    let file = ("CODEOWNERS".to_owned(), FileContent::Bytes(text.as_bytes().to_vec()));
    let Ok(repository) = Repository::new(files.chain([file]), None) else { return };
    let controls = ["code-owners", "code-owners-order"].map(|id| control(id).expect("it is there"));
    let today = Day::of_unix_millis(1_800_000_000_000).expect("2027");
    let report = check_controls("target", &repository, &controls, today);
    let said: usize = report.controls.iter().map(|checked| checked.evidence.len()).sum();
    assert!(said < 300, "{said} lines are no answer");
});
