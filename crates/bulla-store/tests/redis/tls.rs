//! Behind TLS, and who is believed.

use std::env;
use std::process::Command;

use bulla_store::{StoreUrl, connect, contract};

use crate::servers::{Certificates, PASSWORD, RedisServer};
use crate::store_at;
use crate::support::name;

fn refused(url: &str) -> String {
    store_at(url).get(&name(1)).expect_err("nobody is believed").to_string()
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn a_redis_behind_tls_keeps_the_contract() {
    let server = RedisServer::start_with_tls(Certificates::good());
    contract::check(&*store_at(&server.url()));
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn an_authority_that_nobody_named_is_not_believed() {
    let server = RedisServer::start_with_tls(Certificates::good());
    let url = format!("rediss://:{PASSWORD}@127.0.0.1:{}", server.port());
    let says = "the server's certificate is refused: no authority that is trusted here vouches for it";
    assert!(refused(&url).contains(says), "{}", refused(&url));
    let other = Certificates::good();
    let url = format!("{url}?ca={}", other.authority().display());
    assert!(refused(&url).contains(says), "{}", refused(&url));
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn an_expired_certificate_is_refused() {
    let server = RedisServer::start_with_tls(Certificates::expired());
    let refused = refused(&server.url());
    assert!(refused.ends_with("the server's certificate is refused: it has expired"), "{refused}");
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn another_hosts_certificate_is_refused() {
    let server = RedisServer::start_with_tls(Certificates::of_another_host());
    let refused = refused(&server.url());
    assert!(refused.ends_with("the server's certificate is refused: it is another server's"), "{refused}");
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn tls_and_none_do_not_understand_each_other_and_say_so() {
    let open = RedisServer::start();
    let own = Certificates::good();
    let url = format!("rediss://127.0.0.1:{}?ca={}", open.port(), own.authority().display());
    assert!(store_at(&url).get(&name(1)).is_err());
    let closed = RedisServer::start_with_tls(own);
    assert!(store_at(&format!("redis://:{PASSWORD}@127.0.0.1:{}", closed.port())).get(&name(1)).is_err());
}

/// The environment is a process's own: the test runs itself again in one that names the authority.
#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn the_authorities_that_ssl_cert_file_names_are_believed() {
    const ADDRESS: &str = "BULLA_TEST_REDIS";
    if let Ok(url) = env::var(ADDRESS) {
        assert!(store_at(&url).get(&name(1)).unwrap().is_none());
        return;
    }
    let own = Certificates::good();
    let authority = own.authority();
    let server = RedisServer::start_with_tls(own);
    let again = Command::new(env::current_exe().unwrap())
        .args(["--exact", "tls::the_authorities_that_ssl_cert_file_names_are_believed", "--include-ignored"])
        .env(ADDRESS, format!("rediss://:{PASSWORD}@127.0.0.1:{}", server.port()))
        .env("SSL_CERT_FILE", &authority)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&again.stdout);
    assert!(again.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
fn a_file_without_an_authority_is_an_error_that_names_it() {
    for (file, says) in [("/dev/null", "/dev/null"), ("/nowhere/ca.pem", "/nowhere/ca.pem")] {
        let url = StoreUrl::parse(&format!("rediss://127.0.0.1:1?ca={file}")).unwrap();
        let error = connect(&url, &env::temp_dir()).unwrap().get(&name(1)).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}
