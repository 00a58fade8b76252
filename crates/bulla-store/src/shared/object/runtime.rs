use std::io;
use std::sync::{LazyLock, mpsc};
use std::time::Duration;

use opendal::{Error, ErrorKind};
use tokio::runtime::{Builder, Runtime};

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
    let failed = |problem: String| Error::new(ErrorKind::Unexpected, problem);
    let runtime = RUNTIME.as_ref().map_err(|error| failed(format!("cannot start a thread: {error}")))?;
    let (answer, answered) = mpsc::sync_channel(1);
    runtime.spawn(async move {
        let done = tokio::time::timeout(limit, request).await;
        // Somebody waits, as the next line shows.
        let _ = answer.send(done);
    });
    match answered.recv() {
        Ok(Ok(done)) => done,
        Ok(Err(_)) => Err(failed(format!("it took more than {} s", limit.as_secs()))),
        Err(_) => Err(failed("the request ended without an answer".to_owned())),
    }
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
}
