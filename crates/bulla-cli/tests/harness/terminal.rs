//! A terminal, for what the program does only on one.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::thread;

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::Invocation;

impl Invocation {
    /// Runs the program with a terminal on all three sides, on which somebody types. Gives the exit code and what
    /// stood on the screen, every control character included.
    #[track_caller]
    pub(crate) fn on_a_terminal(self, typed: &str) -> (i32, String) {
        let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&terminal).and_then(|()| unlockpt(&terminal)).expect("a terminal of one's own");
        let name = ptsname(&terminal, Vec::new()).expect("its name");
        let side = || {
            let path = Path::new(std::ffi::OsStr::from_bytes(name.to_bytes()));
            let opened =
                rustix::fs::open(path, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty());
            File::from(opened.expect("the program's side of it"))
        };
        let mut terminal = File::from(terminal);
        terminal.write_all(typed.as_bytes()).expect("typing");
        // What stands on the screen is read while the program runs; when nobody has the other side open any more,
        // reading ends, on Linux with an error.
        let mut screen = terminal.try_clone().expect("a second handle");
        let running = self.env("TERM", "xterm").start_on([side(), side(), side()]);
        let reading = thread::spawn(move || {
            let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
            while let Ok(count @ 1..) = screen.read(&mut buffer) {
                bytes.extend_from_slice(&buffer[..count]);
            }
            bytes
        });
        let code = running.wait().code();
        let bytes = reading.join().expect("reading does not panic");
        (code, String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))
    }
}
