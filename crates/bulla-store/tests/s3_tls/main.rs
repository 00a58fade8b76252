//! A server that speaks S3 behind TLS, and who is believed to be it.

#![expect(
    clippy::disallowed_methods,
    reason = "servers are set up by plain files, and found as the environment says"
)]

mod front;
#[path = "../servers/mod.rs"]
mod servers;
#[path = "../support/mod.rs"]
mod support;

use std::env;

use bulla_store::{SharedStore, StoreUrl, connect, contract};
use front::Front;
use servers::Certificates;
use servers::s3::{ACCESS_KEY, BUCKET, S3, SECRET_KEY};
use support::child::with_environment;
use support::name;

const ADDRESS: &str = "BULLA_TEST_STORE";

/// Runs `check` in a process that believes the authority of `believed`, with a store behind the certificate of `own`. Gives
/// how many requests got through.
fn behind_tls(
    test: &str,
    own: &Certificates,
    believed: &Certificates,
    check: impl FnOnce(&dyn SharedStore),
) -> usize {
    if let Ok(address) = env::var(ADDRESS) {
        let url = StoreUrl::parse(&address).expect("an address");
        check(&*connect(&url, &env::temp_dir()).expect("a store"));
        return 0;
    }
    let server = S3::start();
    let front = Front::start(own, &server);
    let address = format!("s3://{BUCKET}/p?region=test&endpoint={}", front.endpoint());
    let authority = believed.authority();
    let variables = [
        (ADDRESS, &*address),
        ("AWS_ACCESS_KEY_ID", ACCESS_KEY),
        ("AWS_SECRET_ACCESS_KEY", SECRET_KEY),
        ("SSL_CERT_FILE", authority.to_str().expect("a path of text")),
    ];
    with_environment(test, &variables, || unreachable!("the process is told the address"));
    front.asked()
}

fn is_refused(test: &str, own: &Certificates, believed: &Certificates, says: &str) {
    let asked = behind_tls(test, own, believed, |store| {
        let error = store.get(&name(1)).expect_err("nobody is believed").to_string();
        assert!(error.contains(says), "{error}");
    });
    assert_eq!(asked, 0, "nothing is asked of who is not believed");
}

#[test]
#[ignore = "needs s3s-fs: cargo xtask test"]
fn a_server_behind_tls_keeps_the_contract() {
    let own = Certificates::good();
    let asked = behind_tls("a_server_behind_tls_keeps_the_contract", &own, &own, |store| {
        contract::check(store);
    });
    assert!(asked > 0 || env::var_os(ADDRESS).is_some());
}

#[test]
#[ignore = "needs s3s-fs: cargo xtask test"]
fn an_expired_certificate_is_refused() {
    let own = Certificates::expired();
    let says = "the server's certificate is refused: it has expired";
    is_refused("an_expired_certificate_is_refused", &own, &own, says);
}

#[test]
#[ignore = "needs s3s-fs: cargo xtask test"]
fn another_hosts_certificate_is_refused() {
    let own = Certificates::of_another_host();
    let says = "the server's certificate is refused: it is another server's";
    is_refused("another_hosts_certificate_is_refused", &own, &own, says);
}

#[test]
#[ignore = "needs s3s-fs: cargo xtask test"]
fn an_authority_that_this_machine_does_not_know_is_refused() {
    let says = "the server's certificate is refused: no authority that is trusted here vouches for it";
    let test = "an_authority_that_this_machine_does_not_know_is_refused";
    is_refused(test, &Certificates::good(), &Certificates::good(), says);
}
