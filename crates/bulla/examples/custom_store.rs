//! A store of one's own: it logs what it is asked, in front of any other store.
//!
//! A store needs no care for security. Whatever it does to the bytes, a reader proves them; it is never given a key.
//!
//! ```text
//! cargo run -p bulla --example custom_store
//! ```

#![allow(clippy::disallowed_macros, reason = "an example prints")]

use std::error::Error;

use bulla::Sealed;
use bulla::{
    Cache, CacheKey, Details, EntryName, Found, MemoryStore, Revision, Ring, Settings, Store, StoreError,
    new_hmac_key,
};

struct Logged<S> {
    store: S,
    log: fn(String),
}

impl<S: Store> Store for Logged<S> {
    type Draft = S::Draft;

    fn draft(&self) -> Result<S::Draft, StoreError> {
        self.store.draft()
    }

    fn put(&self, name: &EntryName, entry: Sealed<S::Draft>) -> Result<(), StoreError> {
        (self.log)(format!("put {name}"));
        self.store.put(name, entry)
    }

    fn get(&self, name: &EntryName) -> Result<Option<Found>, StoreError> {
        (self.log)(format!("get {name}"));
        self.store.get(name)
    }

    fn remove(&self, name: &EntryName, revision: Option<Revision>) -> Result<bool, StoreError> {
        (self.log)(format!("remove {name}"));
        self.store.remove(name, revision)
    }

    fn quarantine(&self, name: &EntryName, revision: Revision) -> Result<bool, StoreError> {
        (self.log)(format!("quarantine {name}"));
        self.store.quarantine(name, revision)
    }

    fn names(&self) -> Result<Vec<EntryName>, StoreError> {
        self.store.names()
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let store = Logged { store: MemoryStore::default(), log: |line| println!("  {line}") };
    let cache = Cache::new(store, Ring::new(vec![new_hmac_key()?]), Settings::default());
    let subject = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let key = CacheKey::parse("signature", subject, None)?;
    if let Err(miss) = cache.get(&key) {
        println!("{miss}");
    }
    cache.put(&key, Details::default(), &b"verified"[..])?;
    println!("{}", String::from_utf8(cache.get(&key)?.into_vec()?)?);

    // What every store must keep to. In a crate of your own this is a test, with the feature `contract` of bulla-store.
    bulla_store::contract::check(&Logged { store: MemoryStore::default(), log: |_| () });
    Ok(())
}
