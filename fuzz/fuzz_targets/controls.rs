//! Small repositories as the controls' cases have them, `-- path --` above each file: asking every control about one ends,
//! whatever its manifests, settings and policies hold, and what says something of a line says it of one that is there.

#![no_main]

use std::collections::BTreeMap;

use bulla_findings::{CONTROLS, Day, FileContent, Repository, check_controls};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let files = input.split("\n-- ").skip(1).filter_map(|file| file.split_once(" --\n"));
    let files: BTreeMap<&str, &str> = files.collect();
    let contents = files.iter().map(|(path, text)| {
        let content = match Repository::reads(path) {
            Some(_) => FileContent::Bytes(text.as_bytes().to_vec()),
            None => FileContent::NotRead,
        };
        ((*path).to_owned(), content)
    });
    let Ok(repository) = Repository::new(contents, None) else { return };
    let today = Day::of_unix_millis(1_800_000_000_000).expect("2027");
    let report = check_controls("repository", &repository, &CONTROLS, today);
    for evidence in report.controls.iter().flat_map(|checked| &checked.evidence) {
        assert!(!evidence.message.contains(char::is_control), "{evidence:?}");
        let Some(location) = &evidence.location else { continue };
        let text = files.get(location.path.as_str()).expect("evidence is of a file that is there");
        let lines = text.bytes().filter(|byte| *byte == b'\n').count() as u64 + 1;
        assert!((1..=lines).contains(&location.line.unwrap_or(1)), "{evidence:?}");
    }
});
