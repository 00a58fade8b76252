use super::run;
use crate::harness::*;

fn explained(bench: &Bench, options: &str) -> String {
    let call = run(bench, "--explain").words(options).env("LEVEL", "1").sh("echo out").ends(0).gives("out\n");
    call.stderr
}

#[test]
fn the_first_miss_has_nothing_to_be_compared_with_and_the_hit_says_when_it_was_made() {
    let bench = Bench::new();
    assert_eq!(
        explained(&bench, ""),
        "bulla: miss: absent: nothing is stored for this key\n\
         bulla: no earlier entry of this operation to compare with\n\
         bulla: stored\n"
    );
    let hit = explained(&bench, "");
    assert!(
        hit.starts_with("bulla: hit: made ")
            && hit.contains(" ago, sealed by key ")
            && hit.lines().count() == 1,
        "{hit}"
    );
}

#[test]
fn what_changed_since_the_nearest_entry_is_named() {
    let bench = Bench::new();
    bench.write("work/db", "v1");
    let options = "--input db --env LEVEL --salt-command true";
    explained(&bench, options);
    let changes: [(&str, &dyn Fn() -> String); 5] = [
        ("input 0 db", &|| {
            bench.write("work/db", "v2");
            explained(&bench, options)
        }),
        ("env LEVEL", &|| explained(&bench, "--input db --salt-command true")),
        ("salt", &|| explained(&bench, "--input db --salt-command pwd")),
        ("input 0 db, salt", &|| explained(&bench, "")),
        ("argument 2", &|| run(&bench, "--explain").sh("echo other").ends(0).stderr),
    ];
    for (parts, change) in changes {
        // The nearest entry is the one that was issued last.
        std::thread::sleep(std::time::Duration::from_millis(2));
        let text = change();
        let line = text
            .lines()
            .find(|line| line.contains("changed since the entry of "))
            .unwrap_or_else(|| panic!("{text}"));
        assert!(line.ends_with(&format!("Z: {parts}")), "expected {parts}: {line}");
    }
}

#[test]
fn a_changed_subject_is_told() {
    let bench = Bench::new();
    explained(&bench, "");
    let other = bench.bulla("run --explain").words(OTHER_KEY).sh("echo out").env("LEVEL", "1").ends(0);
    other.says("bulla: the subject has changed since the entry of ");
    let both =
        bench.bulla("run --explain --subject").arg(CONFIG).words("--op signature").sh("echo other").ends(0);
    both.says("bulla: no earlier entry of this operation to compare with\n");
}

#[test]
fn a_changed_program_is_named() {
    let bench = Bench::new();
    bench.script("work/tool", "echo one");
    run(&bench, "").args(["--", "./tool"]).ends(0);
    bench.script("work/tool", "echo two");
    let text = run(&bench, "--explain").args(["--", "./tool"]).ends(0).gives("two\n").stderr;
    assert!(text.contains(": program\n"), "{text}");
}

#[test]
fn a_miss_for_another_reason_says_that_reason() {
    let bench = Bench::new();
    explained(&bench, "--ttl 1ms");
    std::thread::sleep(std::time::Duration::from_millis(3));
    assert!(explained(&bench, "").starts_with("bulla: miss: expired: its time to live is over\n"));
    assert!(explained(&bench, "--refresh").starts_with("bulla: miss: --refresh\n"));
    assert_eq!(explained(&bench, "--mode off"), "bulla: not cached: the mode is off\n");
    let write_only = explained(&bench, "--mode write-only");
    assert!(write_only.starts_with("bulla: miss: bypassed: the mode is write-only\n"), "{write_only}");
    let entry = names(&bench.dir()).into_iter().find(|name| name.ends_with(".bulla")).unwrap();
    write(bench.dir().join(entry), "{}");
    let unsealed = explained(&bench, "");
    assert!(unsealed.starts_with("bulla: miss: unsealed: "), "{unsealed}");
}

#[test]
fn values_of_variables_are_not_told() {
    let bench = Bench::new();
    for level in ["s3cret-one", "s3cret-two"] {
        let call =
            run(&bench, "--explain --verbose --json --env TOKEN").env("TOKEN", level).sh("echo out").ends(0);
        call.keeps_quiet_about("s3cret");
    }
    let inspected = bench.bulla("ls --json").ends(0);
    inspected.keeps_quiet_about("s3cret");
}
