//! Connections that threads share.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustls::ClientConfig;

use super::address::Server;
use super::connection::{Connection, is_broken};
use super::wire::PATIENCE;

/// As many commands at once as one process sends.
const CONNECTIONS: usize = 8;

/// How often something is tried on connections that break.
const TRIES: u32 = 3;

/// Connections to one server: made when they are needed, used again, made anew when they break.
pub(super) struct Pool {
    server: Server,
    /// The machine's authorities are read once, and only where there is TLS.
    tls: OnceLock<Arc<ClientConfig>>,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Connection>,
    busy: usize,
}

impl Pool {
    pub(super) fn new(server: Server) -> Self {
        Self { server, tls: OnceLock::new(), state: Mutex::default(), freed: Condvar::new() }
    }

    /// Does `work` on a connection, from the start again on another one where it breaks: it must be something that may be done twice.
    /// There is one time for all of it, and what takes too long is not tried again.
    pub(super) fn run<T>(&self, mut work: impl FnMut(&mut Connection) -> io::Result<T>) -> io::Result<T> {
        let _seat = self.take_seat();
        let until = Instant::now() + PATIENCE;
        let mut tried = 0;
        loop {
            tried += 1;
            let idle = self.state().idle.pop();
            let is_new = idle.is_none();
            let done = idle.map_or_else(|| self.connect(until), Ok).and_then(|mut connection| {
                connection.end_at(until);
                let done = work(&mut connection)?;
                self.state().idle.push(connection);
                Ok(done)
            });
            match done {
                Err(error) if tried < TRIES && is_broken(&error) && Instant::now() < until => {
                    // A server that was restarted has closed the others, too.
                    self.state().idle.clear();
                    if is_new {
                        thread::sleep(pause(tried));
                    }
                }
                done => return done,
            }
        }
    }

    fn connect(&self, until: Instant) -> io::Result<Connection> {
        let config = match (&self.server.tls, self.tls.get()) {
            (None, _) => None,
            (Some(_), Some(config)) => Some(config.clone()),
            (Some(authorities), None) => {
                let config = authorities.config()?;
                Some(self.tls.get_or_init(|| config).clone())
            }
        };
        Connection::open(&self.server, config, until)
    }

    /// Waits for its turn: those before it end within their time.
    fn take_seat(&self) -> Seat<'_> {
        let state = self.freed.wait_while(self.state(), |state| state.busy == CONNECTIONS);
        state.unwrap_or_else(PoisonError::into_inner).busy += 1;
        Seat(self)
    }

    /// A panic elsewhere cannot leave it half changed: each change is one call on it.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Seat<'a>(&'a Pool);

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.0.state().busy -= 1;
        self.0.freed.notify_one();
    }
}

/// 100 to 200 ms, then twice that: not the same for the many that lose a server at the same moment.
fn pause(tries: u32) -> Duration {
    let random = getrandom::u32().unwrap_or_default() % 100;
    Duration::from_millis(u64::from(100 + random) << (tries - 1))
}
