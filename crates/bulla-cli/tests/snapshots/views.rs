//! What commands show of a cache.

use crate::harness::*;
use crate::redacted;

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
