//! Leases on a server that does not do its part.

use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bulla_store::{Lease, Leased};

use crate::servers::faulty::{Request, part, reply};
use crate::support::{after, name};
use crate::with_server;

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
    let test = "leases::where_a_server_knows_no_conditions_whoever_looks_later_still_waits";
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
    let test = "leases::a_lease_that_cannot_be_looked_at_once_it_is_written_is_given_back";
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
