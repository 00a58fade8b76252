use crate::harness::*;

#[test]
fn an_entry_is_shown_by_its_key_and_by_its_path_alike_without_its_payload() {
    let bench = Bench::new();
    bench.put("the payload itself");
    let by_key =
        bench.bulla("inspect").words(KEY).ends(0).without_a_word().keeps_quiet_about("the payload itself");
    let text = by_key.text();
    for part in
        ["seal         good", "answer       yes", "operation    signature", SUBJECT, "payload      18 bytes"]
    {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
    bench.bulla("inspect").arg(bench.entry()).ends(0).gives(&text);
}

#[test]
fn looking_changes_nothing_not_even_what_is_refused() {
    let bench = Bench::new();
    bench.put("x");
    flip(&bench.entry(), 40);
    let before = snapshot(&bench.dir());
    bench.bulla("inspect").words(KEY).ends(4);
    assert_eq!(snapshot(&bench.dir()), before);
}

#[test]
fn a_bad_seal_is_4_and_the_claims_are_shown_as_claims() {
    let bench = Bench::new();
    bench.put("x");
    flip(&bench.entry(), 40);
    let shown = bench.bulla("inspect --json").words(KEY).ends(4).json();
    assert_eq!(shown["seal"]["good"], false);
    assert_eq!(shown["seal"]["refusal"]["reason"], "bad-seal");
    assert_eq!(shown["answer"]["refusal"]["reason"], "bad-seal");
    assert_eq!(shown["claimed"]["operation"], "signature");
    let text = bench.bulla("inspect").words(KEY).ends(4).text();
    assert!(text.contains("seal         bad-seal: the header is not what key"), "{text}");
}

#[test]
fn a_good_entry_under_another_name_is_4_although_its_seal_is_good() {
    let bench = Bench::new();
    bench.put("x");
    std::fs::copy(bench.entry(), bench.entry_of(OTHER_KEY)).unwrap();
    let shown = bench.bulla("inspect --json").words(OTHER_KEY).ends(4).json();
    assert_eq!(shown["seal"]["good"], true);
    assert_eq!(shown["answer"]["refusal"]["reason"], "wrong-key");
    assert_eq!(shown["claimed"]["subject"], SUBJECT);
}

#[test]
fn a_copy_that_has_no_entry_s_name_is_judged_by_its_own_claims() {
    let bench = Bench::new();
    bench.put("x");
    std::fs::copy(bench.entry(), bench.path("work/copy")).unwrap();
    bench.bulla("inspect copy").ends(0);
}

#[test]
fn an_expired_entry_is_5_with_a_good_seal_and_stays() {
    let bench = Bench::new();
    bench.bulla("put --ttl 1ms").words(KEY).stdin("x").ends(0);
    std::thread::sleep(std::time::Duration::from_millis(3));
    let shown = bench.bulla("inspect --json").words(KEY).ends(5).json();
    assert_eq!(
        (&shown["seal"]["good"], &shown["answer"]["refusal"]["reason"]),
        (&true.into(), &"expired".into())
    );
    assert!(bench.entry().is_file());
}

#[test]
fn garbage_is_4_and_has_no_claims() {
    let bench = Bench::new();
    bench.put("x");
    let cases: [(&[u8], &str); 4] = [
        (b"", "malformed"),
        (b"{\"legacy\": 1}", "unsealed"),
        (b"\x89BULLA\r\n\xff\xff", "malformed"),
        (b"\x00\x1b[2J", "unsealed"),
    ];
    for (bytes, reason) in cases {
        bench.write("work/garbage", bytes);
        let shown = bench.bulla("inspect --json garbage").ends(4).json();
        assert_eq!(shown["answer"]["refusal"]["reason"], reason);
        assert_eq!(shown["claimed"], serde_json::Value::Null);
        let text = bench.bulla("inspect garbage").ends(4);
        assert!(text.text().contains(reason) && !has_control_character(&text.stdout), "{text:?}");
    }
}

#[test]
fn nothing_there_is_5() {
    let bench = Bench::new();
    bench.bulla("inspect").words(KEY).ends(5).says("error: nothing is at ");
    bench.bulla("inspect none").ends(5).says("error: nothing is at none\n");
    assert!(!is_there(bench.dir()));
}

#[test]
fn what_is_no_regular_file_is_an_error_that_blocks_nobody() {
    let bench = Bench::new();
    bench.put("x");
    make_fifo(&bench.path("work/fifo"));
    make_link(bench.entry(), bench.path("work/link"));
    for path in ["fifo", ".", "/dev/null"] {
        bench.bulla("inspect").arg(path).ends(1).says("it is not a regular file");
    }
    bench.bulla("inspect link").ends(1).gives("").says("error: cannot open link: ");
}

#[test]
fn neither_a_path_nor_a_key_both_or_half_a_key_is_a_usage_error() {
    let bench = Bench::new();
    bench.bulla("inspect").ends(2);
    bench.bulla("inspect file").words(KEY).ends(2).says("cannot be used with");
    bench.bulla("inspect --op sbom").ends(2).says("--subject");
    bench.bulla("inspect --subject").arg(SUBJECT).ends(2).says("--op");
    bench.bulla("inspect --op .. --subject").arg(SUBJECT).ends(2).says("invalid operation");
}
