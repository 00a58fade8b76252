use std::io;
use std::sync::LazyLock;
use std::time::Duration;

use futures::StreamExt as _;
use http::header::RANGE;
use http::{Request, Response, StatusCode};
use opendal::layers::{ConcurrentLimitLayer, HttpClientLayer, RetryEvent, RetryLayer, TimeoutLayer};
use opendal::raw::{HttpBody, HttpClient, HttpFetch};
use opendal::{Buffer, Builder, Error, ErrorKind, Operator};

/// A connection, TLS included, is there by then.
const CONNECT: Duration = Duration::from_secs(5);

/// A server begins to answer by then, goes on with its answer, and has taken a part of an upload; all attempts together.
const ANSWER: Duration = Duration::from_secs(10);

/// No request is waited for longer, its attempts and a body that trickles in included. A window of 2 MiB needs
/// 35 KB/s for that, a part of an upload 90 KB/s, and the longest entry that goes in one request 300 KB/s.
pub(super) const LONGEST: Duration = Duration::from_secs(60);

/// After the first attempt, each after 0.25 to 0.5 s, then 0.5 to 1 s.
const MORE_ATTEMPTS: usize = 2;

/// In this process.
const REQUESTS_AT_ONCE: usize = 8;

/// No answer is longer, in bytes, whatever was asked: a window of an object, a page of a list, a complaint.
const LONGEST_ANSWER: usize = 8 << 20;

pub(super) const TOO_MUCH: &str = "the server sent more than it was asked for";

/// What a piece of an answer costs beside its bytes: a server could send them one by one.
const PIECE: usize = 64;

/// A service with everything around it that keeps a server from holding this process up: for all requests, and for
/// uploads of several parts, which a server may take its time to put together.
///
/// The order matters: what takes too long is not tried again, and a request counts as one from its first attempt to its
/// last.
pub(super) fn operators(service: impl Builder) -> opendal::Result<(Operator, Operator)> {
    let retry = RetryLayer::new()
        .with_min_delay(Duration::from_millis(250))
        .with_max_delay(Duration::from_secs(1))
        .with_factor(2.0)
        .with_jitter()
        .with_max_times(MORE_ATTEMPTS)
        .with_notify(|_: RetryEvent<'_>| {});
    let at_once = ConcurrentLimitLayer::new(REQUESTS_AT_ONCE);
    let service = Operator::new(service)?.finish().layer(HttpClientLayer::new(HttpClient::with(Bounded)));
    let within = |time| {
        let timeout = TimeoutLayer::new().with_timeout(time).with_io_timeout(time);
        service.clone().layer(retry.clone()).layer(timeout).layer(at_once.clone())
    };
    Ok((within(ANSWER), within(LONGEST)))
}

/// Made on first use: it reads the system's certificates.
static CLIENT: LazyLock<reqwest::Result<reqwest::Client>> = LazyLock::new(|| {
    reqwest::Client::builder()
        .connect_timeout(CONNECT)
        // A store is where its address says. What is signed for it is sent nowhere else, and never without TLS instead of with.
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("bulla/", env!("CARGO_PKG_VERSION")))
        .build()
});

/// The HTTP client, with a bound on what it takes in.
struct Bounded;

impl HttpFetch for Bounded {
    async fn fetch(&self, request: Request<Buffer>) -> opendal::Result<Response<HttpBody>> {
        let client = CLIENT.as_ref().map_err(|error| unexpected(format!("cannot use TLS: {error}")))?;
        let asked = asked(&request);
        let (parts, body) = client.fetch(request).await?.into_parts();
        refuse(parts.status)?;
        let mut budget =
            Budget { memory: LONGEST_ANSWER, asked: asked.filter(|_| parts.status.is_success()) };
        let body = body.map_inner(|pieces| {
            Box::new(
                pieces.map(move |piece| piece.and_then(|piece| budget.spend(piece.len()).map(|()| piece))),
            )
        });
        Ok(Response::from_parts(parts, body))
    }
}

/// How many bytes a request asks for, if it is for a range.
fn asked(request: &Request<Buffer>) -> Option<u64> {
    let range = request.headers().get(RANGE)?.to_str().ok()?.strip_prefix("bytes=")?;
    let (first, last) = range.split_once('-')?;
    (last.parse::<u64>().ok()?.checked_add(1)?).checked_sub(first.parse().ok()?)
}

/// What may still come of an answer.
struct Budget {
    memory: usize,
    /// OpenDAL's reader panics at the first byte more.
    asked: Option<u64>,
}

impl Budget {
    fn spend(&mut self, length: usize) -> opendal::Result<()> {
        if let Some(asked) = &mut self.asked {
            *asked = asked.checked_sub(length as u64).ok_or_else(|| unexpected(TOO_MUCH.to_owned()))?;
        }
        self.memory = self.memory.checked_sub(length + PIECE).ok_or_else(|| {
            unexpected(format!("the server's answer is longer than {LONGEST_ANSWER} bytes"))
        })?;
        Ok(())
    }
}

/// What means the same to every service, in words of our own.
fn refuse(status: StatusCode) -> opendal::Result<()> {
    let answered = format!("the server answered {status}");
    match status {
        StatusCode::NOT_MODIFIED => Ok(()),
        StatusCode::NOT_IMPLEMENTED => Err(Error::new(ErrorKind::Unsupported, answered)),
        status if status.is_server_error() => Err(unexpected(answered).set_temporary()),
        status if status.is_redirection() => {
            Err(unexpected(format!("{answered}: is the endpoint or the region another?")))
        }
        _ => Ok(()),
    }
}

/// What happened, as the cause of an error: the message of one without a cause is the server's.
fn unexpected(problem: String) -> Error {
    Error::new(ErrorKind::Unexpected, "an answer is refused").set_source(io::Error::other(problem))
}
