//! Bugs that these tests found, each with its story.

mod support;

use std::io::{self, Cursor, Read as _, Seek, SeekFrom, Write};

use bulla_core::*;
use support::*;

/// Two chunks, the second much shorter than the first.
fn two_chunks() -> (Vec<u8>, Payload) {
    let payload = noise(131_072 + 10);
    let entry = sealed(HMAC, Encoding { packing: Packing::Never, ..Encoding::default() }, &payload);
    (payload, open_default(entry.into(), HMAC).expect("a good entry"))
}

/// `Payload` kept how much of its chunk `Read` had given out, and `next_chunk` replaced the chunk without setting
/// that back: a `read` behind it sliced the shorter chunk at the old place and panicked.
#[test]
fn reading_on_after_a_read_and_a_shorter_next_chunk_is_the_end_and_no_panic() {
    let (payload, mut opened) = two_chunks();
    opened.read_exact(&mut [0; 100]).unwrap();
    assert_eq!(opened.next_chunk().unwrap(), Some(&payload[131_072..]));
    assert_eq!(opened.read(&mut [0; 100]).unwrap(), 0);
}

/// The same place, not set back by `next_chunk`: a `read` behind it gave the same chunk out a second time.
#[test]
fn a_chunk_that_next_chunk_gave_out_is_not_given_again_by_read() {
    let (payload, mut opened) = two_chunks();
    let mut read = opened.next_chunk().unwrap().unwrap().to_vec();
    opened.read_to_end(&mut read).unwrap();
    assert!(read == payload, "{} bytes of {}", read.len(), payload.len());
}

/// The same place, kept while a refused chunk emptied the buffer: a `read` behind it panicked.
#[test]
fn reading_on_after_a_refused_chunk_is_refused_again_and_no_panic() {
    let payload = noise(2 * 4096);
    let entry = ByHand::new(HMAC, b"").cut(4096, &payload);
    let mut bytes = entry.bytes();
    bytes[entry.table_at() - 1] ^= 1;
    let mut opened = open_default(bytes.into(), HMAC).unwrap();
    opened.read_exact(&mut [0; 100]).unwrap();
    assert!(matches!(opened.next_chunk(), Err(ReadError::Refused(Refusal::PayloadDamaged(_)))));
    let error = opened.read(&mut [0; 100]).unwrap_err();
    assert!(matches!(ReadError::from(error), ReadError::Refused(Refusal::PayloadDamaged(_))));
}

/// Simulates a disk that is full once and then has room again: the first write of a chunk fails.
struct FullOnce {
    draft: Cursor<Vec<u8>>,
    full: bool,
}

impl Write for FullOnce {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        if std::mem::take(&mut self.full) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.draft.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.draft.flush()
    }
}

impl Seek for FullOnce {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.draft.seek(to)
    }
}

/// A `SealWriter` entered a chunk into its digest table before the draft had taken it, and kept the chunk: after a
/// write that failed, `finish` wrote it again, entered it again, and gave a `Sealed` that no reader accepts.
#[test]
fn a_writer_whose_draft_failed_seals_nothing_or_what_was_written() {
    let ring = Ring::new(vec![Key::parse(&HMAC.secret_key()).unwrap()]);
    for length in [131_072, 300_000] {
        let payload = noise(length);
        let draft = FullOnce { draft: Cursor::new(Vec::new()), full: true };
        let mut writer = seal(ring.sealer().unwrap(), claims(), Encoding::default(), draft);
        assert_eq!(writer.write_all(&payload).unwrap_err().kind(), io::ErrorKind::StorageFull);
        if let Ok(sealed) = writer.finish() {
            let entry = sealed.into_draft().draft.into_inner();
            let read = open_default(entry.into(), HMAC).unwrap().into_vec().unwrap();
            assert!(payload.starts_with(&read), "sealed is what was written");
        }
    }
}

/// docs/format.md has each packed chunk as *one* zstd frame. The decoder takes any number of them, and frames that
/// are to be skipped, so that a chunk was accepted that another reader of the format refuses.
#[test]
fn a_packed_chunk_of_two_frames_is_refused() {
    let (front, back) = (frames::zeros(4000), frames::zeros(96));
    for chunk in [
        [&front[..], &back].concat(),
        [frames::zeros(4096), frames::skippable()].concat(),
        [frames::skippable(), frames::zeros(4096)].concat(),
    ] {
        let entry = ByHand::new(HMAC, b"").packed(4096, 4096, vec![chunk]);
        let read = open_default(entry.bytes().into(), HMAC).unwrap().into_vec();
        assert_eq!(support::give::refusal(read).name(), "payload-damaged");
    }
}
