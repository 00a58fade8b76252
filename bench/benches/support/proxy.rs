use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use rustix::net::sockopt::set_tcp_quickack;

use super::servers::s3::BUCKET;

/// Stands before a server on loopback, passes everything on at once and counts it. It lives as long as the process.
///
/// It says at once that something arrived: s3s-fs sends small pieces with Nagle's algorithm on, and would wait for that
/// for up to 40 ms in each answer, or not at all, as chance has it.
pub(crate) struct Proxy {
    port: u16,
    counted: Arc<Counted>,
}

#[derive(Default)]
struct Counted {
    up: AtomicU64,
    down: AtomicU64,
}

impl Proxy {
    /// Before the server on that port.
    pub(crate) fn start(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
        let port = listener.local_addr().expect("an address").port();
        let counted = Arc::<Counted>::default();
        let shared = Arc::clone(&counted);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(("127.0.0.1", server)).expect("the server listens");
                [&client, &server].iter().for_each(|stream| stream.set_nodelay(true).expect("a socket"));
                let (to_server, to_client) = (server.try_clone(), client.try_clone());
                let (up, down) = (Arc::clone(&shared), Arc::clone(&shared));
                thread::spawn(move || pass(client, to_server.expect("a socket"), &up.up));
                thread::spawn(move || pass(server, to_client.expect("a socket"), &down.down));
            }
        });
        Self { port, counted }
    }

    /// Where the server is to be found behind it.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The address of a store with that prefix in the server's bucket.
    pub(crate) fn url(&self, prefix: &str) -> String {
        format!("s3://{BUCKET}/{prefix}?region=test&endpoint={}", self.endpoint())
    }

    /// The bytes that were sent up and down while `work` was done.
    pub(crate) fn count<T>(&self, work: impl FnOnce() -> T) -> (T, u64, u64) {
        let read = || (self.counted.up.load(Ordering::SeqCst), self.counted.down.load(Ordering::SeqCst));
        let before = read();
        let done = work();
        let after = read();
        (done, after.0 - before.0, after.1 - before.1)
    }
}

/// What is counted has not arrived yet: whoever waits for the bytes finds them counted.
fn pass(mut from: TcpStream, mut to: TcpStream, counted: &AtomicU64) {
    let mut buffer = vec![0; 256 << 10];
    // The system forgets it with every acknowledgement.
    while set_tcp_quickack(&from, true).is_ok()
        && let Ok(length @ 1..) = from.read(&mut buffer)
    {
        counted.fetch_add(length as u64, Ordering::SeqCst);
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
