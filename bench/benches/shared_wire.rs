//! The bytes that pass between a runner and a server that speaks S3, counted at the socket. Prints JSON.
#![expect(clippy::disallowed_macros, reason = "its output is its result")]

mod support;

use bulla::{Mode, Packing};
use bulla_bench::{key, ring, sbom, scratch, sealed};
use serde_json::json;
use support::{ENTRIES, ENTRY_LEN, Proxy, S3, cache, fill, store, with_credentials};

const PAYLOAD: usize = 16 << 20;

fn main() {
    with_credentials();
    let (server, scratch) = (S3::start(), scratch());
    let (payload, ring, proxy) = (sbom(PAYLOAD), ring(), Proxy::start(server.port()));
    let url = proxy.url("p");
    let store = store(&url, scratch.path());
    let reader = || cache(&scratch.path().join("here"), Mode::ReadOnly, Packing::Never, &url, scratch.path());
    let one = |packing| {
        let entry = sealed(&ring, &key(1), packing, &payload, store.draft().expect("room"));
        let ((), put_up, put_down) =
            proxy.count(|| store.put(&key(1).entry_name(), entry).expect("it takes it"));
        let get = || reader().get(&key(1)).expect("a hit").into_vec().expect("proved");
        let (read, get_up, get_down) = proxy.count(get);
        assert_eq!(read, payload);
        json!({
            "put": { "sent": put_up, "received": put_down, "of_payload": share(put_up + put_down, PAYLOAD) },
            "get": { "sent": get_up, "received": get_down, "of_payload": share(get_up + get_down, PAYLOAD) },
        })
    };
    let (as_it_is, packed) = (one(Packing::Never), one(Packing::WhereItPays));

    fill(&server.url("list"), scratch.path());
    let url = proxy.url("list");
    let cache = cache(&scratch.path().join("here"), Mode::ReadOnly, Packing::Never, &url, scratch.path());
    let (listed, up, down) = proxy.count(|| cache.list_shared().expect("it can be listed").len());
    assert_eq!(listed as u64, ENTRIES);
    let headers = up + down;
    let read = |number| drop(cache.get(&key(number)).expect("a hit").into_vec().expect("proved"));
    let ((), up, down) = proxy.count(|| (0..ENTRIES).for_each(read));
    let all = usize::try_from(ENTRIES).expect("a few") * ENTRY_LEN;
    println!(
        "{}",
        json!({
            "payload": PAYLOAD,
            "as_it_is": as_it_is,
            "packed": packed,
            "entries": {
                "payloads": all,
                "listed": headers,
                "read": up + down,
                "listed_of_read": share(headers, usize::try_from(up + down).expect("64 bits")),
            },
        })
    );
}

fn share(bytes: u64, of: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a ratio, for people")]
    let share = bytes as f64 / of as f64;
    (share * 1e4).round() / 1e4
}
