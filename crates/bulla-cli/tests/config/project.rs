//! `bulla.toml` in the tree under test: whoever changes that tree may have written it.

use crate::harness::*;

#[test]
fn what_is_trusted_is_not_taken_from_it_and_named() {
    let bench = Bench::new();
    for (setting, toml) in [
        ("dir", "dir = \"/tmp/elsewhere\""),
        ("key-file", "key-file = \"key\""),
        ("key-command", "key-command = \"touch run-by-the-project\""),
        ("store", "store = \"file:///tmp/elsewhere\""),
        ("shared-write", "shared-write = \"off\""),
        ("shared-mode", "shared-mode = \"off\""),
        ("lane", "lane = \"main\""),
        ("disposal", "disposal = \"keep\""),
        ("digest", "digest = \"sha256\""),
        ("compression", "compression = \"never\""),
        ("trust", "[trust]\nlanes = [\"main\", \"pr\", \"local\"]"),
        ("trust", "[trust]"),
        ("trust", "trust.max-age = \"1h\""),
    ] {
        bench.project_config(&format!("{toml}\n"));
        let put = bench.bulla("put").words(KEY).stdin("x").ends(2);
        put.says(format!("error: `{setting}` in "))
            .says("work/bulla.toml is not taken: that file lies in the tree under test");
        bench.bulla("run").words(KEY).sh("touch run").ends(125).says(format!("`{setting}` in "));
    }
    assert!(!is_there(bench.dir()));
    assert_eq!(names(&bench.work()), [".git", "bulla.toml"], "nothing was run");
}

#[test]
fn it_may_say_how_and_how_long_the_cache_is_used() {
    let bench = Bench::new();
    bench.project_config("mode = \"read-only\"\n[ttl]\nsbom = \"1h\"\n");
    bench.bulla("put").words(KEY).stdin("x").ends(1);
}

#[test]
fn what_cannot_be_read_as_one_is_a_clear_usage_error() {
    let bench = Bench::new();
    let huge = format!("# {}\n", "x".repeat(2 << 20));
    let wrong: [(&[u8], &str); 8] = [
        (b"garbage", "bulla.toml, line 1: "),
        (b"mode = \"read-write\"\nfly = true\n", "unknown field `fly`"),
        (b"mode = 3\n", "invalid type"),
        (b"[ttl]\n\"../sbom\" = \"1h\"\n", "`ttl.../sbom`"),
        (b"[ttl]\nsbom = \"soon\"\n", "`ttl.sbom`"),
        (b"\xff\xfe\x00", "cannot read"),
        (b"\x1b[2J = 1\n", "bulla.toml, line 1: "),
        (huge.as_bytes(), "has more than 1 MiB"),
    ];
    for (bytes, says) in wrong {
        bench.project_config("");
        bench.write("work/bulla.toml", bytes);
        let got = bench.bulla("get").words(KEY).ends(2).says("work/bulla.toml").says(says);
        assert!(!has_control_character(got.stderr.as_bytes()), "{got:?}");
    }
    assert!(!is_there(bench.dir()));
}

#[test]
fn what_is_no_regular_file_is_a_usage_error_that_nobody_waits_for() {
    let bench = Bench::new();
    bench.make_dir("work/.git");
    let place = bench.path("work/bulla.toml");
    let secret = bench.write("home/secret", "a secret of the user's\n");
    let plant: [&dyn Fn(); 4] = [
        &|| make_fifo(&place),
        &|| drop(bench.make_dir("work/bulla.toml")),
        &|| make_link(&secret, &place),
        &|| make_link("/dev/zero", &place),
    ];
    for plant in plant {
        plant();
        let got = bench.bulla("get").words(KEY).ends(2).says("error: cannot open ").says("work/bulla.toml");
        got.keeps_quiet_about("a secret");
        std::fs::remove_file(&place).or_else(|_| std::fs::remove_dir(&place)).unwrap();
    }
}

#[test]
fn it_is_looked_for_upward_to_the_repository_s_root_and_no_further() {
    let bench = Bench::new();
    bench.write("bulla.toml", "garbage above the repository");
    bench.make_dir("work/.git");
    let below = bench.make_dir("work/a/b");
    let doctor = || bench.bulla("doctor --json").current_dir(&below).ends(0).text();
    assert!(!doctor().contains("bulla.toml"), "above the root nothing is read");
    bench.write("work/bulla.toml", "mode = \"read-only\"\n");
    assert!(doctor().contains("work/bulla.toml") && doctor().contains("effective: read-only"));
    bench.write("work/a/bulla.toml", "mode = \"off\"\n");
    assert!(doctor().contains("effective: off"), "the nearest one counts");
    assert!(!doctor().contains("work/bulla.toml"), "and is the only one");
}

#[test]
fn a_work_tree_s_root_has_a_file_in_place_of_the_directory() {
    let bench = Bench::new();
    bench.write("work/.git", "gitdir: /elsewhere\n");
    bench.write("work/bulla.toml", "mode = \"off\"\n");
    assert!(bench.bulla("doctor").ends(0).text().contains("effective: off"));
}

#[test]
fn outside_a_repository_none_is_read() {
    let bench = Bench::new();
    bench.write("work/bulla.toml", "garbage");
    bench.bulla("get").words(KEY).ends(5);
}
