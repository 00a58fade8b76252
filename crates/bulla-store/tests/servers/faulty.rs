//! A server that answers as a closure says: for what no real server does when a test wants it.

use std::collections::HashMap;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// It lives as long as the test's process.
pub(crate) struct Faulty {
    port: u16,
    asked: Arc<AtomicUsize>,
}

pub(crate) struct Request {
    pub(crate) method: String,
    /// With its query.
    pub(crate) path: String,
    /// By names in lower case.
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Faulty {
    /// `answer` writes what it likes for the request of that number, from 0 on; the connection ends with it.
    pub(crate) fn start(
        answer: impl Fn(usize, &Request, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self::start_at(0, answer)
    }

    /// As [`Faulty::start`], on that port.
    pub(crate) fn start_at(
        port: u16,
        answer: impl Fn(usize, &Request, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("loopback");
        let port = listener.local_addr().expect("an address").port();
        let asked = Arc::new(AtomicUsize::new(0));
        let (answer, counted) = (Arc::new(answer), asked.clone());
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (answer, counted) = (answer.clone(), counted.clone());
                // A client that goes away is no error here.
                thread::spawn(move || {
                    serve(stream, |request, stream| {
                        answer(counted.fetch_add(1, Ordering::SeqCst), request, stream)
                    })
                });
            }
        });
        Self { port, asked }
    }

    pub(crate) fn url(&self) -> String {
        format!("s3://cache/p?region=test&endpoint=http://127.0.0.1:{}", self.port)
    }

    /// How many requests there were.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn serve(stream: TcpStream, answer: impl Fn(&Request, &mut TcpStream) -> io::Result<()>) -> io::Result<()> {
    let mut from = BufReader::new(stream);
    let mut line = String::new();
    from.read_line(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = HashMap::new();
    loop {
        line.clear();
        from.read_line(&mut line)?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap_or(0));
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    let request = Request { method, path, headers, body };
    answer(&request, &mut from.into_inner())
}

/// A whole answer, with these headers beside its length.
pub(crate) fn reply(to: &mut TcpStream, status: &str, headers: &str, body: &[u8]) -> io::Result<()> {
    write!(to, "HTTP/1.1 {status}\r\n{headers}connection: close\r\ncontent-length: {}\r\n\r\n", body.len())?;
    to.write_all(body)
}

impl Request {
    /// The range that is asked for: its first byte and the one after its last.
    pub(crate) fn range(&self) -> Option<(usize, usize)> {
        let (from, to) = self.headers.get("range")?.strip_prefix("bytes=")?.split_once('-')?;
        Some((from.parse().ok()?, to.parse::<usize>().ok()? + 1))
    }
}

/// The headers of an honest answer to a request for a range of `object`, and the bytes.
pub(crate) fn part<'a>(request: &Request, object: &'a [u8]) -> (String, &'a [u8]) {
    let (from, to) = request.range().expect("a request for a range");
    let to = to.min(object.len());
    let range = format!("content-range: bytes {from}-{}/{}\r\netag: \"1\"\r\n", to - 1, object.len());
    (range, &object[from..to])
}
