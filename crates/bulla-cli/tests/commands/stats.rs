use crate::harness::*;

#[test]
fn no_cache_yet_is_5_and_makes_nothing() {
    let bench = Bench::new();
    bench.bulla("stats").ends(5).says("there is no cache in").says("cache/bulla yet");
    assert!(!is_there(bench.dir()));
}

/// Two hits, one absent, one damaged; one entry left in each of two operations, and one that is expired.
fn used() -> Bench {
    let bench = Bench::new();
    bench.put("x");
    bench.put_as(&format!("--op sbom --subject {SUBJECT}"), "{}");
    bench.put_as(OTHER_KEY, "y");
    bench.get().ended(0);
    bench.get().ended(0);
    bench.get_as(&format!("--op none --subject {SUBJECT}")).ended(5);
    flip(&bench.entry_of(OTHER_KEY), -1);
    bench.get_as(OTHER_KEY).ended(4);
    bench.bulla("put --ttl 1ms").words(OTHER_KEY).stdin("z").ends(0);
    std::thread::sleep(std::time::Duration::from_millis(3));
    bench
}

#[test]
fn json_counts_entries_by_operation_and_answers_by_how_they_went() {
    let bench = used();
    let stats = bench.bulla("stats --json").ends(0).json();
    let bytes = |key: &str| bench.entry_of(key).metadata().unwrap().len();
    let sbom = bytes(&format!("--op sbom --subject {SUBJECT}"));
    assert_eq!(stats["entries"], 3);
    assert_eq!(stats["bytes"], bytes(KEY) + bytes(OTHER_KEY) + sbom);
    assert_eq!(stats["by_operation"]["signature"]["entries"], 2);
    assert_eq!(stats["by_operation"]["sbom"], serde_json::json!({ "entries": 1, "bytes": sbom }));
    assert_eq!(stats["hits"], 2);
    assert_eq!(stats["puts"], 4);
    assert_eq!(stats["misses"], serde_json::json!({ "absent": 1, "payload-damaged": 1 }));
    assert_eq!(stats["refused"], 1);
    assert_eq!(stats["not_answers_now"], serde_json::json!({ "expired": 1 }));
    assert_eq!((&stats["quarantined"]["ever"], &stats["quarantined"]["files"]), (&1.into(), &1.into()));
    assert_eq!(
        stats["mode"],
        serde_json::json!({ "configured": "read-write", "effective": "read-write", "reason": null })
    );
    assert_eq!(stats["key"]["source"], ".hmac.key in the cache directory");
    assert_eq!(stats["key"]["ring"].as_array().unwrap().len(), 1);
}

#[test]
fn the_text_has_the_same_figures() {
    let bench = used();
    let text = bench.bulla("stats").ends(0).without_a_word().text();
    for line in [
        "mode         effective: read-write\n",
        "entries      3 (",
        "sbom: 1 (",
        "signature: 2 (",
        "1 not answers now: expired\n",
        "hits         2\n",
        "misses       2\n",
        "absent: 1\n",
        "payload-damaged: 1\n",
        "refused      1\n",
        "quarantined  1 ever, 1 kept (",
    ] {
        assert!(text.contains(line), "no {line:?} in {text}");
    }
}

#[test]
fn looking_changes_nothing() {
    let bench = used();
    let before = snapshot(&bench.dir());
    bench.bulla("stats").ends(0);
    assert_eq!(snapshot(&bench.dir()), before);
}

#[test]
fn a_reader_with_public_keys_only_is_effectively_read_only_and_told_why() {
    let bench = Bench::new();
    let secret = bench.key_file("secret", ED25519_KEY);
    bench.bulla("put --key-file").arg(&secret).words(KEY).stdin("x").ends(0);
    let public = bench.bulla("key export-public --key-file").arg(secret).ends(0).text();
    bench.write("public", public);
    let stats = bench.bulla("stats --json --key-file ../public").ends(0).json();
    let mode = serde_json::json!({
        "configured": "read-write", "effective": "read-only", "reason": "the key ring holds only public keys",
    });
    assert_eq!(stats["mode"], mode);
    let text = bench.bulla("stats --key-file ../public").ends(0).text();
    assert!(text.contains("effective: read-only (the key ring holds only public keys)\n"), "{text}");
    bench.bulla("get --key-file ../public").words(KEY).ends(0).gives("x");
}

#[test]
fn figures_that_somebody_else_wrote_are_not_repeated() {
    let bench = Bench::new();
    bench.put("x");
    let foreign = "\x1b[2J 5\nhit 3\nhit\nput many\nevil 7\n";
    write(bench.dir().join(".stats"), foreign);
    let stats = bench.bulla("stats").ends(0);
    assert!(!has_control_character(&stats.stdout) && !stats.text().contains("evil"), "{stats:?}");
    assert_eq!(bench.bulla("stats --json").ends(0).json()["hits"], 3);
}

#[test]
fn a_key_that_cannot_be_used_is_an_error() {
    let bench = Bench::new();
    bench.put("x");
    write(bench.dir().join(".hmac.key"), "short");
    bench.bulla("stats").ends(1).says("has 5 bytes instead of 32");
}
