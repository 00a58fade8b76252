//! Object stores against a real server that speaks S3.

#![expect(
    clippy::disallowed_methods,
    reason = "tests are the attacker with write access: they change the server's files"
)]
#![expect(clippy::disallowed_macros, reason = "measurements are printed")]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

mod servers;
mod support;

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use bulla_core::ReadError;
use bulla_store::{Lease, Leased, SharedStore, StoreUrl, connect, contract};
use servers::free_port;
use servers::s3::{ACCESS_KEY, S3, SECRET_KEY};
use support::child::with_environment;
use support::*;

const MIB: usize = 1 << 20;

fn with_credentials(test: &str, check: impl FnOnce()) {
    with_secret(test, SECRET_KEY, check);
}

fn with_secret(test: &str, secret: &str, check: impl FnOnce()) {
    let variables = [("AWS_ACCESS_KEY_ID", ACCESS_KEY), ("AWS_SECRET_ACCESS_KEY", secret)];
    with_environment(test, &variables, check);
}

fn store(url: &str) -> Box<dyn SharedStore> {
    connect(&StoreUrl::parse(url).unwrap(), &std::env::temp_dir()).unwrap()
}

fn file_of(server: &S3, number: u8) -> PathBuf {
    server.object(format!("p/{}.bulla", name(number)))
}

/// What the error of a failed call says; it must not have the secret in it.
fn said<T>(result: Result<T, impl std::fmt::Display + std::fmt::Debug>) -> String {
    let Err(error) = result else { panic!("it did not fail") };
    let said = error.to_string();
    for shown in [&said, &format!("{error:?}")] {
        assert!(!shown.contains(SECRET_KEY) && !shown.contains("wrong-secret"), "{shown}");
    }
    said
}

#[test]
#[ignore = "needs s3s-fs: cargo xtask test"]
fn an_s3_store_keeps_the_contract() {
    with_credentials("an_s3_store_keeps_the_contract", || {
        let server = S3::start();
        contract::check(&*store(&server.url("")));
        contract::check(&*store(&server.url("a/b c/")));
        let store = store(&server.url("p"));
        put(&*store, 1, b"payload");
        assert!(file_of(&server, 1).is_file());
        assert_eq!(store.place(), format!("s3://cache/p?endpoint={}", server.endpoint()));
    });
}

#[test]
#[ignore = "needs s3s-fs: cargo xtask test"]
fn entries_of_every_size_come_back_as_they_were_put() {
    with_credentials("entries_of_every_size_come_back_as_they_were_put", || {
        let server = S3::start();
        let store = store(&server.url("p"));
        for length in [0, 1, MIB - 1000, MIB, 5 * MIB - 700, 5 * MIB, 11 * MIB] {
            let bytes = noise(length, 1);
            put(&*store, 1, &bytes);
            let found = store.get(&name(1)).unwrap().unwrap();
            assert!(payload(found, 1).unwrap() == bytes, "{length} bytes");
            let found = store.get_header(&name(1)).unwrap().unwrap();
            assert!(payload(found, 1).unwrap() == bytes, "{length} bytes behind a header");
        }
    });
}

#[test]
#[ignore = "needs s3s-fs: cargo xtask test"]
fn a_gibibyte_goes_up_and_comes_down_in_bounded_memory() {
    with_credentials("a_gibibyte_goes_up_and_comes_down_in_bounded_memory", || {
        let server = S3::start();
        let store = store(&server.url("p"));
        let (piece, pieces) = (noise(MIB, 1), 1024);
        put(&*store, 2, b"the first connection is made");
        let before = peak_memory();
        let start = Instant::now();
        store.put(&name(1), sealed_from(&*store, 1, (0..pieces).map(|_| &piece[..]))).unwrap();
        let (up, peak_up) = (start.elapsed(), peak_memory());
        let start = Instant::now();
        let found = store.get(&name(1)).unwrap().unwrap();
        let mut payload = opened(found, 1).unwrap();
        let mut length = 0;
        while let Some(chunk) = payload.next_chunk().unwrap() {
            assert!(chunk == &piece[length % MIB..length % MIB + chunk.len()]);
            length += chunk.len();
        }
        assert_eq!(length, pieces * MIB);
        let (down, peak) = (start.elapsed(), peak_memory());
        println!(
            "measured: 1 GiB up in {up:.1?}, down in {down:.1?}; peak {before}, then {peak_up}, then {peak} bytes"
        );
        assert!(peak < 32 << 20, "{peak} bytes");
    });
}

#[test]
#[ignore = "needs s3s-fs: cargo xtask test"]
fn a_wrong_secret_is_an_error_that_does_not_show_it() {
    with_secret("a_wrong_secret_is_an_error_that_does_not_show_it", "wrong-secret", || {
        let server = S3::start();
        let store = store(&server.url("p"));
        for said in [
            said(store.get(&name(1))),
            said(store.names()),
            said(store.put(&name(1), sealed(&*store, 1, b"payload"))),
            said(store.remove(&name(1), None)),
        ] {
            assert!(said.contains("s3://cache/p/") && said.contains(&server.endpoint()), "{said}");
            assert!(said.contains("the server does not accept the credentials"), "{said}");
        }
        assert!(said(store.get(&name(1))).contains("SignatureDoesNotMatch"));
    });
}

#[test]
#[ignore = "needs s3s-fs: cargo xtask test"]
fn credentials_are_read_from_the_file_of_amazons_tools() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join(".aws")).unwrap();
    let profile =
        format!("[default]\naws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}\n");
    fs::write(home.path().join(".aws/credentials"), profile).unwrap();
    let home = home.path().to_str().unwrap();
    with_environment("credentials_are_read_from_the_file_of_amazons_tools", &[("HOME", home)], || {
        let server = S3::start();
        put(&*store(&server.url("p")), 1, b"payload");
        assert!(file_of(&server, 1).is_file());
    });
}

#[test]
#[ignore = "needs s3s-fs: cargo xtask test"]
fn a_bucket_that_is_not_there_is_an_error() {
    with_credentials("a_bucket_that_is_not_there_is_an_error", || {
        let server = S3::start();
        let store = store(&server.url("p").replace("s3://cache/", "s3://other/"));
        let said = said(store.names());
        assert!(said.contains("s3://other/p/") && said.contains("no such bucket (NoSuchBucket)"), "{said}");
    });
}

#[test]
fn a_server_that_is_not_there_is_an_error_within_seconds() {
    with_credentials("a_server_that_is_not_there_is_an_error_within_seconds", || {
        let store = store(&format!("s3://cache/p?region=test&endpoint=http://127.0.0.1:{}", free_port()));
        let start = Instant::now();
        let said = said(store.get(&name(1)));
        assert!(said.ends_with("Connection refused (os error 111)"), "{said}");
        assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    });
}

#[test]
#[ignore = "needs s3s-fs: cargo xtask test"]
fn a_server_that_dies_under_a_reader_is_an_error_and_one_that_comes_back_is_not_missed() {
    let test = "a_server_that_dies_under_a_reader_is_an_error_and_one_that_comes_back_is_not_missed";
    with_credentials(test, || {
        let mut server = S3::start();
        let store = store(&server.url("p"));
        put(&*store, 1, &noise(12 * MIB, 1));
        let found = store.get(&name(1)).unwrap().unwrap();
        server.kill();
        let start = Instant::now();
        assert!(matches!(payload(found, 1), Err(ReadError::Unreachable(_))));
        said(store.put(&name(2), sealed(&*store, 2, &noise(12 * MIB, 1))));
        assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
        server.restart();
        let found = store.get(&name(1)).unwrap().unwrap();
        assert!(payload(found, 1).unwrap() == noise(12 * MIB, 1));
        assert!(store.get(&name(2)).unwrap().is_none(), "half an upload is none");
    });
}

#[test]
#[ignore = "needs s3s-fs: cargo xtask test"]
fn an_object_that_changes_between_two_reads_is_never_served() {
    with_credentials("an_object_that_changes_between_two_reads_is_never_served", || {
        let server = S3::start();
        let store = store(&server.url("p"));
        let bytes = noise(9 * MIB, 1);
        put(&*store, 2, &vec![7; 9 * MIB]);
        let other = fs::read(file_of(&server, 2)).unwrap();
        let whole = |change: &dyn Fn(Vec<u8>) -> Vec<u8>| {
            put(&*store, 1, &bytes);
            let found = store.get(&name(1)).unwrap().unwrap();
            let object = fs::read(file_of(&server, 1)).unwrap();
            fs::write(file_of(&server, 1), change(object)).unwrap();
            payload(found, 1)
        };
        assert!(whole(&|object| object).unwrap() == bytes);
        for (what, read) in [
            ("cut", whole(&|object| object[..5 * MIB].to_vec())),
            ("cut to nothing", whole(&|_| Vec::new())),
            ("replaced", whole(&|_| other.clone())),
            (
                "changed in one bit",
                whole(&|mut object| {
                    object[8 * MIB] ^= 1;
                    object
                }),
            ),
        ] {
            assert!(read.is_err(), "{what}");
        }
        // What was added lies behind the entry, and nobody asks for it.
        let grown = whole(&|mut object| {
            object.extend(b"more");
            object
        });
        assert!(grown.is_err() || grown.unwrap() == bytes);
        // Replaced through the server itself, which gives it another tag.
        put(&*store, 1, &bytes);
        let found = store.get(&name(1)).unwrap().unwrap();
        put(&*store, 1, &vec![7; 9 * MIB]);
        assert!(payload(found, 1).is_err());
    });
}

#[test]
#[ignore = "needs s3s-fs: cargo xtask test"]
fn tampered_objects_are_refused_and_stay_where_they_are() {
    with_credentials("tampered_objects_are_refused_and_stay_where_they_are", || {
        let server = S3::start();
        let store = store(&server.url("p"));
        put(&*store, 1, b"payload");
        let object = fs::read(file_of(&server, 1)).unwrap();
        for tampered in [&b""[..], b"x", &object[..object.len() - 1], &[&object[..], b"x"].concat()] {
            fs::write(file_of(&server, 1), tampered).unwrap();
            let found = store.get(&name(1)).unwrap().unwrap();
            assert_eq!(found.bytes.size(), tampered.len() as u64);
            assert!(opened(found, 1).is_err(), "{} bytes", tampered.len());
            assert!(file_of(&server, 1).is_file());
        }
    });
}

#[test]
#[ignore = "needs s3s-fs: cargo xtask test"]
fn a_list_has_only_names_of_entries_in_it() {
    with_credentials("a_list_has_only_names_of_entries_in_it", || {
        let server = S3::start();
        let store = store(&server.url("p"));
        put(&*store, 1, b"payload");
        let planted = format!("{}.bulla", name(2));
        for name in ["x.bulla", ".bulla", "README", &planted.to_uppercase(), &format!("{planted}.lease")] {
            fs::write(server.object("p").join(name), b"planted").unwrap();
        }
        fs::create_dir(server.object("p/deeper")).unwrap();
        fs::write(server.object("p/deeper").join(&planted), b"planted").unwrap();
        fs::write(server.object(&planted), b"planted").unwrap();
        assert_eq!(store.names().unwrap(), [name(1)]);
        fs::write(server.object("p").join(&planted), b"planted").unwrap();
        assert_eq!(store.names().unwrap().len(), 2, "what is no entry is found out when it is read");
    });
}

#[test]
#[ignore = "needs s3s-fs: cargo xtask test"]
fn an_s3_store_s_leases_keep_the_contract() {
    with_credentials("an_s3_store_s_leases_keep_the_contract", || {
        let server = S3::start();
        contract::check_leases(&*store(&server.url("p")), &|name, bytes| {
            fs::write(server.object(format!("p/{name}.lease")), bytes).unwrap();
        });
    });
}

/// s3s-fs looks whether an object is there and then writes it: two who ask in the same moment may both have the lease.
#[test]
#[ignore = "needs s3s-fs: cargo xtask test"]
fn of_many_who_ask_at_once_few_have_the_lease_and_each_is_answered() {
    with_credentials("of_many_who_ask_at_once_few_have_the_lease_and_each_is_answered", || {
        let server = S3::start();
        let store = store(&server.url("p"));
        let claims: Vec<_> = (0..20)
            .map(|n| Lease {
                owner: format!("runner {n}"),
                since: after(Duration::ZERO),
                until: after(Duration::from_secs(60)),
            })
            .collect();
        let answers: Vec<_> = std::thread::scope(|scope| {
            let asked: Vec<_> =
                claims.iter().map(|claim| scope.spawn(|| store.lease(&name(1), claim).unwrap())).collect();
            asked.into_iter().map(|asked| asked.join().unwrap()).collect()
        });
        let ours = answers.iter().filter(|answer| **answer == Leased::Ours).count();
        assert!((1..=10).contains(&ours), "{ours} of 20");
        for answer in &answers {
            assert!(
                matches!(answer, Leased::Ours)
                    || claims.iter().any(|claim| *answer == Leased::Theirs(claim.clone()))
            );
        }
    });
}

#[test]
fn an_address_that_makes_no_sense_is_an_error_and_says_what_would() {
    with_credentials("an_address_that_makes_no_sense_is_an_error_and_says_what_would", || {
        for (address, expected) in [
            ("s3://me:test-secret-for-loopback@cache/p", "they come from AWS_ACCESS_KEY_ID and"),
            (
                "s3://cache/p?secret_access_key=test-secret-for-loopback",
                "they come from AWS_ACCESS_KEY_ID and",
            ),
            ("s3://cache/p?regoin=eu", "there is no setting `regoin`; it takes endpoint, region"),
            ("s3://cache/p?verify=no", "there is no setting `verify`"),
            ("s3://cache/p", "name its region, with `?region=` or in AWS_REGION"),
            ("s3:///p?region=eu", "expected the name of a bucket"),
            ("s3://a%2fb/p?region=eu", "expected the name of a bucket"),
            ("s3://cache/p/../q?region=eu", "a part of the prefix is empty, `.` or `..`"),
            ("s3://cache/p?region=eu&endpoint=127.0.0.1:9000", "expected an endpoint as https://host"),
            (
                "s3://cache/p?region=eu&endpoint=http://me:test-secret-for-loopback%40host",
                "without credentials",
            ),
        ] {
            let said = said(connect(&StoreUrl::parse(address).unwrap(), &std::env::temp_dir()).map(drop));
            assert!(said.contains(expected), "{said}");
        }
    });
}
