use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit as _, Mac as _};
use redb::{Database, ReadableDatabase as _, TableDefinition};
use sha2::Sha256;

/// Something else that keeps bytes by name.
pub trait Peer {
    /// Stores bytes.
    fn put(&self, name: &str, bytes: &[u8]);
    /// Reads them back, checked as far as the peer checks.
    fn get(&self, name: &str) -> Vec<u8>;
}

/// The floor of every durable put: write, fdatasync, rename.
pub fn plain_put(dir: &Path, name: &str, bytes: &[u8]) {
    let draft = dir.join(".draft");
    let mut file = File::create(&draft).expect("room");
    file.write_all(bytes).expect("room");
    file.sync_data().expect("a working disk");
    std::fs::rename(draft, dir.join(name)).expect("the same directory");
}

/// `cacache`: content-addressed, integrity checked on read, without a key.
pub struct UnsealedCacache(pub PathBuf);

impl Peer for UnsealedCacache {
    fn put(&self, name: &str, bytes: &[u8]) {
        cacache::write_sync(&self.0, name, bytes).expect("room");
    }

    fn get(&self, name: &str) -> Vec<u8> {
        cacache::read_sync(&self.0, name).expect("it was put")
    }
}

const TABLE: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("entries");

/// What one would write by hand: redb, each value behind its HMAC-SHA256 tag.
pub struct SealedRedb {
    database: Database,
    keyed: Hmac<Sha256>,
}

impl SealedRedb {
    /// A database in `dir`.
    pub fn new(dir: &Path) -> Self {
        let database = Database::create(dir.join("peer.redb")).expect("a fresh directory");
        Self { database, keyed: Hmac::new_from_slice(&[7; 32]).expect("any length") }
    }
}

impl Peer for SealedRedb {
    fn put(&self, name: &str, bytes: &[u8]) {
        let mut mac = self.keyed.clone();
        mac.update(bytes);
        let value = [&mac.finalize().into_bytes()[..], bytes].concat();
        let transaction = self.database.begin_write().expect("one writer");
        transaction.open_table(TABLE).expect("the table").insert(name, &value[..]).expect("room");
        transaction.commit().expect("a working disk");
    }

    fn get(&self, name: &str) -> Vec<u8> {
        let transaction = self.database.begin_read().expect("a reader");
        let value = transaction
            .open_table(TABLE)
            .expect("the table")
            .get(name)
            .expect("readable")
            .expect("it was put");
        let (tag, bytes) = value.value().split_at(32);
        let mut mac = self.keyed.clone();
        mac.update(bytes);
        mac.verify_slice(tag).expect("the tag is right");
        bytes.to_vec()
    }
}
