//! Faults of disks and file systems, put into the program's own system calls by strace.

use super::{Bench, Output, read_text, tool};

/// One system call that the program makes, as strace writes it down.
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
    /// The process is killed as it makes the call.
    Kill,
}

impl Bench {
    /// The calls of these names that a run of `bulla` makes on its main thread, in order.
    #[track_caller]
    pub(crate) fn calls(&self, names: &str, words: &str, stdin: &[u8]) -> Vec<Call> {
        let log = self.path("strace.log");
        drop(self.strace(&[&format!("--trace={names}")], words, stdin));
        let mut calls: Vec<Call> = Vec::new();
        for line in read_text(&log).lines().filter(|line| !line.starts_with(['-', '+'])) {
            let name = line.split('(').next().unwrap_or_default().to_owned();
            let nth = 1 + calls.iter().filter(|call| call.name == name).count();
            calls.push(Call { name, nth, line: line.to_owned() });
        }
        calls
    }

    /// Runs `bulla` with a fault at one call. Gives what came of it, and what strace wrote down about the call:
    /// nothing if it was not made this time.
    #[track_caller]
    pub(crate) fn with_fault(
        &self,
        call: &Call,
        fault: Fault,
        words: &str,
        stdin: &[u8],
    ) -> (Output, Option<String>) {
        let Call { name, nth, .. } = call;
        let what = match fault {
            Fault::Error(error) => format!("error={error}"),
            Fault::Kill => "signal=SIGKILL".to_owned(),
        };
        let inject = format!("--inject={name}:{what}:when={nth}");
        let output = self.strace(&[&format!("--trace={name}"), &inject], words, stdin);
        let log = read_text(self.path("strace.log"));
        let hit = match fault {
            Fault::Error(_) => log.lines().find(|line| line.contains("(INJECTED)")).map(str::to_owned),
            Fault::Kill => log.contains("killed by SIGKILL").then(|| call.line.clone()),
        };
        (output, hit)
    }

    /// Every further call of one name fails, from the first on.
    #[track_caller]
    pub(crate) fn with_every_call_failing(
        &self,
        name: &str,
        error: &str,
        words: &str,
        stdin: &[u8],
    ) -> Output {
        let inject = format!("--inject={name}:error={error}");
        self.strace(&[&format!("--trace={name}"), &inject], words, stdin)
    }

    #[track_caller]
    fn strace(&self, options: &[&str], words: &str, stdin: &[u8]) -> Output {
        let strace = self.program(tool("strace")).args(["--quiet=all", "-y", "-s", "64"]);
        let strace = strace.arg("-o").arg(self.path("strace.log")).args(options);
        strace.arg("--").arg(self.bulla_path()).words(words).stdin(stdin).run()
    }
}
