//! Commands that do not succeed.

use bulla::{Answer, Failures, NotAReport, PutError, RunError, RunOptions, Stored};

use super::{Job, Tally};
use crate::support::snapshot::names;
use crate::support::*;

fn storing_failures() -> RunOptions {
    RunOptions { failures: Failures::Stored, ..RunOptions::default() }
}

#[test]
fn a_failure_is_delivered_and_not_stored() {
    let (home, clock) = (Home::new(), Clock::new());
    let (cache, tally) = (home.cache(&clock), Tally::new(home.beside("").as_path()));
    let job = Job::new("signature", format!("{} echo half; echo why >&2; exit 3", tally.mark()));
    for _ in 0..2 {
        let ran = job.run(&cache);
        assert_eq!((ran.answer(), ran.report.code), ("absent, failed".to_owned(), 3));
        assert_eq!((ran.stdout, ran.stderr), (b"half\n".to_vec(), b"why\n".to_vec()));
    }
    assert_eq!(tally.count(), 2);
    assert_eq!(names(&home.dir()), [".hmac.key", "CACHEDIR.TAG", "locks"]);
}

#[test]
fn a_failure_is_replayed_with_its_code_where_failures_are_answers() {
    for code in [1, 2, 127] {
        let (home, clock) = (Home::new(), Clock::new());
        let (cache, tally) = (home.cache(&clock), Tally::new(home.beside("").as_path()));
        let job = Job::new("signature", format!("{} echo out; echo why >&2; exit {code}", tally.mark()));
        let runs = [(); 2].map(|()| job.run_with(Some(&cache), &storing_failures()).unwrap());
        assert_eq!(runs.each_ref().map(super::Ran::answer), ["absent, stored", "hit"]);
        for ran in runs {
            assert_eq!(
                (ran.report.code, ran.stdout, ran.stderr),
                (code, b"out\n".to_vec(), b"why\n".to_vec())
            );
        }
        assert_eq!(tally.count(), 1);
    }
}

#[test]
fn a_command_that_a_signal_ended_is_never_stored() {
    for (signal, code) in [("TERM", 143), ("KILL", 137), ("SEGV", 139)] {
        let (home, clock) = (Home::new(), Clock::new());
        let cache = home.cache(&clock);
        let job = Job::new("signature", format!("ulimit -c 0; echo half; kill -{signal} $$"));
        for _ in 0..2 {
            let ran = job.run_with(Some(&cache), &storing_failures()).unwrap();
            assert_eq!((ran.answer(), ran.report.code), ("absent, failed".to_owned(), code), "{signal}");
            assert_eq!(ran.stdout, b"half\n");
        }
    }
}

#[test]
fn a_code_above_127_that_a_command_ended_with_by_itself_is_one_like_any_other() {
    for code in [128, 137, 255] {
        let (home, clock) = (Home::new(), Clock::new());
        let (cache, job) = (home.cache(&clock), Job::new("signature", format!("exit {code}")));
        for expected in ["absent, stored", "hit"] {
            let ran = job.run_with(Some(&cache), &storing_failures()).unwrap();
            assert_eq!((ran.answer(), ran.report.code), (expected.to_owned(), code));
        }
    }
}

#[test]
fn a_success_that_printed_no_whole_report_is_delivered_and_not_stored() {
    for (operation, script, empty) in [
        ("sbom", "true", true),
        ("scan-x", "echo; echo looked >&2", true),
        ("sbom", r#"printf '{"components":['"#, false),
    ] {
        let (home, clock) = (Home::new(), Clock::new());
        let cache = home.cache(&clock);
        for _ in 0..2 {
            let ran = Job::new(operation, script).run(&cache);
            assert_eq!(ran.report.code, 0);
            let Answer::Ran(_, Stored::Error(PutError::NotAReport(why))) = ran.report.answer else {
                panic!("{script}: {:?}", ran.report.answer)
            };
            assert_eq!(why == NotAReport::Empty, empty, "{script}: {why}");
        }
    }
    let (home, clock) = (Home::new(), Clock::new());
    assert_eq!(Job::new("signature", "true").run(&home.cache(&clock)).answer(), "absent, stored");
}

#[test]
fn a_program_that_cannot_be_started_is_an_error_that_names_it() {
    let (home, clock) = (Home::new(), Clock::new());
    let job = Job::new("signature", "true");
    let mut captured = job.capture();
    captured.program = home.beside("gone");
    let mut outputs =
        bulla::Outputs { stdout: &mut Vec::new(), stderr: &mut Vec::new(), waiting: &mut |_| () };
    let cache = home.cache(&clock);
    let ran = bulla::run(Some(&cache), &captured, &job.0.command, &RunOptions::default(), &mut outputs);
    let error = ran.unwrap_err();
    assert!(matches!(&error, RunError::Spawn(program, _) if *program == captured.program));
    assert!(
        error.to_string().starts_with(&format!("cannot run {}: ", captured.program.display())),
        "{error}"
    );
    assert_eq!(names(&home.dir()), [".hmac.key", "CACHEDIR.TAG", "locks"], "no draft is left");
}

#[test]
fn a_cache_that_cannot_be_written_to_loses_no_result() {
    let (home, clock, warnings) = (Home::new(), Clock::new(), Warnings::default());
    let cache = home.cache_with(warnings.of(clock.settings()));
    // Its directory goes away underneath it: nothing can be made in there, not even by root.
    std::fs::remove_dir_all(home.dir()).unwrap();
    let ran = Job::new("sbom", "echo '{}'; echo note >&2").run(&cache);
    assert_eq!((ran.stdout, ran.stderr, ran.report.code), (b"{}\n".to_vec(), b"note\n".to_vec(), 0));
    let Answer::Ran(Some(_), Stored::Error(PutError::Store(error))) = &ran.report.answer else {
        panic!("{:?}", ran.report.answer)
    };
    assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
    assert!(warnings.told()[0].starts_with("running without a lock: "), "{:?}", warnings.told());
}
