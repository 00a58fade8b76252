//! Leases: one claimant at a time, for a while.

use std::thread;

use bulla_core::Timestamp;
use bulla_store::{Lease, Leased, contract};

use crate::servers::RedisServer;
use crate::store_at;
use crate::support::name;

/// From that second on, for a minute.
fn lease(owner: &str, since: u64) -> Lease {
    let at =
        |second| Timestamp::from_millis(1_800_000_000_000 + second * 1000).expect("before the year 10000");
    Lease { owner: owner.to_owned(), since: at(since), until: at(since + 60) }
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn a_redis_s_leases_keep_the_contract() {
    let server = RedisServer::start();
    let store = store_at(&server.url());
    contract::check_leases(&*store, &|name, bytes| {
        let escaped: String = bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect();
        server.cli(&format!("SET bulla:{name}:lease \"{escaped}\"\n"));
    });
    contract::check_lease_races(&*store);
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn the_server_forgets_a_lease_when_its_time_is_over() {
    let server = RedisServer::start();
    let store = store_at(&server.url());
    let forgotten_in = || {
        let left = server.cli(&format!("PTTL bulla:{}:lease\n", name(1)));
        left.trim().parse::<i64>().unwrap()
    };
    store.lease(&name(1), &lease("first", 0)).unwrap();
    assert!((1..=60_000).contains(&forgotten_in()));
    store.lease(&name(1), &lease("taken over", 100)).unwrap();
    assert!((1..=60_000).contains(&forgotten_in()));
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn of_twenty_who_find_one_that_is_over_one_has_it_next() {
    let server = RedisServer::start();
    let stores: Vec<_> = (0..20).map(|_| store_at(&server.url())).collect();
    stores[0].lease(&name(1), &lease("over", 0)).unwrap();
    let claims: Vec<_> = (0..20).map(|n| lease(&format!("runner {n}"), 100)).collect();
    let answers: Vec<_> = thread::scope(|scope| {
        let asked: Vec<_> = (stores.iter().zip(&claims))
            .map(|(store, claim)| scope.spawn(|| store.lease(&name(1), claim).unwrap()))
            .collect();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    let ours: Vec<_> = answers.iter().zip(&claims).filter(|(answer, _)| **answer == Leased::Ours).collect();
    let [(_, winner)] = ours[..] else { panic!("{} have it", ours.len()) };
    assert!(answers.iter().all(|a| *a == Leased::Ours || *a == Leased::Theirs(winner.clone())));
}
