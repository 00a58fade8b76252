//! Servers for tests, on loopback: real ones, and one that does what no real one does when asked.

#![allow(dead_code, unused_imports, reason = "each test program uses its own part")]

pub(crate) mod azurite;
mod certificates;
pub(crate) mod faulty;
pub(crate) mod garage;
mod redis;
pub(crate) mod s3;

use std::env;
use std::io;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

pub(crate) use certificates::Certificates;
pub(crate) use redis::{PASSWORD, RUNNER, RedisServer};

/// A program from the directory that `BULLA_TEST_TOOLS` names, or from `PATH`.
pub(crate) fn program(name: &str) -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let given = env::var_os("BULLA_TEST_TOOLS").map(PathBuf::from);
    let mut found = given.into_iter().chain(env::split_paths(&path)).map(|dir| dir.join(name));
    found
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("{name} is neither in BULLA_TEST_TOOLS nor in PATH"))
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
    listener.local_addr().expect("an address").port()
}

/// Waits until something is so, for at most `patience`.
#[track_caller]
pub(crate) fn wait_until(what: &str, patience: Duration, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < patience, "after {patience:?} it is not so: {what}");
        sleep(Duration::from_millis(20));
    }
}

/// A server's process, killed when it goes out of scope.
pub(crate) struct Server(Child);

impl Server {
    /// Waits until somebody listens on that port.
    pub(crate) fn wait_for(child: Child, port: u16) -> Self {
        let mut server = Self(child);
        server.wait_for_port(port);
        server
    }

    /// As [`Server::wait_for`], for one more port of the same server.
    pub(crate) fn wait_for_port(&mut self, port: u16) {
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = self.0.try_wait().expect("a child of ours");
            assert!(ended.is_none(), "the server ended: {ended:?}");
            assert!(start.elapsed() < Duration::from_secs(20), "the server does not listen");
            sleep(Duration::from_millis(20));
        }
    }

    /// As a crash would end it.
    pub(crate) fn kill(&mut self) -> io::Result<()> {
        self.0.kill()?;
        self.0.wait().map(drop)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
