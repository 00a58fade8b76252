use crate::harness::*;

fn summary(good: u64, integrity: u64, other: u64) -> String {
    let all = good + integrity + other;
    format!(
        "{all} entries: {good} good, {integrity} refused as forged, damaged or misplaced, {other} expired or not \
         accepted\n"
    )
}

#[test]
fn no_cache_is_nothing_there_and_makes_nothing() {
    let bench = Bench::new();
    bench.bulla("verify").ends(5).says("there is no cache in ");
    assert!(!is_there(bench.dir()));
}

#[test]
fn good_entries_are_proved_payload_included() {
    let bench = Bench::new();
    bench.put(noise(1 << 20, 5));
    bench.put_as(OTHER_KEY, "y");
    bench.bulla("verify").ends(0).gives(summary(2, 0, 0)).without_a_word();
    let document = bench.bulla("verify --json").ends(0).json();
    assert_eq!((&document["entries"], &document["good"]), (&2.into(), &2.into()));
    assert_eq!(document["refused"], serde_json::json!([]));
}

#[test]
fn each_refused_entry_is_named_with_its_reason_and_left_where_it_is() {
    let bench = Bench::new();
    let third = format!("{KEY} --config {CONFIG}");
    for key in [KEY, OTHER_KEY, &third] {
        bench.put_as(key, noise(300_000, 6));
    }
    flip(&bench.entry(), 200_000);
    write(bench.entry_of(OTHER_KEY), "{}");
    let before = snapshot(&bench.dir());
    let text = bench.bulla("verify").ends(4).text();
    let damaged = format!("{}  payload-damaged: ", bench.entry().display());
    let unsealed = format!("{}  unsealed: ", bench.entry_of(OTHER_KEY).display());
    assert!(text.contains(&damaged) && text.contains(&unsealed), "{text}");
    assert!(text.ends_with(&summary(1, 2, 0)), "{text}");
    assert_eq!(snapshot(&bench.dir()), before);
    let document = bench.bulla("verify --json").ends(4).json();
    let mut reasons = document["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| {
            assert_eq!(found["integrity"], true);
            (found["path"].as_str().unwrap().to_owned(), found["reason"].as_str().unwrap().to_owned())
        })
        .collect::<Vec<_>>();
    reasons.sort();
    let mut expected = [(bench.entry(), "payload-damaged"), (bench.entry_of(OTHER_KEY), "unsealed")]
        .map(|(path, reason)| (path.to_str().unwrap().to_owned(), reason.to_owned()));
    expected.sort();
    assert_eq!(reasons, expected);
}

#[test]
fn an_expired_entry_is_told_and_is_no_damage() {
    let bench = Bench::new();
    bench.put("x");
    bench.bulla("put --ttl 1ms").words(OTHER_KEY).stdin("y").ends(0);
    std::thread::sleep(std::time::Duration::from_millis(3));
    let text = bench.bulla("verify").ends(0).text();
    assert!(text.contains("  expired: its time to live is over\n"), "{text}");
    assert!(text.ends_with(&summary(1, 0, 1)), "{text}");
}

#[test]
fn an_entry_that_cannot_be_read_is_1_and_damage_beside_it_4() {
    let bench = Bench::of_an_ordinary_user();
    bench.put("x");
    bench.put_as(OTHER_KEY, "y");
    set_mode(bench.entry(), 0);
    let text = bench.bulla("verify").ends(1).text();
    assert!(text.contains("unreachable: cannot open"), "{text}");
    flip(&bench.entry_of(OTHER_KEY), -1);
    bench.bulla("verify").ends(4);
}

#[test]
fn without_the_key_every_entry_is_of_an_unknown_signer() {
    let bench = Bench::new();
    bench.put("x");
    std::fs::remove_file(bench.dir().join(".hmac.key")).unwrap();
    let text = bench.bulla("verify").ends(4).text();
    assert!(text.contains("unknown-signer: key "), "{text}");
    assert!(!is_there(bench.dir().join(".hmac.key")), "looking makes no key");
}
