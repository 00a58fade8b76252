//! A key that lies with the data, and a store that is shared.

use std::sync::Arc;

use bulla::{Cache, Key, KeySource, OpenError};

use crate::bucket::{Bucket, Honest};
use crate::fleet::*;

#[test]
fn the_key_in_the_cache_directory_opens_no_shared_store() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let open = |keys: &KeySource| {
        Cache::open_shared(&machine.home.dir(), keys, machine.settings(), shared(&bucket, Honest))
    };
    let error = open(&KeySource::Directory).err().unwrap();
    assert!(matches!(&error, OpenError::SharedNeedsKey(place) if place == "memory://bucket"), "{error}");
    assert_eq!(
        error.to_string(),
        "memory://bucket is shared, and the key lies in the cache directory: give every machine the same key from \
         elsewhere (BULLA_KEY, BULLA_KEY_FILE, BULLA_KEY_COMMAND or --key-file; `bulla key generate --output FILE` makes \
         one); those that must not forge get the public key of an Ed25519 pair"
    );
    assert!(!machine.home.dir().exists(), "nothing was made");

    // A key file inside of the directory travels with it too, by whatever name it is called.
    machine.alone();
    let inside = machine.home.dir().join("fleet.key");
    std::fs::write(&inside, format!("{}\n", *Key::hmac(&[1; 32]).to_text())).unwrap();
    let link = machine.home.beside("link.key");
    std::os::unix::fs::symlink(&inside, &link).unwrap();
    for path in [inside, link] {
        let error = open(&KeySource::File(path)).err().unwrap();
        assert!(matches!(error, OpenError::SharedNeedsKey(_)), "{error}");
    }
    assert_eq!(bucket.asked(), [""; 0]);
}
