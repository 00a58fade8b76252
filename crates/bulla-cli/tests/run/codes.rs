use super::{counted, ran, run};
use crate::harness::*;

#[test]
fn a_failure_is_passed_on_and_not_stored() {
    let bench = Bench::new();
    for _ in 0..2 {
        run(&bench, "").sh(&counted("echo out; exit 3")).ends(3).gives("out\n").without_a_word();
    }
    assert_eq!(ran(&bench), 2);
    run(&bench, "--verbose")
        .sh(&counted("echo out; exit 3"))
        .ends(3)
        .says("not stored: the command ended with 3");
}

#[test]
fn a_failure_is_stored_and_replayed_on_request() {
    let bench = Bench::new();
    for code in [1, 5, 125, 126, 127] {
        let before = ran(&bench);
        let script = counted(&format!("echo out; echo err >&2; exit {code}"));
        for _ in 0..2 {
            run(&bench, "--cache-failures").sh(&script).ends(code).gives("out\n").says("err\n");
        }
        assert_eq!(ran(&bench), before + 1, "exit {code}");
    }
}

/// Whether a failure may be stored is no part of the key: what one call stored answers the other.
#[test]
fn a_stored_failure_answers_whoever_asks() {
    let bench = Bench::new();
    run(&bench, "--cache-failures").sh(&counted("exit 9")).ends(9);
    run(&bench, "").sh(&counted("exit 9")).ends(9);
    assert_eq!(ran(&bench), 1);
}

#[test]
fn a_program_that_is_not_there_is_127() {
    let bench = Bench::new();
    let missing = |name: &str| run(&bench, "").args(["--", name]).ends(127).gives("");
    missing("no-such-program").says("error: command not found: no-such-program\n");
    missing("./no-such-program").says("command not found");
    missing("/no/such/program").says("command not found");
}

#[test]
fn a_file_that_cannot_be_run_is_126() {
    let bench = Bench::new();
    bench.write("work/data", "data");
    bench.make_dir("work/directory");
    run(&bench, "").args(["--", "./data"]).ends(126).says("error: not executable: ./data\n");
    run(&bench, "").args(["--", "./directory"]).ends(126).says("not executable");
    let garbage = bench.write("work/garbage", "\x7fgarbage");
    set_mode(garbage, 0o755);
    run(&bench, "").args(["--", "./garbage"]).ends(126).says("error: cannot run ./garbage");
}

#[test]
fn a_failure_of_bulla_s_own_is_125() {
    let bench = Bench::new();
    run(&bench, "--subject-path x").sh("true").ends(125).says("cannot be used with");
    run(&bench, "--no-such-flag").sh("true").ends(125).says("--no-such-flag");
    run(&bench, "").ends(125).says("COMMAND");
    bench.bulla("run --op sbom").sh("true").ends(125).says("--subject");
    bench.bulla("run --op .. --subject").arg(SUBJECT).sh("true").ends(125).says("invalid operation");
    bench.bulla("run --op sbom --subject alpine:latest").sh("true").ends(125).says("has no digest");
    run(&bench, "--input none").sh("true").ends(125).says("error: cannot read none: No such file");
    bench.bulla("run --op sbom --subject-path none").sh("true").ends(125).says("cannot read none");
    run(&bench, "--mode sometimes").sh("true").ends(125).says("expected one of");
    run(&bench, "")
        .arg("--salt-command")
        .arg("exit 4")
        .sh("true")
        .ends(125)
        .says("the salt command failed (exit status: 4)");
}

#[test]
fn a_command_that_a_signal_ended_is_128_and_its_number_and_never_stored() {
    let bench = Bench::new();
    for (signal, code) in [("KILL", 137), ("TERM", 143), ("SEGV", 139)] {
        let before = ran(&bench);
        for _ in 0..2 {
            let killed =
                run(&bench, "--cache-failures").sh(&counted(&format!("echo out; kill -{signal} $$")));
            killed.ends(code).gives("out\n");
        }
        assert_eq!(ran(&bench), before + 2, "SIG{signal}");
    }
    assert_eq!(bench.bulla("ls").ends(0).text(), "");
}
