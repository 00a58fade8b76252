use std::io;
use std::sync::{LazyLock, mpsc};
use std::time::Duration;

use opendal::{Error, ErrorKind};
use tokio::runtime::{Builder, Runtime};
use tokio::task::AbortHandle;
use tokio::time::error::Elapsed;

/// One thread is enough: it moves bytes, and whoever asked for them proves them on their own.
static RUNTIME: LazyLock<io::Result<Runtime>> = LazyLock::new(|| {
    Builder::new_multi_thread().worker_threads(1).thread_name("bulla-shared").enable_all().build()
});

/// Drives a request to its end, for at most `limit`. May be called from any thread, a thread of another runtime's too:
/// the future runs on the room's own, and the caller only waits for what it sends back.
pub(super) fn wait<T: Send + 'static>(
    limit: Duration,
    request: impl Future<Output = opendal::Result<T>> + Send + 'static,
) -> opendal::Result<T> {
    start(limit, request)?.wait()
}

/// Begins a request that is driven to its end whether or not somebody waits for it, for at most `limit`.
pub(super) fn start<T: Send + 'static>(
    limit: Duration,
    request: impl Future<Output = opendal::Result<T>> + Send + 'static,
) -> opendal::Result<Pending<T>> {
    let runtime = RUNTIME.as_ref().map_err(|error| failed(format!("cannot start a thread: {error}")))?;
    let (answer, answered) = mpsc::sync_channel(1);
    let task = runtime.spawn(async move {
        let done = tokio::time::timeout(limit, request).await;
        // Nobody waits any more if it was given up.
        let _ = answer.send(done);
    });
    Ok(Pending { answered, task: task.abort_handle(), limit })
}

/// A request on its way. Dropped before it was waited for, it is given up.
pub(super) struct Pending<T> {
    answered: mpsc::Receiver<Result<opendal::Result<T>, Elapsed>>,
    task: AbortHandle,
    limit: Duration,
}

impl<T> Pending<T> {
    pub(super) fn wait(self) -> opendal::Result<T> {
        match self.answered.recv() {
            Ok(Ok(done)) => done,
            Ok(Err(_)) => Err(failed(format!("it took more than {} s", self.limit.as_secs()))),
            Err(_) => Err(failed("the request ended without an answer".to_owned())),
        }
    }
}

impl<T> Drop for Pending<T> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn failed(problem: String) -> Error {
    Error::new(ErrorKind::Unexpected, problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_request_is_driven_from_inside_another_runtime_and_from_many_threads_at_once() {
        let other = Builder::new_current_thread().build().expect("a runtime");
        other.block_on(async { assert_eq!(wait(SECOND, async { Ok(1) }).expect("an answer"), 1) });
        std::thread::scope(|scope| {
            for n in 0..20 {
                scope.spawn(move || assert_eq!(wait(SECOND, async move { Ok(n) }).expect("an answer"), n));
            }
        });
    }

    #[test]
    fn a_request_that_never_ends_or_panics_is_an_error() {
        let error = wait::<()>(Duration::from_millis(10), std::future::pending()).expect_err("it never ends");
        assert_eq!(error.message(), "it took more than 0 s");
        let error = wait::<()>(SECOND, async { panic!("a hostile answer") }).expect_err("it panicked");
        assert_eq!(error.message(), "the request ended without an answer");
    }

    #[test]
    fn a_request_goes_on_before_somebody_waits_for_it_and_ends_when_nobody_will() {
        let (tell, told) = mpsc::channel();
        let begun = start(SECOND, async move { tell.send(()).map_err(|_| failed(String::new())) });
        let begun = begun.expect("it begins");
        told.recv_timeout(SECOND).expect("it goes on by itself");
        begun.wait().expect("an answer");

        let (held, ended) = mpsc::channel::<()>();
        let begun = start(SECOND, async move {
            std::future::pending::<()>().await;
            drop(held);
            Ok(())
        });
        drop(begun.expect("it begins"));
        let ended = ended.recv_timeout(SECOND / 2);
        assert_eq!(ended, Err(mpsc::RecvTimeoutError::Disconnected), "what it held is let go of");
    }
}
