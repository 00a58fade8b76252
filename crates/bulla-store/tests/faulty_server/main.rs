//! Object stores against a server that fails in ways that no real one can be told to.

#![expect(clippy::disallowed_methods, reason = "a test looks at its own process")]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

mod failing;
mod leases;
mod lying;
#[path = "../servers/mod.rs"]
mod servers;
#[path = "../support/mod.rs"]
mod support;

use std::io::{self, Read as _, Seek as _};
use std::net::TcpStream;

use bulla_store::{SharedStore, StoreUrl, connect};
use servers::faulty::{Faulty, Request, reply};
use support::child::with_environment;
use support::{name, payload, sealed};

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
