//! Copies of entries: what is copied is what was sealed, byte for byte, or nothing is.

mod support;

use std::io::{self, Cursor, ErrorKind, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex};

use bulla_core::*;
use support::sources::{Cut, Failing, Flipped, Overwritten, Shared, TwoFaced, found};
use support::*;

/// Entries of both kinds of seal, packed and not, empty, of one chunk, and of three.
fn specimens() -> Vec<(Signer, Vec<u8>)> {
    let never = Encoding { packing: Packing::Never, ..Encoding::default() };
    let mut all = Vec::new();
    for signer in [HMAC, ED25519] {
        for payload in [noise(0), noise(900), noise(300 << 10)] {
            all.push((signer, sealed(signer, never, &payload)));
        }
        all.push((signer, sealed(signer, Encoding::default(), &json(300 << 10))));
    }
    all
}

/// A specimen of small chunks, where they begin, and where its table does.
fn small() -> (Shared, u64, u64) {
    let entry = ByHand::new(HMAC, b"").cut(4096, &noise(3 * 4096 + 900));
    (Shared::new(entry.bytes()), entry.chunks_at() as u64, entry.table_at() as u64)
}

fn copy(payload: &Payload) -> Result<Vec<u8>, CopyError> {
    payload.copy_into(Cursor::default()).map(|copy| copy.into_draft().into_inner())
}

#[track_caller]
fn refusal(copied: Result<Vec<u8>, CopyError>) -> &'static str {
    match copied {
        Err(CopyError::Read(ReadError::Refused(refusal))) => refusal.name(),
        other => panic!("not a refusal: {:?}", other.map(|bytes| bytes.len())),
    }
}

#[test]
fn a_copy_is_the_entry_byte_for_byte_and_answers_as_it_does() {
    for (signer, bytes) in specimens() {
        let payload = open_default(bytes.clone().into(), signer).unwrap();
        let copied = copy(&payload).unwrap();
        assert!(copied == bytes, "{signer:?}, {} bytes", bytes.len());
        let again = open_default(copied.into(), signer).unwrap();
        assert_eq!(again.into_vec().unwrap(), payload.into_vec().unwrap());
    }
}

#[test]
fn an_entry_can_be_copied_in_the_middle_of_reading_it_and_twice() {
    let (signer, bytes) = specimens().swap_remove(2);
    let mut payload = open_default(bytes.clone().into(), signer).unwrap();
    let first = payload.next_chunk().unwrap().unwrap().to_vec();
    assert!(copy(&payload).unwrap() == bytes && copy(&payload).unwrap() == bytes);
    let second = payload.next_chunk().unwrap().unwrap().to_vec();
    assert!(noise(300 << 10).starts_with(&[first, second].concat()), "reading goes on where it was");
}

#[test]
fn a_flipped_byte_anywhere_is_copied_nowhere() {
    let (bytes, chunks_at, _) = small();
    for at in (0..bytes.size()).filter(|at| *at < chunks_at || at % 5 == 0) {
        let source = Flipped { bytes: bytes.clone(), at, with: 1 << (at % 8) };
        match open_default(found(bytes.size(), source), HMAC) {
            Err(_) => assert!(at < chunks_at, "byte {at}"),
            Ok(payload) => assert_eq!(refusal(copy(&payload)), "payload-damaged", "byte {at}"),
        }
    }
}

#[test]
fn what_was_written_until_a_damaged_chunk_are_the_sealed_bytes() {
    let (bytes, chunks_at, _) = small();
    let at = chunks_at + 2 * 4096 + 1;
    let payload =
        open_default(found(bytes.size(), Flipped { bytes: bytes.clone(), at, with: 1 }), HMAC).unwrap();
    let mut draft = Cursor::new(Vec::new());
    assert!(payload.copy_into(&mut draft).is_err());
    let mut sound = vec![0; usize::try_from(chunks_at).unwrap() + 2 * 4096];
    bytes.read_exact_at(&mut sound, 0).unwrap();
    assert!(draft.into_inner() == sound, "no byte of the damaged chunk, and none behind it");
}

#[test]
fn a_source_that_is_cut_while_it_is_copied_is_damaged() {
    let (bytes, _, table_at) = small();
    for size in [4096, 4097, 2 * 4096, table_at, table_at + 1, bytes.size() - 1] {
        // It said how long it is, and then has less.
        let source = Cut { bytes: bytes.clone(), size };
        let payload = open_default(found(bytes.size(), source), HMAC).unwrap();
        assert_eq!(refusal(copy(&payload)), "payload-damaged", "cut to {size} bytes");
    }
}

#[test]
fn a_source_that_has_grown_is_not_opened_and_what_grows_later_is_not_copied() {
    let (bytes, ..) = small();
    let mut whole = vec![0; usize::try_from(bytes.size()).unwrap()];
    bytes.read_exact_at(&mut whole, 0).unwrap();
    let grown = [&whole[..], b"more"].concat();
    assert_eq!(open_default(grown.clone().into(), HMAC).unwrap_err().name(), "payload-damaged");
    let payload = open_default(found(bytes.size(), Shared::new(grown)), HMAC).unwrap();
    assert!(copy(&payload).unwrap() == whole, "what lies behind the sealed end is no part of it");
}

#[test]
fn an_object_replaced_between_two_reads_is_not_mixed_with_the_one_before() {
    let entry = |payload: &[u8]| ByHand::new(HMAC, b"").cut(4096, payload);
    let payload = noise(4 * 4096);
    let other: Vec<u8> = payload.iter().map(|byte| !byte).collect();
    let (before, after) = (Shared::new(entry(&payload).bytes()), Shared::new(entry(&other).bytes()));
    // One read for the head, one for the table, one for the chunks.
    for reads in 1..3 {
        let source = Overwritten { before: before.clone(), after: after.clone(), reads_left: reads.into() };
        let opened = open_default(found(before.size(), source), HMAC).unwrap();
        assert_eq!(refusal(copy(&opened)), "payload-damaged", "{reads} reads before it changed");
    }
}

#[test]
fn what_is_copied_is_what_was_checked_and_no_place_is_read_again() {
    let entry = |payload: &[u8]| Shared::new(ByHand::new(HMAC, b"").cut(4096, payload).bytes());
    let payload = noise(4 * 4096);
    let (honest, evil) = (entry(&payload), entry(&noise(4 * 4096 + 1)[1..]));
    let source = TwoFaced { honest: honest.clone(), evil, seen: Mutex::default() };
    let opened = open_default(found(honest.size(), source), HMAC).unwrap();
    let copied = open_default(copy(&opened).unwrap().into(), HMAC).unwrap();
    assert_eq!(copied.into_vec().unwrap(), payload);
}

#[test]
fn a_source_that_cannot_be_read_is_unreachable_and_not_refused() {
    let (bytes, ..) = small();
    for kind in [ErrorKind::TimedOut, ErrorKind::ConnectionReset, ErrorKind::InvalidData] {
        let source = Failing { bytes: bytes.clone(), from: 4096, kind };
        let copied = copy(&open_default(found(bytes.size(), source), HMAC).unwrap());
        let Err(CopyError::Read(ReadError::Unreachable(error))) = copied else { panic!("{kind:?}") };
        assert_eq!(error.kind(), kind);
    }
}

#[test]
fn an_entry_of_many_chunks_is_read_in_few_pieces_and_no_piece_is_long() {
    for (payload, most) in [(noise((9 << 20) + 5), 5), (json((9 << 20) + 5), 3)] {
        let bytes = Shared::new(sealed(HMAC, Encoding::default(), &payload));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let source = Noted { bytes: bytes.clone(), asked: Arc::clone(&asked) };
        let copied = copy(&open_default(found(bytes.size(), source), HMAC).unwrap()).unwrap();
        assert!(open_default(copied.into(), HMAC).unwrap().into_vec().unwrap() == payload);
        let asked = asked.lock().unwrap();
        assert!(asked.len() <= most && asked.iter().all(|length| *length <= 4 << 20), "{asked:?}");
    }
}

/// Simulates nothing: it writes down how much was asked for.
struct Noted {
    bytes: Shared,
    asked: Arc<Mutex<Vec<usize>>>,
}

impl ReadAt for Noted {
    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        self.asked.lock().expect("no reader panics while it holds this").push(buf.len());
        self.bytes.read_exact_at(buf, offset)
    }
}

/// Simulates a disk that fills up: it takes so many bytes and no more.
struct Cramped {
    bytes: Cursor<Vec<u8>>,
    room: usize,
}

impl Write for Cramped {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let count = buf.len().min(self.room - self.bytes.get_ref().len());
        if count == 0 && !buf.is_empty() {
            return Err(ErrorKind::StorageFull.into());
        }
        self.bytes.write(&buf[..count])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Cramped {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.bytes.read(buf)
    }
}

impl Seek for Cramped {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(position)
    }
}

#[test]
fn a_draft_that_runs_out_of_room_is_no_copy_and_the_source_is_still_an_answer() {
    let (signer, bytes) = specimens().swap_remove(2);
    let payload = open_default(bytes.clone().into(), signer).unwrap();
    for room in [0, 1, 200, 100_000, bytes.len() - 1] {
        let error = payload.copy_into(Cramped { bytes: Cursor::default(), room }).unwrap_err();
        let CopyError::Draft(error) = error else { panic!("room for {room}: {error}") };
        assert_eq!(error.kind(), ErrorKind::StorageFull);
    }
    assert_eq!(payload.into_vec().unwrap(), noise(300 << 10));
}

#[test]
fn a_sealed_draft_can_be_copied_for_other_stores_and_still_be_published() {
    let ring = Ring::new(vec![Key::parse(&HMAC.secret_key()).unwrap()]);
    let mut writer = seal(ring.sealer().unwrap(), claims(), Encoding::default(), Cursor::new(Vec::new()));
    writer.write_all(&noise(300 << 10)).unwrap();
    let mut sealed = writer.finish().unwrap();
    let copies = [0, 1].map(|_| sealed.copy_into(Cursor::new(Vec::new())).unwrap());
    let bytes = sealed.into_draft().into_inner();
    for copy in copies {
        assert!(copy.into_draft().into_inner() == bytes);
    }
    assert_eq!(open_default(bytes.into(), HMAC).unwrap().into_vec().unwrap(), noise(300 << 10));
}

#[test]
fn a_sealed_draft_that_finds_no_room_elsewhere_is_an_error_and_stays_whole() {
    let ring = Ring::new(vec![Key::parse(&HMAC.secret_key()).unwrap()]);
    let mut writer = seal(ring.sealer().unwrap(), claims(), Encoding::default(), Cursor::new(Vec::new()));
    writer.write_all(&noise(10_000)).unwrap();
    let mut sealed = writer.finish().unwrap();
    for room in [0, 1, 10_000] {
        let error = sealed.copy_into(Cramped { bytes: Cursor::default(), room }).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StorageFull);
    }
    let payload = open_default(sealed.into_draft().into_inner().into(), HMAC).unwrap();
    assert_eq!(payload.into_vec().unwrap(), noise(10_000));
}
