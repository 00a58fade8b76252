//! docs/cli.md.

use std::path::Path;

use crate::harness::*;
use crate::trimmed;

/// The commands below a command, as its help lists them.
fn commands_in(help: &str) -> Vec<String> {
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names = list.take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next());
    names.map(str::to_owned).collect()
}

/// The help of a command and of every one below it, each under a heading.
fn page(bench: &Bench, words: &str) -> String {
    let help = trimmed(&bench.bulla(words).arg("--help").ends(0).without_a_word().text());
    let name = format!("bulla {words}");
    let mut page = format!("\n## {}\n\n```text\n{help}\n```\n", name.trim_end());
    for command in commands_in(&help) {
        page.push_str(&self::page(bench, format!("{words} {command}").trim_start()));
    }
    page
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the page is the program's own output, and one variable blesses it"
)]
fn the_page_of_the_command_line_is_what_the_program_prints() {
    let bench = Bench::new();
    let printed = format!(
        "# The command line\n\nWhat each command says of itself. This page is made by \
         `BULLA_BLESS=1 cargo test -p bulla-cli --test snapshots`,\nand the same test without it fails while the \
         page differs from the program.\n{}",
        page(&bench, "")
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
    if std::env::var_os("BULLA_BLESS").is_some() {
        write(&path, &printed);
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = written.lines().zip(printed.lines()).position(|(written, printed)| written != printed);
    let line = differs.unwrap_or_else(|| written.lines().count().min(printed.lines().count())) + 1;
    assert!(written == printed, "docs/cli.md differs from line {line} on; BULLA_BLESS=1 writes it anew");
}
