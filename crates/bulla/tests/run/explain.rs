//! What makes a key another one than the nearest earlier entry's.

use std::fs;

use bulla::{Cache, CacheKey, DigestAlgorithm, Explanation, FileStore, Subject, explain};

use super::Job;
use crate::support::*;

/// A job in which everything counts that can.
fn job(home: &Home) -> Job {
    fs::write(home.beside("rules"), "1").unwrap();
    fs::write(home.beside("salt"), "1").unwrap();
    let mut job = Job::new("signature", "echo evidence");
    job.0.command.push("zero".into());
    job.0.inputs = vec![home.beside("rules")];
    job.0.env = vec!["LANG_OF_THE_TEST".into()];
    job.0.salt_command = Some(format!("cat '{}'", home.beside("salt").display()).into());
    job
}

fn explained(cache: &Cache<FileStore>, job: &Job) -> Explanation {
    explain(cache, &job.capture()).unwrap()
}

/// The parts that have changed since an entry that is there.
fn changed(cache: &Cache<FileStore>, job: &Job) -> Vec<String> {
    match explained(cache, job) {
        Explanation::Changed { parts, .. } => parts,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_part_that_changed_is_named() {
    let (home, clock) = (Home::new(), Clock::new());
    let (cache, base) = (home.cache(&clock), job(&home));
    assert_eq!(explained(&cache, &base), Explanation::NothingEarlier);
    base.run(&cache);
    assert_eq!(changed(&cache, &base), [""; 0], "the same key");

    let other = |change: &dyn Fn(&mut bulla::Recipe)| {
        let mut other = base.clone();
        change(&mut other.0);
        changed(&cache, &other)
    };
    assert_eq!(other(&|recipe| recipe.command[2] = "echo other".into()), ["argument 2"]);
    assert_eq!(other(&|recipe| recipe.command.push("one".into())), ["argument 4"]);
    assert_eq!(other(&|recipe| drop(recipe.command.pop())), ["argument 3"]);
    assert_eq!(other(&|recipe| recipe.env.push("PATH".into())), ["env PATH"]);
    assert_eq!(other(&|recipe| recipe.env.clear()), ["env LANG_OF_THE_TEST"]);
    assert_eq!(other(&|recipe| recipe.salt_command = None), ["salt"]);
    let two = other(&|recipe| (recipe.command[3], recipe.salt_command) = ("one".into(), None));
    assert_eq!(two, ["argument 3", "salt"], "in alphabetical order");
    fs::write(home.beside("rules"), "2").unwrap();
    assert_eq!(other(&|_| ()), [format!("input 0 {}", home.beside("rules").display())]);
    fs::write(home.beside("rules"), "1").unwrap();
    fs::write(home.beside("salt"), "2").unwrap();
    assert_eq!(other(&|_| ()), ["salt"]);
}

#[test]
fn a_changed_program_and_a_changed_variable_are_named() {
    let (home, clock) = (Home::new(), Clock::new());
    let (cache, base) = (home.cache(&clock), job(&home));
    base.run(&cache);
    let mut captured = base.capture();
    let tool = home.beside("sh");
    fs::copy(&captured.program, &tool).unwrap();
    fs::write(home.beside("sh"), [fs::read(&tool).unwrap(), b"\n".to_vec()].concat()).unwrap();
    let env = |name: &std::ffi::OsStr| match name.to_str() {
        Some("PATH") => Some(home.beside("").into_os_string()),
        Some("LANG_OF_THE_TEST") => Some("C".into()),
        _ => None,
    };
    captured.inputs = base.0.capture(&env, None).unwrap().inputs;
    let parts = vec!["env LANG_OF_THE_TEST".to_owned(), "program".to_owned()];
    assert_eq!(explain(&cache, &captured).unwrap(), Explanation::Changed { since: clock.now(), parts });
}

#[test]
fn the_entry_issued_last_is_the_one_to_compare_with() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    let script = |text: &str| {
        let mut job = Job::new("signature", "echo evidence");
        job.0.command.push(text.into());
        job
    };
    let mut earlier = script("earlier");
    earlier.0.salt_command = Some("echo 1".into());
    earlier.run(&cache);
    clock.forward(HOUR);
    script("later").run(&cache);
    let expected = Explanation::Changed { since: clock.now(), parts: vec!["argument 3".to_owned()] };
    clock.forward(HOUR);
    assert_eq!(explained(&cache, &script("now")), expected);
}

#[test]
fn an_expired_entry_still_explains() {
    let (home, clock) = (Home::new(), Clock::new());
    let (cache, base) = (home.cache(&clock), job(&home));
    base.run(&cache);
    clock.forward(100 * HOUR);
    let mut other = base;
    other.0.env.clear();
    assert_eq!(changed(&cache, &other), ["env LANG_OF_THE_TEST"]);
}

#[test]
fn the_same_run_on_another_subject_is_named_where_there_is_none_on_this_one() {
    let (home, clock) = (Home::new(), Clock::new());
    let (cache, base) = (home.cache(&clock), job(&home));
    let other = |subject: &[u8]| {
        let mut other = base.clone();
        other.0.subject = Subject::Digest(DigestAlgorithm::Sha256.digest(subject));
        other
    };
    let mut other_config = other(b"another image");
    other_config.0.env.clear();
    other_config.run(&cache);
    assert_eq!(explained(&cache, &base), Explanation::NothingEarlier, "neither subject nor config");
    other(b"another image").run(&cache);
    clock.forward(HOUR);
    other(b"a third image").run(&cache);
    assert_eq!(explained(&cache, &base), Explanation::OtherSubject { since: clock.now() });
    let mut same_subject = base.clone();
    same_subject.0.salt_command = None;
    same_subject.run(&cache);
    assert_eq!(changed(&cache, &base), ["salt"], "the same subject is nearer");
}

#[test]
fn entries_of_other_operations_other_kinds_and_without_a_seal_explain_nothing() {
    let (home, clock) = (Home::new(), Clock::new());
    let (cache, base) = (home.cache(&clock), job(&home));
    let mut other = base.clone();
    other.0.operation = "sbom-notes".parse().unwrap();
    other.run(&cache);
    let captured = base.capture().key;
    let config = DigestAlgorithm::Sha256.digest(b"put by hand");
    let by_hand = CacheKey::new(captured.operation().clone(), captured.subject(), Some(config)).unwrap();
    put(&cache, &by_hand, b"evidence");
    fs::write(path_of(&cache, &key("signature", "garbage")), "{}").unwrap();
    assert_eq!(explained(&cache, &base), Explanation::NothingEarlier);
    let mut earlier = base.clone();
    earlier.0.env.clear();
    clock.back(HOUR);
    earlier.run(&cache);
    assert_eq!(changed(&cache, &base), ["env LANG_OF_THE_TEST"], "what is no run is not the nearest one");
}
