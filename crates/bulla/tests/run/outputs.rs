//! Whoever reads the output may go away, fail, or meddle.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;

use bulla::RunError;

use super::{Job, Tally, answer};
use crate::support::*;

/// Simulates a reader that has closed the pipe, or a disk that is full.
struct Failing(ErrorKind);

impl Write for Failing {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(self.0.into())
    }
}

/// Simulates somebody who writes into the entry while it is replayed: at the first write, a byte far behind.
struct Meddling {
    entry: PathBuf,
    at: u64,
    seen: Vec<u8>,
}

impl Write for Meddling {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        if self.seen.is_empty() {
            let entry = File::options().read(true).write(true).open(&self.entry)?;
            let mut byte = [0];
            entry.read_exact_at(&mut byte, self.at)?;
            entry.write_all_at(&[!byte[0]], self.at)?;
        }
        self.seen.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_who_goes_away_is_no_error_and_loses_no_entry() {
    let (home, clock) = (Home::new(), Clock::new());
    let (cache, tally) = (home.cache(&clock), Tally::new(home.beside("").as_path()));
    let job = Job::new("signature", format!("{} seq 1 100000", tally.mark()));
    let report = job.run_to(&cache, &mut Failing(ErrorKind::BrokenPipe)).unwrap();
    assert_eq!((report.code, answer(&report.answer)), (0, "absent, stored".to_owned()));
    let report = job.run_to(&cache, &mut Failing(ErrorKind::BrokenPipe)).unwrap();
    assert_eq!((report.code, answer(&report.answer)), (0, "hit".to_owned()));
    assert!(job.run(&cache).stdout.ends_with(b"99999\n100000\n"), "the entry is whole");
    assert_eq!(tally.count(), 1);
}

#[test]
fn an_output_that_cannot_be_written_is_an_error_live_and_replayed() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    let job = Job::new("signature", "echo evidence");
    for round in ["live", "replayed"] {
        let error = job.run_to(&cache, &mut Failing(ErrorKind::StorageFull)).unwrap_err();
        let RunError::Output(source) = &error else { panic!("{round}: {error}") };
        assert_eq!(source.kind(), ErrorKind::StorageFull, "{round}");
        assert!(error.to_string().starts_with("cannot pass the command's output on: "), "{error}");
        job.run(&cache);
    }
}

#[test]
fn an_entry_that_is_changed_while_it_is_replayed_gives_no_wrong_byte() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache_with(unpacked(clock.settings()));
    let job = Job::new("signature", "seq 1 2300000");
    let right = job.run(&cache).stdout;
    let entry = path_of(&cache, &job.capture().key);
    let mut stdout = Meddling { entry, at: 10 << 20, seen: Vec::new() };
    let error = job.run_to(&cache, &mut stdout).unwrap_err();
    let RunError::Changed(miss) = &error else { panic!("{error}") };
    assert_eq!(miss.name(), "payload-damaged");
    assert!(right.starts_with(&stdout.seen) && stdout.seen.len() > 9 << 20, "{} bytes", stdout.seen.len());
    assert_eq!(job.run(&cache).answer(), "payload-damaged, stored", "the next one meets it again");
}

#[test]
fn an_entry_in_memory_cannot_be_changed_while_it_is_replayed() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache_with(unpacked(clock.settings()));
    let job = Job::new("signature", "seq 1 100000");
    let right = job.run(&cache).stdout;
    let entry = path_of(&cache, &job.capture().key);
    let mut stdout = Meddling { entry, at: 200_000, seen: Vec::new() };
    let report = job.run_to(&cache, &mut stdout).unwrap();
    assert_eq!(answer(&report.answer), "hit");
    assert!(stdout.seen == right);
}
