//! Adversaries in what they take.

use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicUsize, Ordering};

use bulla::{EntryName, Found, Revision, Store, StoreError};
use bulla_core::Sealed;

use super::shelf::Shelf;

/// Simulates a disk that fills up: a draft takes so many bytes and no more.
pub(crate) struct Full {
    shelf: Shelf,
    room: AtomicUsize,
}

impl Full {
    pub(crate) fn with_room(room: usize) -> Self {
        Self { shelf: Shelf::honest(), room: room.into() }
    }

    /// For drafts that are begun from now on.
    pub(crate) fn leave_room(&self, room: usize) {
        self.room.store(room, Ordering::Relaxed);
    }
}

/// A draft that runs out of room.
pub(crate) struct Cramped {
    bytes: Cursor<Vec<u8>>,
    room: usize,
}

impl Read for Cramped {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.bytes.read(buf)
    }
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
        Ok(Cramped { bytes: Cursor::default(), room: self.room.load(Ordering::Relaxed) })
    }

    fn put(&self, name: &EntryName, entry: Sealed<Self::Draft>) -> Result<(), StoreError> {
        self.shelf.keep(name, entry.into_draft().bytes.into_inner());
        Ok(())
    }

    fn get(&self, name: &EntryName) -> Result<Option<Found>, StoreError> {
        self.shelf.get(name)
    }

    fn remove(&self, name: &EntryName, revision: Option<Revision>) -> Result<bool, StoreError> {
        self.shelf.remove(name, revision)
    }

    fn quarantine(&self, name: &EntryName, revision: Revision) -> Result<bool, StoreError> {
        self.shelf.quarantine(name, revision)
    }

    fn names(&self) -> Result<Vec<EntryName>, StoreError> {
        self.shelf.names()
    }
}
