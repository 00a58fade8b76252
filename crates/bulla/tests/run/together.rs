//! Many that ask for the same key at the same time. Each has a cache of its own, as processes do.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{ScopedJoinHandle, scope};
use std::time::Duration;

use bulla::{Awaited, Outputs, RunOptions};

use super::{Job, Ran, Tally};
use crate::support::plant::fifo;
use crate::support::*;

/// Longer than any machine takes to get there.
const PATIENCE: Duration = Duration::from_secs(60);

/// A gate that scripts wait at. It is held open for writing, so that nobody who comes late waits for ever.
struct Gate {
    path: PathBuf,
    held: File,
}

impl Gate {
    fn new(path: &Path) -> Self {
        fifo(path);
        Self { path: path.to_owned(), held: File::options().read(true).write(true).open(path).unwrap() }
    }

    fn wait(&self) -> String {
        format!("read line < '{}'; ", self.path.display())
    }

    /// Lets so many through. More than ever come does no harm.
    fn open_for(&mut self, count: usize) {
        self.held.write_all("go\n".repeat(count).as_bytes()).unwrap();
    }
}

/// Whatever happens in a run that a test waits for.
#[derive(Debug, PartialEq, Eq)]
enum Event {
    Started,
    Waiting,
}

/// Tells when the first output comes.
struct Telling(Sender<Event>, Vec<u8>);

impl std::io::Write for Telling {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        if self.1.is_empty() {
            self.0.send(Event::Started).expect("the test listens");
        }
        self.1.write(buf)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs the job with a cache of its own, and tells what happens.
fn run(home: &Home, job: &Job, options: &RunOptions, events: Sender<Event>) -> Ran {
    let cache = home.cache(&Clock::new());
    let mut waited = 0;
    let mut stdout = Telling(events.clone(), Vec::new());
    let mut waiting = |awaited: Awaited<'_>| {
        assert_eq!(awaited, Awaited::Process);
        waited += 1;
        events.send(Event::Waiting).expect("the test listens");
    };
    let mut outputs = Outputs { stdout: &mut stdout, stderr: &mut Vec::new(), waiting: &mut waiting };
    let report = bulla::run(Some(&cache), &job.capture(), &job.0.command, options, &mut outputs).unwrap();
    Ran { report, stdout: stdout.1, stderr: Vec::new(), waited }
}

fn next(events: &Receiver<Event>) -> Option<Event> {
    events.recv_timeout(PATIENCE).ok()
}

fn all<T>(running: Vec<ScopedJoinHandle<'_, T>>) -> Vec<T> {
    running.into_iter().map(|one| one.join().unwrap()).collect()
}

#[test]
fn they_run_the_command_once_and_all_have_its_output() {
    const COUNT: usize = 8;
    let home = Home::new();
    let (mut gate, tally) = (Gate::new(&home.beside("gate")), Tally::new(home.beside("").as_path()));
    let job = Job::new("signature", format!("{}echo began; {}echo done", tally.mark(), gate.wait()));
    let (tell, events) = channel();
    let ran = scope(|scope| {
        let run = || run(&home, &job, &RunOptions::default(), tell.clone());
        let running: Vec<_> = (0..COUNT).map(|_| scope.spawn(run)).collect();
        // One is at the gate, and every other waits for it.
        let seen: Vec<_> = (0..COUNT).filter_map(|_| next(&events)).collect();
        gate.open_for(COUNT);
        let ran = all(running);
        assert_eq!(seen.iter().filter(|event| **event == Event::Waiting).count(), COUNT - 1, "{seen:?}");
        ran
    });
    assert_eq!(tally.count(), 1);
    assert!(ran.iter().all(|ran| ran.stdout == b"began\ndone\n" && ran.report.code == 0));
    let mut answers: Vec<_> = ran.iter().map(|ran| (ran.answer(), ran.waited)).collect();
    answers.sort();
    assert_eq!(answers[0], ("absent, stored".to_owned(), 0));
    assert!(answers[1..].iter().all(|answer| *answer == ("hit".to_owned(), 1)), "{answers:?}");
}

#[test]
fn who_has_waited_long_enough_runs_it_too() {
    for (wait, told) in [(Duration::ZERO, 0), (Duration::from_millis(60), 1)] {
        let home = Home::new();
        let (mut gate, tally) = (Gate::new(&home.beside("gate")), Tally::new(home.beside("").as_path()));
        let job = Job::new("signature", format!("{}echo began; {}", tally.mark(), gate.wait()));
        let (tell, events) = channel();
        let ran = scope(|scope| {
            let run = |wait| run(&home, &job, &RunOptions { wait, ..RunOptions::default() }, tell.clone());
            let first = scope.spawn(move || run(PATIENCE));
            assert_eq!(next(&events), Some(Event::Started));
            let second = scope.spawn(move || run(wait));
            let mut seen = next(&events);
            if seen == Some(Event::Waiting) {
                seen = next(&events);
            }
            gate.open_for(2);
            let ran = all(vec![first, second]);
            assert_eq!(seen, Some(Event::Started), "the second did not run while the first did");
            ran
        });
        assert_eq!(tally.count(), 2);
        assert_eq!(ran.iter().map(Ran::answer).collect::<Vec<_>>(), ["absent, stored"; 2]);
        assert_eq!(ran[1].waited, told, "{wait:?}");
    }
}

#[test]
fn a_failure_that_was_waited_for_is_nobody_elses_answer() {
    let home = Home::new();
    let (mut gate, tally) = (Gate::new(&home.beside("gate")), Tally::new(home.beside("").as_path()));
    let job = Job::new("signature", format!("{}echo began; {} exit 1", tally.mark(), gate.wait()));
    let (tell, events) = channel();
    scope(|scope| {
        let run = || run(&home, &job, &RunOptions::default(), tell.clone());
        let running = vec![scope.spawn(run), scope.spawn(run)];
        let seen = [next(&events), next(&events)];
        gate.open_for(2);
        let ran = all(running);
        assert!(seen.contains(&Some(Event::Waiting)), "{seen:?}");
        assert!(ran.iter().all(|ran| ran.report.code == 1 && ran.answer() == "absent, failed"));
    });
    assert_eq!(tally.count(), 2);
}

#[test]
fn other_keys_do_not_wait() {
    let home = Home::new();
    let mut gate = Gate::new(&home.beside("gate"));
    let blocked = Job::new("signature", format!("echo began; {}", gate.wait()));
    let (tell, events) = channel();
    scope(|scope| {
        let first = scope.spawn(|| run(&home, &blocked, &RunOptions::default(), tell.clone()));
        assert_eq!(next(&events), Some(Event::Started));
        let other = Job::new("signature", "echo other");
        let not_long = RunOptions { wait: Duration::from_secs(1), ..RunOptions::default() };
        let other = other.run_with(Some(&home.cache(&Clock::new())), &not_long).unwrap();
        gate.open_for(1);
        assert_eq!((other.answer(), other.waited), ("absent, stored".to_owned(), 0));
        assert_eq!(first.join().unwrap().report.code, 0);
    });
}
