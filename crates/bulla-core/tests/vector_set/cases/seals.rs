//! Entries without a seal, with a stranger's, and with one that does not hold.

use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};

use super::*;
use crate::support::by_hand::{hmac_tag, seal_message};

const UNSEALED: &str = "unsealed: the file does not begin as a sealed entry";

/// The order of the Ed25519 group, little-endian (RFC 8032, section 5.1).
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// The `s` that makes a signature of [`ED25519`] over the good entry whose R is the neutral point, so that
/// r = 0 and s = SHA-512(R, A, message) * a. Whoever looks for no small order takes it.
const SMALL_ORDER_S: [u8; 32] = [
    0x0b, 0x4f, 0xc0, 0x6e, 0xa1, 0x25, 0xce, 0x12, 0x15, 0x9b, 0xe4, 0x07, 0x18, 0xf5, 0x67, 0xc6, 0xf4,
    0xa8, 0x21, 0x4a, 0x02, 0xd4, 0x95, 0x97, 0x8c, 0x0a, 0xd5, 0x11, 0x5c, 0x09, 0x63, 0x0e,
];

pub(super) fn cases() -> Vec<Case> {
    [unsealed(), strangers(), hmac(), ed25519()].into_iter().flatten().collect()
}

fn unsealed() -> Vec<Case> {
    let mut text_mode = good().bytes();
    text_mode.remove(6);
    vec![
        refused("unsealed-json", "a JSON file, as a cache without seals would hold", UNSEALED, BOM.to_vec()),
        refused(
            "unsealed-part-of-the-magic",
            "the first five bytes of an entry",
            UNSEALED,
            good().bytes()[..5].to_vec(),
        ),
        refused("unsealed-line-ends", "an entry that a transfer took for text", UNSEALED, text_mode),
        refused("unsealed-zeros", "a file of zeros, as a crash can leave it", UNSEALED, vec![0; 1000]),
    ]
}

fn strangers() -> Vec<Case> {
    let unknown = "unknown-signer: key c6be70228231ff57eb8f4dbef0a2c668 is not in the key ring";
    vec![
        refused("unknown-signer", "the ring has other keys only", unknown, good().bytes())
            .asked(|reader| reader.keys = vec![ED25519.reader_key()]),
        refused("unknown-signer-empty-ring", "the ring has no key", unknown, good().bytes())
            .asked(|reader| reader.keys.clear()),
        refused(
            "unknown-signer-key-id",
            "a good seal, but the key id is nobody's",
            "unknown-signer: key 00000000000000000000000000000000 is not in the key ring",
            good().with(|entry| entry.key_id = [0; 16]).bytes(),
        ),
    ]
}

fn hmac() -> Vec<Case> {
    let bad = |name, about, entry| {
        let refusal = "bad-seal: the header is not what key c6be70228231ff57eb8f4dbef0a2c668 sealed";
        refused(name, about, refusal, entry)
    };
    let flipped = |at: usize| {
        let mut bytes = good().bytes();
        bytes[at] ^= 1;
        bytes
    };
    let sealed_by = |length, seal: fn(&[u8]) -> Vec<u8>| good().bytes_sealed_by(length, seal);
    vec![
        bad("bad-seal-subject", "one bit of the subject was turned", flipped(14 + 16 + 8 + 8)),
        bad("bad-seal-expires", "it was made to last a millisecond less", flipped(14 + 16 + 8)),
        bad("bad-seal-table-digest", "one bit of the table digest was turned", flipped(good().seal_at() - 1)),
        bad("bad-seal-first-byte", "one bit of the seal's first byte was turned", flipped(good().seal_at())),
        bad(
            "bad-seal-last-byte",
            "one bit of the seal's last byte was turned",
            flipped(good().chunks_at() - 1),
        ),
        bad("bad-seal-empty", "a seal of no bytes", sealed_by(0, |_| Vec::new())),
        bad(
            "bad-seal-short",
            "the tag without its last byte",
            sealed_by(31, |sealed| HMAC.seal(&seal_message(sealed))[..31].to_vec()),
        ),
        bad(
            "bad-seal-long",
            "the tag and one byte more",
            sealed_by(33, |sealed| [&HMAC.seal(&seal_message(sealed))[..], &[0]].concat()),
        ),
        bad(
            "bad-seal-full-front",
            "zeros behind the tag make preamble, header and seal exactly 4096 bytes, which is not too long",
            good_with_front(4096),
        ),
        bad(
            "bad-seal-hmac-of-64-bytes",
            "an Ed25519 signature under the key id of an HMAC key",
            sealed_by(64, |sealed| ED25519.seal(&seal_message(sealed))),
        ),
        bad(
            "bad-seal-no-domain",
            "a tag over the header without the domain in front",
            sealed_by(32, |sealed| HMAC.seal(sealed)),
        ),
        bad(
            "bad-seal-other-domain",
            "a tag over the header in another domain",
            sealed_by(32, |sealed| HMAC.seal(&[b"bulla entry name v1\0", sealed].concat())),
        ),
        bad(
            "bad-seal-without-preamble",
            "a tag that does not cover the preamble",
            sealed_by(32, |sealed| HMAC.seal(&seal_message(&sealed[14..]))),
        ),
    ]
}

fn ed25519() -> Vec<Case> {
    let bad = |name, about, entry| {
        let refusal = "bad-seal: the header is not what key aa958bd89ed446db9a0f048f105db18a sealed";
        refused(name, about, refusal, entry).asked(|reader| reader.keys = vec![ED25519.reader_key()])
    };
    let sealed_by =
        |length, seal: fn(&[u8]) -> Vec<u8>| ByHand::new(ED25519, BOM).bytes_sealed_by(length, seal);
    vec![
        bad(
            "bad-seal-ed25519-flipped",
            "one bit of the signature was turned",
            sealed_by(64, |sealed| {
                let mut signature = ED25519.seal(&seal_message(sealed));
                signature[40] ^= 1;
                signature
            }),
        ),
        bad(
            "bad-seal-ed25519-not-canonical",
            "the same signature with the group's order added to s",
            sealed_by(64, |sealed| {
                let mut signature = ED25519.seal(&seal_message(sealed));
                let mut carry = 0;
                for (byte, order) in signature[32..].iter_mut().zip(ORDER) {
                    let sum = u16::from(*byte) + u16::from(order) + carry;
                    [*byte, _] = sum.to_le_bytes();
                    carry = sum >> 8;
                }
                signature
            }),
        ),
        bad(
            "bad-seal-ed25519-small-order",
            "a signature whose R is a point of small order",
            sealed_by(64, small_order),
        ),
        bad("bad-seal-ed25519-zeros", "a signature of zeros", sealed_by(64, |_| vec![0; 64])),
        bad(
            "bad-seal-hmac-with-public-key",
            "an HMAC tag whose key is the public key, which everybody has",
            sealed_by(32, |sealed| hmac_tag(&ED25519.id_bytes(), &seal_message(sealed))),
        ),
    ]
}

fn small_order(sealed: &[u8]) -> Vec<u8> {
    let neutral_point = [[1].as_slice(), &[0; 31]].concat();
    let signature = [&neutral_point[..], &SMALL_ORDER_S].concat();
    let lax = VerifyingKey::from_bytes(&ED25519.id_bytes()).expect("a public key");
    let parsed = Signature::from_slice(&signature).expect("64 bytes");
    lax.verify(&seal_message(sealed), &parsed).expect("a lax check accepts it; compute s anew");
    signature
}
