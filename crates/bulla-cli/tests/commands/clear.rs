use crate::harness::*;

#[test]
fn everything_goes_key_included_and_the_next_use_makes_a_new_one() {
    let bench = Bench::new();
    bench.put("x");
    let key = read(bench.dir().join(".hmac.key"));
    flip(&bench.entry(), 40);
    bench.get().ended(4);
    bench.bulla("run").words(OTHER_KEY).sh("true").ends(0);
    bench.write("cache/bulla/.tmp-0123", "half an entry");
    bench.bulla("clear --yes").ends(0).gives("").without_a_word();
    assert!(!is_there(bench.dir()));
    bench.put("y");
    assert_ne!(read(bench.dir().join(".hmac.key")), key);
}

#[test]
fn without_a_terminal_nobody_is_asked_and_nothing_is_removed() {
    let bench = Bench::new();
    bench.put("x");
    let before = snapshot(&bench.dir());
    bench.bulla("clear").stdin("y\n").ends(2).says("nobody to ask; say --yes");
    assert_eq!(snapshot(&bench.dir()), before);
}

#[test]
fn a_directory_that_is_no_cache_of_ours_is_refused_untouched() {
    let bench = Bench::new();
    bench.make_dir("foreign");
    for foreign_tag in
        [None, Some("Signature: 8a477f597d28d172789f06886806bc55\n# made by somebody else\n"), Some("")]
    {
        bench.write("foreign/precious", "data");
        bench.write("foreign/.hmac.key", "somebody's");
        if let Some(tag) = foreign_tag {
            bench.write("foreign/CACHEDIR.TAG", tag);
        }
        let before = snapshot(&bench.path("foreign"));
        let clear = bench.bulla("clear --yes --dir ../foreign").ends(2);
        clear.says("../foreign is not a bulla cache").says("nothing was removed");
        assert_eq!(snapshot(&bench.path("foreign")), before);
    }
}

#[test]
fn what_is_not_bulla_s_stays_and_the_directory_with_it() {
    let bench = Bench::new();
    bench.put("x");
    bench.write("cache/bulla/notes.txt", "mine");
    bench.make_dir("cache/bulla/mine");
    bench.bulla("clear --yes").ends(0).says("stays: it holds what is not bulla's");
    assert_eq!(names(&bench.dir()), ["mine", "notes.txt"]);
}

#[test]
fn json_says_whether_the_directory_went() {
    let bench = Bench::new();
    bench.put("x");
    bench.write("cache/bulla/mine", "");
    let document = bench.bulla("clear --yes --json --quiet").ends(0).without_a_word().json();
    assert_eq!((&document["cleared"], &document["directory_removed"]), (&true.into(), &false.into()));
}

#[test]
fn nothing_there_is_5() {
    let bench = Bench::new();
    bench.bulla("clear --yes").ends(5).says("there is no directory");
}

#[test]
fn a_mode_that_does_not_write_is_an_error() {
    let bench = Bench::new();
    bench.put("x");
    bench.bulla("clear --yes --mode read-only").ends(1).says("nothing is removed: the mode is read-only");
    bench.get().ended(0);
}

#[test]
fn links_and_directories_at_its_own_names_lead_nowhere_else() {
    let bench = Bench::new();
    bench.put("x");
    let precious = bench.write("home/precious", "data");
    make_link(bench.path("home"), bench.dir().join("locks"));
    std::fs::remove_file(bench.dir().join(".stats")).unwrap();
    make_link(&precious, bench.dir().join(".stats"));
    bench.bulla("clear --yes").ends(0);
    assert_eq!(read_text(precious), "data");
    assert!(!is_there(bench.dir()));
}
