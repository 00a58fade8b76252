//! docs/controls.md: between its marks stands what the controls say of themselves, the rest is written by hand.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use bulla_findings::{CONTROLS, Control, Framework, REFERENCES};

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/controls.md")
}

fn controls() -> String {
    CONTROLS.iter().map(|control| section(control)).collect()
}

fn section(control: &Control) -> String {
    let Control { id, question, reason, fix, severity, .. } = control;
    let asked = Framework::ALL.into_iter().filter_map(|framework| {
        let items = control.references().filter(|reference| reference.framework == framework);
        let numbers: Vec<_> = items.map(|reference| reference.number).collect();
        (!numbers.is_empty()).then(|| format!("* {}: {}\n", framework.name(), numbers.join(", ")))
    });
    let asked: String = asked.collect();
    format!(
        "\n## {id}\n\n**{question}** Severity: {}.\n\n{reason}\n\nTo do: {fix}\n\nAsked for by\n\n{asked}",
        severity.name()
    )
}

fn frameworks() -> String {
    let mut text = String::new();
    for (framework, items) in Framework::ALL.into_iter().zip(REFERENCES) {
        let (name, url) = (framework.name(), framework.url());
        let _ = write!(
            text,
            "\n### [{name}]({url})\n\n| number | what it prints | controls |\n| --- | --- | --- |\n"
        );
        for item in items {
            let controls: Vec<_> = item.controls.iter().map(|id| format!("[{id}](#{id})")).collect();
            let _ = writeln!(text, "| {} | {} | {} |", item.number, item.title, controls.join(", "));
        }
    }
    text
}

/// The page with that text between the marks of that name.
fn with(page: &str, name: &str, text: &str) -> String {
    let (begin, end) = (format!("<!-- {name}: "), format!("<!-- end of {name} -->"));
    let (before, marked) = page.split_once(&begin).unwrap_or_else(|| panic!("no mark `{begin}`"));
    let (mark, marked) = marked.split_once('\n').expect("the mark has a line of its own");
    let (_, after) = marked.split_once(&end).unwrap_or_else(|| panic!("no mark `{end}`"));
    format!("{before}{begin}{mark}\n{text}\n{end}{after}")
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the page is the controls' own text, and one variable blesses it"
)]
fn the_page_says_of_each_control_what_it_says_of_itself() {
    let written = fs::read_to_string(page()).expect("the page");
    let made = with(&with(&written, "controls", &controls()), "frameworks", &frameworks());
    if std::env::var_os("BULLA_BLESS").is_some() {
        fs::write(page(), &made).expect("the page can be written");
        return;
    }
    let differs = written.lines().zip(made.lines()).position(|(written, made)| written != made);
    let line = differs.unwrap_or_else(|| written.lines().count().min(made.lines().count())) + 1;
    assert!(written == made, "docs/controls.md differs from line {line} on; BULLA_BLESS=1 writes it anew");
}
