use super::{counted, ran, run};
use crate::harness::*;

#[test]
fn a_command_runs_once_and_is_replayed_after_that() {
    let bench = Bench::new();
    let twice = [0, 1].map(|_| run(&bench, "").sh(&counted("echo out; echo err >&2")).ends(0));
    for output in twice {
        output.gives("out\n").says("err\n");
    }
    assert_eq!(ran(&bench), 1);
    bench.is_sound();
}

#[test]
fn both_outputs_are_replayed_byte_for_byte() {
    let bench = Bench::new();
    let bytes: Vec<u8> = (0..=255).cycle().take(70_001).collect();
    bench.write("work/bytes", &bytes);
    for _ in 0..2 {
        run(&bench, "").sh(&counted("cat bytes; printf 'e\\000\\n' >&2")).ends(0).gives(&bytes).says("e\0\n");
    }
    assert_eq!(ran(&bench), 1);
}

#[test]
fn no_output_at_all_is_a_result_too() {
    let bench = Bench::new();
    for _ in 0..2 {
        run(&bench, "").sh(&counted(":")).ends(0).gives("").without_a_word();
    }
    assert_eq!(ran(&bench), 1);
}

#[test]
fn an_output_larger_than_is_held_in_memory_is_replayed_whole() {
    let bench = Bench::new();
    let bytes = noise((17 << 20) + 3, 8);
    bench.write("work/bytes", &bytes);
    for _ in 0..2 {
        run(&bench, "").sh(&counted("cat bytes; echo end >&2")).ends(0).gives(&bytes).says("end");
    }
    assert_eq!(ran(&bench), 1);
}

#[test]
fn a_damaged_result_of_any_size_is_run_again_and_not_a_byte_of_it_given() {
    let bench = Bench::new();
    for length in [5000, 17 << 20] {
        let bytes = noise(length, 9);
        bench.write("work/bytes", &bytes);
        let again = || run(&bench, "--refresh").sh("cat bytes");
        again().ends(0);
        let entry =
            bench.bulla("ls --json").ends(0).json()["entries"][0]["name"].as_str().unwrap().to_owned();
        let entry = bench.dir().join(format!("{entry}.bulla"));
        flip(&entry, isize::try_from(length).unwrap() - 100);
        let second = run(&bench, "").sh("cat bytes").ends(0).gives(&bytes);
        second.says("warning: the stored result was not taken, and the command run: payload-damaged");
        run(&bench, "").sh("cat bytes").ends(0).gives(&bytes).without_a_word();
        bench.bulla("clear --yes").ends(0);
    }
}

#[test]
fn an_expired_result_is_run_again_without_a_word() {
    let bench = Bench::new();
    for _ in 0..2 {
        run(&bench, "--ttl 1ms").sh(&counted("echo out")).ends(0).gives("out\n").without_a_word();
        std::thread::sleep(std::time::Duration::from_millis(3));
    }
    assert_eq!(ran(&bench), 2);
}

#[test]
fn refresh_runs_whatever_is_stored_and_replaces_it() {
    let bench = Bench::new();
    let command = counted("cat ran");
    run(&bench, "").sh(&command).ends(0).gives("x\n");
    run(&bench, "--refresh").sh(&command).ends(0).gives("x\nx\n");
    run(&bench, "").sh(&command).ends(0).gives("x\nx\n");
    assert_eq!(ran(&bench), 2);
}

#[test]
fn put_and_run_do_not_answer_for_each_other() {
    let bench = Bench::new();
    bench.put("put by hand");
    run(&bench, "").sh(&counted("echo out")).ends(0).gives("out\n");
    bench.get().ended(0).gives("put by hand");
}

/// A good entry under the run's own key that is not a recorded run: written by somebody with the key, by `put`.
#[test]
fn an_entry_that_is_no_recorded_run_is_not_replayed() {
    let bench = Bench::new();
    let explained = run(&bench, "--json").sh("echo out").ends(0).stderr_json();
    let config = explained["key"]["config"].as_str().unwrap();
    bench.put_as(&format!("{KEY} --config {config}"), "not a recorded run");
    let again = run(&bench, "").sh("echo out").ends(0).gives("out\n");
    again.says(
        "the stored result was not taken, and the command run: malformed: the entry is not a recorded run",
    );
    run(&bench, "").sh("echo out").ends(0).gives("out\n").without_a_word();
}

#[test]
fn standard_input_is_empty_for_the_command() {
    let bench = Bench::new();
    run(&bench, "").args(["--", "cat"]).stdin("not in the key").ends(0).gives("");
}

#[test]
fn the_command_is_called_by_the_name_it_was_given() {
    let bench = Bench::new();
    run(&bench, "").args(["--", "sh", "-c", "echo $0"]).ends(0).gives("sh\n");
}

#[test]
fn verbose_says_what_happens() {
    let bench = Bench::new();
    run(&bench, "--verbose").sh("true").ends(0).says("bulla: miss: absent").says("bulla: stored\n");
    run(&bench, "--verbose").sh("true").ends(0).says("bulla: hit: made ").says(" ago, sealed by key ");
}
