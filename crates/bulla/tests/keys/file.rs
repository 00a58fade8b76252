//! Keys in text form, from a file or a variable.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;

use bulla::{InvalidKeyText, Key, KeyKind, KeyProblem, KeySource};

use super::{key_error, open};
use crate::support::plant::Obstacle;
use crate::support::*;

fn hmac() -> Key {
    Key::hmac(&[1; 32])
}

fn secret() -> Key {
    Key::ed25519_secret(&[2; 32])
}

fn public() -> Key {
    secret().to_public().unwrap()
}

/// A key file beside the cache.
fn key_file(home: &Home, mode: u32, text: impl AsRef<[u8]>) -> (PathBuf, KeySource) {
    let path = home.beside("keys");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    (path.clone(), KeySource::File(path))
}

fn lines(keys: &[Key]) -> String {
    keys.iter().map(|key| format!("{}\n", key.to_text().as_str())).collect()
}

#[test]
fn empty_lines_comments_and_space_around_a_key_are_passed_over() {
    let home = Home::new();
    let text = format!("# made in May\n\n  {}  \r\n\t# old\n{}", &*hmac().to_text(), &*public().to_text());
    let cache = open(&home, &key_file(&home, 0o600, text).1).unwrap();
    let found: Vec<_> = cache.ring().keys().iter().map(|key| (key.kind(), key.id())).collect();
    assert_eq!(found, [(KeyKind::Hmac, hmac().id()), (KeyKind::Ed25519Public, public().id())]);
}

#[test]
fn the_first_secret_key_seals_and_every_key_opens() {
    let home = Home::new();
    let with = |keys: &[Key]| open(&home, &key_file(&home, 0o600, lines(keys)).1).unwrap();
    put(&with(&[hmac()]), &any_key(), b"old");
    let both = with(&[public(), secret(), hmac()]);
    assert_eq!(outcome(&both, &any_key()), "hit: old");
    put(&both, &any_key(), b"new");
    assert_eq!(both.get(&any_key()).unwrap().header().key_id, secret().id());
    assert_eq!(outcome(&with(&[public()]), &any_key()), "hit: new");
}

#[test]
fn a_key_is_only_taken_as_the_kind_that_it_names() {
    let hex = "02".repeat(32);
    for (text, wrong) in [
        (hex.clone(), InvalidKeyText::NoKind),
        (format!("bulla-hmac-2:{hex}"), InvalidKeyText::NoKind),
        (format!("BULLA-HMAC-1:{hex}"), InvalidKeyText::NoKind),
        ("-----BEGIN PRIVATE KEY-----".to_owned(), InvalidKeyText::NoKind),
        ("garbage".to_owned(), InvalidKeyText::NoKind),
        ("bulla-hmac-1:".to_owned(), InvalidKeyText::NotHex(KeyKind::Hmac)),
        (format!("bulla-hmac-1:{}", &hex[1..]), InvalidKeyText::NotHex(KeyKind::Hmac)),
        (format!("bulla-hmac-1:{hex} # mine"), InvalidKeyText::NotHex(KeyKind::Hmac)),
        (format!("bulla-ed25519-secret-1:{hex}0"), InvalidKeyText::NotHex(KeyKind::Ed25519Secret)),
        (format!("bulla-ed25519-public-1:{}", "00".repeat(32)), InvalidKeyText::NotAPoint),
    ] {
        let home = Home::new();
        let (path, source) = key_file(&home, 0o600, format!("# first\n{}\n{text}\n", &*hmac().to_text()));
        let error = key_error(open(&home, &source));
        assert!(matches!(error.problem(), KeyProblem::Line(3, found) if *found == wrong), "{error}");
        let shown = error.to_string();
        assert!(shown.starts_with(&format!("{}, line 3: not a", path.display())), "{shown}");
        assert!(!shown.contains(&hex[1..]) && !shown.contains("garbage"), "most of a secret: {shown}");
    }
}

#[test]
fn a_file_without_any_key_is_an_error() {
    for text in ["", "\n\n", "# nothing yet\n"] {
        let home = Home::new();
        let error = key_error(open(&home, &key_file(&home, 0o600, text).1));
        assert!(matches!(error.problem(), KeyProblem::Empty), "{error}");
        assert!(error.to_string().contains("`bulla key generate`"), "{error}");
    }
}

#[test]
fn a_file_of_more_than_64_kib_is_not_a_key_file() {
    let home = Home::new();
    let padded = |length: usize| {
        let key = lines(&[hmac()]);
        format!("{}{key}", "\n".repeat(length - key.len()))
    };
    open(&home, &key_file(&home, 0o600, padded(64 << 10)).1).unwrap();
    let error = key_error(open(&home, &key_file(&home, 0o600, padded((64 << 10) + 1)).1));
    assert!(matches!(error.problem(), KeyProblem::TooLong), "{error}");
}

#[test]
fn a_secret_that_others_may_read_is_an_error_and_a_public_key_is_not() {
    let home = Home::new();
    for mode in [0o644, 0o640, 0o604] {
        for keys in [vec![hmac()], vec![secret()], vec![public(), hmac()]] {
            let error = key_error(open(&home, &key_file(&home, mode, lines(&keys)).1));
            assert!(matches!(error.problem(), KeyProblem::Readable(found) if *found == mode), "{error}");
            assert!(error.to_string().contains("chmod 600"), "{error}");
        }
        open(&home, &key_file(&home, mode, lines(&[public()])).1).unwrap();
    }
}

#[test]
fn a_file_that_others_may_write_is_an_error_whatever_is_in_it() {
    let home = Home::new();
    for mode in [0o620, 0o602, 0o666] {
        for key in [hmac(), public()] {
            let (path, source) = key_file(&home, mode, lines(&[key]));
            let error = key_error(open(&home, &source));
            assert!(matches!(error.problem(), KeyProblem::Writable(found) if *found == mode), "{error}");
            assert!(error.to_string().contains(&format!("the key file {} can be written", path.display())));
        }
    }
}

#[test]
fn a_key_may_be_mounted_as_a_link_and_nothing_else_is_waited_for() {
    let home = Home::new();
    let (target, _) = key_file(&home, 0o600, lines(&[hmac()]));
    let link = home.beside("mounted");
    symlink(&target, &link).unwrap();
    open(&home, &KeySource::File(link)).unwrap();
    for obstacle in [Obstacle::Fifo, Obstacle::Socket, Obstacle::Directory, Obstacle::DanglingLink] {
        let place = home.beside(&format!("{obstacle:?}"));
        obstacle.plant(&place, &target);
        let error = key_error(open(&home, &KeySource::File(place.clone())));
        assert!(matches!(error.problem(), KeyProblem::File(_)), "{obstacle:?}: {error}");
        assert!(error.to_string().contains(place.to_str().unwrap()), "{error}");
    }
    let missing = key_error(open(&home, &KeySource::File(home.beside("none"))));
    assert!(missing.to_string().contains("No such file"), "{missing}");
}

#[test]
fn a_file_that_is_no_text_is_an_error() {
    let home = Home::new();
    let error = key_error(open(&home, &key_file(&home, 0o600, [0xff; 32]).1));
    assert!(matches!(error.problem(), KeyProblem::File(_)), "{error}");
}

#[test]
fn keys_in_a_variable_are_read_as_those_in_a_file_and_errors_name_the_variable() {
    let home = Home::new();
    let text = |text: String| KeySource::Text(text.into(), "BULLA_KEY".to_owned());
    let cache = open(&home, &text(lines(&[hmac()]))).unwrap();
    assert_eq!(cache.ring().keys()[0].id(), hmac().id());
    let error = key_error(open(&home, &text("my password".to_owned())));
    assert!(error.to_string().starts_with("BULLA_KEY, line 1: not a key"), "{error}");
    assert_eq!(text(String::new()).describe(), "BULLA_KEY");
}

#[test]
fn new_keys_are_of_their_kind_and_each_is_another() {
    let pairs = [
        (bulla::new_hmac_key().unwrap(), bulla::new_hmac_key().unwrap(), KeyKind::Hmac),
        (bulla::new_ed25519_key().unwrap(), bulla::new_ed25519_key().unwrap(), KeyKind::Ed25519Secret),
    ];
    for (one, other, kind) in pairs {
        assert_eq!((one.kind(), other.kind()), (kind, kind));
        assert_ne!(one.id(), other.id());
        assert_eq!(Key::parse(&one.to_text()).unwrap().id(), one.id());
    }
}
