//! A server that is slow, unavailable, or cuts its connections.

use std::io::Write as _;
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::servers::faulty::{Request, part, reply};
use crate::support::{name, noise, sealed};
use crate::{MIB, entry, read_whole, said, with_server};

#[test]
fn a_connection_cut_in_the_middle_of_a_body_is_taken_up_again() {
    let object = entry(3 * MIB);
    let answer = move |number, request: &Request, to: &mut TcpStream| {
        let (headers, bytes) = part(request, &object);
        if number % 2 == 1 {
            return reply(to, "206 Partial Content", &headers, bytes);
        }
        write!(to, "HTTP/1.1 206 Partial Content\r\n{headers}content-length: {}\r\n\r\n", bytes.len())?;
        to.write_all(&bytes[..bytes.len() / 2])
    };
    with_server("failing::a_connection_cut_in_the_middle_of_a_body_is_taken_up_again", answer, |store, _| {
        assert!(read_whole(store));
    });
}

#[test]
fn connections_that_are_always_cut_are_an_error_soon() {
    let object = entry(3 * MIB);
    let answer = move |_, request: &Request, to: &mut TcpStream| {
        let (headers, bytes) = part(request, &object);
        write!(to, "HTTP/1.1 206 Partial Content\r\n{headers}content-length: {}\r\n\r\n", bytes.len())
    };
    with_server("failing::connections_that_are_always_cut_are_an_error_soon", answer, |store, server| {
        let start = Instant::now();
        said(store.get(&name(1)));
        assert!(start.elapsed() < Duration::from_secs(5) && server.asked() <= 6, "{}", server.asked());
    });
}

#[test]
fn a_server_that_is_unavailable_for_a_moment_is_asked_again() {
    let object = entry(100);
    let answer = move |number, request: &Request, to: &mut TcpStream| {
        if number < 2 {
            return reply(to, "503 Service Unavailable", "", b"");
        }
        let (headers, bytes) = part(request, &object);
        reply(to, "206 Partial Content", &headers, bytes)
    };
    with_server("failing::a_server_that_is_unavailable_for_a_moment_is_asked_again", answer, |store, _| {
        assert!(read_whole(store));
    });
}

#[test]
fn a_server_that_stays_unavailable_is_an_error_soon() {
    let answer = |_, _: &Request, to: &mut TcpStream| reply(to, "503 Service Unavailable", "", b"<html>");
    with_server("failing::a_server_that_stays_unavailable_is_an_error_soon", answer, |store, server| {
        let start = Instant::now();
        let said = said(store.get(&name(1)));
        assert!(said.ends_with(": the server answered 503 Service Unavailable"), "{said}");
        assert!(start.elapsed() < Duration::from_secs(3) && server.asked() == 3, "{}", server.asked());
    });
}

#[test]
#[ignore = "takes ten seconds: cargo xtask test"]
fn a_server_that_is_unavailable_for_ten_seconds_is_used_again_after_that() {
    let (object, begun) = (entry(100), OnceLock::new());
    let answer = move |_, request: &Request, to: &mut TcpStream| {
        if begun.get_or_init(Instant::now).elapsed() < Duration::from_secs(10) {
            return reply(to, "503 Service Unavailable", "retry-after: 10\r\n", b"");
        }
        let (headers, bytes) = part(request, &object);
        reply(to, "206 Partial Content", &headers, bytes)
    };
    let test = "failing::a_server_that_is_unavailable_for_ten_seconds_is_used_again_after_that";
    with_server(test, answer, |store, _| {
        let (begun, mut failures) = (Instant::now(), 0);
        while let Err(error) = store.get(&name(1)) {
            assert!(error.to_string().ends_with("the server answered 503 Service Unavailable"), "{error}");
            assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
            failures += 1;
        }
        assert!(failures >= 3, "each call ends soon: {failures}");
        assert!(read_whole(store));
    });
}

#[test]
#[ignore = "takes ten seconds: cargo xtask test"]
fn a_reply_after_the_timeout_is_an_error_within_ten_seconds() {
    let answer = |_, _: &Request, to: &mut TcpStream| {
        sleep(Duration::from_secs(11));
        reply(to, "404 Not Found", "", b"")
    };
    with_server(
        "failing::a_reply_after_the_timeout_is_an_error_within_ten_seconds",
        answer,
        |store, server| {
            let start = Instant::now();
            let said = said(store.get(&name(1)));
            assert!(said.ends_with(": no answer in time"), "{said}");
            assert!(
                start.elapsed() < Duration::from_secs(11) && server.asked() == 1,
                "{:?}",
                start.elapsed()
            );
        },
    );
}

#[test]
#[ignore = "takes ten seconds: cargo xtask test"]
fn a_large_entry_for_a_server_that_never_answers_is_an_error_within_ten_seconds() {
    let answer = |_, _: &Request, _: &mut TcpStream| {
        sleep(Duration::from_secs(120));
        Ok(())
    };
    let test = "failing::a_large_entry_for_a_server_that_never_answers_is_an_error_within_ten_seconds";
    with_server(test, answer, |store, _| {
        let large = sealed(store, 1, &noise(6 * MIB, 1));
        let start = Instant::now();
        let said = said(store.put(&name(1), large));
        assert!(said.ends_with(": no answer in time"), "{said}");
        assert!(start.elapsed() < Duration::from_secs(12), "{:?}", start.elapsed());
    });
}

#[test]
#[ignore = "takes a minute: cargo xtask test"]
fn a_body_that_trickles_in_is_an_error_within_a_minute() {
    let answer = |_, request: &Request, to: &mut TcpStream| {
        let (headers, bytes) = part(request, &[0; 1000]);
        write!(to, "HTTP/1.1 206 Partial Content\r\n{headers}content-length: {}\r\n\r\n", bytes.len())?;
        bytes.iter().try_for_each(|byte| {
            sleep(Duration::from_secs(1));
            to.write_all(&[*byte])
        })
    };
    with_server("failing::a_body_that_trickles_in_is_an_error_within_a_minute", answer, |store, _| {
        let start = Instant::now();
        let said = said(store.get(&name(1)));
        assert!(said.ends_with(": it took more than 60 s"), "{said}");
        assert!(start.elapsed() < Duration::from_secs(62), "{:?}", start.elapsed());
    });
}

#[test]
fn no_more_than_eight_requests_are_on_their_way_at_once() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = most.clone();
    let answer = move |_, _: &Request, to: &mut TcpStream| {
        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        sleep(Duration::from_millis(50));
        now.fetch_sub(1, Ordering::SeqCst);
        reply(to, "404 Not Found", "", b"")
    };
    let test = "failing::no_more_than_eight_requests_are_on_their_way_at_once";
    with_server(test, answer, move |store, server| {
        std::thread::scope(|scope| {
            (0..40).for_each(|_| drop(scope.spawn(|| assert!(store.get(&name(1)).unwrap().is_none()))));
        });
        assert_eq!((server.asked(), seen.load(Ordering::SeqCst)), (40, 8));
    });
}
