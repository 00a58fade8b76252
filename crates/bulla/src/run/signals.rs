use std::io;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::origin::WithOrigin;
use signal_hook::low_level::emulate_default_handler;
use signal_hook::low_level::siginfo::{Cause, Origin};

/// The signals that end a process and that a command should get to see.
const FORWARDED: [i32; 6] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2];

/// The commands that run now.
static CHILDREN: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

/// Makes a write beyond the process's file size limit an error like any other. Without this the system ends the
/// process, and a result that was only to be stored is lost with it. For programs; children are not affected.
pub fn take_file_size_limit_as_error() -> io::Result<()> {
    signal_hook::flag::register(Signal::XFSZ.as_raw(), Arc::default()).map(drop)
}

/// Passes signals that would end this process on to the commands that it runs, from now on. While none runs, they do
/// what they do by default.
///
/// For programs that have no handlers of their own: this one would end the process in spite of them.
pub fn forward_signals() -> io::Result<()> {
    static LISTENING: Mutex<bool> = Mutex::new(false);
    let mut listening = LISTENING.lock().unwrap_or_else(PoisonError::into_inner);
    if *listening {
        return Ok(());
    }
    let heard = FORWARDED.into_iter().filter(|signal| !is_ignored(*signal));
    let mut signals = SignalsInfo::<WithOrigin>::new(heard)?;
    thread::Builder::new().spawn(move || {
        for origin in &mut signals {
            forward(&origin);
        }
    })?;
    *listening = true;
    Ok(())
}

fn forward(origin: &Origin) {
    let children = children();
    if children.is_empty() {
        drop(children);
        // It fails only for signals that are not in the list above.
        let _ = emulate_default_handler(origin.signal);
        return;
    }
    // What the terminal sends goes to the command as well; twice would be one too many.
    if origin.cause == Cause::Kernel {
        return;
    }
    if let Some(signal) = Signal::from_named_raw(origin.signal) {
        // It fails only for a child that has just ended.
        for &child in children.iter() {
            let _ = kill_process(child, signal);
        }
    }
}

/// Starts a command that signals are passed on to until it ends. What is left of its output is then read with signals
/// as usual: a grandchild that holds the output open keeps nobody from ending this process.
pub(super) fn spawn(command: &mut Command) -> io::Result<Child> {
    // Held until the child is in the list: a signal that comes in between waits, and finds it there.
    let mut running = children();
    let process = command.spawn()?;
    let Some(child) = i32::try_from(process.id()).ok().and_then(Pid::from_raw) else { return Ok(process) };
    running.push(child);
    drop(running);
    let wait = move || {
        // Leaves the child to be waited for, so that its number stays its own until then.
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while matches!(waitid(WaitId::Pid(child), options), Err(Errno::INTR)) {}
        children().retain(|one| *one != child);
    };
    // Without a thread the child stays in the list until `ended` takes it out.
    drop(thread::Builder::new().spawn(wait));
    Ok(process)
}

/// The child has been waited for: its number may be another's now.
pub(super) fn ended(child: u32) {
    children().retain(|one| one.as_raw_nonzero().get().unsigned_abs() != child);
}

fn children() -> MutexGuard<'static, Vec<Pid>> {
    CHILDREN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether this process was told to ignore a signal, and its commands with it (`nohup`, background jobs): a handler would
/// take that from them. Known on Linux.
pub fn is_ignored(signal: i32) -> bool {
    ignored_signals() >> (signal - 1) & 1 == 1
}

#[expect(clippy::disallowed_methods, reason = "a file of the system's own, that nobody can plant")]
fn ignored_signals() -> u64 {
    let status = std::fs::read("/proc/self/status").unwrap_or_default();
    let status = String::from_utf8_lossy(&status);
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}
