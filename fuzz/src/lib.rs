//! What the fuzz targets share: the reader's keys, and the one door opened in every way it can be.

mod memory;

use std::io::Read;
use std::sync::LazyLock;

use bulla_core::*;

use memory::{Accounted, peak_during};

#[global_allocator]
static ALLOCATOR: Accounted = Accounted;

/// The test vectors' HMAC key, so that the seeds made of them open.
pub const HMAC_KEY: [u8; 32] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
    29, 30, 31,
];

/// The test vectors' Ed25519 key: the first of RFC 8032, section 7.1.
const ED25519_KEY: &str =
    "bulla-ed25519-secret-1:9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

/// A reader's keys, one of each algorithm.
pub static RING: LazyLock<Ring> = LazyLock::new(|| {
    Ring::new(vec![Key::hmac(&HMAC_KEY), Key::parse(ED25519_KEY).expect("RFC 8032's key is one")])
});

/// Nothing is refused for its lane or its age: the targets are after the format, not after policy. The longest
/// payload lies beyond the length from which bulla-core works on all cores.
static POLICY: LazyLock<Policy> =
    LazyLock::new(|| Policy { lanes: Lane::ALL.to_vec(), max_payload: 8 << 20, ..Policy::default() });

/// Opens an entry as the answer to the question that it claims to answer, and reads it in each of the three ways.
///
/// Panics unless each step believes no more than the one before it, the three ways give the same bytes or all
/// refuse, and reading in constant memory is what it says.
pub fn open_in_every_way(entry: &[u8]) -> Result<(Header, Vec<u8>), Refusal> {
    let found = || Untrusted::from(entry.to_vec());
    let claimed = peek(&found())?.as_claimed().clone();
    let sealed = examine(&found(), &RING)?;
    assert_eq!(sealed, claimed, "the seal covers what was peeked at");

    let Claims { key, validity, .. } = &sealed.claims;
    let expect =
        Expect { question: Question::Key(key), now: validity.issued(), accepted: None, policy: &POLICY };
    let judged = judge(&found(), &RING, &expect)?;
    assert_eq!(judged, sealed, "judging adds reasons to refuse, and nothing else");

    let open = || open(found(), &RING, &expect).expect("what is judged an answer opens");
    assert_eq!(*open().header(), sealed);
    let whole = open().into_vec();
    let (chunks, memory) = peak_during(|| discard_chunks(open()));
    let bound = 4 * entry.len() + (4 << 20);
    assert!(memory <= bound, "{memory} bytes of memory for an entry of {} bytes", entry.len());
    let mut streamed = Vec::new();
    let read = open().read_to_end(&mut streamed).map_err(ReadError::from);

    match whole {
        Ok(whole) => {
            assert_eq!(whole.len() as u64, sealed.layout.payload_len);
            assert_eq!(chunks.expect("into_vec gave the payload"), whole.len());
            read.expect("into_vec gave the payload");
            assert!(streamed == whole, "two ways to read, two payloads");
            Ok((sealed, whole))
        }
        Err(error) => {
            assert!(chunks.is_err() && read.is_err(), "one way to read refuses, another does not");
            Err(refused(error))
        }
    }
}

/// Reads a payload without keeping it; gives its length.
fn discard_chunks(mut payload: Payload) -> Result<usize, ReadError> {
    let mut length = 0;
    while let Some(chunk) = payload.next_chunk()? {
        length += chunk.len();
    }
    Ok(length)
}

fn refused(error: ReadError) -> Refusal {
    match error {
        ReadError::Refused(refusal) => refusal,
        ReadError::Unreachable(error) => panic!("a buffer can always be read: {error}"),
    }
}
