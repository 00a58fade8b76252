//! Any bytes at all, at the one door: it answers or refuses, and does not panic.

#![no_main]

use bulla_core::{Refusal, Untrusted, examine, peek};
use bulla_fuzz::{RING, open_in_every_way};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let found = Untrusted::from(bytes.to_vec());
    match (peek(&found), examine(&found, &RING)) {
        (Ok(claimed), Ok(sealed)) => assert_eq!(*claimed.as_claimed(), sealed),
        (Ok(claimed), Err(Refusal::UnknownSigner(id) | Refusal::BadSeal(id))) => {
            assert_eq!(claimed.as_claimed().key_id, id);
        }
        (Err(peeked), Err(examined)) => assert_eq!(peeked, examined),
        (peeked, examined) => panic!("peek: {peeked:?}, examine: {examined:?}"),
    }
    let _ = open_in_every_way(bytes);
});
