//! A server that is absent, full, dies, or wants another password.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::thread;
use std::time::{Duration, Instant};

use bulla_core::{Expect, Policy, Question, ReadError, examine, open};
use bulla_store::StoreUrl;

use crate::servers::{PASSWORD, RedisServer};
use crate::store_at;
use crate::support::{key, name, payload, put, ring, sealed};

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn a_wrong_password_is_an_error_that_does_not_repeat_it() {
    let server = RedisServer::start();
    for (credentials, says) in [
        (":s3cr3t@", "the server does not know this user with this password (WRONGPASS)"),
        ("me:s3cr3t@", "the server does not know this user with this password (WRONGPASS)"),
        ("", "the server wants a password (NOAUTH)"),
    ] {
        let url = server.url_as(credentials);
        let store = store_at(&url);
        let error = store.get(&name(1)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PermissionDenied);
        assert!(error.to_string().ends_with(says), "{error}");
        let parsed = StoreUrl::parse(&url).unwrap();
        for shown in [format!("{error} {error:?}"), store.place(), format!("{parsed} {parsed:?}")] {
            assert!(!shown.contains("s3cr3t"), "{shown}");
        }
    }
    let given = StoreUrl::parse(&server.url_as("")).unwrap().with_password(PASSWORD);
    assert!(bulla_store::connect(&given, &std::env::temp_dir()).unwrap().get(&name(1)).unwrap().is_none());
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn a_database_that_is_not_there_is_an_error() {
    let server = RedisServer::start();
    let error = store_at(&(server.url() + "/99")).names().unwrap_err().to_string();
    assert!(error.ends_with("the server has no database of that number"), "{error}");
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn an_absent_server_costs_less_than_two_seconds_and_one_that_comes_back_is_used() {
    let mut server = RedisServer::start();
    let store = store_at(&server.url());
    put(&*store, 1, b"before");
    server.kill();
    let begun = Instant::now();
    let error = store.get(&name(1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    assert!(
        error.to_string().starts_with(&format!("cannot read redis://127.0.0.1:{} bulla:", server.port()))
    );
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());

    server.start_again();
    assert!(store.get(&name(1)).unwrap().is_none(), "it kept nothing");
    put(&*store, 1, b"after");
    assert_eq!(payload(store.get(&name(1)).unwrap().unwrap(), 1).unwrap(), b"after");
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn a_connection_that_the_server_has_closed_meanwhile_is_made_anew_unseen() {
    let mut server = RedisServer::start();
    let store = store_at(&server.url());
    put(&*store, 1, b"an entry");
    server.cli("CLIENT KILL TYPE normal SKIPME yes\n");
    assert!(store.get(&name(1)).unwrap().is_some());
    server.kill();
    server.start_again();
    put(&*store, 1, b"an entry");
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn a_full_server_takes_no_entry_and_still_gives_those_it_has() {
    let server = RedisServer::start_with("maxmemory 8mb\nmaxmemory-policy noeviction", None);
    let store = store_at(&server.url());
    put(&*store, 1, b"small");
    let large = sealed(&*store, 2, &vec![7; 16 << 20]);
    let mut error = store.put(&name(2), large);
    for _ in 0..3 {
        // Memory is counted before a command is done: the first large one may still be taken.
        error = error.and_then(|()| store.put(&name(3), sealed(&*store, 3, &vec![7; 16 << 20])));
    }
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StorageFull);
    assert!(error.to_string().ends_with("the server's memory is full (OOM)"), "{error}");
    assert_eq!(payload(store.get(&name(1)).unwrap().unwrap(), 1).unwrap(), b"small");
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn a_replica_says_that_it_takes_no_writes_or_has_lost_its_master() {
    // Nothing listens on port 1.
    let server = RedisServer::start_with("replicaof 127.0.0.1 1", None);
    let store = store_at(&server.url());
    assert!(store.get(&name(1)).unwrap().is_none());
    let error = store.put(&name(1), sealed(&*store, 1, b"x")).unwrap_err();
    assert_eq!(error.reason(), "the server is a replica, which takes no writes (READONLY)");
    server.cli("CONFIG SET replica-serve-stale-data no\n");
    let error = store.get(&name(1)).unwrap_err();
    assert_eq!(error.reason(), "the server is a replica that has lost its master (MASTERDOWN)");
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn a_server_with_too_many_clients_says_so() {
    let server = RedisServer::start_with("maxclients 1", None);
    let first = store_at(&server.url());
    // The one that looked whether the server listens may not be forgotten yet.
    while first.get(&name(1)).is_err() {
        std::thread::sleep(Duration::from_millis(20));
    }
    let error = store_at(&server.url()).get(&name(1)).unwrap_err();
    assert_eq!(error.reason(), "the server has too many clients");
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn a_server_that_dies_while_an_entry_is_read_leaves_proved_bytes_and_an_error() {
    let mut server = RedisServer::start();
    let store = store_at(&server.url());
    let stored: Vec<u8> = (0..2_000_000_u32).flat_map(u32::to_le_bytes).collect();
    put(&*store, 1, &stored);
    let found = store.get(&name(1)).unwrap().unwrap();
    let now = examine(&found.bytes, &ring()).unwrap().claims.validity.issued();
    let (key, policy) = (key(1), Policy::default());
    let expect = Expect { question: Question::Key(&key), now, accepted: None, policy: &policy };
    let mut reading = open(found.bytes, &ring(), &expect).unwrap();
    let mut given = reading.next_chunk().unwrap().unwrap().to_vec();
    server.kill();
    let error = loop {
        match reading.next_chunk() {
            Ok(chunk) => given.extend_from_slice(chunk.expect("an error before the end")),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, ReadError::Unreachable(_)), "{error}");
    assert!(stored.starts_with(&given) && given.len() < stored.len());
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn a_server_that_dies_while_an_entry_is_written_has_none_of_it() {
    let mut server = RedisServer::start();
    let store = store_at(&server.url());
    put(&*store, 1, b"so that there is a connection");
    let entry = sealed(&*store, 2, &vec![7; 64 << 20]);
    // More than fits between two processes is on its way, and is not taken.
    server.freeze();
    let error = thread::scope(|scope| {
        let writing = scope.spawn(|| store.put(&name(2), entry).unwrap_err());
        thread::sleep(Duration::from_millis(500));
        assert!(!writing.is_finished());
        server.kill();
        writing.join().unwrap()
    });
    assert!(error.to_string().starts_with("cannot write redis://127.0.0.1:"), "{error}");
    server.start_again();
    assert!(store.get(&name(2)).unwrap().is_none());
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn a_writer_that_dies_in_the_middle_leaves_the_entry_before() {
    let server = RedisServer::start();
    let store = store_at(&server.url());
    put(&*store, 1, b"before");
    // What such a writer has sent until then: a command, and not all of its value.
    let mut dying = std::net::TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    let key = format!("bulla:{}", name(1));
    write!(dying, "*2\r\n$4\r\nAUTH\r\n${}\r\n{PASSWORD}\r\n", PASSWORD.len()).unwrap();
    write!(dying, "*5\r\n$3\r\nSET\r\n${}\r\n{key}\r\n$1000000\r\n", key.len()).unwrap();
    dying.write_all(&[7; 900_000]).unwrap();
    drop(dying);
    assert_eq!(payload(store.get(&name(1)).unwrap().unwrap(), 1).unwrap(), b"before");
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn a_server_that_takes_only_shorter_values_says_so() {
    let server = RedisServer::start_with("proto-max-bulk-len 1mb", None);
    let store = store_at(&server.url());
    let error = store.put(&name(1), sealed(&*store, 1, &vec![7; 16 << 20])).unwrap_err();
    assert_eq!(error.reason(), "the server takes no values of that length");
    put(&*store, 1, &[7; 500_000]);
}

#[test]
fn an_entry_larger_than_a_value_may_be_is_refused_before_anything_is_sent() {
    // Nobody listens there: whoever would send anything says that instead.
    let store = store_at("redis://127.0.0.1:1");
    let mut entry = sealed(&*store, 1, b"x");
    let draft: File = tempfile::tempfile().unwrap();
    let grown = {
        let sealed = entry.copy_into(draft.try_clone().unwrap()).unwrap();
        draft.set_len((512 << 20) + 1).unwrap();
        sealed
    };
    let error = store.put(&name(1), grown).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::FileTooLarge);
    assert_eq!(error.reason(), "it has 536870913 bytes, and a value of Redis's at most 536870912");
}
