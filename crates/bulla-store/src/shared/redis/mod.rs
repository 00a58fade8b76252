//! Entries in a Redis, one value each: `<prefix>:<name>`.
//!
//! OpenDAL's Redis can neither list, nor write if absent, nor be told whom to trust; the crate `redis` keeps a value whole in
//! memory and reads a reply of any size. What is needed of the protocol is a page (`resp`), and that way an entry is sent from the file it
//! lies in and what a server answers has bounds, in bytes and in time.

mod address;
mod connection;
mod lease;
mod listing;
mod pool;
mod refused;
mod resp;
mod tls;
mod value;
mod wire;

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::sync::Arc;
use std::time::Duration;

use bulla_core::{EntryName, MAX_HEADER_LEN, Sealed, Untrusted, peek};

use self::connection::SHORT;
use self::pool::Pool;
use self::resp::Reply;
use self::value::{Beginning, Value, change_if};
use super::scratch::Scratch;
use super::{InvalidStoreUrl, Lease, Leased, SharedStore, StoreUrl};
use crate::error::StoreError;
use crate::store::{Found, Revision, Store};

/// As long as a value of Redis's may be.
const LARGEST: u64 = 512 << 20;

/// What a reader gets with its first request: a small entry comes whole.
const FIRST: usize = 16 << 10;

/// How much longer than an entry says the server keeps it.
const KEPT_LONGER: Duration = Duration::from_secs(3600);

/// Entries in a Redis, a single server or a replicated one's master.
///
/// The server forgets an entry some time after it has expired by its own header. Nobody has checked the header then: a forged one
/// shortens the life of the forged entry.
pub(super) struct RedisStore {
    place: String,
    prefix: String,
    scratch: Scratch,
    pool: Arc<Pool>,
}

impl RedisStore {
    pub(super) fn open(url: &StoreUrl, scratch: Scratch) -> Result<Self, InvalidStoreUrl> {
        let (server, prefix) = address::read(url)?;
        Ok(Self { place: url.to_string(), prefix, scratch, pool: Arc::new(Pool::new(server)) })
    }

    fn key(&self, name: &EntryName) -> Vec<u8> {
        format!("{}:{name}", self.prefix).into_bytes()
    }

    /// The entry under a name, of which `first` bytes are asked for at once.
    fn get_from(&self, name: &EntryName, first: usize) -> Result<Option<Found>, StoreError> {
        let find = || {
            let Some(value) = Value::find(&self.pool, self.key(name), first)? else { return Ok(None) };
            let revision = value.revision();
            Ok(Some(Found { bytes: Untrusted::read(value.size(), value)?, revision }))
        };
        find().map_err(|error| self.failed("read", name, error))
    }

    /// What could not be done to an entry.
    fn failed(&self, doing: &'static str, name: &EntryName, error: io::Error) -> StoreError {
        StoreError::new(doing, format!("{} {}:{name}", self.place, self.prefix), error)
    }
}

impl Store for RedisStore {
    type Draft = File;

    fn draft(&self) -> Result<File, StoreError> {
        self.scratch.file()
    }

    fn put(&self, name: &EntryName, entry: Sealed<File>) -> Result<(), StoreError> {
        let send = |mut draft: File| {
            let length = draft.metadata()?.len();
            if length > LARGEST {
                let problem = format!("it has {length} bytes, and a value of Redis's at most {LARGEST}");
                return Err(io::Error::new(io::ErrorKind::FileTooLarge, problem));
            }
            let lifetime = lifetime(&mut draft)?;
            self.pool.run(|connection| {
                draft.rewind()?;
                connection.set(&self.key(name), (&draft, length), lifetime)
            })
        };
        send(entry.into_draft()).map_err(|error| self.failed("write", name, error))
    }

    fn get(&self, name: &EntryName) -> Result<Option<Found>, StoreError> {
        self.get_from(name, FIRST)
    }

    fn remove(&self, name: &EntryName, revision: Option<Revision>) -> Result<bool, StoreError> {
        let key = self.key(name);
        let delete = resp::command(&[b"DEL", &key]);
        let removed = self.pool.run(|connection| match revision {
            None => Ok(connection.ask([delete.clone()], SHORT)? == [Reply::Integer(1)]),
            Some(revision) => {
                let is_it = |lies: &Beginning| lies.size != 0 && lies.revision() == revision;
                change_if(connection, &key, is_it, delete.clone())
            }
        });
        removed.map_err(|error| self.failed("remove", name, error))
    }

    fn quarantine(&self, name: &EntryName, revision: Revision) -> Result<bool, StoreError> {
        self.remove(name, Some(revision))
    }

    fn names(&self) -> Result<Vec<EntryName>, StoreError> {
        let names = listing::names(&self.pool, &self.prefix);
        names.map_err(|error| StoreError::new("list", self.place.as_str(), error))
    }
}

impl SharedStore for RedisStore {
    fn place(&self) -> String {
        self.place.clone()
    }

    fn get_header(&self, name: &EntryName) -> Result<Option<Found>, StoreError> {
        self.get_from(name, MAX_HEADER_LEN)
    }

    fn lease(&self, name: &EntryName, claim: &Lease) -> Result<Leased, StoreError> {
        let claimed = lease::claim(&self.pool, &lease::key(&self.prefix, name), claim);
        claimed.map_err(|error| self.failed("lease", name, error))
    }

    fn release(&self, name: &EntryName, claim: &Lease) -> Result<(), StoreError> {
        let released = lease::release(&self.pool, &lease::key(&self.prefix, name), claim);
        released.map_err(|error| self.failed("end the lease on", name, error))
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedisStore({})", self.place)
    }
}

/// How long the server keeps an entry: as long as it lasts by its header, counted from now, so that no clock has to be right.
fn lifetime(draft: &mut File) -> io::Result<Duration> {
    let mut head = Vec::new();
    draft.rewind()?;
    draft.take(MAX_HEADER_LEN as u64).read_to_end(&mut head)?;
    let lasts = peek(&head.into()).map_or(Duration::ZERO, |header| {
        let validity = &header.as_claimed().claims.validity;
        validity.expires().saturating_since(validity.issued())
    });
    Ok(lasts + KEPT_LONGER)
}
