//! Entries that are forged, damaged or misplaced: a miss with its reason, and out of the way.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use bulla::{Cache, CacheKey, Disposal, FileStore, Key, Miss, Ring, Settings};

use crate::support::*;

/// What is done to an entry's file.
type Damage<'a> = &'a dyn Fn(&mut Vec<u8>);

/// A small entry, the bytes that it has, and where it lies.
struct Scene {
    home: Home,
    cache: Cache<FileStore>,
    good: Vec<u8>,
}

impl Scene {
    fn new(settings: Settings) -> Self {
        let home = Home::new();
        let cache = home.cache_with(settings);
        put(&cache, &any_key(), b"the payload of a small entry");
        let good = fs::read(path_of(&cache, &any_key())).unwrap();
        Self { home, cache, good }
    }

    fn unpacked() -> Self {
        Self::new(unpacked(Clock::new().settings()))
    }

    /// The miss that the damaged entry is, once it is certain that it is out of the way.
    fn refused(&self, damage: Damage<'_>) -> Miss {
        let path = path_of(&self.cache, &any_key());
        let mut bytes = self.good.clone();
        damage(&mut bytes);
        fs::write(&path, &bytes).unwrap();
        let miss = get(&self.cache, &any_key()).expect_err("a damaged entry is no answer");
        assert!(!path.exists(), "{miss}: it is still in the way");
        let quarantined = self.home.dir().join("quarantine").join(path.file_name().unwrap());
        assert!(fs::read(&quarantined).unwrap() == bytes, "{miss}: what was found is kept to be looked at");
        assert_eq!(outcome(&self.cache, &any_key()), "absent");
        miss
    }
}

fn copy(from: &Path, to: &Path) {
    fs::write(to, fs::read(from).unwrap()).unwrap();
}

#[test]
fn any_bit_flipped_anywhere_is_a_miss_with_its_reason() {
    let scene = Scene::unpacked();
    let mut reasons = BTreeSet::new();
    for at in 0..scene.good.len() {
        for bit in [1, 0x80] {
            let miss = scene.refused(&|bytes| bytes[at] ^= bit);
            assert!(miss.is_integrity(), "byte {at}: {miss}");
            reasons.insert(miss.name());
        }
    }
    let all = ["bad-seal", "malformed", "payload-damaged", "unknown-signer", "unsealed"];
    assert_eq!(reasons, BTreeSet::from(all));
}

#[test]
fn a_packed_payload_is_proved_before_it_is_unpacked() {
    let scene = Scene::new(Clock::new().settings());
    put(&scene.cache, &any_key(), &b"the same line again\n".repeat(20_000));
    let good = fs::read(path_of(&scene.cache, &any_key())).unwrap();
    let scene = Scene { good, ..scene };
    let behind_the_header = scene.good.len() / 2..scene.good.len();
    for at in behind_the_header {
        assert_eq!(scene.refused(&|bytes| bytes[at] ^= 1).name(), "payload-damaged", "byte {at}");
    }
}

#[test]
fn an_entry_cut_off_anywhere_is_a_miss_with_its_reason() {
    let scene = Scene::unpacked();
    let reasons: BTreeSet<_> =
        (0..scene.good.len()).map(|length| scene.refused(&|bytes| bytes.truncate(length)).name()).collect();
    assert_eq!(reasons, BTreeSet::from(["malformed", "payload-damaged", "unsealed"]));
}

#[test]
fn bytes_added_anywhere_are_a_miss_with_its_reason() {
    let scene = Scene::unpacked();
    for at in 0..=scene.good.len() {
        let miss = scene.refused(&|bytes| bytes.insert(at, 0));
        assert!(miss.is_integrity(), "one at {at}: {miss}");
    }
    for more in [2, 4096, 1 << 20] {
        let miss = scene.refused(&|bytes| bytes.resize(bytes.len() + more, 0));
        assert_eq!(miss.name(), "payload-damaged", "{more} at the end");
    }
}

#[test]
fn an_entry_sealed_under_another_key_is_of_an_unknown_signer() {
    let (scene, strangers) = (Scene::unpacked(), Scene::unpacked());
    let miss = scene.refused(&|bytes| bytes.clone_from(&strangers.good));
    assert!(miss.to_string().contains(&strangers.cache.ring().keys()[0].id().to_string()), "{miss}");
    assert_eq!(miss.name(), "unknown-signer");
}

#[test]
fn an_entry_whose_key_id_was_changed_to_a_known_one_has_a_bad_seal() {
    let (scene, strangers) = (Scene::unpacked(), Scene::unpacked());
    // Preamble of 14 bytes, then the key id of 16: docs/format.md.
    let miss = scene.refused(&|bytes| {
        let own_id = bytes[14..30].to_vec();
        bytes.clone_from(&strangers.good);
        bytes[14..30].copy_from_slice(&own_id);
    });
    assert_eq!(miss.name(), "bad-seal");
}

#[test]
fn a_public_key_is_not_taken_for_a_shared_secret() {
    let secret = Key::ed25519_secret(&[7; 32]);
    let public = secret.to_public().unwrap();
    let bytes = public.to_text().split_once(':').unwrap().1.to_owned();
    let forger = Ring::new(vec![Key::parse(&format!("bulla-hmac-1:{bytes}")).unwrap()]);
    let home = Home::new();
    let cache = home.cache(&Clock::new());
    let with = |ring| Cache::new(FileStore::new(open(&home.dir())), ring, Clock::new().settings());
    put(&with(forger), &any_key(), b"forged");
    assert_eq!(outcome(&with(Ring::new(vec![public])), &any_key()), "unknown-signer");
    put(&with(Ring::new(vec![secret])), &any_key(), b"evidence");
    let reader = Ring::new(vec![Key::ed25519_secret(&[7; 32]).to_public().unwrap()]);
    assert_eq!(outcome(&with(reader), &any_key()), "hit: evidence");
    assert_eq!(outcome(&cache, &any_key()), "unknown-signer", "the directory's own key made neither");
}

fn open(dir: &Path) -> bulla::Dir {
    bulla::Dir::open(dir).unwrap()
}

#[test]
fn a_file_without_a_seal_says_whether_it_is_empty_or_something_else() {
    let scene = Scene::unpacked();
    let legacy = br#"{"timestamp":1700000000,"ttl":86400,"data":{"components":[]}}"#;
    for (file, name) in [
        (&legacy[..], "unsealed"),
        (b"", "malformed"),
        (b"\n", "unsealed"),
        (&noise(5000), "unsealed"),
        (&[0; 5000], "unsealed"),
        (&scene.good[..8], "malformed"),
        (b"\x89BULLA\n\n", "unsealed"),
    ] {
        assert_eq!(
            scene.refused(&|bytes| *bytes = file.to_vec()).name(),
            name,
            "{:?}",
            &file[..file.len().min(8)]
        );
    }
}

#[test]
fn a_good_entry_copied_to_another_keys_path_is_refused_there_and_still_good_here() {
    let scene = Scene::unpacked();
    let other = key("signature", "another image");
    copy(&path_of(&scene.cache, &any_key()), &path_of(&scene.cache, &other));
    assert_eq!(outcome(&scene.cache, &other), "wrong-key");
    assert_eq!(home_names(&scene, &other), (false, true), "the copy is out of the way");
    assert_eq!(outcome(&scene.cache, &other), "absent");
    assert_eq!(outcome(&scene.cache, &any_key()), "hit: the payload of a small entry");
}

/// Whether something lies at the key's path, and whether something of that name is in quarantine.
fn home_names(scene: &Scene, key: &CacheKey) -> (bool, bool) {
    let name = FileStore::file_name(&key.entry_name());
    (scene.home.dir().join(&name).exists(), scene.home.quarantined().contains(&name))
}

#[test]
fn two_entries_that_changed_places_are_both_refused() {
    let scene = Scene::unpacked();
    let other = key("signature", "another image");
    put(&scene.cache, &other, b"another");
    let [one, two] = [path_of(&scene.cache, &any_key()), path_of(&scene.cache, &other)];
    fs::rename(&two, scene.home.beside("kept")).unwrap();
    fs::rename(&one, &two).unwrap();
    fs::rename(scene.home.beside("kept"), &one).unwrap();
    assert_eq!(outcome(&scene.cache, &any_key()), "wrong-key");
    assert_eq!(outcome(&scene.cache, &other), "wrong-key");
}

#[test]
fn a_flood_of_forgeries_under_one_name_keeps_one() {
    let scene = Scene::unpacked();
    for number in 0..20 {
        scene.refused(&|bytes| *bytes = vec![number; 1000]);
    }
    assert_eq!(scene.cache.store().quarantined().unwrap(), (1, 1000));
    assert_eq!(scene.cache.counts().by_name()["quarantined"], 20);
}

#[test]
fn what_is_refused_can_be_removed_or_kept_instead() {
    for (disposal, stays, next) in [(Disposal::Remove, false, "absent"), (Disposal::Keep, true, "unsealed")] {
        let scene = Scene::new(Settings { disposal, ..Clock::new().settings() });
        let path = path_of(&scene.cache, &any_key());
        fs::write(&path, "{}").unwrap();
        assert_eq!(outcome(&scene.cache, &any_key()), "unsealed");
        assert_eq!((path.exists(), scene.home.quarantined()), (stays, Vec::new()), "{disposal:?}");
        assert_eq!(outcome(&scene.cache, &any_key()), next);
        put(&scene.cache, &any_key(), b"good again");
        assert_eq!(outcome(&scene.cache, &any_key()), "hit: good again");
    }
}

#[test]
fn what_cannot_be_moved_away_is_refused_all_the_same_and_told() {
    let (home, warnings) = (Home::new(), Warnings::default());
    let cache = home.cache_with(warnings.of(Clock::new().settings()));
    fs::create_dir(home.beside("elsewhere")).unwrap();
    std::os::unix::fs::symlink(home.beside("elsewhere"), home.dir().join("quarantine")).unwrap();
    fs::write(path_of(&cache, &any_key()), "{}").unwrap();
    for _ in 0..2 {
        assert_eq!(outcome(&cache, &any_key()), "unsealed");
    }
    let told = warnings.told();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("a refused entry stays where it is: cannot open the directory"), "{told:?}");
    assert!(fs::read_dir(home.beside("elsewhere")).unwrap().next().is_none(), "the link was followed");
}
