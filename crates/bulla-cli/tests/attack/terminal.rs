//! What others may have written does not move the terminal's cursor, change its colours or turn its letters.

use crate::harness::*;

const HOSTILE: &str = "evil\x1b[2J\x1b]0;title\x07\r\u{9b}31m\u{202e}";

#[track_caller]
fn is_harmless(output: Output) -> Output {
    let streams = [output.stdout.as_slice(), output.stderr.as_bytes()];
    for stream in streams {
        assert!(
            !has_control_character(stream) && !String::from_utf8_lossy(stream).contains('\u{202e}'),
            "{output:?}"
        );
    }
    output
}

#[test]
fn a_directory_s_name() {
    let bench = Bench::new();
    let dir = format!("../{HOSTILE}");
    let bulla = |words: &str| bench.bulla(words).args(["--dir", &dir]);
    is_harmless(bulla("put").words(KEY).stdin("x").ends(0));
    let entry = bench.path(HOSTILE).join(bench.entry().file_name().unwrap());
    flip(&entry, 40);
    is_harmless(bulla("ls").ends(0));
    is_harmless(bulla("--verbose verify").ends(4));
    is_harmless(bulla("doctor").ends(0));
    is_harmless(bulla("inspect").words(KEY).ends(4));
    is_harmless(bulla("clear").ends(2));
    is_harmless(bulla("clean").ends(0));
    write(bench.path(HOSTILE).join(".hmac.key"), "short");
    is_harmless(bulla("get").words(KEY).ends(1).says("evil\u{fffd}[2J"));
    is_harmless(bulla("run").words(KEY).sh("true").ends(0).says("running without a cache"));
}

#[test]
fn a_path_that_was_named() {
    let bench = Bench::new();
    bench.put("x");
    is_harmless(bench.bulla("inspect").arg(HOSTILE).ends(5));
    is_harmless(bench.bulla("put").words(OTHER_KEY).arg(HOSTILE).ends(1));
    is_harmless(bench.bulla("get --output").arg(format!("{HOSTILE}/out")).words(KEY).ends(1));
    is_harmless(bench.bulla("get --key-file").arg(HOSTILE).words(KEY).ends(1));
    is_harmless(bench.bulla("get --config-file").arg(HOSTILE).words(KEY).ends(2));
    is_harmless(bench.bulla("key generate --output").arg(format!("{HOSTILE}/key")).ends(1));
}

#[test]
fn a_tool_s_name() {
    let bench = Bench::new();
    bench.script(&format!("work/{HOSTILE}"), "echo out");
    is_harmless(
        bench.bulla("run --explain").words(KEY).args(["--", &format!("./{HOSTILE}")]).ends(0).gives("out\n"),
    );
    is_harmless(bench.bulla("ls").ends(0));
    let entry = names(&bench.dir()).into_iter().find(|name| name.ends_with(".bulla")).unwrap();
    is_harmless(bench.bulla("inspect").arg(bench.dir().join(entry)).ends(0));
    is_harmless(bench.bulla("run").words(KEY).args(["--", &format!("no-{HOSTILE}")]).ends(127));
}

#[test]
fn an_input_a_variable_and_a_salt_command() {
    let bench = Bench::new();
    bench.write(&format!("work/{HOSTILE}"), "v1");
    let call = |input: &str| {
        bench.bulla("run --explain").words(KEY).args(["--input", input, "--env", HOSTILE]).sh("true").run()
    };
    is_harmless(call(HOSTILE).ended(0));
    bench.write(&format!("work/{HOSTILE}"), "v2");
    is_harmless(call(HOSTILE).ended(0).says("changed since the entry of"));
    is_harmless(call(&format!("no-{HOSTILE}")).ended(125));
    let salted = bench
        .bulla("run")
        .words(KEY)
        .args(["--salt-command", &format!("exit 3 # {HOSTILE}")])
        .sh("true")
        .ends(125);
    is_harmless(salted.says("the salt command failed"));
}

#[test]
fn a_claim_in_an_entry_that_nobody_sealed() {
    let bench = Bench::new();
    bench.bulla("run").words(KEY).sh("true").ends(0);
    let entry = names(&bench.dir()).into_iter().find(|name| name.ends_with(".bulla")).unwrap();
    let path = bench.dir().join(entry);
    let good = read(&path);
    // A forger's own text, of the same length, in the media type's and the tool's place.
    for (text, forged) in
        [(&b"application/vnd"[..], &b"\x1b[2J\x1b[31m\rforge"[..15]), (b"\x02sh", b"\x02\x1bc")]
    {
        let at = good.windows(text.len()).position(|found| found == text).expect("it stands in the header");
        let mut bytes = good.clone();
        bytes[at..at + text.len()].copy_from_slice(forged);
        write(&path, bytes);
        is_harmless(bench.bulla("inspect").arg(&path).ends(4));
        is_harmless(bench.bulla("ls").ends(0));
        is_harmless(bench.bulla("verify").ends(4));
    }
}

#[test]
fn json_escapes_them() {
    let bench = Bench::new();
    let dir = format!("../{HOSTILE}");
    bench.bulla("put").args(["--dir", &dir]).words(KEY).stdin("x").ends(0);
    for words in ["stats --json", "doctor --json", "ls --json"] {
        let output = bench.bulla(words).args(["--dir", &dir]).ends(0);
        let escaped = output.stdout.iter().all(|byte| !byte.is_ascii_control() || *byte == b'\n');
        assert!(escaped, "{output:?}");
        output.json();
    }
}

#[test]
fn colours_are_only_those_that_were_asked_for() {
    let bench = Bench::new();
    bench.put("x");
    flip(&bench.entry(), -1);
    assert!(!bench.bulla("verify").ends(4).text().contains('\x1b'), "no terminal, no colour");
    assert!(!bench.bulla("verify --color never").ends(4).text().contains('\x1b'));
    let colourful = bench.bulla("verify --color always").ends(4).text();
    assert!(colourful.contains("\x1b[31mpayload-damaged: ") && colourful.contains("\x1b[0m"), "{colourful}");
}
