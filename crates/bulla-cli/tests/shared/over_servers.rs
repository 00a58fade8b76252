//! The same over real servers: a Redis behind TLS and a password, one that speaks S3, and three that do so together.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::fleet::Fleet;
use crate::harness::*;
use crate::servers::garage::Cluster;
use crate::servers::s3::{ACCESS_KEY, S3, SECRET_KEY};
use crate::servers::{Certificates, RedisServer};
use crate::stage::of;

/// What a runner's scan says of grype, with the store at that address.
fn scan(fleet: &Fleet, runner: &str, store: &str) -> (Value, String) {
    let scan = fleet.runner(runner, "scan tree --json --soft-fail").env("BULLA_STORE", store);
    let ended = scan.env("AWS_ACCESS_KEY_ID", ACCESS_KEY).env("AWS_SECRET_ACCESS_KEY", SECRET_KEY).ends(0);
    (of(&ended.json(), "grype"), ended.stderr)
}

fn is_shared_hit(said: &Value) {
    assert_eq!((&said["cache"], &said["entry"]["tier"]), (&json!("hit"), &json!("shared")), "{said}");
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn runners_share_scans_through_a_redis_behind_tls_and_go_on_when_it_is_gone() {
    let fleet = Fleet::new();
    let mut redis = RedisServer::start_with_tls(Certificates::good());
    let store = redis.url();
    assert_eq!(scan(&fleet, "one", &store).0["cache"], "absent");
    is_shared_hit(&scan(&fleet, "two", &store).0);
    assert_eq!(fleet.stage.ran("grype"), 1);

    redis.kill();
    let (kept, quiet) = scan(&fleet, "two", &store);
    assert_eq!((&kept["cache"], &kept["entry"]["tier"]), (&json!("hit"), &json!("local")));
    assert!(!quiet.contains("warning"), "{quiet}");
    let (anew, said) = scan(&fleet, "three", &store);
    assert_eq!((&anew["outcome"], said.matches("warning:").count()), (&json!("findings"), 1), "{said}");
    assert_eq!(fleet.stage.ran("grype"), 2);
}

#[test]
#[ignore = "needs s3s-fs: cargo xtask test"]
fn runners_share_scans_through_a_server_that_speaks_s3_and_go_on_when_it_is_gone() {
    let fleet = Fleet::new();
    let mut s3 = S3::start();
    let store = s3.url("team");
    assert_eq!(scan(&fleet, "one", &store).0["cache"], "absent");
    is_shared_hit(&scan(&fleet, "two", &store).0);
    assert_eq!(fleet.stage.ran("grype"), 1);

    s3.kill();
    let (anew, said) = scan(&fleet, "three", &store);
    assert_eq!((&anew["outcome"], said.matches("warning:").count()), (&json!("findings"), 1), "{said}");
    assert_eq!(fleet.stage.ran("grype"), 2);
}

#[test]
#[ignore = "needs garage: cargo xtask test --cluster"]
fn runners_share_scans_while_two_of_three_nodes_live_and_go_on_without_them_on_a_cluster() {
    let fleet = Fleet::new();
    let mut cluster = Cluster::start();
    let (store, other) = (cluster.url(0, "team"), cluster.url(1, "team"));
    assert_eq!(scan(&fleet, "one", &other).0["cache"], "absent");
    is_shared_hit(&scan(&fleet, "two", &store).0);
    cluster.kill(1);
    is_shared_hit(&scan(&fleet, "three", &store).0);
    assert_eq!(fleet.stage.ran("grype"), 1);

    cluster.kill(2);
    let (anew, said) = scan(&fleet, "four", &store);
    assert_eq!((&anew["outcome"], said.matches("warning:").count()), (&json!("findings"), 1), "{said}");
    assert_eq!(fleet.stage.ran("grype"), 2);
}

#[test]
#[ignore = "needs s3s-fs: cargo xtask test"]
fn no_object_of_a_bucket_that_was_tampered_with_is_served() {
    let fleet = Fleet::new();
    let s3 = S3::start();
    let store = s3.url("");
    let get = |runner: &str| {
        let get =
            fleet.runner(runner, "get --op signature --subject").arg(subject(1)).env("BULLA_STORE", &store);
        get.env("AWS_ACCESS_KEY_ID", ACCESS_KEY).env("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    };
    let put = |number: u8, payload: &str| {
        let put = fleet.runner("one", "put --op signature --subject").arg(subject(number));
        let put = put.env("AWS_ACCESS_KEY_ID", ACCESS_KEY).env("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
        put.env("BULLA_STORE", &store).stdin(payload).ends(0);
    };
    put(1, "{\"components\": [1]}");
    put(2, "{\"components\": [2]}");
    get("reads").ends(0).gives("{\"components\": [1]}");

    let objects: Vec<PathBuf> = names(&s3.objects())
        .into_iter()
        .filter(|name| name.ends_with(".bulla"))
        .map(|name| s3.object(name))
        .collect();
    let good: Vec<Vec<u8>> = objects.iter().map(read).collect();
    let [one, two] = objects.as_slice() else { panic!("two objects: {objects:?}") };
    let length = good[0].len();
    for (number, at) in [9, 40, length / 2, length - 40, length - 1].into_iter().enumerate() {
        for object in &objects {
            flip(object, isize::try_from(at).unwrap());
        }
        get(&format!("flipped-{number}")).ends(4).gives("");
        for (object, bytes) in objects.iter().zip(&good) {
            write(object, bytes);
        }
    }
    write(one, &good[1]);
    write(two, &good[0]);
    get("swapped").ends(4).gives("");
    for object in &objects {
        write(object, &good[0][..length / 2]);
    }
    get("cut").ends(4).gives("");
}

fn subject(number: u8) -> String {
    format!("sha256:{}", format!("{number:02x}").repeat(32))
}
