//! Inputs that change while the command runs: its result belongs to neither the old ones nor the new ones.

use std::fs;

use super::Job;
use crate::support::*;

#[test]
fn a_result_whose_input_changed_meanwhile_is_delivered_and_not_stored() {
    for change in ["echo 2 > '{}'", "rm '{}'", "chmod 000 '{}'; rm '{}'", "rm '{}'; mkdir '{}'"] {
        let (home, clock) = (Home::new(), Clock::new());
        let cache = home.cache(&clock);
        let input = home.beside("input");
        fs::write(&input, "1").unwrap();
        let script = format!("echo evidence; {}", change.replace("{}", input.to_str().unwrap()));
        let mut job = Job::new("signature", script);
        job.0.inputs = vec![input];
        let ran = job.run(&cache);
        assert_eq!((ran.answer(), ran.report.code), ("absent, inputs changed".to_owned(), 0), "{change}");
        assert_eq!(ran.stdout, b"evidence\n");
        assert_eq!(cache.list().unwrap().len(), 0, "{change}");
    }
}

#[test]
fn a_subject_counts_as_an_input_does() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    fs::create_dir(home.beside("tree")).unwrap();
    let mut job = Job::new("signature", format!("touch '{}'", home.beside("tree/new").display()));
    job.0.subject = bulla::Subject::Path(home.beside("tree"));
    assert_eq!(job.run(&cache).answer(), "absent, inputs changed");
    assert_eq!(job.run(&cache).answer(), "absent, stored", "it is there already, and stays as it is");
    assert_eq!(job.run(&cache).answer(), "hit");
}

#[test]
fn a_salt_that_is_another_each_time_is_never_the_same_question() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    let mut job = Job::new("signature", "echo evidence");
    let calls = home.beside("calls");
    job.0.salt_command = Some(format!("echo >> '{0}'; wc -l < '{0}'", calls.display()).into());
    for _ in 0..2 {
        assert_eq!(job.run(&cache).answer(), "absent, inputs changed");
    }
}

#[test]
fn what_nobody_named_may_change() {
    let (home, clock) = (Home::new(), Clock::new());
    let job = Job::new("signature", format!("echo 2 > '{}'", home.beside("unnamed").display()));
    assert_eq!(job.run(&home.cache(&clock)).answer(), "absent, stored");
}
