//! The three ways in which a payload gives out its bytes.

use std::io::Read as _;

use bulla_core::{Payload, ReadError, Refusal};

/// The chunks that `next_chunk` gives, and how it ends.
pub(crate) fn by_chunk(mut payload: Payload) -> (Vec<Vec<u8>>, Result<(), ReadError>) {
    let mut chunks = Vec::new();
    loop {
        match payload.next_chunk() {
            Ok(Some(chunk)) => chunks.push(chunk.to_vec()),
            Ok(None) => return (chunks, Ok(())),
            Err(error) => return (chunks, Err(error)),
        }
    }
}

/// The bytes that `Read` gives into a buffer of that length, and how it ends.
pub(crate) fn by_read(mut payload: Payload, buf_len: usize) -> (Vec<u8>, Result<(), ReadError>) {
    let (mut bytes, mut buf) = (Vec::new(), vec![0; buf_len]);
    loop {
        match payload.read(&mut buf) {
            Ok(0) => return (bytes, Ok(())),
            Ok(count) => bytes.extend_from_slice(&buf[..count]),
            Err(error) => return (bytes, Err(error.into())),
        }
    }
}

/// The refusal that reading ended with; anything else is the test's failure.
#[track_caller]
pub(crate) fn refusal<T>(end: Result<T, ReadError>) -> Refusal {
    match end {
        Err(ReadError::Refused(refusal)) => refusal,
        Err(error) => panic!("not a refusal: {error}"),
        Ok(_) => panic!("not a refusal, but read to the end"),
    }
}
