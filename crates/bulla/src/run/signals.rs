use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use std::thread::JoinHandle;

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
use signal_hook::iterator::{Handle, Signals};

/// Makes a write beyond the process's file size limit an error like any other. Without this the system ends the
/// process, and a result that was only to be stored is lost with it. For programs; children are not affected.
pub fn take_file_size_limit_as_error() -> io::Result<()> {
    signal_hook::flag::register(Signal::XFSZ.as_raw(), Arc::default()).map(drop)
}

/// Signals that would end this process, kept until there is a child to pass them on to.
pub(super) struct Forwarding(Signals);

impl Forwarding {
    pub(super) fn begin() -> io::Result<Self> {
        Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2]).map(Self)
    }

    /// Passes signals on to the child until the guard goes.
    pub(super) fn to(self, child: u32) -> ForwardingGuard {
        let Self(mut signals) = self;
        let handle = signals.handle();
        let child = i32::try_from(child).ok().and_then(Pid::from_raw);
        let thread = std::thread::spawn(move || {
            for signal in signals.forever() {
                // The terminal itself sends these to the child as well; twice would be one too many.
                let from_terminal = [SIGINT, SIGQUIT].contains(&signal) && io::stdin().is_terminal();
                if let (false, Some(child), Some(signal)) =
                    (from_terminal, child, Signal::from_named_raw(signal))
                {
                    // It fails only if the child has just ended.
                    let _ = kill_process(child, signal);
                }
            }
        });
        ForwardingGuard { handle, thread: Some(thread) }
    }
}

pub(super) struct ForwardingGuard {
    handle: Handle,
    thread: Option<JoinHandle<()>>,
}

impl Drop for ForwardingGuard {
    fn drop(&mut self) {
        self.handle.close();
        if let Some(thread) = self.thread.take() {
            // A panic there is already reported, and nothing here depends on it.
            let _ = thread.join();
        }
    }
}
