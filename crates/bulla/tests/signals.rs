//! Signals that come while a command runs, and after it.
//!
//! A signal is for a whole process, so each test starts this program once more.

#![expect(clippy::disallowed_methods, reason = "tests find `sh`")]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

mod support;

use std::io::{self, Write};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bulla::{DigestAlgorithm, Outputs, Recipe, RunOptions, Subject, forward_signals, run};
use rustix::process::{Signal, getpid, kill_process};
use support::once_more;

/// Sends this process a signal as soon as the command has printed something.
struct Signalling(Option<Signal>, Vec<u8>);

impl Write for Signalling {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        if let Some(signal) = self.0.take() {
            kill_process(getpid(), signal)?;
        }
        self.1.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Runs a script without a cache, in a process that gets `signal` meanwhile. Its code and what it printed.
fn run_script(script: &str, signal: Option<Signal>) -> (u8, String) {
    let recipe = Recipe {
        operation: "signature".parse().unwrap(),
        subject: Subject::Digest(DigestAlgorithm::Sha256.digest(b"an image")),
        command: ["sh", "-c", script].map(Into::into).to_vec(),
        inputs: Vec::new(),
        env: Vec::new(),
        salt_command: None,
    };
    let captured = recipe.capture(&|name| std::env::var_os(name), None).unwrap();
    let mut stdout = Signalling(signal, Vec::new());
    let mut outputs = Outputs { stdout: &mut stdout, stderr: &mut io::sink(), waiting: &mut |_| () };
    let report = run(None, &captured, &recipe.command, &RunOptions::default(), &mut outputs).unwrap();
    (report.code, String::from_utf8(stdout.1).unwrap())
}

/// How the process ended in which `inner` ran; `None` inside of it.
fn in_a_process_of_its_own(test: &str, inner: impl FnOnce()) -> Option<Output> {
    let Some(mut again) = once_more(test) else {
        inner();
        return None;
    };
    Some(again.output().unwrap())
}

/// The test ran in there, and to its end.
fn assert_passed(ended: &Output) {
    let printed = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success() && printed.contains("1 passed"), "{}\n{printed}", ended.status);
}

#[test]
fn a_signal_reaches_the_command_which_decides_what_becomes_of_it() {
    let ended = in_a_process_of_its_own(
        "a_signal_reaches_the_command_which_decides_what_becomes_of_it",
        || {
            forward_signals().unwrap();
            for (name, signal) in [("TERM", Signal::TERM), ("HUP", Signal::HUP), ("USR1", Signal::USR1)] {
                let script = format!(
                    "trap 'kill $!; echo caught; exit 7' {name}; sleep 60 > /dev/null 2>&1 & echo ready; wait $!"
                );
                assert_eq!(run_script(&script, Some(signal)), (7, "ready\ncaught\n".to_owned()), "{name}");
            }
        },
    );
    ended.iter().for_each(assert_passed);
}

#[test]
fn a_command_that_a_signal_ends_has_128_and_its_number_as_code() {
    let ended =
        in_a_process_of_its_own("a_command_that_a_signal_ends_has_128_and_its_number_as_code", || {
            forward_signals().unwrap();
            let (code, _) = run_script("echo ready; exec sleep 60", Some(Signal::TERM));
            assert_eq!(code, 128 + 15);
        });
    ended.iter().for_each(assert_passed);
}

/// `signal-hook` leaves its handlers in place when nobody listens any more, and a handler that does nothing swallows
/// the signal: once a library user had called `run`, their program could not be ended any more.
#[test]
fn after_a_run_a_signal_ends_the_process_as_before() {
    let ended = in_a_process_of_its_own("after_a_run_a_signal_ends_the_process_as_before", || {
        forward_signals().unwrap();
        run_script("true", None);
        kill_process(getpid(), Signal::TERM).unwrap();
        // The signal is delivered before the call returns, or to another thread at once.
        std::thread::sleep(std::time::Duration::from_secs(1));
    });
    assert!(ended.is_none_or(|output| output.status.signal() == Some(15)), "it lived on");
}

/// A handler takes the place of a signal that is ignored, and what is handled is set back to its default in a child:
/// under `nohup`, and in the background of a script, the command was ended by signals that it should never have seen.
#[test]
fn a_signal_that_is_ignored_stays_ignored_by_the_command() {
    let test = "a_signal_that_is_ignored_stays_ignored_by_the_command";
    let Some(again) = once_more(test) else {
        forward_signals().unwrap();
        let (code, printed) = run_script("kill -HUP $$; echo survived", None);
        return assert_eq!((code, printed.as_str()), (0, "survived\n"));
    };
    let mut nohup = Command::new("nohup");
    nohup.arg(again.get_program()).args(again.get_args());
    nohup.envs(again.get_envs().filter_map(|(name, value)| Some((name, value?))));
    assert_passed(&nohup.output().unwrap());
}

/// What does "by default" while no command runs also does it to a program that has a handler of its own: a server that
/// had once called `run` was ended by SIGTERM in the midst of its orderly end.
#[test]
fn a_program_with_a_handler_of_its_own_keeps_it() {
    let test = "a_program_with_a_handler_of_its_own_keeps_it";
    let ended = in_a_process_of_its_own(test, || {
        let told = Arc::new(AtomicBool::new(false));
        signal_hook::flag::register(Signal::TERM.as_raw(), Arc::clone(&told)).unwrap();
        run_script("true", None);
        kill_process(getpid(), Signal::TERM).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(300));
        assert!(told.load(Ordering::Relaxed));
    });
    ended.iter().for_each(assert_passed);
}
