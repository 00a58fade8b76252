//! A payload is the same whichever way it is written and read.

mod support;

use std::io::Read as _;

use bulla_core::*;
use support::give::{by_chunk, by_read, refusal};
use support::sources::{Flipped, Shared, found};
use support::*;

/// From 4 MiB on, `into_vec` works on all cores.
const LONG: usize = (4 << 20) + (3 << 17) + 5;

const AS_IT_IS: Encoding = Encoding { digest: DigestAlgorithm::Blake3, packing: Packing::Never };

#[test]
fn buffers_of_any_size_give_the_same_bytes() {
    for payload in [noise(300_001), json(300_001)] {
        let bytes = Shared::new(sealed(HMAC, Encoding::default(), &payload));
        for buf_len in [1, 7, 4093, 131_071, 131_072, 131_073, 1 << 20] {
            let (read, end) =
                by_read(open_default(found(bytes.size(), bytes.clone()), HMAC).unwrap(), buf_len);
            end.unwrap();
            assert!(read == payload, "in buffers of {buf_len} bytes");
        }
    }
}

#[test]
fn a_long_payload_is_the_same_on_all_cores_and_chunk_by_chunk() {
    for (encoding, payload) in [(AS_IT_IS, noise(LONG)), (Encoding::default(), json(LONG))] {
        let bytes = Shared::new(sealed(HMAC, encoding, &payload));
        let open = || open_default(found(bytes.size(), bytes.clone()), HMAC).unwrap();
        assert!(open().into_vec().unwrap() == payload, "on all cores");
        let (chunks, end) = by_chunk(open());
        end.unwrap();
        assert!(chunks.concat() == payload, "chunk by chunk");
        assert!(chunks.iter().rev().skip(1).all(|chunk| chunk.len() == 131_072));
        let (read, end) = by_read(open(), 100_003);
        end.unwrap();
        assert!(read == payload, "by `Read`");
    }
}

#[test]
fn damage_in_any_share_of_the_work_refuses_the_whole_payload() {
    let payload = noise(LONG);
    let bytes = Shared::new(sealed(HMAC, AS_IT_IS, &payload));
    let last_chunk = bytes.size() - 36 * payload.len().div_ceil(131_072) as u64 - 1;
    for at in [5000, bytes.size() / 2, last_chunk] {
        let source = Flipped { bytes: bytes.clone(), at, with: 0x40 };
        let payload = open_default(found(bytes.size(), source), HMAC).unwrap();
        assert_eq!(refusal(payload.into_vec()).name(), "payload-damaged", "byte {at}");
    }
}

#[test]
fn the_end_of_a_payload_stays_the_end() {
    let mut payload = open_default(sealed(HMAC, AS_IT_IS, b"payload").into(), HMAC).unwrap();
    assert_eq!(payload.next_chunk().unwrap(), Some(&b"payload"[..]));
    assert_eq!(payload.next_chunk().unwrap(), None);
    assert_eq!(payload.next_chunk().unwrap(), None);
    let mut payload = open_default(sealed(HMAC, AS_IT_IS, b"payload").into(), HMAC).unwrap();
    let mut text = String::new();
    payload.read_to_string(&mut text).unwrap();
    assert_eq!((text.as_str(), payload.read(&mut [0; 8]).unwrap()), ("payload", 0));
}

#[test]
fn a_refusal_while_reading_is_still_one_behind_an_io_error_and_stays() {
    let bytes = Shared::new(ByHand::new(HMAC, b"").cut(4096, &noise(3 * 4096)).bytes());
    let source = Flipped { bytes: bytes.clone(), at: bytes.size() - 36 * 3 - 1, with: 1 };
    let mut payload = open_default(found(bytes.size(), source), HMAC).unwrap();
    let mut taken = Vec::new();
    for _ in 0..3 {
        let error = payload.read_to_end(&mut taken).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
        assert_eq!(refusal::<()>(Err(error.into())).name(), "payload-damaged");
    }
    assert_eq!(taken, noise(2 * 4096));
}

#[test]
fn reading_in_one_piece_after_reading_a_part_gives_the_whole_payload() {
    let payload = json(300_000);
    let mut opened = open_default(sealed(HMAC, Encoding::default(), &payload).into(), HMAC).unwrap();
    opened.read_exact(&mut [0; 1000]).unwrap();
    opened.next_chunk().unwrap();
    assert_eq!(opened.into_vec().unwrap(), payload);
}
