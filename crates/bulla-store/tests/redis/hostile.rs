//! What answers is no Redis, or one that means harm.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use bulla_store::StoreError;

use crate::store_at;
use crate::support::name;

/// What is said of a server that does `answer` with each connection.
fn asked(answer: fn(TcpStream)) -> StoreError {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("its address").port();
    thread::spawn(move || {
        for connection in listener.incoming() {
            let connection = connection.expect("somebody asks");
            thread::spawn(move || answer(connection));
        }
    });
    store_at(&format!("redis://:s3cr3t@127.0.0.1:{port}")).get(&name(1)).expect_err("no answer")
}

#[test]
fn a_server_that_never_answers_costs_ten_seconds() {
    let begun = Instant::now();
    let error = asked(|mut connection| {
        let mut all = Vec::new();
        let _ = connection.read_to_end(&mut all);
    });
    assert_eq!(
        (error.kind(), error.reason()),
        (ErrorKind::TimedOut, "the server does not answer in time".into())
    );
    assert!((9..13).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

#[test]
fn a_server_that_answers_a_byte_now_and_then_costs_no_more() {
    let begun = Instant::now();
    let error = asked(|mut connection| {
        while connection.write_all(b"+").is_ok() {
            thread::sleep(Duration::from_secs(1));
        }
    });
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(begun.elapsed() < Duration::from_secs(13), "{:?}", begun.elapsed());
}

/// Once each command had ten seconds of its own, and so had connecting and logging in.
#[test]
fn a_server_that_takes_its_time_for_each_step_costs_no_more() {
    let begun = Instant::now();
    let error = asked(|mut connection| {
        for reply in ["+OK\r\n", "+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:0\r\n$0\r\n\r\n"] {
            let _ = connection.read(&mut [0; 1000]);
            thread::sleep(Duration::from_secs(6));
            let _ = connection.write_all(reply.as_bytes());
        }
    });
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!((9..11).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

#[test]
fn a_reply_larger_than_what_was_asked_for_is_not_read() {
    let error = asked(|mut connection| {
        let _ =
            connection.write_all(b"+OK\r\n+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:1000\r\n$1000000000000\r\n");
        while connection.write_all(&[7; 1 << 16]).is_ok() {}
    });
    assert_eq!(error.reason(), "the server answers with more than it was asked for");
}

#[test]
fn another_kind_of_server_is_told_from_a_redis() {
    let error = asked(|mut connection| {
        let _ = connection.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        let _ = connection.read(&mut [0; 100]);
    });
    assert_eq!(error.reason(), "what answers there does not speak as Redis does");
}

#[test]
fn a_server_that_repeats_the_password_is_not_quoted() {
    let error = asked(|mut connection| {
        let _ = connection.write_all(b"-ERR unknown command 'AUTH', with args beginning with: 's3cr3t'\r\n");
        let _ = connection.read(&mut [0; 100]);
    });
    assert_eq!(error.reason(), "the server does not know one of the commands");
    assert!(!format!("{error:?}").contains("s3cr3t"));
}

#[test]
fn a_server_that_hangs_up_is_asked_three_times() {
    let begun = Instant::now();
    let error = asked(drop);
    assert!(
        matches!(
            error.kind(),
            ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe
        ),
        "{error}"
    );
    assert!((300..2000).contains(&begun.elapsed().as_millis()), "{:?}: two pauses", begun.elapsed());
}
