//! A value that is read in windows: all of them of one value, or an error.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bulla_core::{DigestAlgorithm, MAX_HEADER_LEN, ReadAt};

use super::connection::{Connection, SHORT};
use super::pool::Pool;
use super::resp::{self, Reply};
use super::wire::PATIENCE;
use crate::shared::budget::Budget;
use crate::store::Revision;

/// What is read at once after the beginning.
const WINDOW: usize = 1 << 20;

/// As many windows are kept: a payload is unpacked from several places at once.
const KEPT: usize = 8;

/// A value's length and its first bytes.
pub(super) struct Beginning {
    pub(super) size: u64,
    pub(super) bytes: Vec<u8>,
}

impl Beginning {
    /// From the replies to [`Beginning::ask`].
    pub(super) fn new([size, bytes]: [Reply; 2]) -> io::Result<Self> {
        let (Reply::Integer(size), Reply::Bytes(bytes)) = (size, bytes) else { return Err(resp::no_reply()) };
        let size = u64::try_from(size).map_err(|_| resp::no_reply())?;
        Ok(Self { size, bytes })
    }

    pub(super) fn ask(key: &[u8], length: usize) -> [Vec<u8>; 2] {
        [resp::command(&[b"STRLEN", key]), range(key, 0, length)]
    }

    /// The header is in it, and with it the digest of every chunk: another entry has another revision.
    pub(super) fn revision(&self) -> Revision {
        let mut told = self.size.to_le_bytes().to_vec();
        told.extend_from_slice(&self.bytes[..self.bytes.len().min(MAX_HEADER_LEN)]);
        let digest = DigestAlgorithm::Blake3.digest(&told);
        let id = digest.as_bytes().first_chunk().expect("a digest has 32 bytes");
        Revision::new(u128::from_le_bytes(*id))
    }
}

fn range(key: &[u8], from: u64, length: usize) -> Vec<u8> {
    let last = from + length as u64 - 1;
    resp::command(&[b"GETRANGE", key, from.to_string().as_bytes(), last.to_string().as_bytes()])
}

/// Sends `change` if what lies under the key is what `is_it` looks for, and still is when it is changed. Whether it did.
pub(super) fn change_if(
    connection: &mut Connection,
    key: &[u8],
    is_it: impl Fn(&Beginning) -> bool,
    change: Vec<u8>,
) -> io::Result<bool> {
    let [size, bytes] = Beginning::ask(key, MAX_HEADER_LEN);
    let room = MAX_HEADER_LEN as u64 + SHORT;
    let [_, size, bytes] = connection.ask([resp::command(&[b"WATCH", key]), size, bytes], room)?;
    if is_it(&Beginning::new([size, bytes])?) {
        return Ok(connection.ask_at_once([change], SHORT)?.is_some());
    }
    connection.ask([resp::command(&[b"UNWATCH"])], SHORT)?;
    Ok(false)
}

/// A value under a key.
pub(super) struct Value {
    pool: Arc<Pool>,
    key: Vec<u8>,
    size: u64,
    revision: Revision,
    windows: Mutex<Vec<Window>>,
    budget: Mutex<Budget>,
}

struct Window {
    at: u64,
    bytes: Vec<u8>,
}

impl Value {
    /// What lies under the key, its first bytes with it. Redis does not tell an empty value from none.
    pub(super) fn find(pool: &Arc<Pool>, key: Vec<u8>, first: usize) -> io::Result<Option<Self>> {
        let beginning = pool.run(|connection| {
            let replies = connection.ask_at_once(Beginning::ask(&key, first), first as u64)?;
            Beginning::new(replies.ok_or_else(resp::no_reply)?)
        })?;
        let (size, revision) = (beginning.size, beginning.revision());
        let windows = Mutex::new(vec![Window { at: 0, bytes: beginning.bytes }]);
        let budget = Mutex::new(Budget::new(PATIENCE, size));
        Ok((size != 0).then(|| Self { pool: pool.clone(), key, size, revision, windows, budget }))
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn revision(&self) -> Revision {
        self.revision
    }

    /// As much from that place on as one window has.
    fn fetch(&self, from: u64) -> io::Result<Window> {
        let length = usize::try_from(self.size - from).map_or(WINDOW, |left| left.min(WINDOW));
        let mut budget = self.budget.lock().unwrap_or_else(PoisonError::into_inner);
        let ask = || self.pool.run(|connection| self.fetch_on(connection, from, length));
        let (bytes, now) = budget.spend(ask)?;
        if now != self.revision || bytes.len() != length {
            return Err(io::Error::other("it was replaced or removed while it was read"));
        }
        Ok(Window { at: from, bytes })
    }

    fn fetch_on(
        &self,
        connection: &mut Connection,
        from: u64,
        length: usize,
    ) -> io::Result<(Vec<u8>, Revision)> {
        let [size, head] = Beginning::ask(&self.key, MAX_HEADER_LEN);
        let room = (length + MAX_HEADER_LEN) as u64 + SHORT;
        let replies = connection.ask_at_once([range(&self.key, from, length), size, head], room)?;
        let Some([Reply::Bytes(bytes), size, head]) = replies else { return Err(resp::no_reply()) };
        Ok((bytes, Beginning::new([size, head])?.revision()))
    }

    fn windows(&self) -> MutexGuard<'_, Vec<Window>> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ReadAt for Value {
    fn read_exact_at(&self, mut buf: &mut [u8], mut offset: u64) -> io::Result<()> {
        let end = offset.checked_add(buf.len() as u64);
        if end.is_none_or(|end| end > self.size) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        while !buf.is_empty() {
            let known = self.windows().iter().find_map(|window| window.copy_to(buf, offset));
            let copied = match known {
                Some(copied) => copied,
                None => {
                    let window = self.fetch(offset)?;
                    let copied = window.copy_to(buf, offset).unwrap_or_default();
                    let mut windows = self.windows();
                    windows.truncate(KEPT - 1);
                    windows.insert(0, window);
                    copied
                }
            };
            buf = &mut buf[copied..];
            offset += copied as u64;
        }
        Ok(())
    }
}

impl Window {
    /// Copies what it has from that place on, and says how much; `None` if it has nothing of it.
    fn copy_to(&self, buf: &mut [u8], offset: u64) -> Option<usize> {
        let from = usize::try_from(offset.checked_sub(self.at)?).ok()?;
        let known = self.bytes.get(from..).filter(|known| !known.is_empty())?;
        let length = known.len().min(buf.len());
        buf[..length].copy_from_slice(&known[..length]);
        Some(length)
    }
}
