//! The user's own file, or one that was named.

use crate::harness::*;

#[test]
fn a_named_file_that_is_not_there_is_a_usage_error() {
    let bench = Bench::new();
    bench.bulla("get --config-file none.toml").words(KEY).ends(2).says("cannot open none.toml: No such file");
    bench.bulla("get").words(KEY).env("BULLA_CONFIG", "none.toml").ends(2).says("none.toml");
}

#[test]
fn the_user_s_file_may_be_a_link_and_one_that_leads_nowhere_is_no_silence() {
    let bench = Bench::new();
    let dotfiles = bench.write("home/dotfiles.toml", "mode = \"off\"\n");
    let place = bench.path("config/bulla/bulla.toml");
    make_link(dotfiles, &place);
    assert!(bench.bulla("doctor").ends(0).text().contains("effective: off"));
    std::fs::remove_file(&place).unwrap();
    make_link("nowhere", &place);
    bench.bulla("get").words(KEY).ends(2).says("No such file");
}

#[test]
fn a_named_fifo_or_device_is_a_usage_error_that_nobody_waits_for() {
    let bench = Bench::new();
    make_fifo(&bench.path("work/fifo"));
    for file in ["fifo", ".", "/dev/zero"] {
        bench.bulla("get --config-file").arg(file).words(KEY).ends(2).says("it is not a regular file");
    }
}

#[test]
fn what_is_wrong_in_it_is_named() {
    let bench = Bench::new();
    for (toml, says) in [
        ("lane = \"trunk\"", "`trunk` is no lane; expected one of main, pr, local"),
        ("disposal = \"burn\"", "expected one of quarantine, remove, keep"),
        ("digest = \"md5\"", "unknown variant `md5`"),
        ("[trust]\nlanes = [\"trunk\"]", "`trust.lanes`: `trunk` is no lane"),
        ("[trust]\nrevoked = [\"x\"]", "`trust.revoked`: not a key id"),
        ("[trust]\nmax-age = \"0\"", "`trust.max-age`: expected more than zero"),
        ("[trust]\nmax-payload = \"big\"", "`trust.max-payload`: "),
        ("[trust]\nfly = 1", "unknown field `fly`"),
    ] {
        bench.user_config(&format!("{toml}\n"));
        bench.bulla("get").words(KEY).ends(2).says(says);
    }
    assert!(!is_there(bench.dir()));
}

#[test]
fn how_entries_are_written_can_be_chosen() {
    let bench = Bench::new();
    let text = "the same words again and again, ".repeat(1000);
    let layout = || {
        bench.put(&text);
        let claimed = bench.bulla("inspect --json").words(KEY).ends(0).json()["claimed"].clone();
        bench.get().ended(0).gives(&text);
        (claimed["digest"].as_str().unwrap().to_owned(), claimed["compression"].as_str().unwrap().to_owned())
    };
    assert_eq!(layout(), ("blake3".to_owned(), "zstd".to_owned()));
    bench.user_config("digest = \"sha256\"\ncompression = \"never\"\n");
    assert_eq!(layout(), ("sha256".to_owned(), "none".to_owned()));
}

#[test]
fn what_happens_to_a_refused_entry_can_be_chosen() {
    let bench = Bench::new();
    for (disposal, stays, kept) in
        [("keep", true, false), ("remove", false, false), ("quarantine", false, true)]
    {
        bench.user_config(&format!("disposal = \"{disposal}\"\n"));
        bench.put("x");
        flip(&bench.entry(), -1);
        bench.get().ended(4).says("payload-damaged");
        assert_eq!((is_there(bench.entry()), is_there(bench.quarantined())), (stays, kept), "{disposal}");
    }
}

#[test]
fn a_file_that_others_can_write_to_is_not_read() {
    let bench = Bench::new();
    bench.user_config("key-command = \"touch run-by-another\"\n");
    set_mode(bench.path("config/bulla/bulla.toml"), 0o666);
    bench.bulla("stats").ends(2).says("bulla.toml can be written by others").says("chmod o-w");
    assert_eq!(names(&bench.work()), [""; 0]);
}

#[test]
fn a_relative_path_in_it_lies_beside_it_and_not_in_the_tree_under_test() {
    let bench = Bench::new();
    bench.key_file("config/bulla/key", HMAC_KEY);
    bench.user_config("dir = \"entries\"\nkey-file = \"key\"\n");
    bench.put("x");
    assert_eq!(bench.entry().parent().unwrap(), bench.path("config/bulla/entries"));
    assert_eq!(names(&bench.work()), [""; 0]);
    bench.bulla("get").words(KEY).env("BULLA_KEY", HMAC_KEY).ends(0).gives("x");
}
