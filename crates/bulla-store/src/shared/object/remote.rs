use std::io;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use bulla_core::ReadAt;

use super::bucket::{Bucket, Head};
use super::client::LONGEST;
use super::failure::io_error;
use super::runtime::Pending;
use crate::shared::budget::Budget;

/// What is asked for at a place that nothing near was asked for yet. Reading on from there doubles it.
const FIRST_WINDOW: u64 = 512 << 10;
const LARGEST_WINDOW: u64 = 2 << 20;

/// So many windows are on their way behind the one that is read: the server works while the reader proves.
const AHEAD: usize = 3;

/// What there is of an object in memory, what is on its way included. Readers on several cores each go on from a window
/// of their own.
const KEPT: u64 = 8 << 20;

/// An object, read through windows. Whatever size it claims, at most [`KEPT`] of it is in memory.
pub(super) struct Remote {
    bucket: Bucket,
    path: String,
    etag: Option<String>,
    windows: Mutex<Windows>,
}

impl Remote {
    pub(super) fn new(bucket: Bucket, path: String, head: Head) -> Self {
        let windows = Mutex::new(Windows::new(head.size, head.bytes));
        Self { bucket, path, etag: head.etag, windows }
    }

    /// Hands over those bytes, piece by piece and in order.
    fn read(&self, offset: u64, length: usize, mut take: impl FnMut(&[u8])) -> io::Result<()> {
        // A panic elsewhere leaves whole windows.
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let end = offset.checked_add(length as u64).filter(|end| *end <= windows.size);
        let (mut at, end) = (offset, end.ok_or(io::ErrorKind::UnexpectedEof)?);
        while at < end {
            at += windows.read(at..end, &|range| self.ask(range), &mut take)?;
        }
        Ok(())
    }

    fn ask(&self, range: Range<u64>) -> io::Result<Content> {
        let asked = self.bucket.range(&self.path, self.etag.as_deref(), range);
        asked.map(Content::Asked).map_err(|error| io_error(&error))
    }
}

impl ReadAt for Remote {
    fn read_exact_at(&self, mut buf: &mut [u8], offset: u64) -> io::Result<()> {
        self.read(offset, buf.len(), |bytes| {
            let (now, later) = std::mem::take(&mut buf).split_at_mut(bytes.len());
            now.copy_from_slice(bytes);
            buf = later;
        })
    }

    fn append_exact_at(&self, out: &mut Vec<u8>, length: usize, offset: u64) -> io::Result<()> {
        out.reserve_exact(length);
        self.read(offset, length, |bytes| out.extend_from_slice(bytes))
    }
}

/// What there is of an object of that size. The window used last stands last.
struct Windows {
    size: u64,
    all: Vec<Window>,
    /// Where the last read ended: whoever goes on from there reads on.
    reached: u64,
    budget: Budget,
}

/// Never empty, but for an empty object.
struct Window {
    range: Range<u64>,
    content: Content,
    /// Whether it was read to its end.
    is_spent: bool,
}

enum Content {
    Asked(Pending<Vec<u8>>),
    There(Vec<u8>),
}

/// How a range is asked for.
type Ask<'a> = &'a dyn Fn(Range<u64>) -> io::Result<Content>;

impl Windows {
    fn new(size: u64, first: Vec<u8>) -> Self {
        let window = Window { range: 0..first.len() as u64, content: Content::There(first), is_spent: false };
        Self { size, all: vec![window], reached: 0, budget: Budget::new(LONGEST, size) }
    }

    /// Hands over as much from the beginning of `range` on as one window has. How much that was.
    fn read(&mut self, range: Range<u64>, ask: Ask<'_>, take: &mut impl FnMut(&[u8])) -> io::Result<u64> {
        let mut window = self.take_window_at(range.start, ask)?;
        // From the beginning on a header is read, and perhaps no more.
        if self.reached == range.start && self.reached > 0 {
            self.ask_ahead(&window, ask)?;
        }
        let bytes = match window.content {
            Content::There(bytes) => bytes,
            Content::Asked(pending) => {
                self.budget.spend(|| pending.wait().map_err(|error| io_error(&error)))?
            }
        };
        let end = range.end.min(window.range.end);
        let place = |at: u64| usize::try_from(at - window.range.start).expect("a window fits into memory");
        take(&bytes[place(range.start)..place(end)]);
        window.content = Content::There(bytes);
        window.is_spent |= end == window.range.end;
        self.all.push(window);
        self.reached = end;
        Ok(end - range.start)
    }

    /// The window that has the byte at that place, asked for if there is none.
    fn take_window_at(&mut self, at: u64, ask: Ask<'_>) -> io::Result<Window> {
        if let Some(window) = self.take_known(at) {
            return Ok(window);
        }
        let before =
            self.all.iter().find(|window| window.range.end == at).map(|window| length(&window.range));
        if let (None, [_]) = (before, &self.all[..])
            && let Some(first) = self.all.pop()
        {
            // Whoever jumps away from the header comes back: the digest table lies at the end, and is read before the chunks.
            self.ask_ahead(&first, ask)?;
            self.all.push(first);
            if let Some(window) = self.take_known(at) {
                return Ok(window);
            }
        }
        let mut range = self.behind(at, before.unwrap_or_default());
        if !self.makes_room_for(length(&range)) {
            // There are many readers, each with a window of its own.
            range = self.behind(at, 0);
            while self.kept() + length(&range) > KEPT {
                self.all.remove(0);
            }
        }
        Ok(Window { content: ask(range.clone())?, range, is_spent: false })
    }

    fn take_known(&mut self, at: u64) -> Option<Window> {
        let known = self.all.iter().position(|window| window.range.contains(&at))?;
        Some(self.all.remove(known))
    }

    /// Asks for what lies behind that window, as far as there is room for it beside what nobody has read yet.
    fn ask_ahead(&mut self, window: &Window, ask: Ask<'_>) -> io::Result<()> {
        let mut last = window.range.clone();
        for _ in 0..AHEAD {
            if let Some(next) = self.all.iter().find(|next| next.range.start == last.end) {
                last = next.range.clone();
                continue;
            }
            let range = self.behind(last.end, length(&last));
            if range.is_empty() || !self.makes_room_for(length(&window.range) + length(&range)) {
                break;
            }
            self.all.push(Window { content: ask(range.clone())?, range: range.clone(), is_spent: false });
            last = range;
        }
        Ok(())
    }

    /// What is asked for at a place: who reads on gets more at a time than `before`.
    fn behind(&self, at: u64, before: u64) -> Range<u64> {
        at..self.size.min(at + (2 * before).clamp(FIRST_WINDOW, LARGEST_WINDOW))
    }

    /// Lets go of what was read to its end, as far as that is needed. Whether it was enough.
    fn makes_room_for(&mut self, more: u64) -> bool {
        while self.kept() + more > KEPT {
            let Some(spent) = self.all.iter().position(|window| window.is_spent) else { return false };
            self.all.remove(spent);
        }
        true
    }

    fn kept(&self) -> u64 {
        self.all.iter().map(|window| length(&window.range)).sum()
    }
}

const fn length(range: &Range<u64>) -> u64 {
    range.end - range.start
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::time::Duration;

    use super::*;
    use crate::shared::object::runtime::start;

    const MIB: u64 = 1 << 20;

    /// Reads an object of that size at these places, and gives the ranges that were asked for, in KiB.
    fn asked(size: u64, first: u64, reads: &[Range<u64>]) -> Vec<Range<u64>> {
        let asked = RefCell::new(Vec::new());
        let byte = |at: u64| (at / 7).to_le_bytes()[0];
        let bytes = |range: Range<u64>| range.map(byte).collect::<Vec<u8>>();
        let ask = |range: Range<u64>| {
            asked.borrow_mut().push(range.start >> 10..range.end >> 10);
            Ok(Content::There(bytes(range)))
        };
        let mut windows = Windows::new(size, bytes(0..first));
        for range in reads {
            let (mut at, mut read) = (range.start, Vec::new());
            while at < range.end {
                at += windows
                    .read(at..range.end, &ask, &mut |bytes: &[u8]| read.extend_from_slice(bytes))
                    .unwrap();
                assert!(windows.kept() <= KEPT, "{}", windows.kept());
            }
            assert!(read == bytes(range.clone()), "{range:?}");
        }
        asked.into_inner()
    }

    fn chunks(of: Range<u64>) -> impl Iterator<Item = Range<u64>> {
        of.clone().step_by(128 << 10).map(move |at| at..of.end.min(at + (128 << 10)))
    }

    #[test]
    fn an_entry_is_read_in_windows_that_grow_and_each_is_asked_for_once_and_ahead() {
        let size = 12 * MIB;
        let reads = [0..4096, size - 4096..size].into_iter().chain(chunks(4096..size - 4096));
        let asked = asked(size, MIB, &reads.collect::<Vec<_>>());
        let table = 12284..12288;
        assert_eq!(asked[..3], [1024..3072, 3072..5120, 5120..7168], "while the table is on its way");
        assert_eq!(asked[3..], [table, 7168..9216, 9216..11264, 11264..12288]);
    }

    #[test]
    fn a_short_entry_costs_one_question_more_and_whoever_wants_its_header_none() {
        let size = 2 * MIB;
        let (header, table) = (0..4096, size - 4096..size);
        let asked_for = asked(size, MIB, &[header.clone(), table, 4096..size]);
        assert_eq!(asked_for.as_slice(), std::slice::from_ref(&(1024..2048)));
        assert_eq!(asked(size, 4096, std::slice::from_ref(&header)), []);
        assert_eq!(asked(size, 4096, &[0..4096, 4096..8192]), [4..516, 516..1540, 1540..2048]);
    }

    #[test]
    fn a_server_that_is_slow_again_and_again_is_not_waited_for_until_the_end() {
        let moment = Duration::from_millis(30);
        let slow = |range: Range<u64>| {
            let bytes = vec![0; usize::try_from(length(&range)).expect("a window")];
            let answer = async move {
                tokio::time::sleep(moment).await;
                Ok(bytes)
            };
            start(LONGEST, answer).map(Content::Asked).map_err(|error| io_error(&error))
        };
        let mut windows = Windows::new(100 * MIB, vec![0; 1 << 20]);
        windows.budget = Budget::new(5 * moment, 0);
        let mut jumps = (0..50).map(|place| 2 * place * MIB + 5);
        let failed = jumps.find_map(|at| windows.read(at..at + 1, &slow, &mut |_| ()).err());
        assert_eq!(failed.map(|error| error.kind()), Some(io::ErrorKind::TimedOut));
        assert!(jumps.next().is_some(), "long before the end");
    }

    #[test]
    fn readers_at_several_places_go_on_from_windows_of_their_own() {
        let (size, places) = (64 * MIB, 12);
        let share = size / 16;
        let mut reads = Vec::new();
        for step in 0..share / (128 << 10) {
            let at = |place: u64| place * share + step * (128 << 10);
            reads.extend((0..places).map(|place| at(place)..at(place) + (128 << 10)));
        }
        let asked = asked(size, MIB, &reads);
        let all = asked.iter().map(length).sum::<u64>() << 10;
        assert!(all < places * share * 3 / 2, "little is asked for twice: {all} bytes");
    }
}
