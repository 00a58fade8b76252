use crate::harness::*;

#[test]
fn no_cache_is_an_empty_list_and_makes_nothing() {
    let bench = Bench::new();
    bench.bulla("ls").ends(0).gives("").without_a_word();
    assert_eq!(bench.bulla("ls --json").ends(0).json()["entries"], serde_json::json!([]));
    assert!(!is_there(bench.dir()));
}

/// What `ls --json` shows of each entry, in its order.
fn listed(bench: &Bench, words: &str) -> Vec<(String, String)> {
    let document = bench.bulla("ls --json").words(words).ends(0).json();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
    let row =
        |entry: &serde_json::Value| (text(&entry["header"]["operation"]), text(&entry["header"]["subject"]));
    document["entries"].as_array().expect("an array").iter().map(row).collect()
}

#[test]
fn entries_are_in_the_order_of_their_questions_whoever_came_first() {
    let key = |op: &str, subject: &str| format!("--op {op} --subject {subject}");
    let questions = [("sbom", SUBJECT), ("sbom", OTHER_SUBJECT), ("scan-a", SUBJECT), ("signature", SUBJECT)];
    for order in [[0, 1, 2, 3], [3, 1, 2, 0], [2, 3, 0, 1]] {
        let bench = Bench::new();
        for at in order {
            bench.put_as(&key(questions[at].0, questions[at].1), "{}");
        }
        let expected = questions.map(|(op, subject)| (op.to_owned(), subject.to_owned()));
        assert_eq!(listed(&bench, ""), expected);
    }
}

#[test]
fn an_operation_can_be_asked_for() {
    let bench = Bench::new();
    bench.put("x");
    bench.put_as(&format!("--op sbom --subject {SUBJECT}"), "{}");
    assert_eq!(listed(&bench, "--op sbom"), [("sbom".to_owned(), SUBJECT.to_owned())]);
    assert_eq!(listed(&bench, "--op scan-a"), []);
    bench.bulla("ls --op ../sbom").ends(2).says("invalid operation");
}

#[test]
fn the_table_shows_what_an_entry_is_and_where_it_stands() {
    let bench = Bench::new();
    bench.bulla("put").words(KEY).words("--config").arg(CONFIG).stdin("x").ends(0);
    bench.bulla("put --ttl 1ms").words(OTHER_KEY).stdin("y").ends(0);
    std::thread::sleep(std::time::Duration::from_millis(3));
    let text = bench.bulla("ls").ends(0).without_a_word().text();
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["OPERATION", "SUBJECT", "CONFIG", "AGE", "STATE", "SIZE", "LANE", "TOOL"]);
    assert_eq!(rows[1][..3], ["signature", "111111111111", "333333333333"]);
    assert!(rows[1].contains(&"good") && rows[1].contains(&"local"), "{text}");
    assert_eq!(rows[2][..3], ["signature", "222222222222", "-"]);
    assert!(rows[2].contains(&"expired"), "{text}");
    assert!(bench.entry_of(OTHER_KEY).is_file(), "looking removes nothing");
}

#[test]
fn an_entry_without_a_good_header_is_listed_by_its_name_with_its_reason() {
    let bench = Bench::new();
    bench.put("x");
    write(bench.entry(), "{\"legacy\": true}");
    let name = bench.entry().file_stem().unwrap().to_str().unwrap().to_owned();
    let text = bench.bulla("ls").ends(0).text();
    assert!(text.contains(&name[..12]) && text.contains("unsealed"), "{text}");
    let document = bench.bulla("ls --json").ends(0).json();
    assert_eq!(document["entries"][0]["name"], name);
    assert_eq!(document["entries"][0]["header"], serde_json::Value::Null);
    assert_eq!(document["entries"][0]["miss"]["reason"], "unsealed");
    assert_eq!(document["entries"][0]["state"], "unsealed");
}

#[test]
fn what_is_no_entry_by_its_name_is_not_listed_whatever_it_is_called() {
    let bench = Bench::new();
    bench.put("x");
    let hex = "a".repeat(64);
    let upper = format!("{}.bulla", hex.to_uppercase());
    let longer = format!("{hex}a.bulla");
    let names =
        ["README", "x.bulla", &hex, &upper, &longer, ".tmp-x", "\x1b[2J.bulla", "a\nb.bulla", " .bulla"];
    for name in names {
        bench.write(&format!("cache/bulla/{name}"), "foreign");
    }
    bench.make_dir("cache/bulla/dir.bulla");
    let ls = bench.bulla("ls").ends(0);
    assert_eq!(ls.text().lines().count(), 2, "{ls:?}");
    assert!(!has_control_character(&ls.stdout));
    assert_eq!(bench.good_entries(), 1);
    bench.bulla("clean").ends(0);
    for name in names {
        assert!(is_there(bench.dir().join(name)), "{name:?} is not bulla's to remove");
    }
}

#[test]
fn a_name_that_is_not_utf_8_is_passed_over() {
    use std::os::unix::ffi::OsStrExt as _;

    let bench = Bench::new();
    bench.put("x");
    write(bench.dir().join(std::ffi::OsStr::from_bytes(b"\xff\xfe.bulla")), "foreign");
    assert_eq!(listed(&bench, "").len(), 1);
    bench.bulla("clean").ends(0);
}

#[test]
fn a_directory_that_is_none_is_an_error() {
    let bench = Bench::new();
    bench.write("cache/bulla", "a file");
    bench.bulla("ls").ends(1).says("cannot open the directory");
}
