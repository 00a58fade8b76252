//! The store on three Garage nodes, of which one and then two are killed.

#![expect(clippy::disallowed_methods, reason = "drafts lie in the system's own directory")]
#![expect(clippy::disallowed_macros, reason = "measurements are printed")]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

mod servers;
mod support;

use std::sync::Barrier;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use bulla_core::Timestamp;
use bulla_store::{Lease, Leased, SharedStore, StoreError, StoreUrl, connect, contract};
use servers::garage::Cluster;
use servers::s3::{ACCESS_KEY, SECRET_KEY};
use support::child::with_environment;
use support::*;

const MIB: usize = 1 << 20;

/// What no call may take longer than, as docs/shared-stores.md says.
const LONGEST: Duration = Duration::from_secs(60);

fn with_cluster(test: &str, check: impl FnOnce(Cluster)) {
    let credentials = [("AWS_ACCESS_KEY_ID", ACCESS_KEY), ("AWS_SECRET_ACCESS_KEY", SECRET_KEY)];
    with_environment(test, &credentials, || {
        let start = Instant::now();
        let cluster = Cluster::start();
        println!("measured: three nodes are ready after {:.1?}", start.elapsed());
        check(cluster);
    });
}

/// The store as it is seen from one of the nodes.
fn at(cluster: &Cluster, node: usize) -> Box<dyn SharedStore> {
    connect(&StoreUrl::parse(&cluster.url(node, "team")).unwrap(), &std::env::temp_dir()).unwrap()
}

/// The payload of the entry with that number, of another length than its neighbours'.
fn bytes(number: u8) -> Vec<u8> {
    const LENGTHS: [usize; 7] = [0, 1, 3000, MIB - 1000, MIB, 5 * MIB - 700, 11 * MIB];
    let length = LENGTHS[usize::from(number) % LENGTHS.len()];
    (0..length).map(|at| (at * at / 7 + usize::from(number)).to_le_bytes()[0]).collect()
}

#[track_caller]
fn put_all(store: &dyn SharedStore, numbers: impl IntoIterator<Item = u8>) {
    numbers.into_iter().for_each(|number| put(store, number, &bytes(number)));
}

/// Each is there, proved, and what was put.
#[track_caller]
fn are_served(store: &dyn SharedStore, numbers: impl IntoIterator<Item = u8>) {
    for number in numbers {
        let found = store.get(&name(number)).unwrap().unwrap_or_else(|| panic!("{number} is lost"));
        assert!(payload(found, number).unwrap() == bytes(number), "{number}");
    }
}

#[test]
#[ignore = "needs garage: cargo xtask test --cluster"]
fn the_contract_is_kept_on_a_cluster() {
    with_cluster("the_contract_is_kept_on_a_cluster", |cluster| {
        contract::check(&*at(&cluster, 0));
    });
}

#[test]
#[ignore = "needs garage: cargo xtask test --cluster"]
fn what_is_put_through_one_node_is_there_through_the_others_at_once_on_a_cluster() {
    let test = "what_is_put_through_one_node_is_there_through_the_others_at_once_on_a_cluster";
    with_cluster(test, |cluster| {
        let nodes = [0, 1, 2].map(|node| at(&cluster, node));
        for number in 0..21 {
            put_all(&*nodes[usize::from(number) % 3], [number]);
            are_served(&*nodes[usize::from(number + 1) % 3], [number]);
            are_served(&*nodes[usize::from(number + 2) % 3], [number]);
        }
        assert_eq!(nodes[2].names().unwrap().len(), 21);
        assert!(nodes[0].remove(&name(6), None).unwrap());
        assert!(nodes[1].get(&name(6)).unwrap().is_none());
    });
}

#[test]
#[ignore = "needs garage: cargo xtask test --cluster"]
fn one_node_that_is_killed_is_not_missed_through_the_others_on_a_cluster() {
    let test = "one_node_that_is_killed_is_not_missed_through_the_others_on_a_cluster";
    with_cluster(test, |mut cluster| {
        let [first, second, third] = [0, 1, 2].map(|node| at(&cluster, node));
        put_all(&*first, 0..7);
        let begun = first.get(&name(6)).unwrap().unwrap();
        thread::scope(|scope| {
            let (put, was_put) = channel();
            let first = &*first;
            scope.spawn(move || {
                for number in 7..28 {
                    put_all(first, [number]);
                    let _ = put.send(number);
                }
            });
            was_put.iter().find(|number| *number == 10).unwrap();
            cluster.kill(1);
        });
        assert!(payload(begun, 6).unwrap() == bytes(6), "a reader goes on");
        for store in [&first, &third] {
            are_served(&**store, 0..28);
            assert_eq!(store.names().unwrap().len(), 28);
        }
        failed("get through a node that is gone", || second.get(&name(1)));

        cluster.restart(1);
        cluster.wait_until_healthy();
        are_served(&*second, 0..28);
    });
}

#[test]
#[ignore = "needs garage: cargo xtask test --cluster"]
fn two_nodes_that_are_killed_are_an_error_in_time_and_cost_no_entry_on_a_cluster() {
    let test = "two_nodes_that_are_killed_are_an_error_in_time_and_cost_no_entry_on_a_cluster";
    with_cluster(test, |mut cluster| {
        let store = at(&cluster, 0);
        put_all(&*store, 0..7);
        // The first that cannot be put any more, and how long that took.
        let (unsaid, took) = thread::scope(|scope| {
            let (put, was_put) = channel();
            let store = &*store;
            let writer = scope.spawn(move || {
                (7..100).find_map(|number| {
                    let start = Instant::now();
                    let stored = store.put(&name(number), sealed(store, number, &bytes(number)));
                    let _ = put.send(number);
                    stored.is_err().then(|| (number, start.elapsed()))
                })
            });
            was_put.iter().find(|number| *number == 10).unwrap();
            cluster.kill(1);
            cluster.kill(2);
            writer.join().unwrap().expect("nobody is left to agree to it")
        });
        println!("measured: a put under which two nodes are killed fails after {took:.1?}");
        assert!(took < LONGEST, "{took:?}");
        for said in [
            failed("get", || store.get(&name(6))),
            failed("get of what was never there", || store.get(&name(200))),
            failed("get_header", || store.get_header(&name(6))),
            failed("put", || store.put(&name(200), sealed(&*store, 200, b"payload"))),
            failed("put of 11 MiB", || store.put(&name(200), sealed(&*store, 200, &bytes(6)))),
            failed("remove", || store.remove(&name(1), None)),
            failed("names", || store.names()),
            failed("lease", || store.lease(&name(1), &claim(1, 0))),
            failed("release", || store.release(&name(1), &claim(1, 0))),
        ] {
            assert!(said.contains("s3://cache/team/") && said.contains("503 Service Unavailable"), "{said}");
        }

        cluster.restart(1);
        cluster.restart(2);
        let start = Instant::now();
        cluster.wait_until_healthy();
        println!("measured: whole again {:.1?} after two nodes came back", start.elapsed());
        for store in [0, 1, 2].map(|node| at(&cluster, node)) {
            are_served(&*store, 0..unsaid);
            // Of what was not acknowledged there may be all or nothing.
            if let Some(found) = store.get(&name(unsaid)).unwrap() {
                assert!(payload(found, unsaid).unwrap() == bytes(unsaid));
            }
        }
        put_all(&*store, [unsaid]);
        are_served(&*at(&cluster, 2), [unsaid]);
    });
}

#[test]
#[ignore = "needs garage: cargo xtask test --cluster"]
fn a_lease_is_seen_through_every_node_and_a_stolen_one_is_its_thief_s_on_a_cluster() {
    let test = "a_lease_is_seen_through_every_node_and_a_stolen_one_is_its_thief_s_on_a_cluster";
    with_cluster(test, |mut cluster| {
        let [first, second, third] = [0, 1, 2].map(|node| at(&cluster, node));
        let (owner, other, thief) = (claim(1, 0), claim(2, 1), claim(3, 5000));
        assert_eq!(first.lease(&name(1), &owner).unwrap(), Leased::Ours);
        assert_eq!(second.lease(&name(1), &other).unwrap(), Leased::Theirs(owner.clone()));
        cluster.kill(1);
        assert_eq!(third.lease(&name(1), &other).unwrap(), Leased::Theirs(owner.clone()));
        assert_eq!(third.lease(&name(1), &thief).unwrap(), Leased::Ours, "by its clock the other is over");
        first.release(&name(1), &owner).unwrap();
        assert_eq!(first.lease(&name(1), &other).unwrap(), Leased::Theirs(thief.clone()));
        third.release(&name(1), &thief).unwrap();
        assert_eq!(first.lease(&name(1), &other).unwrap(), Leased::Ours);
        assert_eq!(first.names().unwrap(), []);
    });
}

/// Garage writes whatever a request was conditional on, so that several claimants may win.
#[test]
#[ignore = "needs garage: cargo xtask test --cluster"]
fn every_claimant_of_a_lease_has_an_answer_and_what_several_winners_put_is_whole_on_a_cluster() {
    let test = "every_claimant_of_a_lease_has_an_answer_and_what_several_winners_put_is_whole_on_a_cluster";
    with_cluster(test, |cluster| {
        let nodes = [0, 1, 2].map(|node| at(&cluster, node));
        for question in 0..5 {
            let all = Barrier::new(12);
            let asks_and_puts = |claimant: u8| {
                let (store, claim) = (&*nodes[usize::from(claimant) % 3], claim(claimant, 0));
                all.wait();
                let leased = store.lease(&name(question), &claim);
                all.wait();
                let won = leased.unwrap() == Leased::Ours;
                if won {
                    put(store, question, &answer(claimant));
                    store.release(&name(question), &claim).unwrap();
                }
                won.then_some(claimant)
            };
            let winners: Vec<u8> = thread::scope(|scope| {
                let asks_and_puts = &asks_and_puts;
                let asked: Vec<_> = (0..12).map(|n| scope.spawn(move || asks_and_puts(n))).collect();
                asked.into_iter().filter_map(|asked| asked.join().unwrap()).collect()
            });
            println!("measured: {} of 12 claimants that ask at once have the lease", winners.len());
            let served = nodes.each_ref().map(|store| {
                payload(store.get(&name(question)).unwrap().expect("an answer"), question).unwrap()
            });
            assert!(served[0] == served[1] && served[1] == served[2]);
            assert!(winners.iter().any(|winner| answer(*winner) == served[0]), "{winners:?}");
        }
    });
}

/// What a claimant would put: each something else.
fn answer(claimant: u8) -> Vec<u8> {
    vec![claimant; 2 * MIB]
}

/// For a second from then, in milliseconds.
fn claim(claimant: u8, since: u64) -> Lease {
    let at = |millis| Timestamp::from_millis(1_800_000_000_000 + millis).unwrap();
    Lease { owner: format!("runner {claimant}"), since: at(since), until: at(since + 1000) }
}

/// What the error of a call says that must fail in time.
#[track_caller]
fn failed<T>(what: &str, call: impl FnOnce() -> Result<T, StoreError>) -> String {
    let start = Instant::now();
    let Err(error) = call() else { panic!("{what} did not fail") };
    let took = start.elapsed();
    println!("measured: {what} fails after {took:.1?}: {error}");
    assert!(took < LONGEST, "{what}: {took:?}");
    error.to_string()
}
