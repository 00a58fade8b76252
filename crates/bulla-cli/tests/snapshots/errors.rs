//! Help and errors.

use crate::harness::*;
use crate::{errors, trimmed};

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
      scan         Ask every scanner about a target, through the cache, and give one merged answer
      report       Read scanners' reports that are there already, and give the same answer as `scan`
      tools        Install and list scanners
      controls     Ask whether a repository is guarded, by its own files
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

          --store <URL>
              A store that several machines share: `s3://bucket/prefix`, `rediss://host`,
              `file:///mount` [env: BULLA_STORE, BULLA_STORE_PASSWORD]

          --shared-write <WHEN>
              When what is made goes to the shared store: sync (at once), background (beside what is
              done next, and before the process ends) or off [env: BULLA_SHARED_WRITE] [default: sync]

          --shared-mode <MODE>
              What may be done with the shared store; the cache's own mode without it [env:
              BULLA_SHARED_MODE]

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

    Exit codes: 0 done, 1 error, 2 usage or configuration, 3 the gate failed, 4 integrity (something was
    refused as forged, damaged or misplaced), 5 nothing there. `bulla run` ends with the command's own
    code; 125 for a failure of bulla's own, 126 not executable, 127 not found.
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
    2: error: `key-command` in [WORK]/bulla.toml is not taken: that file lies in the tree under test. Set it in the user's own bulla.toml, in the environment or on the command line
    2: error: [WORK]/bulla.toml, line 1: unknown field `lanes`, expected one of `mode`, `ttl`, `dir`, `key-file`, `key-command`, `store`, `shared-write`, `shared-mode`, `lane`, `disposal`, `digest`, `compression`, `trust`, `scan`
    2: error: [WORK]/bulla.toml, line 1: expected one of read-write, read-only, write-only, off
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
