//! The key beside the entries, damaged or opened to others.

use crate::harness::*;

#[test]
fn a_key_of_the_wrong_size_is_an_error_that_says_what_to_do_and_is_not_touched() {
    for size in [0, 1, 31, 33, 64, 1 << 20] {
        let bench = Bench::new();
        bench.put("x");
        let key = bench.dir().join(".hmac.key");
        write(&key, noise(size, 13));
        let says =
            format!("the key file {} has {size} bytes instead of 32; it was not touched", key.display());
        for words in ["put", "get"] {
            let call = bench.bulla(words).words(KEY).stdin("y").ends(1).gives("");
            call.says(&says).says("Restore it from a backup, or remove it");
        }
        for words in ["verify", "ls", "clean", "stats"] {
            bench.bulla(words).ends(1).says(&says);
        }
        assert_eq!(read(&key), noise(size, 13));
    }
}

#[test]
fn a_key_that_others_can_read_is_an_error_that_says_what_to_do_and_is_not_touched() {
    let bench = Bench::new();
    bench.put("x");
    let key = bench.dir().join(".hmac.key");
    let before = read(&key);
    for bits in [0o644, 0o640, 0o604, 0o660, 0o610] {
        set_mode(&key, bits);
        for words in ["put", "get"] {
            let call = bench.bulla(words).words(KEY).stdin("y").ends(1).gives("");
            call.says(format!("can be read by others (mode {bits:04o})")).says("chmod 600");
        }
        assert_eq!((mode(&key), read(&key)), (bits, before.clone()));
    }
    set_mode(&key, 0o600);
    bench.get().ended(0).gives("x");
}

#[test]
fn a_key_in_a_directory_that_others_can_write_to_is_not_trusted() {
    let bench = Bench::new();
    bench.put("x");
    for bits in [0o777, 0o770, 0o702] {
        set_mode(bench.dir(), bits);
        let get = bench.get().ended(1).gives("");
        get.says(format!("can be written by others (mode {bits:04o}), who can replace the key in it"));
    }
    bench.bulla("get").words(KEY).env("BULLA_KEY", HMAC_KEY).ends(4).says("unknown-signer");
}

#[test]
fn a_key_that_belongs_to_somebody_else_is_not_trusted() {
    let bench = Bench::new();
    bench.put("x");
    let key = bench.dir().join(".hmac.key");
    if User::is_root() {
        std::os::unix::fs::chown(&key, Some(4711), None).unwrap();
        bench.get().ended(1).says("belongs to user 4711, who can replace the key");
        std::os::unix::fs::chown(&key, Some(0), None).unwrap();
        std::os::unix::fs::chown(bench.dir(), Some(4711), None).unwrap();
        bench.get().ended(1).says("belongs to user 4711, who can replace the key");
    } else {
        // Nobody but root can give a file away; the other half of the rule is that one's own key is trusted.
        bench.get().ended(0).gives("x");
    }
}

#[test]
fn a_key_that_was_lost_is_made_anew_and_what_it_sealed_is_refused() {
    let bench = Bench::new();
    bench.put("x");
    std::fs::remove_file(bench.dir().join(".hmac.key")).unwrap();
    let get = bench.get().ended(4).gives("").says("unknown-signer: key ");
    get.says(".hmac.key is gone; entries sealed with it are refused");
    bench.put("y");
    bench.get().ended(0).gives("y");
    assert_eq!(mode(bench.dir().join(".hmac.key")), 0o600);
}
