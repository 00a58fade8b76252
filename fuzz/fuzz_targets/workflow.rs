//! Workflows and actions, which lie in the tree under test: reading them ends, and takes little memory, whatever they hold;
//! and what says something of a line says it of one that is there.

#![no_main]

use bulla_findings::{CONTROLS, Day, FileContent, Repository, check_controls};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let files = [".github/workflows/ci.yml", "action.yml"];
    let contents = files.map(|path| (path.to_owned(), FileContent::Bytes(input.to_vec())));
    let repository = Repository::new(contents, None).expect("it has no settings");
    let today = Day::of_unix_millis(1_800_000_000_000).expect("2027");
    let report = check_controls("repository", &repository, &CONTROLS, today);
    let lines = input.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
    for evidence in report.controls.iter().flat_map(|checked| &checked.evidence) {
        let line = evidence.location.as_ref().and_then(|location| location.line).unwrap_or(1);
        assert!((1..=lines).contains(&line), "there is no line {line}: {evidence:?}");
        assert!(!evidence.message.contains(char::is_control), "{evidence:?}");
    }
});
