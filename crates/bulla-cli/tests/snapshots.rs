//! What the program says, word for word. A changed text is a choice: a failing test shows the difference,
//! `cargo insta review` takes it, and `BULLA_BLESS=1` writes docs/cli.md anew.

mod harness;

use std::path::Path;

use harness::*;

/// A text in which what differs from run to run has a name: the test's own paths, times, digests and ids.
fn redacted(bench: &Bench, text: &str) -> String {
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
fn trimmed(text: &str) -> String {
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
fn errors(bench: &Bench, calls: impl IntoIterator<Item = Invocation>) -> String {
    let told = calls.into_iter().map(|call| {
        let output = call.run();
        assert!(output.code() != 0 && output.stdout.is_empty(), "{output:?}");
        format!("{}: {}", output.code(), redacted(bench, output.stderr.trim_end()))
    });
    told.collect::<Vec<_>>().join("\n")
}

#[test]
fn help() {
    let bench = Bench::new();
    let text = bench.bulla("--help").ends(0).without_a_word().text();
    insta::assert_snapshot!(trimmed(&text), @r#"
    A cache for security evidence whose every answer is proved before it is given.

    Results of SBOM tools, vulnerability scanners or any command are kept sealed: bound to what was
    asked, when, with what. Whatever is forged, damaged, misplaced or too old is refused with its
    reason, and made again.

    Usage: bulla [OPTIONS] <COMMAND>

    Commands:
      put          Seal a result and store it
      get          Print a stored result, if it is proved to be the answer
      rm           Forget a stored result
      path         Print where an entry lies in the local store, there or not
      ls           List the entries by their sealed headers
      inspect      Show an entry's header, claims and seal without serving its payload
      verify       Prove every entry, payload included
      clean        Remove what is expired, refused or left over
      clear        Remove everything, key included
      stats        Show what the cache holds and how it has served
      key          Make and show keys
      run          Run a command through the cache
      doctor       Look for what is wrong with the cache, its key and its surroundings
      completions  Print a shell's completions
      man          Print the manual page

    Options:
      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Global options:
          --dir <DIR>
              The cache directory [env: BULLA_DIR] [default: `bulla` in the user's cache directory]

          --config-file <FILE>
              The only configuration file to read [env: BULLA_CONFIG]

          --key-file <FILE>
              Take the keys from this file instead of the cache directory [env: BULLA_KEY,
              BULLA_KEY_FILE, BULLA_KEY_COMMAND]

          --mode <MODE>
              What the cache may do: read-write, read-only, write-only (so that every result is made
              anew) or off [env: BULLA_MODE]

          --json
              Print one JSON document instead of text

      -q, --quiet
              Print no warnings

      -v, --verbose
              Say on standard error what happens

          --strict
              A cache that fails is an error, not a warning

          --color <WHEN>
              When to use colour

              Possible values:
              - auto:   On a terminal, unless NO_COLOR is set
              - always: Always
              - never:  Never

              [default: auto]

    Exit codes: 0 done, 1 error, 2 usage or configuration, 4 integrity (something was refused as forged,
    damaged or misplaced), 5 nothing there. `bulla run` ends with the command's own code; 125 for a
    failure of bulla's own, 126 not executable, 127 not found.
    "#);
}

#[test]
fn errors_of_usage() {
    let bench = Bench::new();
    let get = |words: &str| bench.bulla("get").words(words);
    let calls = [
        get("--op .. --subject").arg(SUBJECT),
        get("--op sbom --subject ../x"),
        get("--op sbom --subject alpine:latest"),
        get("--config none").words(KEY),
        bench.bulla("put --ttl 400d").words(KEY),
        bench.bulla("put --ttl soon").words(KEY),
        get("--mode none").words(KEY),
        get("--json").words(KEY),
        get(KEY).without_env("HOME").without_env("XDG_CACHE_HOME"),
        bench.bulla("clean --max-size much"),
    ];
    insta::assert_snapshot!(errors(&bench, calls), @r#"
    2: error: invalid operation: expected 1 to 64 of a-z, 0-9 and '-', such as `sbom` or `scan-grype`
    2: error: invalid subject: expected `sha256:` and 64 lowercase hexadecimal digits, or `name@sha256:...`
    2: error: the subject `alpine:latest` has no digest, so what it names can change; pin it as `alpine:latest@sha256:...`, with the digest that `skopeo inspect --format '{{.Digest}}' docker://alpine:latest` prints
    2: error: invalid config: expected `sha256:` and 64 lowercase hexadecimal digits
    2: error: a time to live of 400 days is too long; the most is 366
    2: error: invalid value 'soon' for '--ttl <DURATION>': expected number at 0; expected a duration such as 30m, 6h or 7d

    For more information, try '--help'.
    2: error: invalid value 'none' for '--mode <MODE>': expected one of read-write, read-only, write-only, off

    For more information, try '--help'.
    2: error: --json needs --output: standard output carries the result
    2: error: there is no default cache directory, because neither HOME nor XDG_CACHE_HOME is set; name one with --dir
    2: error: invalid value 'much' for '--max-size <SIZE>': couldn't parse "much" into a ByteSize, cannot parse float from empty string; expected a size such as 500MB or 2GiB

    For more information, try '--help'.
    "#);
}

#[test]
fn errors_of_settings() {
    let bench = Bench::new();
    let get = || bench.bulla("get").words(KEY);
    let calls = [
        get().env("BULLA_MODE", "none"),
        get().env("BULLA_LANE", "none"),
        get().args(["--config-file", "none"]),
    ];
    insta::assert_snapshot!(errors(&bench, calls), @r#"
    2: error: BULLA_MODE: expected one of read-write, read-only, write-only, off
    2: error: BULLA_LANE: `none` is no lane; expected one of main, pr, local
    2: error: cannot open none: No such file or directory (os error 2)
    "#);
}

#[test]
fn errors_of_the_project_s_settings() {
    let told = |toml: &str| {
        let bench = Bench::new();
        bench.project_config(toml);
        errors(&bench, [bench.bulla("get").words(KEY)])
    };
    let told = ["key-command = \"touch x\"\n", "lanes = []\n", "mode = \"none\"\n"].map(told).join("\n");
    // How the parser shows the place is its own affair.
    let told: Vec<_> = told.lines().filter(|line| !line.contains('|')).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    2: error: `key-command` in [ROOT]/work/bulla.toml is not taken: that file lies in the tree under test. Set it in the user's own bulla.toml, in the environment or on the command line
    2: error: [ROOT]/work/bulla.toml, line 1: unknown field `lanes`, expected one of `mode`, `ttl`, `dir`, `key-file`, `key-command`, `lane`, `disposal`, `digest`, `compression`, `trust`
    2: error: [ROOT]/work/bulla.toml, line 1: expected one of read-write, read-only, write-only, off
    "#);
}

#[test]
fn misses() {
    let bench = Bench::new();
    let get = || bench.bulla("get").words(KEY);
    let absent = errors(&bench, [get()]);
    bench.put("x");
    let good = read(bench.entry());
    let not_accepted = errors(&bench, [get().env("BULLA_MODE", "off"), get().env("BULLA_LANE", "main")]);
    let damaged = [40, -1].map(|at| {
        write(bench.entry(), &good);
        flip(&bench.entry(), at);
        errors(&bench, [get()])
    });
    let replaced = [&b""[..], b"{}", &good[..100]].map(|bytes| {
        write(bench.entry(), bytes);
        errors(&bench, [get()])
    });
    write(bench.entry_of(OTHER_KEY), &good);
    let misplaced = errors(&bench, [bench.bulla("get").words(OTHER_KEY)]);
    write(bench.entry(), &good);
    let unknown = errors(&bench, [get().env("BULLA_KEY", HMAC_KEY)]);
    let told = [absent, not_accepted, damaged.join("\n"), replaced.join("\n"), misplaced, unknown];
    insta::assert_snapshot!(told.join("\n"), @r#"
    5: error: absent: nothing is stored for this key
    5: error: bypassed: the mode is off
    5: error: lane-not-accepted: written from lane local
    4: error: bad-seal: the header is not what key [KEY ID] sealed
    4: error: payload-damaged: the digest table is not the sealed one
    4: error: malformed: the file is empty
    4: error: unsealed: the file does not begin as a sealed entry
    4: error: malformed: the header ends early
    4: error: wrong-key: a good entry, but for another question
    4: error: unknown-signer: key [KEY ID] is not in the key ring
    "#);
}

#[test]
fn errors_of_the_directory_and_its_key() {
    let bench = Bench::new();
    bench.put("x");
    let (get, key) = (|| errors(&bench, [bench.bulla("get").words(KEY)]), bench.dir().join(".hmac.key"));
    set_mode(&key, 0o644);
    let readable = get();
    set_mode(&key, 0o600);
    write(&key, "short");
    let short = get();
    std::fs::remove_file(&key).unwrap();
    make_link("elsewhere", &key);
    let link = get();
    set_mode(bench.dir(), 0o777);
    let open = get();
    bench.write("file", "");
    bench.key_file("key", "not a key");
    let calls = [
        bench.bulla("put --dir ../file").words(KEY),
        bench.bulla("get --key-file ../key").words(KEY),
        bench.bulla("key export-public --kind hmac"),
        bench.bulla("clear --yes --dir ../work"),
        bench.bulla("clear"),
    ];
    insta::assert_snapshot!([readable, short, link, open, errors(&bench, calls)].join("\n"), @r#"
    1: error: the key file [ROOT]/cache/bulla/.hmac.key can be read by others (mode 0644); whoever has read it can forge. Run `chmod 600` on it, and replace the key if that may have happened
    1: error: the key file [ROOT]/cache/bulla/.hmac.key has 5 bytes instead of 32; it was not touched. Restore it from a backup, or remove it: the next use makes a new key, and entries sealed with the old one are refused
    1: error: no key from [ROOT]/cache/bulla/.hmac.key: cannot open [ROOT]/cache/bulla/.hmac.key: it is not a regular file; remove it
    1: error: the directory [ROOT]/cache/bulla can be written by others (mode 0777), who can replace the key in it. Run `chmod 700` on it, or use a key from elsewhere (--key-file)
    1: error: cannot open the directory ../file: Not a directory (os error 20)
    1: error: ../key, line 1: not a key: expected one line that begins with `bulla-hmac-1:`, `bulla-ed25519-secret-1:` or `bulla-ed25519-public-1:`
    2: error: an hmac key has no public half: whoever can check with it can also seal. Use an ed25519 key
    2: error: ../work is not a bulla cache (it has no CACHEDIR.TAG of ours); nothing was removed
    2: error: nobody to ask; say --yes to remove everything in [ROOT]/cache/bulla
    "#);
}

#[test]
fn errors_of_run() {
    let bench = Bench::new();
    let run = || bench.bulla("run").words(KEY);
    bench.write("work/data", "");
    let calls = [
        run().args(["--", "no-such-program"]),
        run().args(["--", "./data"]),
        run().words("--input none").sh("true"),
        run().args(["--salt-command", "exit 3"]).sh("true"),
    ];
    insta::assert_snapshot!(errors(&bench, calls), @r#"
    127: error: command not found: no-such-program
    126: error: not executable: ./data
    125: error: cannot read none: No such file or directory (os error 2)
    125: error: the salt command failed (exit status: 3): exit 3
    "#);
}

/// A cache with two good entries and a damaged one, read through a key whose id is always the same.
fn in_use() -> Bench {
    let bench = Bench::new();
    bench.key_file("config/key", HMAC_KEY);
    bench.user_config(&format!("key-file = {:?}\n", bench.path("config/key")));
    bench.put("x");
    bench.put_as(&format!("--op sbom --subject {SUBJECT} --config {CONFIG}"), "{}");
    bench.put_as(OTHER_KEY, "y");
    bench.get().ended(0);
    flip(&bench.entry_of(OTHER_KEY), -1);
    bench.get_as(OTHER_KEY).ended(4);
    bench.put_as(OTHER_KEY, "y");
    flip(&bench.entry_of(OTHER_KEY), 40);
    bench
}

#[test]
fn stats() {
    let bench = in_use();
    let text = bench.bulla("stats").ends(0).text();
    insta::assert_snapshot!(redacted(&bench, &text), @r#"
    directory    [ROOT]/cache/bulla
    mode         effective: read-write
    key          hmac-sha256 [KEY ID] from [ROOT]/config/key
    entries      3 (727 B)
                 (no good header): 1 (233 B)
                 sbom: 1 (261 B)
                 signature: 1 (233 B)
                 1 not answers now: bad-seal
    hits         1
    misses       1
                 payload-damaged: 1
    refused      1
    quarantined  1 ever, 1 kept (233 B)
    "#);
}

#[test]
fn ls() {
    let bench = in_use();
    let text = bench.bulla("ls").ends(0).text();
    // How old the entries are depends on the machine.
    let text = (1..10).fold(text, |text, age| text.replace(&format!("  {age}s  "), "  0s  "));
    insta::assert_snapshot!(redacted(&bench, &text), @r#"
    OPERATION  SUBJECT       CONFIG        AGE  STATE     SIZE   LANE   TOOL
    sbom       111111111111  333333333333  0s   good      261 B  local  -
    signature  111111111111  -             0s   good      233 B  local  -
    -          6d96efb289e4  -             -    bad-seal  233 B  -      -
    "#);
}

#[test]
fn inspect() {
    let bench = in_use();
    let text = bench.bulla("inspect").words(KEY).ends(0).text();
    insta::assert_snapshot!(redacted(&bench, &text), @r#"
    file         [ROOT]/cache/bulla/[NAME].bulla
    size         233 B
    seal         good
    answer       yes
    key id       [KEY ID]
    operation    signature
    subject      sha256:[NAME]
    config       -
    issued at    [TIME]
    expires at   [TIME]
    lane         local
    media type   -
    tool         -
    version      -
    binary       -
    database     -
    payload      1 bytes
    stored       1 bytes, none, blake3
    "#);
    let text = bench.bulla("inspect").words(OTHER_KEY).ends(4).text();
    insta::assert_snapshot!(redacted(&bench, &text), @r#"
    file         [ROOT]/cache/bulla/[NAME].bulla
    size         233 B
    seal         bad-seal: the header is not what key [KEY ID] sealed
    answer       bad-seal: the header is not what key [KEY ID] sealed
    key id       [KEY ID]
    operation    signature
    subject      sha256:[NAME]
    config       -
    issued at    [TIME]
    expires at   [TIME]
    lane         local
    media type   -
    tool         -
    version      -
    binary       -
    database     -
    payload      1 bytes
    stored       1 bytes, none, blake3
    "#);
}

#[test]
fn verify_and_clean() {
    let bench = in_use();
    let text = bench.bulla("verify").ends(4).text();
    insta::assert_snapshot!(redacted(&bench, &text), @r#"
    [ROOT]/cache/bulla/[NAME].bulla  bad-seal: the header is not what key [KEY ID] sealed
    3 entries: 2 good, 1 refused as forged, damaged or misplaced, 0 expired or not accepted
    "#);
    let text = bench.bulla("clean").ends(0).text();
    insta::assert_snapshot!(redacted(&bench, &text), @r#"
    [NAME]  bad-seal  233 B
    removed 1 entries (233 B) and 0 temporary files; 2 entries (494 B) stay
    "#);
}

#[test]
fn doctor() {
    let bench = Bench::new();
    let text = bench.bulla("doctor").ends(0).text();
    insta::assert_snapshot!(redacted(&bench, &text), @r#"
    ok      directory  [ROOT]/cache/bulla is not there yet; the first use makes it
    ok      key        none yet; the first use makes .hmac.key in the cache directory
    note    key place  .hmac.key lies beside the entries: whoever can read this directory, a backup or a CI cache of it can forge entries, and so can whoever can put files of yours there. Where the directory leaves this machine, take the key from elsewhere (BULLA_KEY, BULLA_KEY_FILE, BULLA_KEY_COMMAND, --key-file)
    ok      mode       effective: read-write
    ok      clock      [TIME]
    "#);
    let bench = in_use();
    let text = bench.bulla("doctor").ends(0).text();
    insta::assert_snapshot!(redacted(&bench, &text), @r#"
    ok      directory  [ROOT]/cache/bulla
    ok      key        hmac-sha256 [KEY ID] from [ROOT]/config/key
    ok      mode       effective: read-write
    ok      clock      [TIME]
    ok      settings   [ROOT]/config/bulla/bulla.toml
    "#);
    bench.user_config("mode = \"off\"\n");
    set_mode(bench.dir(), 0o777);
    let text = bench.bulla("doctor").env("CI", "true").ends(1).text();
    insta::assert_snapshot!(redacted(&bench, &text), @r#"
    problem directory  [ROOT]/cache/bulla can be written by others (mode 0777); run `chmod 700` on it
    problem key        the directory [ROOT]/cache/bulla can be written by others (mode 0777), who can replace the key in it. Run `chmod 700` on it, or use a key from elsewhere (--key-file)
    problem key place  .hmac.key lies beside the entries: whoever can read this directory, a backup or a CI cache of it can forge entries, and so can whoever can put files of yours there. Where the directory leaves this machine, take the key from elsewhere (BULLA_KEY, BULLA_KEY_FILE, BULLA_KEY_COMMAND, --key-file)
    ok      mode       effective: off
    ok      clock      [TIME]
    ok      settings   [ROOT]/config/bulla/bulla.toml
    "#);
}

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
