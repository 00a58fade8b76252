//! One process, from its start to its end: with a time limit, a bound on what it writes, and a way to be stopped.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// How long a process that was told to end may take over it.
const GRACE: Duration = Duration::from_secs(2);

/// A report of more bytes fills a disk and tells nobody anything.
const MAX_OUTPUT: u64 = 4 << 30;

/// How much of what it says on standard error is looked at.
const MAX_STDERR: u64 = 64 << 10;

/// What ends a process that does not end by itself.
pub(crate) struct Limits<'a> {
    pub(crate) time: Duration,
    /// Set from outside, such as by a signal.
    pub(crate) stop: &'a AtomicBool,
}

/// How a process ended.
pub(crate) enum Ended {
    /// By itself, with this exit code; what it last said on standard error.
    Exited(u8, String),
    /// It was ended, for this reason.
    Cut(String),
}

/// Runs a command to its end, with its standard output going into a file and nothing on its standard input. It leads a
/// process group of its own, which is ended as a whole.
pub(crate) fn run(command: &mut Command, output: &File, limits: &Limits<'_>) -> io::Result<Ended> {
    let mut errors = tempfile::tempfile()?;
    command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(errors.try_clone()?).process_group(0);
    let mut child = command.spawn()?;
    let cut = wait(&child, output, &errors, limits);
    // Whatever it started and left behind goes with it. Until it is waited for, its number is nobody else's.
    signal(&child, Signal::KILL);
    let status = child.wait()?;
    if let Some(why) = cut? {
        return Ok(Ended::Cut(why));
    }
    Ok(match (status.code().and_then(|code| u8::try_from(code).ok()), status.signal()) {
        (Some(code), _) => Ended::Exited(code, last_words(&mut errors)),
        (None, signal) => Ended::Cut(format!("ended by signal {}", signal.unwrap_or_default())),
    })
}

/// Until it has ended by itself, or was ended for a reason.
fn wait(child: &Child, output: &File, errors: &File, limits: &Limits<'_>) -> io::Result<Option<String>> {
    let begun = Instant::now();
    let mut pause = Duration::from_micros(500);
    while !has_ended(child)? {
        let written = output.metadata()?.len().max(errors.metadata()?.len());
        let why = if limits.stop.load(Ordering::Relaxed) {
            "stopped".to_owned()
        } else if begun.elapsed() >= limits.time {
            format!("it took longer than {} s", limits.time.as_secs())
        } else if written > MAX_OUTPUT {
            format!("it wrote more than {} GiB", MAX_OUTPUT >> 30)
        } else {
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(10));
            continue;
        };
        end(child)?;
        return Ok(Some(why));
    }
    Ok(None)
}

/// Asks the group to end, and gives it a moment.
fn end(child: &Child) -> io::Result<()> {
    signal(child, Signal::TERM);
    let begun = Instant::now();
    while begun.elapsed() < GRACE && !has_ended(child)? {
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// Leaves it to be waited for.
fn has_ended(child: &Child) -> io::Result<bool> {
    let Some(id) = group(child) else { return Ok(true) };
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
    Ok(waitid(WaitId::Pid(id), options)?.is_some())
}

fn group(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().and_then(Pid::from_raw)
}

/// It fails only for a group that is no more.
fn signal(child: &Child, signal: Signal) {
    if let Some(group) = group(child) {
        let _ = kill_process_group(group, signal);
    }
}

/// The last line that is not blank: where programs say what went wrong.
fn last_words(errors: &mut File) -> String {
    let mut text = Vec::new();
    let end = errors.seek(SeekFrom::End(0)).unwrap_or(0);
    let read = errors.seek(SeekFrom::Start(end.saturating_sub(MAX_STDERR)));
    let _ = read.and_then(|_| errors.take(MAX_STDERR).read_to_end(&mut text));
    let text = String::from_utf8_lossy(&text);
    let last = text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default();
    last.chars().take(500).collect()
}
