use crate::harness::*;

/// The secret part of a key in text form.
fn secret_of(text: &str) -> String {
    text.trim().split_once(':').expect("a key in text form").1.to_owned()
}

#[test]
fn a_new_key_is_one_line_that_names_its_kind_and_never_the_same_twice() {
    let bench = Bench::new();
    for (kind, prefix) in [
        ("", "bulla-hmac-1:"),
        ("--kind hmac", "bulla-hmac-1:"),
        ("--kind ed25519", "bulla-ed25519-secret-1:"),
    ] {
        let make = || bench.bulla("key generate").words(kind).ends(0).without_a_word().text();
        let key = make();
        assert!(key.starts_with(prefix) && key.ends_with('\n') && key.lines().count() == 1, "{key}");
        assert_eq!(secret_of(&key).len(), 64);
        assert_ne!(make(), key);
    }
    assert!(!is_there(bench.dir()), "a key is made, not a cache");
}

#[test]
fn a_key_in_a_file_is_for_its_owner_alone_and_replaces_nothing() {
    let bench = Bench::new();
    for kind in ["hmac", "ed25519"] {
        let generate = || bench.bulla("key generate --kind").args([kind, "--output", kind]).run();
        generate().ended(0).gives("").without_a_word();
        let file = bench.path("work").join(kind);
        assert_eq!(mode(&file), 0o600);
        let key = read_text(&file);
        generate()
            .ended(1)
            .says(format!("error: cannot make {kind}: "))
            .says("File exists")
            .keeps_quiet_about(secret_of(&key));
        assert_eq!(read_text(&file), key);
        bench.bulla("put --key-file").arg(&file).words(KEY).stdin(kind).ends(0);
        bench.bulla("get --key-file").arg(&file).words(KEY).ends(0).gives(kind);
    }
}

#[test]
fn a_link_at_the_file_s_place_is_not_written_through() {
    let bench = Bench::new();
    make_link(bench.path("home/target"), bench.path("work/link"));
    bench.bulla("key generate --output link").ends(1).says("cannot make link");
    assert!(!is_there(bench.path("home/target")));
    bench.bulla("key generate --output none/key").ends(1).says("No such file or directory");
}

#[test]
fn json_tells_of_the_key_and_not_the_key() {
    let bench = Bench::new();
    let made = bench.bulla("key generate --json --output k").ends(0);
    let secret = secret_of(&read_text(bench.path("work/k")));
    let document = made.keeps_quiet_about(&secret).json();
    assert_eq!((&document["kind"], &document["file"]), (&"bulla-hmac-1".into(), &"k".into()));
    assert_eq!(document["id"].as_str().unwrap().len(), 32);
    bench.bulla("key generate --json").ends(2).gives("").says("--json needs --output");
}

#[test]
fn show_names_each_key_of_the_ring_and_the_one_that_seals() {
    let bench = Bench::new();
    bench.make_dir("cache/bulla");
    bench.key_file("ring", &format!("# the old one stays for readers\n{ED25519_KEY}\n\n{HMAC_KEY}"));
    let show = |words: &str| bench.bulla("key show --key-file ../ring").words(words).ends(0);
    let text = show("").text();
    let lines: Vec<_> = text.lines().collect();
    assert!(lines[0].starts_with("bulla-ed25519-secret-1 ") && lines[0].ends_with("  seals"), "{text}");
    assert!(lines[1].starts_with("bulla-hmac-1 ") && !lines[1].ends_with("seals"), "{text}");
    assert_eq!(show("--kind hmac").text().lines().collect::<Vec<_>>(), lines[1..]);
    let document = show("--json").json();
    assert_eq!(document["keys"][0]["seals"], true);
    assert_eq!(document["keys"][1]["kind"], "bulla-hmac-1");
    assert_eq!(document["source"], "../ring");
}

#[test]
fn a_ring_without_such_a_key_is_5() {
    let bench = Bench::new();
    bench.put("x");
    bench.bulla("key show").ends(0);
    bench.bulla("key show --kind ed25519").ends(5).says("no such key from .hmac.key in the cache directory");
    bench
        .bulla("key export-public")
        .ends(5)
        .says("no ed25519 key from")
        .says("bulla key generate --kind ed25519");
}

#[test]
fn the_public_half_opens_and_does_not_seal() {
    let bench = Bench::new();
    let secret = bench.key_file("secret", ED25519_KEY);
    bench.bulla("put --key-file").arg(&secret).words(KEY).stdin("x").ends(0);
    let public = bench.bulla("key export-public --key-file").arg(&secret).ends(0).without_a_word();
    let public = public.keeps_quiet_about(secret_of(ED25519_KEY)).text();
    assert!(public.starts_with("bulla-ed25519-public-1:") && public.lines().count() == 1, "{public}");
    let document = bench.bulla("key export-public --json --key-file").arg(&secret).ends(0).json();
    assert_eq!(document["keys"], serde_json::json!([public.trim()]));
    // Anybody may read a public key: a file of it needs no 0600.
    let file = bench.write("public", &public);
    set_mode(&file, 0o644);
    bench.bulla("get --key-file").arg(&file).words(KEY).ends(0).gives("x");
    bench.bulla("put --key-file").arg(&file).words(KEY).stdin("forged").ends(1).says("only public keys");
    bench.bulla("key export-public --key-file").arg(&file).ends(0).gives(&public);
}

#[test]
fn whoever_holds_only_public_keys_moves_nothing_out_of_the_way() {
    let bench = Bench::new();
    let secret = bench.key_file("secret", ED25519_KEY);
    bench.bulla("put --key-file").arg(&secret).words(KEY).stdin("x").ends(0);
    let public = bench.bulla("key export-public --key-file").arg(&secret).ends(0).text();
    let public = bench.write("public", public);
    flip(&bench.entry(), -1);
    for _ in 0..2 {
        bench.bulla("get --key-file").arg(&public).words(KEY).ends(4).gives("").says("payload-damaged");
    }
    bench.bulla("get --key-file").arg(&secret).words(KEY).ends(4);
    assert!(!is_there(bench.entry()), "a writer does");
}

#[test]
fn whoever_holds_only_public_keys_changes_nothing_and_makes_no_directory() {
    let bench = Bench::new();
    let secret = bench.key_file("secret", ED25519_KEY);
    let public = bench.bulla("key export-public --key-file").arg(&secret).ends(0).text();
    let public = bench.write("public", public);
    let with = |key: &std::path::Path, words: &str| bench.bulla(words).arg("--key-file").arg(key);
    with(&public, "put").words(KEY).stdin("x").ends(1).says("only public keys");
    with(&public, "get").words(KEY).ends(5);
    assert!(!is_there(bench.dir()));
    with(&secret, "put").words(KEY).stdin("x").ends(0);
    let before = snapshot(&bench.dir());
    with(&public, "rm").words(KEY).ends(1).says("only public keys");
    with(&public, "clean --max-size 0").ends(1).says("only public keys");
    with(&public, "clear --yes").ends(1).says("read-only");
    with(&public, "get").words(KEY).ends(0).gives("x");
    assert_eq!(snapshot(&bench.dir()), before);
}

#[test]
fn an_hmac_key_has_no_public_half() {
    let bench = Bench::new();
    bench.put("x");
    bench.bulla("key export-public --kind hmac").ends(2).gives("").says("an hmac key has no public half");
}

#[test]
fn a_key_of_one_kind_cannot_be_used_as_another() {
    let bench = Bench::new();
    bench.put("x");
    let secret = secret_of(ED25519_KEY);
    for text in [
        secret.clone(),
        format!("bulla-hmac-2:{secret}"),
        format!("ed25519:{secret}"),
        format!("bulla-hmac-1:{}", &secret[2..]),
        format!("bulla-hmac-1:{}", secret.to_uppercase()),
    ] {
        let show = bench.bulla("key show").env("BULLA_KEY", &text).ends(1);
        show.says("error: BULLA_KEY, line 1: not a key").keeps_quiet_about(&secret[4..]);
    }
    bench.bulla("key show").env("BULLA_KEY", "# nothing\n").ends(1).says("BULLA_KEY holds no key");
}

#[test]
fn no_report_shows_a_secret_wherever_the_key_comes_from() {
    let bench = Bench::new();
    bench.put("x");
    let directory: String =
        read(bench.dir().join(".hmac.key")).iter().map(|byte| format!("{byte:02x}")).collect();
    let file = bench.key_file("key", ED25519_KEY);
    let command = format!("cat {}", file.display());
    let sources: [(&str, &str, String); 4] = [
        ("CI", "", directory),
        ("BULLA_KEY", HMAC_KEY, secret_of(HMAC_KEY)),
        ("BULLA_KEY_FILE", file.to_str().unwrap(), secret_of(ED25519_KEY)),
        ("BULLA_KEY_COMMAND", &command, secret_of(ED25519_KEY)),
    ];
    for (variable, value, secret) in sources {
        for words in ["key show", "stats", "doctor", "verify", "ls", "clean --dry-run"] {
            for json in ["", "--json"] {
                bench
                    .bulla(words)
                    .words(json)
                    .words("--verbose")
                    .env(variable, value)
                    .run()
                    .keeps_quiet_about(&secret);
            }
        }
        bench.bulla("get").words(KEY).env(variable, value).run().keeps_quiet_about(&secret);
    }
}

#[test]
fn an_unknown_action_or_kind_is_a_usage_error() {
    let bench = Bench::new();
    bench.bulla("key").ends(2);
    bench.bulla("key destroy").ends(2);
    bench.bulla("key generate --kind rsa").ends(2).says("hmac").says("ed25519");
}
