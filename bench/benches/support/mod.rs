//! Servers on loopback for the benchmarks of shared stores, what reaches them, and what counts the bytes on the way.

#![allow(dead_code, unused_imports, reason = "each benchmark uses its own part")]

mod proxy;
#[allow(
    clippy::disallowed_methods,
    reason = "servers are set up by plain files, and found as the environment says"
)]
#[path = "../../../crates/bulla-store/tests/servers/mod.rs"]
mod servers;

use std::env;
use std::path::Path;
use std::process::{Command, Stdio, exit};

use bulla::{Cache, FileStore, KeySource, Mode, Packing, Settings, Shared, SharedStore, StoreUrl, connect};
use bulla_bench::{KEY_TEXT, encoding, key, ring, sbom, sealed};
use opendal::Operator;
use opendal::services::S3 as S3Service;
use servers::s3::{ACCESS_KEY, BUCKET, SECRET_KEY};

pub(crate) use proxy::Proxy;
pub(crate) use servers::RedisServer;
pub(crate) use servers::free_port;
pub(crate) use servers::s3::S3;

/// What the server takes, for this process and those that it starts.
pub(crate) const CREDENTIALS: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", ACCESS_KEY), ("AWS_SECRET_ACCESS_KEY", SECRET_KEY)];

/// Goes on only with the server's credentials in the environment, which is where a store looks for them: without them,
/// this program is started again with them.
#[expect(clippy::disallowed_methods, reason = "the environment is where a store finds credentials")]
pub(crate) fn with_credentials() {
    if CREDENTIALS.iter().all(|(name, value)| env::var(name).is_ok_and(|found| found == *value)) {
        return;
    }
    let mut again = Command::new(env::current_exe().expect("a program"));
    let status = again.args(env::args_os().skip(1)).envs(CREDENTIALS).status().expect("it starts");
    exit(status.code().unwrap_or(1));
}

/// The store at that address.
pub(crate) fn store(url: &str, scratch: &Path) -> Box<dyn SharedStore> {
    connect(&StoreUrl::parse(url).expect("an address"), scratch).expect("a store")
}

/// A cache in `dir` before that store.
pub(crate) fn cache(dir: &Path, mode: Mode, packing: Packing, url: &str, scratch: &Path) -> Cache<FileStore> {
    let settings = Settings { mode, encoding: encoding(packing), ..Settings::default() };
    let keys = KeySource::Text(KEY_TEXT.to_owned().into(), "the benchmark".to_owned());
    Cache::open_shared(dir, &keys, settings, Shared::new(store(url, scratch))).expect("a fresh directory")
}

/// OpenDAL as it comes, with nothing around it.
pub(crate) fn bare(endpoint: &str) -> Operator {
    let service = S3Service::default().bucket(BUCKET).endpoint(endpoint).region("test");
    Operator::new(service).expect("its settings are good").finish()
}

/// As many entries as a list is measured with, and how long the payload of each is.
pub(crate) const ENTRIES: u64 = 1_000;
pub(crate) const ENTRY_LEN: usize = 64 << 10;

/// Writes them to the store at that address.
pub(crate) fn fill(url: &str, scratch: &Path) {
    let (store, ring, payload) = (store(url, scratch), ring(), sbom(ENTRY_LEN));
    for number in 0..ENTRIES {
        let key = key(number);
        let entry = sealed(&ring, &key, Packing::Never, &payload, store.draft().expect("room"));
        store.put(&key.entry_name(), entry).expect("room");
    }
}

/// The program `bulla` with a cache directory, a key and a store, if there is one.
#[expect(clippy::disallowed_methods, reason = "`cargo xtask bench` says where the program is")]
pub(crate) fn runner(dir: &Path, store: Option<&str>) -> Command {
    let mut runner =
        Command::new(env::var_os("BULLA_BENCH_PROGRAM").expect("`cargo xtask bench` names the program"));
    runner.env("BULLA_DIR", dir).env("BULLA_KEY", KEY_TEXT).stdin(Stdio::null());
    // Whoever waited for them one after the other would hold up those that have more to say than a pipe takes.
    runner.stdout(Stdio::null()).stderr(Stdio::piped());
    if let Some(store) = store {
        runner.env("BULLA_STORE", store);
    }
    runner
}
