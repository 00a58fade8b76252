//! What a hit gives out is what the command gave out.

use std::ffi::OsStr;
use std::fs;

use bulla::{Answer, Mode, Outputs, Reuse, RunOptions, Settings, Stored, run_uncached};

use super::{Job, Tally};
use crate::support::*;

#[test]
fn a_second_run_replays_the_first_byte_for_byte() {
    let (home, clock) = (Home::new(), Clock::new());
    let (cache, tally) = (home.cache(&clock), Tally::new(home.beside("").as_path()));
    let script =
        format!(r"{} printf 'out\000\377\r\n'; printf 'err\001\n' >&2; printf 'no line end'", tally.mark());
    let job = Job::new("signature", script);
    let first = job.run(&cache);
    let second = job.run(&cache);
    assert_eq!((first.answer(), second.answer()), ("absent, stored".to_owned(), "hit".to_owned()));
    for ran in [first, second] {
        assert_eq!((ran.report.code, ran.waited), (0, 0));
        assert_eq!(ran.stdout, b"out\0\xff\r\nno line end");
        assert_eq!(ran.stderr, b"err\x01\n");
    }
    assert_eq!(tally.count(), 1);
}

#[test]
fn a_hit_says_which_program_made_it_and_when() {
    let (home, clock) = (Home::new(), Clock::new());
    let job = Job::new("signature", "echo evidence");
    job.run(&home.cache(&clock));
    let Answer::Hit(header, _) = job.run(&home.cache(&clock)).report.answer else { panic!("a hit") };
    let captured = job.capture();
    assert_eq!(header.claims.key, captured.key);
    assert_eq!(header.claims.producer.tool.unwrap().as_str(), "sh");
    assert_eq!(header.claims.producer.binary, Some(captured.program_digest));
    assert_eq!(header.claims.validity.issued(), clock.now());
}

#[test]
fn an_output_too_large_for_memory_is_replayed_byte_for_byte() {
    let (home, clock) = (Home::new(), Clock::new());
    let (cache, tally) = (home.cache(&clock), Tally::new(home.beside("").as_path()));
    let job = Job::new("signature", format!("{} seq 1 2300000; seq 1 10000 >&2", tally.mark()));
    let first = job.run(&cache);
    assert!(first.stdout.len() > 16 << 20, "{} bytes take the streaming way", first.stdout.len());
    let second = job.run(&cache);
    assert_eq!((first.answer(), second.answer()), ("absent, stored".to_owned(), "hit".to_owned()));
    assert!(first.stdout == second.stdout && first.stderr == second.stderr);
    assert!(first.stdout.ends_with(b"2299999\n2300000\n") && first.stderr.ends_with(b"10000\n"));
    assert_eq!(tally.count(), 1);
}

#[test]
fn a_result_that_has_expired_is_made_again() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    let job = Job::new("sbom", "echo '{}'");
    let an_hour = RunOptions { ttl: Some(HOUR), ..RunOptions::default() };
    assert_eq!(job.run_with(Some(&cache), &an_hour).unwrap().answer(), "absent, stored");
    clock.forward(HOUR);
    assert_eq!(job.run(&cache).answer(), "expired, stored");
    clock.forward(23 * HOUR);
    assert_eq!(job.run(&cache).answer(), "hit", "the default of its operation, a day");
}

#[test]
fn a_refresh_runs_whatever_is_stored_and_replaces_it() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    let version = home.beside("version");
    let job = Job::new("signature", format!("cat '{}'", version.display()));
    let refresh = RunOptions { reuse: Reuse::Refresh, ..RunOptions::default() };
    fs::write(&version, "1").unwrap();
    job.run(&cache);
    fs::write(&version, "2").unwrap();
    assert_eq!(job.run(&cache).stdout, b"1");
    let refreshed = job.run_with(Some(&cache), &refresh).unwrap();
    assert_eq!((refreshed.answer(), refreshed.stdout), ("refreshed, stored".to_owned(), b"2".to_vec()));
    assert_eq!(job.run(&cache).stdout, b"2");
}

#[test]
fn without_a_cache_the_command_is_simply_run() {
    let job = Job::new("signature", "echo evidence; echo note >&2; exit 3");
    for _ in 0..2 {
        let ran = job.run_with(None, &RunOptions::default()).unwrap();
        assert_eq!((ran.answer(), ran.report.code), ("refreshed, no cache".to_owned(), 3));
        assert_eq!((ran.stdout, ran.stderr), (b"evidence\n".to_vec(), b"note\n".to_vec()));
    }
}

#[test]
fn a_program_that_was_only_located_can_be_run_without_any_key() {
    let job = Job::new("signature", "echo evidence; exit 3");
    let program = job.0.locate(&|name: &OsStr| std::env::var_os(name)).unwrap();
    assert_eq!(program, job.capture().program);
    let mut stdout = Vec::new();
    let mut outputs = Outputs { stdout: &mut stdout, stderr: &mut Vec::new(), waiting: &mut |_| () };
    let report = run_uncached(&program, &job.0.command, &mut outputs).unwrap();
    assert!(matches!(report.answer, Answer::Ran(None, Stored::NoCache)));
    assert_eq!((report.code, stdout), (3, b"evidence\n".to_vec()));
}

#[test]
fn each_mode_does_its_part_and_none_loses_the_result() {
    let job = Job::new("signature", "echo evidence");
    for (mode, before, after) in [
        (Mode::ReadWrite, "absent, stored", "hit"),
        (Mode::ReadOnly, "absent, not stored", "absent, stored"),
        (Mode::WriteOnly, "bypassed, stored", "hit"),
        (Mode::Off, "bypassed, not stored", "absent, stored"),
    ] {
        let (home, clock) = (Home::new(), Clock::new());
        home.cache(&clock);
        let ran = job.run(&home.cache_with(Settings { mode, ..clock.settings() }));
        assert_eq!((ran.answer(), ran.stdout), (before.to_owned(), b"evidence\n".to_vec()), "{mode:?}");
        assert_eq!(home.dir().join("locks").exists(), mode == Mode::ReadWrite, "{mode:?}");
        assert_eq!(job.run(&home.cache(&clock)).answer(), after, "after {mode:?}");
    }
}

#[test]
fn the_arguments_arrive_as_they_were_given_and_the_name_as_it_was_typed() {
    let (home, clock) = (Home::new(), Clock::new());
    let mut job = Job::new("signature", r#"printf '%s|' "$0" "$@""#);
    assert_eq!(job.run(&home.cache(&clock)).stdout, b"sh|");
    job.0.command.extend(["zero", "a b", "", "*"].map(super::os));
    assert_eq!(job.run(&home.cache(&clock)).stdout, b"zero|a b||*|");
}
