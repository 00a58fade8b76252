//! A command behind the cache: run once for each key, replayed after that.
//!
//! The commands are `sh -c` scripts, so that no test executes a file that it has just written: another test's child
//! may still hold that open, and the system then refuses to run it.

#![expect(clippy::disallowed_methods, reason = "tests find `sh`, damage entries and count what ran")]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

#[path = "../support/mod.rs"]
mod support;

mod changed;
mod explain;
mod failures;
mod outputs;
mod refused;
mod replay;
mod together;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use bulla::{
    Answer, Awaited, Cache, Captured, DigestAlgorithm, FileStore, Outputs, Recipe, RunError, RunOptions,
    RunReport, Stored, Subject,
};

/// A shell script as a command, and everything that can be said of it.
#[derive(Clone)]
struct Job(Recipe);

impl Job {
    fn new(operation: &str, script: impl AsRef<OsStr>) -> Self {
        Self(Recipe {
            operation: operation.parse().unwrap(),
            subject: Subject::Digest(DigestAlgorithm::Sha256.digest(b"an image")),
            command: vec!["sh".into(), "-c".into(), script.as_ref().to_owned()],
            inputs: Vec::new(),
            env: Vec::new(),
            salt_command: None,
        })
    }

    fn capture(&self) -> Captured {
        self.0.capture(&|name: &OsStr| std::env::var_os(name), None).unwrap()
    }

    /// Runs it with outputs that are kept.
    fn run(&self, cache: &Cache<FileStore>) -> Ran {
        self.run_with(Some(cache), &RunOptions::default()).unwrap()
    }

    fn run_with(&self, cache: Option<&Cache<FileStore>>, options: &RunOptions) -> Result<Ran, RunError> {
        let (mut stdout, mut stderr, mut waited) = (Vec::new(), Vec::new(), 0);
        let mut waiting = |_: Awaited<'_>| waited += 1;
        let mut outputs = Outputs { stdout: &mut stdout, stderr: &mut stderr, waiting: &mut waiting };
        let report = bulla::run(cache, &self.capture(), &self.0.command, options, &mut outputs)?;
        Ok(Ran { report, stdout, stderr, waited })
    }

    /// As [`Job::run_with`], with standard output to anywhere.
    fn run_to(&self, cache: &Cache<FileStore>, stdout: &mut dyn Write) -> Result<RunReport, RunError> {
        let mut outputs = Outputs { stdout, stderr: &mut Vec::new(), waiting: &mut |_| () };
        bulla::run(Some(cache), &self.capture(), &self.0.command, &RunOptions::default(), &mut outputs)
    }
}

/// How a run went, and what it printed.
#[derive(Debug)]
struct Ran {
    report: RunReport,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    waited: u32,
}

impl Ran {
    /// `hit`, or the reason why the command was run and whether its result was stored.
    fn answer(&self) -> String {
        answer(&self.report.answer)
    }
}

fn answer(answer: &Answer) -> String {
    match answer {
        Answer::Hit(..) => "hit".to_owned(),
        Answer::Ran(miss, stored) => {
            let stored = match stored {
                Stored::Yes => "stored",
                Stored::NoCache => "no cache",
                Stored::Failed => "failed",
                Stored::InputsChanged => "inputs changed",
                Stored::Error(_) => "not stored",
            };
            format!("{}, {stored}", miss.as_ref().map_or("refreshed", bulla::Miss::name))
        }
    }
}

/// A file that scripts append a line to each time they run.
struct Tally(PathBuf);

impl Tally {
    fn new(dir: &Path) -> Self {
        Self(dir.join("tally"))
    }

    /// What a script begins with to be counted.
    fn mark(&self) -> String {
        format!("echo ran >> '{}'; ", self.0.display())
    }

    fn count(&self) -> usize {
        fs::read_to_string(&self.0).map_or(0, |text| text.lines().count())
    }
}

fn os(text: &str) -> OsString {
    text.into()
}
