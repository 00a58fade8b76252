//! Leases: one claimant at a time, for a while.

use std::thread;

use bulla_core::Timestamp;
use bulla_store::{Lease, Leased};

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
fn of_two_claimants_one_has_the_lease_until_it_is_released_or_over() {
    let server = RedisServer::start();
    let (here, there) = (store_at(&server.url()), store_at(&server.url()));
    let (mine, yours) = (lease("mine", 0), lease("yours", 10));
    assert_eq!(here.lease(&name(1), &mine).unwrap(), Leased::Ours);
    assert_eq!(here.lease(&name(1), &mine).unwrap(), Leased::Ours, "asked twice, as after a lost reply");
    assert_eq!(there.lease(&name(1), &yours).unwrap(), Leased::Theirs(mine.clone()));
    assert_eq!(there.lease(&name(2), &yours).unwrap(), Leased::Ours, "another name");

    there.release(&name(1), &yours).unwrap();
    assert_eq!(
        there.lease(&name(1), &yours).unwrap(),
        Leased::Theirs(mine.clone()),
        "only its owner ends it"
    );
    here.release(&name(1), &mine).unwrap();
    assert_eq!(there.lease(&name(1), &yours).unwrap(), Leased::Ours);
    here.release(&name(1), &mine).unwrap();
    assert_eq!(here.lease(&name(1), &lease("mine", 69)).unwrap(), Leased::Theirs(yours));
    let later = lease("later", 70);
    assert_eq!(here.lease(&name(1), &later).unwrap(), Leased::Ours, "the one before is over");
    assert_eq!(there.lease(&name(1), &lease("yours", 71)).unwrap(), Leased::Theirs(later));
    assert!(here.names().unwrap().is_empty(), "a lease is no entry");
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
fn what_is_no_lease_or_lasts_for_ever_keeps_nobody_waiting() {
    let server = RedisServer::start();
    let store = store_at(&server.url());
    for hostile in ["anything", "1 99999999999999999 nobody", "0 253402300799999 for-ever"] {
        server.cli(&format!("SET bulla:{}:lease \"{hostile}\"\n", name(1)));
        assert_eq!(store.lease(&name(1), &lease("mine", 0)).unwrap(), Leased::Ours, "{hostile}");
    }
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn of_twenty_who_ask_at_once_one_has_the_lease_also_where_one_is_over() {
    let server = RedisServer::start();
    let stores: Vec<_> = (0..20).map(|_| store_at(&server.url())).collect();
    for since in [0, 100] {
        let claims: Vec<_> = (0..20).map(|n| lease(&format!("runner {n}"), since)).collect();
        let answers: Vec<_> = thread::scope(|scope| {
            let asked: Vec<_> = (stores.iter().zip(&claims))
                .map(|(store, claim)| scope.spawn(|| store.lease(&name(1), claim).unwrap()))
                .collect();
            asked.into_iter().map(|asked| asked.join().unwrap()).collect()
        });
        let ours: Vec<_> =
            answers.iter().zip(&claims).filter(|(answer, _)| **answer == Leased::Ours).collect();
        let [(_, winner)] = ours[..] else { panic!("{} have it", ours.len()) };
        assert!(answers.iter().all(|a| *a == Leased::Ours || *a == Leased::Theirs(winner.clone())));
    }
}
