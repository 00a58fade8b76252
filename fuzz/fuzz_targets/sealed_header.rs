//! A hostile writer that holds the key: whatever its entries say, reading them is safe.
//!
//! The input is an entry. What would stop the fuzzer at once is put right before it is read (magic, version, lengths,
//! key id, seal), and if the input's first byte is odd, as the magic's is, the digests as well.

#![no_main]

use bulla_core::{Compression, FORMAT_VERSION, Header, Key, Layout, MAX_HEADER_LEN, Untrusted, peek};
use bulla_fuzz::{HMAC_KEY, open_in_every_way};
use hmac::{Hmac, KeyInit, Mac};
use libfuzzer_sys::fuzz_target;
use sha2::Sha256;

const PREAMBLE_LEN: usize = 14;
const SEAL_LEN: usize = 32;
const ROW_LEN: usize = 36;
/// Longer ones would teach the fuzzer nothing, and cost it time.
const MAX_ENTRY_LEN: usize = 64 << 10;

fuzz_target!(|input: &[u8]| {
    let Some((mut body, mut tail)) = split(input) else { return };
    put_key_id(&mut body);
    if input[0] & 1 == 1 {
        put_digests(&mut body, &mut tail);
    }
    let entry = sealed(&body, &tail);
    let Ok((header, payload)) = open_in_every_way(&entry) else { return };

    let (stored, table) = tail.split_at(table_at(&header.layout));
    let digest = header.layout.digest.digest(table);
    assert_eq!(*digest.as_bytes(), header.table_digest, "a table that was not sealed");
    if header.layout.compression == Compression::None {
        assert!(payload == stored, "other bytes than those stored");
    }
});

/// The header's body, as long as the preamble says, and what comes after the seal.
fn split(input: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (preamble, rest) = input.split_at_checked(PREAMBLE_LEN)?;
    let length = |at: usize| usize::from(u16::from_le_bytes([preamble[at], preamble[at + 1]]));
    let body_len = length(10).min(rest.len()).min(MAX_HEADER_LEN - PREAMBLE_LEN - SEAL_LEN);
    let (body, rest) = rest.split_at(body_len);
    Some((body.to_vec(), rest.get(length(12)..).unwrap_or_default().to_vec()))
}

fn put_key_id(body: &mut [u8]) {
    let id = u128::from_str_radix(&Key::hmac(&HMAC_KEY).id().to_string(), 16);
    let id = id.expect("a key id is 32 hexadecimal digits").to_be_bytes();
    if let Some(field) = body.first_chunk_mut() {
        *field = id;
    }
}

/// Makes the tail as long as the header says, the chunks add up, and every digest the right one.
fn put_digests(body: &mut [u8], tail: &mut Vec<u8>) {
    let entry = Untrusted::from(sealed(body, tail));
    let Ok(claimed) = peek(&entry) else { return };
    let Header { layout, .. } = claimed.as_claimed();
    let table_at = table_at(layout);
    let chunks = layout.payload_len.div_ceil(layout.chunk_size.into()) as usize;
    let length = table_at.saturating_add(chunks * ROW_LEN);
    if length > MAX_ENTRY_LEN {
        return;
    }
    tail.resize(length, 0);
    let (stored, table) = tail.split_at_mut(table_at);
    let mut stored = &*stored;
    for (index, row) in (1..).zip(table.chunks_exact_mut(ROW_LEN)) {
        let (stored_len, digest) = row.split_first_chunk_mut().expect("a row begins with 4 bytes");
        // Packed chunks keep the length that the fuzzer gave them, where the lengths can still add up.
        let wanted = match layout.compression {
            Compression::None => layout.chunk_size as usize,
            Compression::Zstd if index == chunks => stored.len(),
            Compression::Zstd => u32::from_le_bytes(*stored_len).max(1) as usize,
        };
        let (chunk, rest) = stored.split_at(wanted.min(stored.len()));
        stored = rest;
        *stored_len = (chunk.len() as u32).to_le_bytes();
        digest.copy_from_slice(layout.digest.digest(chunk).as_bytes());
    }
    let digest = layout.digest.digest(table);
    if let Some(field) = body.last_chunk_mut() {
        *field = *digest.as_bytes();
    }
}

fn table_at(layout: &Layout) -> usize {
    usize::try_from(layout.stored_len).expect("64 bits")
}

fn sealed(body: &[u8], tail: &[u8]) -> Vec<u8> {
    let mut entry = b"\x89BULLA\r\n".to_vec();
    entry.extend(FORMAT_VERSION.to_le_bytes());
    for length in [body.len(), SEAL_LEN] {
        entry.extend(u16::try_from(length).expect("at most 4096").to_le_bytes());
    }
    entry.extend(body);
    let mut mac = Hmac::<Sha256>::new_from_slice(&HMAC_KEY).expect("HMAC takes keys of any length");
    mac.update(b"bulla entry seal v1\0");
    mac.update(&entry);
    entry.extend(mac.finalize().into_bytes());
    entry.extend(tail);
    entry
}
