//! What the program says, word for word. A changed text is a choice: a failing test shows the difference,
//! `cargo insta review` takes it, and `BULLA_BLESS=1` writes docs/cli.md anew.

mod errors;
#[path = "../harness/mod.rs"]
mod harness;
mod page;
mod views;

use harness::*;

/// A text in which what differs from run to run has a name: the test's own paths, times, digests and ids.
pub(crate) fn redacted(bench: &Bench, text: &str) -> String {
    let text = text.replace(&bench.work().display().to_string(), "[WORK]");
    let text = text.replace(&bench.root().display().to_string(), "[ROOT]");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let hex = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        let (length, name) = match hex {
            64 => (64, "[NAME]"),
            32 => (32, "[KEY ID]"),
            _ if is_time(rest) => ("2026-01-01T00:00:00Z".len(), "[TIME]"),
            0 => (first.len_utf8(), &rest[..first.len_utf8()]),
            hex => (hex, &rest[..hex]),
        };
        out.push_str(name);
        rest = &rest[length..];
    }
    out
}

/// A text without the spaces at the ends of its lines.
pub(crate) fn trimmed(text: &str) -> String {
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// Whether a text begins with a time as the program writes it.
fn is_time(text: &str) -> bool {
    let digits = |at: std::ops::Range<usize>| {
        text.get(at).is_some_and(|part| part.bytes().all(|b| b.is_ascii_digit()))
    };
    digits(0..4)
        && text.get(4..5) == Some("-")
        && text.get(10..11) == Some("T")
        && text.get(19..20) == Some("Z")
}

/// How each call ended and the error that it gave, which is all that it says.
#[track_caller]
pub(crate) fn errors(bench: &Bench, calls: impl IntoIterator<Item = Invocation>) -> String {
    let told = calls.into_iter().map(|call| {
        let output = call.run();
        assert!(output.code() != 0 && output.stdout.is_empty(), "{output:?}");
        format!("{}: {}", output.code(), redacted(bench, output.stderr.trim_end()))
    });
    told.collect::<Vec<_>>().join("\n")
}
