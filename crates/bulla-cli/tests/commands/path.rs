use crate::harness::*;

#[test]
fn the_path_is_the_same_before_and_after_and_asking_makes_nothing() {
    let bench = Bench::new();
    let path = bench.bulla("path").words(KEY).ends(0).without_a_word().text();
    assert!(!is_there(bench.dir()));
    bench.put("x");
    bench.bulla("path").words(KEY).ends(0).gives(&path);
    assert!(std::path::Path::new(path.trim_end()).is_file());
    assert!(path.starts_with(bench.dir().to_str().unwrap()) && path.ends_with(".bulla\n"), "{path}");
}

#[test]
fn another_question_is_another_path() {
    let bench = Bench::new();
    let with_config = format!("{KEY} --config {CONFIG}");
    let other_op = KEY.replace("signature", "signatur");
    let mut paths = [KEY, OTHER_KEY, &with_config, &other_op].map(|key| bench.entry_of(key)).to_vec();
    paths.sort();
    paths.dedup();
    assert_eq!(paths.len(), 4);
}

#[test]
fn json_says_whether_something_is_there() {
    let bench = Bench::new();
    let path = || bench.bulla("path --json").words(KEY).ends(0).json();
    assert_eq!(path()["exists"], false);
    bench.put("x");
    assert_eq!(path()["exists"], true);
    assert_eq!(path()["path"], bench.entry().to_str().unwrap());
}
