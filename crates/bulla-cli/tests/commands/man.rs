use crate::harness::*;

#[test]
fn the_program_and_every_command_has_a_page() {
    let bench = Bench::new();
    let page = bench.bulla("man").ends(0).without_a_word().text();
    assert!(page.contains(".TH bulla 1") && page.contains("Exit codes"), "{page}");
    let commands = "put get rm path ls inspect verify clean clear stats key run doctor completions man";
    for command in commands.split(' ') {
        let page = bench.bulla("man").arg(command).ends(0).text();
        assert!(page.contains(".SH NAME") && page.contains(command), "{command}: {page}");
    }
    assert!(!is_there(bench.dir()));
}

#[test]
fn an_unknown_command_has_none() {
    let bench = Bench::new();
    bench.bulla("man fly").ends(2).gives("").says("there is no command `fly`");
}
