use crate::harness::*;

#[test]
fn each_shell_gets_a_script_that_knows_the_commands() {
    let bench = Bench::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = bench.bulla("completions").arg(shell).ends(0).without_a_word().text();
        for word in ["bulla", "inspect", "export-public", "subject-path"] {
            assert!(script.contains(word), "{shell}: no {word}");
        }
    }
    assert!(!is_there(bench.dir()));
}

#[test]
fn a_script_is_one_that_sh_can_read() {
    let bench = Bench::new();
    let script = bench.bulla("completions bash").ends(0).stdout;
    // Of the five shells only this one is sure to be near wherever there is a Rust toolchain.
    if std::path::Path::new("/bin/bash").is_file() {
        bench.program("/bin/bash").words("-n").stdin(script).ends(0).without_a_word();
    } else {
        assert!(script.starts_with(b"_bulla()"));
    }
}

#[test]
fn an_unknown_shell_or_none_is_a_usage_error_that_names_the_known_ones() {
    let bench = Bench::new();
    bench.bulla("completions tcsh").ends(2).says("bash").says("zsh");
    bench.bulla("completions").ends(2);
}
