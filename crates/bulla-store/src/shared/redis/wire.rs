//! Bytes to a server and back, within a time.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::tls;

/// How long a server may take to do anything at all. The system is late with a socket's timeout by up to a fortieth of it, and
/// 10 s is what everybody is told.
pub(super) const PATIENCE: Duration = Duration::from_millis(9_500);

/// A connection to a server, in the open or behind TLS.
pub(super) enum Wire {
    Open(Timed),
    Tls(Box<StreamOwned<ClientConnection, Timed>>),
}

impl Wire {
    /// Connects to the first of the host's addresses that answers, and behind TLS proves that it is that host.
    /// How long it takes to find a name's addresses is the system's to say.
    pub(super) fn connect(
        host: &str,
        port: u16,
        tls: Option<Arc<ClientConfig>>,
        until: Instant,
    ) -> io::Result<Self> {
        let addresses: Vec<_> = (host, port).to_socket_addrs()?.collect();
        let tcp = Timed { tcp: reach(&addresses, until)?, until };
        let Some(config) = tls else { return Ok(Self::Open(tcp)) };
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let client = ClientConnection::new(config, name).map_err(io::Error::other)?;
        let mut stream = StreamOwned::new(client, tcp);
        stream.conn.complete_io(&mut stream.sock).map_err(tls::in_words)?;
        Ok(Self::Tls(Box::new(stream)))
    }

    /// From now on everything has to be done by then.
    pub(super) fn end_at(&mut self, until: Instant) {
        let timed = match self {
            Self::Open(timed) => timed,
            Self::Tls(stream) => &mut stream.sock,
        };
        timed.until = until;
    }
}

/// One address that never answers leaves the others their share of the time.
fn reach(addresses: &[SocketAddr], until: Instant) -> io::Result<TcpStream> {
    let mut failed = io::Error::new(io::ErrorKind::NotFound, "its name has no address");
    for (address, shares) in addresses.iter().zip((1..=addresses.len()).rev()) {
        let shares = u32::try_from(shares).unwrap_or(u32::MAX);
        let connected = left(until).and_then(|left| TcpStream::connect_timeout(address, left / shares));
        match connected.and_then(|tcp| tcp.set_nodelay(true).map(|()| tcp)) {
            Ok(tcp) => return Ok(tcp),
            Err(error) => failed = in_time(error),
        }
    }
    Err(failed)
}

impl Read for Wire {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Open(timed) => timed.read(buf),
            Self::Tls(stream) => match stream.read(buf) {
                // Closed without a goodbye: replies are framed, so that a cut one is noticed all the same.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(0),
                read => read.map_err(tls::in_words),
            },
        }
    }
}

impl Write for Wire {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        match self {
            Self::Open(timed) => timed.write(buf),
            Self::Tls(stream) => stream.write(buf).map_err(tls::in_words),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Open(timed) => timed.flush(),
            Self::Tls(stream) => stream.flush().map_err(tls::in_words),
        }
    }
}

/// A socket on which nothing waits longer than [`PATIENCE`], nor past `until`: a server that sends a byte now and then
/// is not waited for either.
pub(super) struct Timed {
    tcp: TcpStream,
    until: Instant,
}

impl Read for Timed {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.tcp.set_read_timeout(Some(left(self.until)?))?;
        self.tcp.read(buf).map_err(in_time)
    }
}

impl Write for Timed {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.tcp.set_write_timeout(Some(left(self.until)?))?;
        self.tcp.write(buf).map_err(in_time)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}

fn left(until: Instant) -> io::Result<Duration> {
    let left = until.saturating_duration_since(Instant::now()).min(PATIENCE);
    if left.is_zero() { Err(too_slow()) } else { Ok(left) }
}

/// A socket's timeout comes as an error that says nothing about time.
fn in_time(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => too_slow(),
        _ => error,
    }
}

fn too_slow() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the server does not answer in time")
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn an_address_that_never_answers_leaves_time_for_the_next() {
        let listens = || TcpListener::bind("127.0.0.1:0").unwrap();
        let (hole, server) = (listens(), listens());
        let (nowhere, there) = (hole.local_addr().unwrap(), server.local_addr().unwrap());
        // Where nobody accepts, a queue is full in the end, and who comes then is not answered.
        let mut queue = Vec::new();
        while let Ok(waits) = TcpStream::connect_timeout(&nowhere, Duration::from_millis(300)) {
            queue.push(waits);
            assert!(queue.len() < 900, "it is full long before");
        }
        let begun = Instant::now();
        let reached = reach(&[nowhere, there], begun + Duration::from_secs(2)).unwrap();
        assert_eq!(reached.peer_addr().unwrap(), there);
        assert!(begun.elapsed() >= Duration::from_millis(900), "the first one was tried");
    }
}
