//! Adversaries in what they take.

use std::io::{self, Cursor, Seek, SeekFrom, Write};

use bulla::{EntryName, Found, Revision, Store, StoreError};
use bulla_core::Sealed;

use super::shelf::Shelf;

/// Simulates a full disk: each draft takes `room` bytes and no more. Earlier entries lie on `earlier`.
pub(crate) struct Full {
    pub(crate) earlier: Shelf,
    pub(crate) room: usize,
}

/// A draft that runs out of room.
pub(crate) struct Cramped {
    bytes: Cursor<Vec<u8>>,
    room: usize,
}

impl Write for Cramped {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let place = usize::try_from(self.bytes.position()).expect("a short draft");
        let count = buf.len().min(self.room.saturating_sub(place));
        if count == 0 && !buf.is_empty() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.bytes.write(&buf[..count])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Cramped {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(position)
    }
}

impl Store for Full {
    type Draft = Cramped;

    fn draft(&self) -> Result<Self::Draft, StoreError> {
        Ok(Cramped { bytes: Cursor::default(), room: self.room })
    }

    fn put(&self, _: &EntryName, _: Sealed<Self::Draft>) -> Result<(), StoreError> {
        Err(StoreError::new("publish on", "the full disk", io::Error::from(io::ErrorKind::StorageFull)))
    }

    fn get(&self, name: &EntryName) -> Result<Option<Found>, StoreError> {
        self.earlier.get(name)
    }

    fn remove(&self, name: &EntryName, revision: Option<Revision>) -> Result<bool, StoreError> {
        self.earlier.remove(name, revision)
    }

    fn quarantine(&self, name: &EntryName, revision: Revision) -> Result<bool, StoreError> {
        self.earlier.quarantine(name, revision)
    }

    fn names(&self) -> Result<Vec<EntryName>, StoreError> {
        self.earlier.names()
    }
}
