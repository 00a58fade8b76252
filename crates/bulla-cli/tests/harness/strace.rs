//! Faults of disks and file systems, put into the program's own system calls by strace.

use super::{Bench, Output, read_text, tool};

/// One system call that the program makes, as strace writes it down.
///
/// Only the main thread is looked at: it does the cache's work, while threads and the command that `run` starts
/// would be counted, and hit, for themselves.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    name: String,
    /// Which of the calls of that name it is, from 1.
    nth: usize,
    pub(crate) line: String,
}

/// What is to happen at a call instead of it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// It fails with this error.
    Error(&'static str),
    /// It and every later one of that name fails with this error.
    ErrorFromThere(&'static str),
    /// The process is killed as it makes the call.
    Kill,
}

impl Bench {
    /// The calls of these names that a run of `bulla` makes on its main thread, in order.
    #[track_caller]
    pub(crate) fn calls(&self, names: &str, words: &str, stdin: &[u8]) -> Vec<Call> {
        drop(self.strace(&[format!("--trace={names}")], words, stdin));
        let mut calls: Vec<Call> = Vec::new();
        for line in read_text(self.path("strace.log")).lines() {
            let name = line.split('(').next().unwrap_or_default().to_owned();
            let nth = 1 + calls.iter().filter(|call| call.name == name).count();
            calls.push(Call { name, nth, line: line.to_owned() });
        }
        calls
    }

    /// Runs `bulla` with a fault at one call, which it must make again.
    #[track_caller]
    pub(crate) fn with_fault(&self, call: &Call, fault: Fault, words: &str, stdin: &[u8]) -> Output {
        let Call { name, nth, .. } = call;
        let what = match fault {
            Fault::Error(error) => format!("error={error}:when={nth}"),
            Fault::ErrorFromThere(error) => format!("error={error}:when={nth}+"),
            Fault::Kill => format!("signal=SIGKILL:when={nth}"),
        };
        let options = [format!("--trace={name}"), format!("--inject={name}:{what}")];
        let output = self.strace(&options, words, stdin);
        let hit = match fault {
            Fault::Error(_) | Fault::ErrorFromThere(_) => {
                read_text(self.path("strace.log")).contains("(INJECTED)")
            }
            Fault::Kill => output.code() == 137,
        };
        assert!(hit, "the fault was not met: {call:?} {output:?}");
        output
    }

    /// Every call of these names fails with the error beside it.
    #[track_caller]
    pub(crate) fn without(&self, calls: &[(&str, &str)], words: &str, stdin: &[u8]) -> Output {
        let names: Vec<_> = calls.iter().map(|(name, _)| *name).collect();
        let inject = calls.iter().map(|(name, error)| format!("--inject={name}:error={error}"));
        let options: Vec<_> = inject.chain([format!("--trace={}", names.join(","))]).collect();
        let output = self.strace(&options, words, stdin);
        let log = read_text(self.path("strace.log"));
        for name in names {
            let mut met = log.lines().filter(|line| line.starts_with(name));
            assert!(met.any(|line| line.contains("(INJECTED)")), "{name} was not called: {output:?}");
        }
        output
    }

    #[track_caller]
    fn strace(&self, options: &[String], words: &str, stdin: &[u8]) -> Output {
        let strace = self.program(tool("strace")).args(["--quiet=all", "-y", "-s", "64"]);
        let strace = strace.arg("-o").arg(self.path("strace.log")).args(options);
        strace.arg("--").arg(self.bulla_path()).words(words).stdin(stdin).run()
    }
}
