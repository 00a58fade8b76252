use std::io;
use std::sync::{Mutex, PoisonError};

use bulla_core::ReadAt;

use super::bucket::{Bucket, Head};
use super::failure::io_error;

/// What is asked for at a place that nothing near was asked for yet. Reading on from there doubles it.
const FIRST_WINDOW: u64 = 512 << 10;
const LARGEST_WINDOW: u64 = 2 << 20;

/// What is kept of an object. Readers on several cores each go on from a window of their own.
const KEPT: usize = 4 << 20;

/// An object, read through windows. Whatever size it claims, at most [`KEPT`] and one window of it is in memory.
pub(super) struct Remote {
    bucket: Bucket,
    path: String,
    etag: Option<String>,
    size: u64,
    windows: Mutex<Windows>,
}

impl Remote {
    pub(super) fn new(bucket: Bucket, path: String, head: Head) -> Self {
        let windows = Mutex::new(Windows(vec![Window { at: 0, bytes: head.bytes }]));
        Self { bucket, path, etag: head.etag, size: head.size, windows }
    }

    /// Makes sure that a window has the byte at `at`.
    fn fetch(&self, windows: &mut Windows, at: u64) -> io::Result<()> {
        let length = windows.length_from(at).min(self.size - at);
        windows.make_room();
        let bytes = self.bucket.range(&self.path, self.etag.as_deref(), at..at + length);
        windows.0.push(Window { at, bytes: bytes.map_err(|error| io_error(&error))? });
        Ok(())
    }
}

impl ReadAt for Remote {
    fn read_exact_at(&self, mut buf: &mut [u8], offset: u64) -> io::Result<()> {
        if offset.checked_add(buf.len() as u64).is_none_or(|end| end > self.size) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        // A panic elsewhere leaves whole windows.
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let mut at = offset;
        while !buf.is_empty() {
            let Some(known) = windows.from(at) else {
                self.fetch(&mut windows, at)?;
                continue;
            };
            let (now, later) = buf.split_at_mut(known.len().min(buf.len()));
            now.copy_from_slice(&known[..now.len()]);
            at += now.len() as u64;
            buf = later;
        }
        Ok(())
    }
}

/// The one used last stands last.
struct Windows(Vec<Window>);

/// Never empty, but for an empty object.
struct Window {
    at: u64,
    bytes: Vec<u8>,
}

impl Window {
    fn end(&self) -> u64 {
        self.at + self.bytes.len() as u64
    }
}

impl Windows {
    /// The bytes from `at` to the end of a window.
    fn from(&mut self, at: u64) -> Option<&[u8]> {
        let found = self.0.iter().rposition(|window| (window.at..window.end()).contains(&at))?;
        self.0[found..].rotate_left(1);
        let window = self.0.last()?;
        window.bytes.get(usize::try_from(at - window.at).ok()?..)
    }

    /// How much to ask for: who reads on gets more at a time.
    fn length_from(&self, at: u64) -> u64 {
        let before = self.0.iter().find(|window| window.end() == at);
        before.map_or(FIRST_WINDOW, |window| (2 * (at - window.at)).clamp(FIRST_WINDOW, LARGEST_WINDOW))
    }

    fn make_room(&mut self) {
        let mut kept: usize = self.0.iter().map(|window| window.bytes.len()).sum();
        while kept > KEPT {
            kept -= self.0.remove(0).bytes.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(at: u64, length: usize) -> Window {
        Window { at, bytes: vec![0; length] }
    }

    #[test]
    fn who_reads_on_is_given_larger_windows_and_who_jumps_is_not() {
        let windows = Windows(vec![window(0, 1 << 20), window(9 << 20, 1 << 20), window(10 << 20, 2 << 20)]);
        assert_eq!(windows.length_from(1 << 20), 2 << 20);
        assert_eq!(windows.length_from(12 << 20), LARGEST_WINDOW);
        assert_eq!(windows.length_from(5 << 20), FIRST_WINDOW);
    }

    #[test]
    fn windows_that_were_not_used_for_longest_go_first() {
        let mut windows =
            Windows(vec![window(0, 2 << 20), window(10 << 20, 2 << 20), window(20 << 20, 1 << 20)]);
        assert_eq!(windows.from(1).map(<[u8]>::len), Some((2 << 20) - 1));
        windows.make_room();
        let kept: Vec<_> = windows.0.iter().map(|window| window.at >> 20).collect();
        assert_eq!(kept, [20, 0]);
        assert_eq!(windows.from(2 << 20), None);
    }
}
