//! Object stores against a server that fails in ways that no real one can be told to.

#![expect(clippy::disallowed_methods, reason = "a test looks at its own process")]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

mod servers;
mod support;

use std::io::{self, Read as _, Seek as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::sleep;
use std::time::{Duration, Instant};

use bulla_core::{MAX_HEADER_LEN, Refusal, examine};
use bulla_store::{Lease, Leased, SharedStore, StoreUrl, connect};
use servers::faulty::{Faulty, Request, part, reply};
use support::child::with_environment;
use support::*;

const MIB: usize = 1 << 20;

/// Runs `check` with a store on a server that answers in that way.
fn with_server(
    test: &str,
    answer: impl Fn(usize, &Request, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static,
    check: impl FnOnce(&dyn SharedStore, &Faulty),
) {
    let credentials = [("AWS_ACCESS_KEY_ID", "AKIATESTTESTTEST"), ("AWS_SECRET_ACCESS_KEY", "test-secret")];
    with_environment(test, &credentials, || {
        let server = Faulty::start(answer);
        let url = StoreUrl::parse(&server.url()).unwrap();
        check(&*connect(&url, &std::env::temp_dir()).unwrap(), &server);
    });
}

/// A good entry as it lies in a store, with a payload that cannot be packed smaller.
fn entry(length: usize) -> Vec<u8> {
    let payload: Vec<u8> = (0..length).map(|at| (at * at / 7).to_le_bytes()[0]).collect();
    let mut draft =
        sealed(&*connect(&StoreUrl::parse("file:///").unwrap(), &std::env::temp_dir()).unwrap(), 1, &payload)
            .into_draft();
    draft.rewind().unwrap();
    let mut bytes = Vec::new();
    draft.read_to_end(&mut bytes).unwrap();
    bytes
}

fn read_whole(store: &dyn SharedStore) -> bool {
    payload(store.get(&name(1)).unwrap().unwrap(), 1).is_ok()
}

fn said<T>(result: Result<T, impl std::fmt::Display>) -> String {
    let Err(error) = result else { panic!("it did not fail") };
    error.to_string()
}

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
    with_server("a_connection_cut_in_the_middle_of_a_body_is_taken_up_again", answer, |store, _| {
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
    with_server("connections_that_are_always_cut_are_an_error_soon", answer, |store, server| {
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
    with_server("a_server_that_is_unavailable_for_a_moment_is_asked_again", answer, |store, _| {
        assert!(read_whole(store));
    });
}

#[test]
fn a_server_that_stays_unavailable_is_an_error_soon() {
    let answer = |_, _: &Request, to: &mut TcpStream| reply(to, "503 Service Unavailable", "", b"<html>");
    with_server("a_server_that_stays_unavailable_is_an_error_soon", answer, |store, server| {
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
    let test = "a_server_that_is_unavailable_for_ten_seconds_is_used_again_after_that";
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
    with_server("a_reply_after_the_timeout_is_an_error_within_ten_seconds", answer, |store, server| {
        let start = Instant::now();
        let said = said(store.get(&name(1)));
        assert!(said.ends_with(": no answer in time"), "{said}");
        assert!(start.elapsed() < Duration::from_secs(19) && server.asked() == 1, "{:?}", start.elapsed());
    });
}

#[test]
#[ignore = "takes ten seconds: cargo xtask test"]
fn a_large_entry_for_a_server_that_never_answers_is_an_error_within_ten_seconds() {
    let answer = |_, _: &Request, _: &mut TcpStream| {
        sleep(Duration::from_secs(120));
        Ok(())
    };
    let test = "a_large_entry_for_a_server_that_never_answers_is_an_error_within_ten_seconds";
    with_server(test, answer, |store, _| {
        let large = sealed(store, 1, &noise(6 * MIB, 1));
        let start = Instant::now();
        let said = said(store.put(&name(1), large));
        assert!(said.ends_with(": no answer in time"), "{said}");
        assert!(start.elapsed() < Duration::from_secs(19), "{:?}", start.elapsed());
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
    with_server("a_body_that_trickles_in_is_an_error_within_a_minute", answer, |store, _| {
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
    let test = "no_more_than_eight_requests_are_on_their_way_at_once";
    with_server(test, answer, move |store, server| {
        std::thread::scope(|scope| {
            (0..40).for_each(|_| drop(scope.spawn(|| assert!(store.get(&name(1)).unwrap().is_none()))));
        });
        assert_eq!((server.asked(), seen.load(Ordering::SeqCst)), (40, 8));
    });
}

#[test]
fn an_object_that_claims_a_terabyte_is_refused_and_costs_no_memory() {
    let answer = |_, request: &Request, to: &mut TcpStream| {
        let (from, end) = request.range().unwrap();
        let size = 1_u64 << 40;
        let headers = format!("content-range: bytes {from}-{}/{size}\r\netag: \"1\"\r\n", end - 1);
        reply(to, "206 Partial Content", &headers, &vec![0; end - from])
    };
    with_server("an_object_that_claims_a_terabyte_is_refused_and_costs_no_memory", answer, |store, _| {
        let found = store.get(&name(1)).unwrap().unwrap();
        let refusal = examine(&found.bytes, &ring()).unwrap_err();
        assert_eq!(refusal, Refusal::Malformed("it is larger than any entry"));
        assert!(peak_memory() < 32 << 20, "{} bytes", peak_memory());
    });
}

#[test]
fn an_entry_inside_an_object_that_claims_more_is_refused_at_its_header() {
    let object = entry(2 * MIB);
    let answer = move |_, request: &Request, to: &mut TcpStream| {
        let (from, end) = request.range().unwrap();
        assert_eq!((from, end), (0, MAX_HEADER_LEN), "no payload is asked for");
        let headers = format!("content-range: bytes {from}-{}/{}\r\n", end - 1, 200_u64 << 30);
        reply(to, "206 Partial Content", &headers, &object[from..end])
    };
    with_server(
        "an_entry_inside_an_object_that_claims_more_is_refused_at_its_header",
        answer,
        |store, server| {
            let found = store.get_header(&name(1)).unwrap().unwrap();
            assert!(opened(found, 1).is_err());
            assert_eq!(server.asked(), 1);
            assert!(peak_memory() < 32 << 20, "{} bytes", peak_memory());
        },
    );
}

#[test]
fn more_or_fewer_bytes_than_were_asked_for_are_an_error() {
    for more in [1, -1] {
        let object = entry(2 * MIB);
        let answer = move |number, request: &Request, to: &mut TcpStream| {
            let (headers, bytes) = part(request, &object);
            let length = if number == 0 { bytes.len() } else { bytes.len().saturating_add_signed(more) };
            reply(to, "206 Partial Content", &headers, &object[..length])
        };
        with_server("more_or_fewer_bytes_than_were_asked_for_are_an_error", answer, |store, _| {
            let found = store.get(&name(1)).unwrap().unwrap();
            let said = said(payload(found, 1));
            assert!(
                said.contains(if more == 1 { "more than it was asked for" } else { "too little" }),
                "{said}"
            );
        });
    }
}

#[test]
fn an_answer_without_an_end_is_an_error_and_costs_no_memory() {
    let answer = |_, request: &Request, to: &mut TcpStream| {
        let status = if request.method == "GET" { "206 Partial Content" } else { "200 OK" };
        write!(
            to,
            "HTTP/1.1 {status}\r\ncontent-range: bytes 0-9/99999999\r\ntransfer-encoding: chunked\r\n\r\n"
        )?;
        let (small, large) = ("1\r\nx\r\n".repeat(1000), format!("10000\r\n{}\r\n", "x".repeat(1 << 16)));
        loop {
            to.write_all(small.as_bytes())?;
            to.write_all(large.as_bytes())?;
        }
    };
    with_server("an_answer_without_an_end_is_an_error_and_costs_no_memory", answer, |store, _| {
        for said in [
            said(store.get(&name(1))),
            said(store.names()),
            said(store.put(&name(1), sealed(store, 1, b"payload"))),
        ] {
            assert!(
                said.contains("longer than 8388608 bytes") || said.contains("more than it was asked"),
                "{said}"
            );
        }
        assert!(peak_memory() < 64 << 20, "{} bytes", peak_memory());
    });
}

#[test]
fn a_list_that_never_ends_is_an_error() {
    let time = "<LastModified>2026-01-01T00:00:00.000Z</LastModified>";
    let keys = (0..20_000).map(|at| format!("<Contents><Key>p/{at}</Key><Size>1</Size>{time}</Contents>"));
    let more = "<IsTruncated>true</IsTruncated><NextContinuationToken>1</NextContinuationToken>";
    let page = format!("<ListBucketResult>{more}{}</ListBucketResult>", keys.collect::<String>());
    let answer = move |_, _: &Request, to: &mut TcpStream| reply(to, "200 OK", "", page.as_bytes());
    with_server("a_list_that_never_ends_is_an_error", answer, |store, server| {
        let said = said(store.names());
        assert!(said.ends_with(": the list has more than a million names"), "{said}");
        assert_eq!(server.asked(), 51);
    });
}

#[test]
fn keys_that_were_not_asked_for_are_passed_over() {
    let answer = |_, _: &Request, to: &mut TcpStream| {
        let mut page = String::from("<ListBucketResult><IsTruncated>false</IsTruncated>");
        let (entry, time) = (name(1), "<LastModified>2026-01-01T00:00:00.000Z</LastModified>");
        for key in [
            "",
            "é",
            "p",
            "q",
            "../x",
            &format!("q/{entry}.bulla"),
            &format!("{entry}.bulla"),
            &format!("p/{entry}.bulla"),
        ] {
            page.push_str(&format!("<Contents><Key>{key}</Key><Size>1</Size>{time}</Contents>"));
        }
        page.push_str("</ListBucketResult>");
        reply(to, "200 OK", "content-type: application/xml\r\n", page.as_bytes())
    };
    with_server("keys_that_were_not_asked_for_are_passed_over", answer, |store, _| {
        assert_eq!(store.names().unwrap(), [name(1)]);
    });
}

#[test]
fn without_credentials_nothing_is_asked_and_the_error_says_so() {
    let nowhere = [("HOME", "/nonexistent"), ("AWS_EC2_METADATA_DISABLED", "true")];
    with_environment("without_credentials_nothing_is_asked_and_the_error_says_so", &nowhere, || {
        let server = Faulty::start(|_, _, to| reply(to, "404 Not Found", "", b""));
        let store = connect(&StoreUrl::parse(&server.url()).unwrap(), &std::env::temp_dir()).unwrap();
        let said = said(store.get(&name(1)));
        assert!(said.contains("credential"), "{said}");
        assert_eq!(server.asked(), 0);
    });
}

#[test]
fn a_redirection_is_not_followed() {
    let answer = |_, _: &Request, to: &mut TcpStream| {
        reply(to, "307 Temporary Redirect", "location: http://127.0.0.1:1/elsewhere\r\n", b"")
    };
    with_server("a_redirection_is_not_followed", answer, |store, server| {
        let said = said(store.get(&name(1)));
        assert!(said.contains("answered 307 Temporary Redirect"), "{said}");
        assert_eq!(server.asked(), 1);
    });
}

#[test]
fn nothing_that_a_server_says_is_shown_as_it_may_say_what_was_signed() {
    let answer = |_, request: &Request, to: &mut TcpStream| {
        let signed = &request.headers["authorization"];
        let body = format!("\x1b[2J{signed}");
        reply(to, "400 Bad Request", &format!("x-echo: {signed}\r\n"), body.as_bytes())
    };
    let test = "nothing_that_a_server_says_is_shown_as_it_may_say_what_was_signed";
    with_server(test, answer, |store, _| {
        let said = said(store.get(&name(1)));
        assert!(said.ends_with(": the server does not do what it was asked"), "{said}");
    });
}

#[test]
fn where_a_server_knows_no_conditions_whoever_looks_later_still_waits() {
    let object = Mutex::new(Vec::new());
    let answer = move |_, request: &Request, to: &mut TcpStream| {
        let mut object = object.lock().unwrap();
        match request.method.as_str() {
            "PUT" => {
                object.clone_from(&request.body);
                reply(to, "200 OK", "etag: \"1\"\r\n", b"")
            }
            _ if object.is_empty() => reply(to, "404 Not Found", "", b""),
            _ => {
                let (headers, bytes) = part(request, &object);
                reply(to, "206 Partial Content", &headers, bytes)
            }
        }
    };
    let test = "where_a_server_knows_no_conditions_whoever_looks_later_still_waits";
    with_server(test, answer, |store, _| {
        let claim = |owner: &str| Lease {
            owner: owner.to_owned(),
            since: after(Duration::ZERO),
            until: after(Duration::from_secs(60)),
        };
        let (first, second) = (claim("first"), claim("second"));
        assert_eq!(store.lease(&name(1), &first).unwrap(), Leased::Ours);
        assert_eq!(store.lease(&name(1), &second).unwrap(), Leased::Theirs(first));
    });
}

/// Once it was an error, and the lease stayed until it was over: nobody knew whose it was.
#[test]
fn a_lease_that_cannot_be_looked_at_once_it_is_written_is_given_back() {
    let (object, looked) = (Arc::new(Mutex::new(Vec::new())), AtomicUsize::new(0));
    let lies = object.clone();
    let answer = move |_, request: &Request, to: &mut TcpStream| {
        let mut object = object.lock().unwrap();
        match request.method.as_str() {
            "PUT" => object.clone_from(&request.body),
            "DELETE" => {
                object.clear();
                return reply(to, "204 No Content", "", b"");
            }
            // The look after the writing, with each of its attempts.
            _ if (1..=3).contains(&looked.fetch_add(1, Ordering::SeqCst)) => {
                return reply(to, "503 Service Unavailable", "", b"");
            }
            _ if object.is_empty() => return reply(to, "404 Not Found", "", b""),
            _ => {
                let (headers, bytes) = part(request, &object);
                return reply(to, "206 Partial Content", &headers, bytes);
            }
        }
        reply(to, "200 OK", "etag: \"1\"\r\n", b"")
    };
    let test = "a_lease_that_cannot_be_looked_at_once_it_is_written_is_given_back";
    with_server(test, answer, |store, _| {
        let claim = Lease {
            owner: "first".to_owned(),
            since: after(Duration::ZERO),
            until: after(Duration::from_secs(60)),
        };
        assert_eq!(store.lease(&name(1), &claim).unwrap(), Leased::Ours);
        assert!(!lies.lock().unwrap().is_empty());
        store.release(&name(1), &claim).unwrap();
        assert!(lies.lock().unwrap().is_empty());
    });
}
