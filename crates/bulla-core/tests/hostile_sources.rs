//! Sources that fail, or change between two reads. What was not proved does not come out, and a disk that cannot
//! be read is no forgery.

mod support;

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use bulla_core::*;
use support::give::{by_chunk, by_read, refusal};
use support::sources::{Failing, Idle, Overwritten, Shared, Sparse, TwoFaced, found};
use support::*;

/// Two good entries of the same shape under the same key, so that each part of one fits into the other.
fn before_and_after() -> (Vec<u8>, ByHand, ByHand) {
    let payload = noise(4 * 4096);
    let other: Vec<u8> = payload.iter().map(|byte| !byte).collect();
    let entry = |payload: &[u8]| ByHand::new(HMAC, b"").cut(4096, payload);
    (payload.clone(), entry(&payload), entry(&other))
}

#[test]
fn a_file_written_over_while_it_is_read_gives_nothing_of_the_new_bytes() {
    let (payload, before, after) = before_and_after();
    let (before, after) = (Shared::new(before.bytes()), Shared::new(after.bytes()));
    // One read for the head, one for the table, one for each chunk.
    for reads in 1..=6 {
        let source =
            || Overwritten { before: before.clone(), after: after.clone(), reads_left: reads.into() };
        let open = || open_default(found(before.size(), source()), HMAC).unwrap();
        let whole = open().into_vec();
        let (chunks, end) = by_chunk(open());
        assert!(payload.starts_with(&chunks.concat()), "{reads} reads before it changed");
        if reads >= 3 {
            assert_eq!(whole.unwrap(), payload, "what is read whole is read at once");
        } else {
            assert_eq!(refusal(whole).name(), "payload-damaged", "{reads} reads before it changed");
        }
        if reads == 6 {
            end.unwrap();
        } else {
            assert_eq!(refusal(end).name(), "payload-damaged", "{reads} reads before it changed");
        }
    }
}

#[test]
fn a_good_entry_put_in_place_of_another_during_the_read_is_not_mixed_with_it() {
    let (_, before, after) = before_and_after();
    let header_of_one = before.bytes()[..before.chunks_at()].to_vec();
    let rest_of_the_other = &after.bytes()[after.chunks_at()..];
    let mixed = [&header_of_one[..], rest_of_the_other].concat();
    let (chunks, end) = by_chunk(open_default(mixed.into(), HMAC).unwrap());
    assert_eq!((chunks.len(), refusal(end).name()), (0, "payload-damaged"));
}

#[test]
fn what_was_checked_is_what_is_given_out_and_no_place_is_read_again() {
    let (payload, honest, evil) = before_and_after();
    let (honest, evil) = (Shared::new(honest.bytes()), Shared::new(evil.bytes()));
    let source =
        || TwoFaced { honest: honest.clone(), evil: evil.clone(), seen: Mutex::new(BTreeSet::new()) };
    let open = || open_default(found(honest.size(), source()), HMAC).unwrap();
    assert_eq!(open().into_vec().unwrap(), payload);
    assert_eq!(by_chunk(open()).0.concat(), payload);
    assert_eq!(by_read(open(), 777).0, payload);
}

#[test]
fn a_source_that_fills_no_buffer_gives_neither_zeros_nor_the_chunk_before() {
    let payload = noise(4 * 4096);
    let entry = ByHand::new(HMAC, b"").cut(4096, &payload);
    let bytes = Shared::new(entry.bytes());
    for chunk in 1..4 {
        let places = (entry.chunks_at() + chunk * 4096) as u64..entry.table_at() as u64;
        let source = Idle { bytes: bytes.clone(), places };
        let (chunks, end) = by_chunk(open_default(found(bytes.size(), source), HMAC).unwrap());
        assert_eq!(refusal(end).name(), "payload-damaged");
        assert_eq!(chunks.concat(), payload[..chunk * 4096]);
    }
}

#[test]
fn a_read_that_fails_is_unreachable_and_not_a_refusal() {
    let payload = noise(4 * 4096);
    let entry = ByHand::new(HMAC, b"").cut(4096, &payload);
    let bytes = Shared::new(entry.bytes());
    for kind in [ErrorKind::PermissionDenied, ErrorKind::TimedOut, ErrorKind::Other, ErrorKind::InvalidData] {
        // Behind the head, which is read before anything is judged.
        let source = || Failing { bytes: bytes.clone(), from: 4096, kind };
        let open = || open_default(found(bytes.size(), source()), HMAC).unwrap();
        for end in [open().into_vec().map(drop), by_chunk(open()).1, by_read(open(), 100).1] {
            let Err(ReadError::Unreachable(error)) = end else { panic!("{kind:?}: {end:?}") };
            assert_eq!(error.kind(), kind);
        }
    }
}

#[test]
fn a_source_that_cannot_be_read_at_all_is_no_entry_to_judge() {
    let bytes = Shared::new(ByHand::new(HMAC, b"payload").bytes());
    let size = bytes.size();
    let failing = Failing { bytes: bytes.clone(), from: 0, kind: ErrorKind::PermissionDenied };
    assert_eq!(Untrusted::read(size, failing).unwrap_err().kind(), ErrorKind::PermissionDenied);
    assert_eq!(Untrusted::read(size + 1, bytes).unwrap_err().kind(), ErrorKind::UnexpectedEof);
}

#[test]
fn a_file_that_is_cut_off_while_it_is_read_is_damaged() {
    let entry = ByHand::new(HMAC, b"").cut(4096, &noise(4 * 4096));
    let bytes = Shared::new(entry.bytes());
    let source = || Failing { bytes: bytes.clone(), from: 4096, kind: ErrorKind::UnexpectedEof };
    let open = || open_default(found(bytes.size(), source()), HMAC).unwrap();
    let text = "payload-damaged: the file was cut off while it was read";
    assert_eq!(refusal(open().into_vec()).to_string(), text);
    assert_eq!(refusal(by_chunk(open()).1).to_string(), text);
}

#[test]
fn a_payload_of_256_gib_that_is_not_there_costs_no_more_than_its_table() {
    let entry = ByHand::new(HMAC, b"").with(|entry| {
        (entry.compression, entry.chunk_size) = ("zstd", 1 << 20);
        entry.payload_len = 262_144 << 20;
        entry.stored_len = 262_144 * ((1 << 20) + (1 << 12) + 64);
    });
    let table_len = 262_144 * 36;
    let size = entry.chunks_at() as u64 + entry.stored_len + table_len as u64;
    let longest = Arc::new(AtomicUsize::new(0));
    let source = || Sparse { front: entry.bytes(), longest: longest.clone() };
    let open = || open_default(found(size, source()), HMAC).unwrap();
    let refused = "payload-damaged: the digest table is not the sealed one";
    assert_eq!(refusal(open().into_vec()).to_string(), refused);
    assert_eq!(refusal(by_chunk(open()).1).to_string(), refused);
    assert_eq!(longest.load(Relaxed), table_len);
}
