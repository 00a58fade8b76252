use crate::harness::*;

#[test]
fn an_entry_is_forgotten_and_the_others_stay() {
    let bench = Bench::new();
    bench.put("x");
    bench.put_as(OTHER_KEY, "y");
    bench.bulla("rm").words(KEY).ends(0).gives("").without_a_word();
    bench.get().ended(5);
    bench.get_as(OTHER_KEY).ended(0);
}

#[test]
fn nothing_there_is_5_and_makes_no_directory() {
    let bench = Bench::new();
    bench.bulla("rm").words(KEY).ends(5);
    assert!(!is_there(bench.dir()));
    bench.put("x");
    bench.bulla("--verbose rm").words(OTHER_KEY).ends(5).says("nothing was there");
    bench.get().ended(0);
}

#[test]
fn json_says_whether_anything_went() {
    let bench = Bench::new();
    bench.put("x");
    assert_eq!(bench.bulla("rm --json").words(KEY).ends(0).json()["removed"], true);
    assert_eq!(bench.bulla("rm --json").words(KEY).ends(5).json()["removed"], false);
}

#[test]
fn what_cannot_be_an_answer_can_be_removed_too() {
    let bench = Bench::new();
    bench.put("x");
    write(bench.entry(), "garbage");
    bench.bulla("rm").words(KEY).ends(0);
    make_link("/nowhere", bench.entry());
    bench.bulla("rm").words(KEY).ends(0);
    assert!(!is_there(bench.entry()));
}

#[test]
fn a_mode_that_does_not_write_is_an_error() {
    let bench = Bench::new();
    bench.put("x");
    for mode in ["read-only", "off"] {
        bench.bulla("rm --mode").arg(mode).words(KEY).ends(1).says(format!("the mode is {mode}"));
    }
    bench.get().ended(0);
}

#[test]
fn a_directory_that_is_none_is_an_error() {
    let bench = Bench::new();
    bench.write("cache/bulla", "a file");
    bench.bulla("rm").words(KEY).ends(1).says("cannot open the directory");
}
