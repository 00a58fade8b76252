//! Running a command through the cache: once for each key, replayed after that.

mod child;
mod explain;
mod frames;
mod lock;
mod record;
mod replay;
mod signals;

use std::ffi::OsString;
use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bulla_core::Header;
use bulla_store::{FileStore, Lease};

pub use explain::{Explanation, explain};
pub(crate) use lock::LOCKS;
pub use lock::{Lock, Turn};
pub use signals::{forward_signals, is_ignored, take_file_size_limit_as_error};

use crate::cache::Cache;
use crate::miss::Miss;
use crate::recipe::Captured;
use crate::shared::{Claimed, Tier};
use crate::write::PutError;

/// How a command is run through a cache.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// How long the result lives; zero or `None` means the default of its operation.
    pub ttl: Option<Duration>,
    /// Whether what is stored may answer.
    pub reuse: Reuse,
    /// Whether a result with an exit code other than 0 is stored.
    pub failures: Failures,
    /// How long to wait for another process that runs the same command, before running it anyway.
    pub wait: Duration,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            ttl: None,
            reuse: Reuse::default(),
            failures: Failures::default(),
            wait: Duration::from_secs(600),
        }
    }
}

/// Whether what is stored may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reuse {
    /// It may.
    #[default]
    Stored,
    /// The command is run whatever is stored, and its result replaces that.
    Refresh,
}

/// Whether a result with an exit code other than 0 is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Failures {
    /// Only success is stored.
    #[default]
    NotStored,
    /// Failures are answers too.
    Stored,
}

/// Where a command's output goes, live or replayed.
pub struct Outputs<'a> {
    /// Standard output.
    pub stdout: &'a mut dyn Write,
    /// Standard error.
    pub stderr: &'a mut dyn Write,
    /// Told once of each that is waited for.
    pub waiting: &'a mut dyn FnMut(Awaited<'_>),
}

/// Who runs the same command now, and is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaited<'a> {
    /// Another process that uses the same cache directory.
    Process,
    /// Another machine, or whoever it is that has this lease in the shared store.
    Lease(&'a Lease),
}

/// How a run went.
#[derive(Debug)]
pub struct RunReport {
    /// The command's exit code; 128 and the signal's number if a signal ended it.
    pub code: u8,
    /// Where the output came from.
    pub answer: Answer,
}

/// Where a run's output came from.
#[derive(Debug)]
pub enum Answer {
    /// From the cache; this is the entry's header, and which store it came from.
    Hit(Box<Header>, Tier),
    /// From the command, because of the miss (`None`: refreshed), and whether it was stored.
    Ran(Option<Miss>, Stored),
}

/// Whether a result was stored.
#[derive(Debug)]
pub enum Stored {
    /// It was.
    Yes,
    /// There is no cache to store it in.
    NoCache,
    /// The command did not succeed.
    Failed,
    /// What the key depends on changed, or could not be read again, after the command had begun.
    InputsChanged,
    /// It could not be; the result was delivered all the same.
    Error(PutError),
}

/// Runs `command`, or replays what it printed and how it ended when it ran before under the same key.
///
/// A cache that fails never loses the result. Without a cache the command is simply run.
pub fn run(
    cache: Option<&Cache<FileStore>>,
    captured: &Captured,
    command: &[OsString],
    options: &RunOptions,
    outputs: &mut Outputs<'_>,
) -> Result<RunReport, RunError> {
    let Some(cache) = cache else {
        return run_uncached(&captured.program, command, outputs);
    };
    if options.reuse == Reuse::Refresh {
        return record::run_and_store(cache, captured, command, options, outputs, None);
    }
    let (key, begun) = (&captured.key, Instant::now());
    let miss = match replay::replay(cache.look_up(key), outputs)? {
        Ok(report) => return Ok(counted(cache, report)),
        Err(miss) => miss,
    };
    let lock = lock::acquire(cache, key, options.wait, outputs.waiting);
    // Whoever held the lock before may have stored the result meanwhile.
    if lock.is_some()
        && let Ok(report) = replay::replay(cache.look_up_here(key), outputs)?
    {
        return Ok(counted(cache, report));
    }
    let patience = options.wait.saturating_sub(begun.elapsed());
    let claimed =
        cache.claim(key, patience, &mut |lease| (outputs.waiting)(Awaited::Lease(lease)), &|| false);
    // And so may whoever had the lease.
    if !matches!(claimed, Claimed::None)
        && let Ok(report) = replay::replay(cache.look_up(key), outputs)?
    {
        return Ok(counted(cache, report));
    }
    // One question is one miss, however often the store was asked.
    cache.counts.add(miss.name());
    record::run_and_store(cache, captured, command, options, outputs, Some(miss))
}

/// Runs `command` and keeps nothing.
pub fn run_uncached(
    program: &Path,
    command: &[OsString],
    outputs: &mut Outputs<'_>,
) -> Result<RunReport, RunError> {
    let code = child::run(program, command, outputs, &mut |_, _| ())?.code;
    Ok(RunReport { code, answer: Answer::Ran(None, Stored::NoCache) })
}

fn counted(cache: &Cache<FileStore>, hit: RunReport) -> RunReport {
    cache.counts.add("hit");
    hit
}

/// Why a command was not run to its end, or its output not delivered.
#[derive(Debug)]
pub enum RunError {
    /// The program cannot be started.
    Spawn(PathBuf, io::Error),
    /// The child's output cannot be read, or the child not be waited for.
    Child(io::Error),
    /// The output cannot be passed on.
    Output(io::Error),
    /// A recorded result was found damaged after a part of it had been given out; this can only happen if the
    /// file is changed in that moment.
    Changed(Miss),
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spawn(program, error) => write!(f, "cannot run {}: {error}", program.display()),
            Self::Child(error) => write!(f, "lost the command: {error}"),
            Self::Output(error) => write!(f, "cannot pass the command's output on: {error}"),
            Self::Changed(miss) => write!(f, "the recorded result changed while it was replayed: {miss}"),
        }
    }
}

impl std::error::Error for RunError {}
