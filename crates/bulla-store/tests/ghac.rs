//! The cache service of GitHub Actions, against a stand-in of the shape that its protocol has (version 2: Twirp with
//! protobuf, and addresses that are signed for Azure's blobs). Nothing in here was run against GitHub.

#![expect(clippy::disallowed_methods, reason = "a test's process is told its port in its environment")]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

mod servers;
mod support;

use std::collections::HashMap;
use std::env;
use std::io;
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::Duration;

use bulla_store::{Lease, Leased, SharedStore, StoreUrl, connect};
use servers::faulty::{Faulty, Request, part, reply};
use servers::free_port;
use support::child::with_environment;
use support::*;

const SERVICE: &str = "/twirp/github.actions.results.api.v1.CacheService/";

/// What was written, and whether it can be read: an entry is there once its upload is finished.
#[derive(Default)]
struct Cache(Mutex<HashMap<String, (Vec<u8>, bool)>>);

impl Cache {
    fn answer(&self, port: u16, request: &Request, to: &mut TcpStream) -> io::Result<()> {
        let mut entries = self.0.lock().unwrap();
        let Some(method) = request.path.strip_prefix(SERVICE) else {
            return blob(&mut entries, request, to);
        };
        if request.headers.get("authorization").is_none_or(|token| token != "Bearer test-token") {
            return reply(to, "403 Forbidden", "", b"who are you?");
        }
        // The version is field 3 of an entry that is made, and field 4 of one that is asked for or finished.
        let texts = texts(&request.body);
        let version = texts.get(&4).or_else(|| texts.get(&3)).expect("a version");
        let key = format!("{version}-{}", texts[&2]);
        let signed = format!("http://127.0.0.1:{port}/container/{key}?sig=signed");
        match method {
            "CreateCacheEntry" if entries.contains_key(&key) => {
                reply(to, "409 Conflict", "", b"already exists")
            }
            "CreateCacheEntry" => {
                entries.insert(key, (Vec::new(), false));
                reply(to, "200 OK", "", &message(Some(&signed)))
            }
            "FinalizeCacheEntryUpload" => {
                entries.get_mut(&key).unwrap().1 = true;
                reply(to, "200 OK", "", &message(None))
            }
            "GetCacheEntryDownloadURL" if entries.get(&key).is_some_and(|(_, is_there)| *is_there) => {
                reply(to, "200 OK", "", &message(Some(&signed)))
            }
            "GetCacheEntryDownloadURL" => reply(to, "200 OK", "", b""),
            _ => reply(to, "404 Not Found", "", b"no such method"),
        }
    }
}

/// The blobs behind the signed addresses.
fn blob(
    entries: &mut HashMap<String, (Vec<u8>, bool)>,
    request: &Request,
    to: &mut TcpStream,
) -> io::Result<()> {
    let key = request.path.strip_prefix("/container/").and_then(|path| path.strip_suffix("?sig=signed"));
    let Some((bytes, _)) = key.and_then(|key| entries.get_mut(key)) else {
        return reply(to, "403 Forbidden", "", b"that was not signed");
    };
    if request.method == "PUT" {
        bytes.clone_from(&request.body);
        return reply(to, "201 Created", "", b"");
    }
    let (headers, bytes) = part(request, bytes);
    reply(to, "206 Partial Content", &headers, bytes)
}

/// A protobuf message that says yes in field 1 and has a text in field 2.
fn message(text: Option<&str>) -> Vec<u8> {
    let mut bytes = vec![0x08, 1];
    if let Some(text) = text {
        bytes.push(0x12);
        let length = u16::try_from(text.len()).unwrap();
        bytes.extend([length.to_le_bytes()[0] & 0x7f | 0x80, u8::try_from(length >> 7).unwrap()]);
        bytes.extend(text.as_bytes());
    }
    bytes
}

/// The texts in a protobuf message of texts and numbers, by field.
fn texts(mut bytes: &[u8]) -> HashMap<u64, String> {
    let mut texts = HashMap::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes);
        let value = varint(&mut bytes);
        if tag & 7 == 2 {
            let (text, rest) = bytes.split_at(usize::try_from(value).unwrap());
            texts.insert(tag >> 3, String::from_utf8(text.to_vec()).unwrap());
            bytes = rest;
        }
    }
    texts
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let end = bytes.iter().position(|byte| byte & 0x80 == 0).unwrap() + 1;
    let (number, rest) = bytes.split_at(end);
    *bytes = rest;
    number.iter().rev().fold(0, |sum, byte| sum << 7 | u64::from(byte & 0x7f))
}

fn with_cache(test: &str, token: &str, check: impl FnOnce(&dyn SharedStore)) {
    let results = format!("http://127.0.0.1:{}/", free_port());
    let variables = [
        ("ACTIONS_RESULTS_URL", &*results),
        ("ACTIONS_RUNTIME_TOKEN", token),
        ("ACTIONS_CACHE_SERVICE_V2", "true"),
    ];
    with_environment(test, &variables, || {
        let results = env::var("ACTIONS_RESULTS_URL").unwrap();
        let port = results.trim_end_matches('/').rsplit_once(':').unwrap().1.parse().unwrap();
        let cache = Cache::default();
        let _server = Faulty::start_at(port, move |_, request, to| cache.answer(port, request, to));
        check(&*connect(&StoreUrl::parse("ghac://p?version=1").unwrap(), &env::temp_dir()).unwrap());
    });
}

#[test]
fn what_was_put_is_found_and_nothing_is_replaced_listed_or_removed() {
    with_cache("what_was_put_is_found_and_nothing_is_replaced_listed_or_removed", "test-token", |store| {
        assert!(store.get(&name(1)).unwrap().is_none());
        let bytes: Vec<u8> = (0..3 << 20).map(|at: u32| (at / 3).to_le_bytes()[0]).collect();
        put(store, 1, &bytes);
        assert!(payload(store.get(&name(1)).unwrap().unwrap(), 1).unwrap() == bytes);
        let error = store.put(&name(1), sealed(store, 1, b"another")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists, "{error}");
        assert!(error.to_string().contains("ghac://p/"), "{error}");
        // What stands in the way of its successor does not under another version.
        let next = connect(&StoreUrl::parse("ghac://p?version=2").unwrap(), &env::temp_dir()).unwrap();
        assert!(next.get(&name(1)).unwrap().is_none());
        put(&*next, 1, b"another");
        assert!(payload(store.get(&name(1)).unwrap().unwrap(), 1).unwrap() == bytes);
        for error in [store.names().unwrap_err(), store.remove(&name(1), None).unwrap_err()] {
            assert_eq!(error.kind(), io::ErrorKind::Unsupported, "{error}");
        }
        let claim = Lease {
            owner: "job".to_owned(),
            since: after(Duration::ZERO),
            until: after(Duration::from_secs(60)),
        };
        assert_eq!(store.lease(&name(1), &claim).unwrap(), Leased::Ours, "a lease could never be ended");
    });
}

#[test]
fn a_token_that_is_not_accepted_is_an_error_that_does_not_show_it() {
    with_cache("a_token_that_is_not_accepted_is_an_error_that_does_not_show_it", "s3cr3t", |store| {
        let error = store.get(&name(1)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{error}");
        assert!(!format!("{error} {error:?}").contains("s3cr3t"), "{error:?}");
    });
}

#[test]
fn outside_a_job_the_address_is_an_error() {
    let variables = [("ACTIONS_RESULTS_URL", ""), ("ACTIONS_CACHE_URL", "")];
    with_environment("outside_a_job_the_address_is_an_error", &variables, || {
        let error = connect(&StoreUrl::parse("ghac://").unwrap(), &env::temp_dir()).map(drop).unwrap_err();
        assert!(
            error.to_string().contains("inside a job of GitHub Actions only, which has ACTIONS_RESULTS_URL"),
            "{error}"
        );
    });
}
