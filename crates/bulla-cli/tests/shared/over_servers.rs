//! The same over real servers: a Redis behind TLS and a password, one that speaks S3, and three that do so together.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use crate::fleet::Fleet;
use crate::harness::*;
use crate::servers::garage::Cluster;
use crate::servers::s3::{ACCESS_KEY, S3, SECRET_KEY};
use crate::servers::{Certificates, RedisServer, wait_until};
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

/// Two runners are in the middle of a command when the server is killed.
fn killed_in_the_middle(store: &str, kill: impl FnOnce()) {
    let fleet = Fleet::new();
    let run = |runner: &str, script: &str| with(fleet.runner(runner, "run").words(KEY).sh(script), store);
    let script = "touch $1; while [ ! -e killed ]; do sleep 0.05; done; echo result";
    let running = ["one", "two"].map(|runner| {
        let running = run(runner, &script.replace("$1", &format!("started-{runner}"))).start();
        wait_for(&fleet.bench().path(&format!("work/started-{runner}")));
        (runner, running)
    });
    kill();
    fleet.bench().write("work/killed", "");
    for (runner, running) in running {
        let ran = running.wait().ended(0).gives("result\n");
        assert_eq!(ran.stderr.matches("warning:").count(), 1, "{ran:?}");
        assert_eq!(entries(&fleet.dir(runner)), 1, "nothing is lost");
    }
}

fn with(call: Invocation, store: &str) -> Invocation {
    let call = call.env("BULLA_STORE", store);
    call.env("AWS_ACCESS_KEY_ID", ACCESS_KEY).env("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
}

fn entries(dir: &Path) -> usize {
    names(dir).iter().filter(|name| name.ends_with(".bulla")).count()
}

fn wait_for(file: &Path) {
    wait_until("a command has begun", Duration::from_secs(60), || is_there(file));
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn runners_lose_nothing_when_a_redis_is_killed_in_the_middle() {
    let mut redis = RedisServer::start_with_tls(Certificates::good());
    let store = redis.url();
    killed_in_the_middle(&store, || redis.kill());
}

#[test]
#[ignore = "needs s3s-fs: cargo xtask test"]
fn runners_lose_nothing_when_a_server_that_speaks_s3_is_killed_in_the_middle() {
    let mut s3 = S3::start();
    let store = s3.url("team");
    killed_in_the_middle(&store, || s3.kill());
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn of_twenty_jobs_on_four_directories_with_one_cold_question_one_does_the_work() {
    let fleet = Fleet::new();
    let redis = RedisServer::start_with_tls(Certificates::good());
    let script = "echo x >> ran; sleep 1; echo result";
    let start = |job: usize| {
        let runner = format!("runner-{}", job % 4);
        with(fleet.runner(&runner, "run").words(KEY).sh(script), &redis.url()).start()
    };
    let running: Vec<_> = (0..20).map(start).collect();
    for running in running {
        running.wait().ended(0).gives("result\n");
    }
    assert_eq!(fleet.ran(), 1);
}

/// Puts two answers, and holds runners that have nothing yet to what they are served after each attack: nothing.
fn serves_nothing_after(fleet: &Fleet, store: &str, attacks: &[(&str, &dyn Fn())], undo: &dyn Fn()) {
    let payload = |number: u8| format!("{{\"components\": [{number}]}}");
    let get = |runner: &str, number: u8| {
        with(fleet.runner(runner, "get --op signature --subject").arg(subject(number)), store)
    };
    for (name, attack) in attacks {
        undo();
        for number in [1, 2] {
            get(&format!("good-{name}-{number}"), number).ends(0).gives(payload(number));
        }
        attack();
        for number in [1, 2] {
            get(&format!("{name}-{number}"), number).ends(4).gives("");
        }
    }
}

fn put_two(fleet: &Fleet, store: &str) {
    for number in [1, 2] {
        let put = fleet.runner("one", "put --op signature --subject").arg(subject(number));
        with(put, store).stdin(format!("{{\"components\": [{number}]}}")).ends(0);
    }
}

#[test]
#[ignore = "needs s3s-fs: cargo xtask test"]
fn no_object_of_a_bucket_that_was_tampered_with_is_served() {
    let fleet = Fleet::new();
    let s3 = S3::start();
    put_two(&fleet, &s3.url(""));
    let names = names(&s3.objects()).into_iter().filter(|name| name.ends_with(".bulla"));
    let objects: Vec<PathBuf> = names.map(|name| s3.object(name)).collect();
    let good: Vec<Vec<u8>> = objects.iter().map(read).collect();
    let [one, two] = objects.as_slice() else { panic!("two objects: {objects:?}") };
    let length = good[0].len();
    let undo = || objects.iter().zip(&good).for_each(|(object, bytes)| write(object, bytes));
    let flipped = |at: usize| objects.iter().for_each(|object| flip(object, isize::try_from(at).unwrap()));
    let swapped = || {
        write(one, &good[1]);
        write(two, &good[0]);
    };
    let cut = || objects.iter().zip(&good).for_each(|(object, bytes)| write(object, &bytes[..length / 2]));
    let attacks: [(&str, &dyn Fn()); 7] = [
        ("flipped-in-the-magic", &|| flipped(1)),
        ("flipped-in-the-header", &|| flipped(40)),
        ("flipped-in-the-middle", &|| flipped(length / 2)),
        ("flipped-near-the-end", &|| flipped(length - 40)),
        ("flipped-at-the-end", &|| flipped(length - 1)),
        ("swapped", &swapped),
        ("cut", &cut),
    ];
    serves_nothing_after(&fleet, &s3.url(""), &attacks, &undo);
}

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
fn no_value_of_a_redis_that_was_tampered_with_is_served() {
    let fleet = Fleet::new();
    let redis = RedisServer::start();
    put_two(&fleet, &redis.url());
    let keys = redis.cli("KEYS bulla:*\n");
    let [one, two] = keys.split_whitespace().collect::<Vec<_>>()[..] else { panic!("two values: {keys}") };
    redis.cli(&format!("COPY {one} good-1\nCOPY {two} good-2\n"));
    let undo = || drop(redis.cli(&format!("COPY good-1 {one} REPLACE\nCOPY good-2 {two} REPLACE\n")));
    let both = |command: &dyn Fn(&str) -> String| {
        redis.cli(&format!("{}\n{}\n", command(one), command(two)));
    };
    let attacks: [(&str, &dyn Fn()); 4] = [
        ("header", &|| both(&|key| format!("SETRANGE {key} 60 XXXX"))),
        ("end", &|| both(&|key| format!("APPEND {key} X"))),
        ("swapped", &|| drop(redis.cli(&format!("COPY good-2 {one} REPLACE\nCOPY good-1 {two} REPLACE\n")))),
        ("cut", &|| {
            let cut = "\"redis.call('SET', KEYS[1], redis.call('GETRANGE', KEYS[1], 0, 100))\"";
            both(&|key| format!("EVAL {cut} 1 {key}"));
        }),
    ];
    serves_nothing_after(&fleet, &redis.url(), &attacks, &undo);
}

fn subject(number: u8) -> String {
    format!("sha256:{}", format!("{number:02x}").repeat(32))
}
