use std::ffi::OsString;
use std::io::{self, Read};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use super::frames::Kind;
use super::replay::Sink;
use super::{Outputs, RunError, signals};
use crate::secrets::without_secrets;

/// Runs the command to its end. Its output is passed on as it comes, and told to `record`.
///
/// Standard input is empty: what came in there would change the result without being in its key.
pub(super) fn run(
    program: &Path,
    command: &[OsString],
    outputs: &mut Outputs<'_>,
    record: &mut dyn FnMut(Kind, &[u8]),
) -> Result<Ended, RunError> {
    let mut process = Command::new(program);
    without_secrets(&mut process).args(command.iter().skip(1)).stdin(Stdio::null());
    process.stdout(Stdio::piped()).stderr(Stdio::piped());
    if let Some(name) = command.first() {
        process.arg0(name);
    }
    let mut child =
        signals::spawn(&mut process).map_err(|error| RunError::Spawn(program.to_owned(), error))?;
    let (stdout, stderr) = (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
    let mut sink = Sink::new(outputs);
    let read = thread::scope(|scope| {
        let (frames, received) = sync_channel(16);
        let to_stderr = frames.clone();
        let spawned = thread::Builder::new()
            .spawn_scoped(scope, move || pass(stdout, Kind::Stdout, &frames))
            .and_then(|one| {
                let other = move || pass(stderr, Kind::Stderr, &to_stderr);
                Ok([one, thread::Builder::new().spawn_scoped(scope, other)?])
            });
        // A command whose output nobody can read is not left running.
        let readers = spawned.inspect_err(|_| drop(child.kill()))?;
        for (kind, bytes) in received {
            sink.take(kind, &bytes);
            record(kind, &bytes);
        }
        readers.into_iter().try_for_each(|reader| reader.join().expect("a reader does not panic"))
    });
    let status = child.wait().map_err(RunError::Child);
    signals::ended(child.id());
    read.map_err(RunError::Child)?;
    let ended = Ended::of(status?);
    sink.finish()?;
    record(Kind::Exit, &[ended.code]);
    Ok(ended)
}

fn pass(mut from: impl Read, kind: Kind, to: &SyncSender<(Kind, Vec<u8>)>) -> io::Result<()> {
    let mut buffer = vec![0; 64 << 10];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) if to.send((kind, buffer[..count].to_vec())).is_err() => return Ok(()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// How the command ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ended {
    /// As shells have it: 128 and the signal's number for a process that a signal ended.
    pub(super) code: u8,
    /// Whether it ended by itself. What a signal cut off is no result, whatever its code.
    pub(super) by_itself: bool,
}

impl Ended {
    fn of(status: ExitStatus) -> Self {
        let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(255);
        Self { code: u8::try_from(code).unwrap_or(255), by_itself: status.code().is_some() }
    }
}
