//! Entries: kept, listed, replaced, let go.

use std::collections::BTreeSet;
use std::thread;

use bulla_core::{Expect, Policy, Question, ReadError, Refusal, Timestamp, examine, open};
use bulla_store::contract;

use crate::servers::{RUNNER, RedisServer};
use crate::store_at;
use crate::support::{key, name, noise, payload, put, ring, sealed};

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn a_redis_with_a_password_keeps_the_contract() {
    let server = RedisServer::start();
    contract::check(&*store_at(&server.url()));
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn a_user_who_may_do_nothing_else_keeps_the_contract_under_one_prefix_and_has_no_other() {
    let server = RedisServer::start();
    let (user, password) = RUNNER;
    let url = server.url_as(&format!("{user}:{}@", password.replace('/', "%2F")));
    contract::check(&*store_at(&url));

    let elsewhere = store_at(&format!("{url}?prefix=other"));
    let refused = elsewhere.get(&name(1)).unwrap_err().to_string();
    assert!(refused.ends_with("this user may not do that (NOPERM)"), "{refused}");
    let refused = elsewhere.put(&name(1), sealed(&*elsewhere, 1, b"x")).unwrap_err().to_string();
    assert!(refused.ends_with("this user may not do that (NOPERM)"), "{refused}");
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn prefixes_and_databases_share_nothing() {
    let server = RedisServer::start();
    let places = ["", "?prefix=other", "/1", "/1?prefix=*"].map(|end| store_at(&(server.url() + end)));
    for (store, number) in places.iter().zip(1..) {
        put(&**store, number, b"here");
    }
    for (store, number) in places.iter().zip(1..) {
        assert_eq!(store.names().unwrap(), [name(number)]);
    }
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn a_listing_of_many_parts_has_each_name_once_and_nothing_else() {
    let server = RedisServer::start();
    let store = store_at(&server.url());
    put(&*store, 1, b"an entry");
    let names: BTreeSet<_> = (0..5000).map(|n| format!("{n:064x}").parse().unwrap()).collect();
    let mut commands = String::from("SET bulla:no-name x\nSET bulla: x\nSET bulla2:{n} x\nSET other x\n");
    commands.extend(
        names.iter().map(|name| format!("SET bulla:{name} x\nSET bulla:{name}:lease x\nSET b:{name} x\n")),
    );
    server.cli(&commands);
    let listed = store.names().unwrap();
    assert_eq!(listed.len(), 5001);
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), &names | &BTreeSet::from([name(1)]));
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn the_server_forgets_an_entry_an_hour_after_its_time() {
    let server = RedisServer::start();
    put(&*store_at(&server.url()), 1, b"for a minute");
    let left: u64 = server.cli(&format!("PTTL bulla:{}\n", name(1))).trim().parse().unwrap();
    assert!((3_600_000..=3_660_000).contains(&left), "{left} ms");
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn more_threads_than_connections_all_get_their_answers() {
    let server = RedisServer::start();
    let store = store_at(&server.url());
    let stored = noise(200_000, 1);
    thread::scope(|scope| {
        for number in 0..24 {
            let (store, stored) = (&*store, &stored);
            scope.spawn(move || {
                put(store, number, stored);
                let found = store.get(&name(number)).unwrap().unwrap();
                assert!(payload(found, number).unwrap() == *stored);
            });
        }
    });
    let clients: usize = server.cli("CLIENT LIST\n").lines().filter(|line| line.starts_with("id=")).count();
    assert!(clients <= 9, "{clients} clients, of which one asks");
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn a_value_that_is_replaced_while_it_is_read_is_an_error_and_never_a_mix() {
    let server = RedisServer::start();
    let store = store_at(&server.url());
    let (old, new) = (noise(5 << 20, 1), noise(5 << 20, 2));
    put(&*store, 1, &old);
    let found = store.get(&name(1)).unwrap().unwrap();
    let now = examine(&found.bytes, &ring()).unwrap().claims.validity.issued();
    let policy = Policy::default();
    let key = key(1);
    let expect = Expect { question: Question::Key(&key), now, accepted: None, policy: &policy };
    let mut reading = open(found.bytes, &ring(), &expect).unwrap();

    let mut given = reading.next_chunk().unwrap().unwrap().to_vec();
    // The same length; the payload's digests in the header are others.
    put(&*store, 1, &new);
    let error = loop {
        match reading.next_chunk() {
            Ok(chunk) => given.extend_from_slice(chunk.expect("an error before the end")),
            Err(error) => break error,
        }
    };
    assert_eq!(error.to_string(), "unreachable: it was replaced or removed while it was read");
    assert!(given.len() < old.len() && old.starts_with(&given));
    let found = store.get(&name(1)).unwrap().unwrap();
    assert!(payload(found, 1).unwrap() == new);
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn what_was_tampered_with_swapped_or_cut_is_not_served() {
    let server = RedisServer::start();
    let store = store_at(&server.url());
    let stored = noise(300_000, 1);
    let put_and_meddle = |commands: &str| {
        put(&*store, 1, &stored);
        put(&*store, 2, &stored);
        let (one, two) = (format!("bulla:{}", name(1)), format!("bulla:{}", name(2)));
        server.cli(&commands.replace("ONE", &one).replace("TWO", &two));
        store.get(&name(1)).unwrap().unwrap()
    };
    let found = put_and_meddle("SETRANGE ONE 200000 !?!\n");
    assert!(matches!(payload(found, 1), Err(ReadError::Refused(Refusal::PayloadDamaged(_)))));
    let found = put_and_meddle("SETRANGE ONE 100 !?!\n");
    assert!(matches!(examine(&found.bytes, &ring()), Err(Refusal::BadSeal(_) | Refusal::Malformed(_))));
    let cut = "EVAL \"redis.call('SET', KEYS[1], redis.call('GETRANGE', KEYS[1], 0, 200000))\" 1 ONE\n";
    for (commands, reason) in [
        ("COPY TWO ONE REPLACE\n", "wrong-key"),
        (cut, "payload-damaged"),
        ("APPEND ONE more\n", "payload-damaged"),
        ("SET ONE short\n", "unsealed"),
    ] {
        let found = put_and_meddle(commands);
        let (key, policy) = (key(1), Policy::default());
        let now = Timestamp::from_millis(1_800_000_000_000).unwrap();
        let expect = Expect { question: Question::Key(&key), now, accepted: None, policy: &policy };
        assert_eq!(open(found.bytes, &ring(), &expect).unwrap_err().name(), reason, "{commands}");
    }
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn another_type_of_value_is_an_error_until_an_entry_replaces_it() {
    let server = RedisServer::start();
    let store = store_at(&server.url());
    server.cli(&format!("RPUSH bulla:{} x\n", name(1)));
    let error = store.get(&name(1)).unwrap_err().to_string();
    assert!(error.ends_with("another type of value lies there (WRONGTYPE)"), "{error}");
    put(&*store, 1, b"an entry");
    assert_eq!(payload(store.get(&name(1)).unwrap().unwrap(), 1).unwrap(), b"an entry");
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn of_an_entry_whose_header_is_looked_at_no_payload_is_asked_for() {
    let server = RedisServer::start();
    let store = store_at(&server.url());
    put(&*store, 1, &noise(300_000, 1));
    server.cli("CONFIG SET slowlog-log-slower-than 0\n");
    let found = store.get_header(&name(1)).unwrap().unwrap();
    examine(&found.bytes, &ring()).unwrap();
    let asked = server.cli("SLOWLOG GET 50\n");
    let ranges: Vec<_> = asked.lines().skip_while(|line| *line != "GETRANGE").skip(2).take(2).collect();
    assert_eq!((ranges, asked.matches("GETRANGE").count()), (vec!["0", "4095"], 1), "{asked}");
}
