//! Good entries that are not this reader's answer now.

use super::payload::no_config;
use super::*;

pub(super) fn cases() -> Vec<Case> {
    [keys(), times(), trust(), order()].into_iter().flatten().collect()
}

fn refused_to(
    name: &'static str,
    about: &'static str,
    refusal: &'static str,
    change: impl FnOnce(&mut Reader),
) -> Case {
    refused(name, about, refusal, good().bytes()).asked(change)
}

fn keys() -> Vec<Case> {
    let refusal = "wrong-key: a good entry, but for another question";
    let other = || format!("sha256:{}", hex(&sha256(b"something else")));
    vec![
        refused_to("wrong-key-operation", "another operation was asked for", refusal, |reader| {
            reader.operation = "scan-grype".to_owned();
        }),
        refused_to("wrong-key-subject", "another subject was asked for", refusal, |reader| {
            reader.subject = other();
        }),
        refused_to("wrong-key-config", "another config was asked for", refusal, |reader| {
            reader.config = Some(other());
        }),
        refused_to("wrong-key-no-config-asked", "no config was asked for", refusal, |reader| {
            reader.config = None;
        }),
        refused("wrong-key-no-config-there", "the entry has no config", refusal, no_config().bytes()),
    ]
}

fn times() -> Vec<Case> {
    vec![
        refused_to(
            "issued-in-future",
            "issued 60001 ms after the reader's now",
            "issued-in-future: issued 60 s ahead of this machine's clock",
            |reader| reader.now = ISSUED - 60_001,
        ),
        refused_to(
            "expired",
            "read at the very moment it expires",
            "expired: its time to live is over",
            |reader| {
                reader.now = EXPIRES;
            },
        ),
        refused_to("expired-long-ago", "read years later", "expired: its time to live is over", |reader| {
            reader.now = 3 * ISSUED;
        }),
        refused_to(
            "rolled-back",
            "a millisecond older than one already accepted",
            "rolled-back: issued 1 ms before an entry already accepted",
            |reader| reader.accepted = Some(ISSUED + 1),
        ),
        refused_to(
            "too-stale",
            "a millisecond older than the call allows",
            "too-stale: 60 s old, 59 s accepted",
            |reader| reader.max_age = Some(NOW - ISSUED - 1),
        ),
        refused_to(
            "too-stale-at-once",
            "the call takes nothing but what was issued just now",
            "too-stale: 60 s old, 0 s accepted",
            |reader| {
                reader.max_age = Some(0);
            },
        ),
    ]
}

fn trust() -> Vec<Case> {
    let pr = good().with(|entry| entry.lane = b"pr".to_vec());
    vec![
        refused_to(
            "revoked",
            "the key is in the ring and revoked",
            "revoked: key c6be70228231ff57eb8f4dbef0a2c668 has been revoked",
            |reader| reader.revoked = vec![hex(&ED25519.key_id()), hex(&HMAC.key_id())],
        ),
        refused(
            "lane-not-accepted",
            "lane `pr` is not accepted unless it is named",
            "lane-not-accepted: written from lane pr",
            pr.bytes(),
        ),
        refused_to(
            "lane-not-accepted-main",
            "a reader that names lane `local` only",
            "lane-not-accepted: written from lane main",
            |reader| reader.lanes = vec!["local".to_owned()],
        ),
        refused_to(
            "too-large",
            "a byte longer than the call takes",
            "too-large: 42 bytes, 41 accepted",
            |reader| {
                reader.max_payload = Some(BOM.len() as u64 - 1);
            },
        ),
        refused_to(
            "too-large-nothing-taken",
            "the call takes no byte",
            "too-large: 42 bytes, 0 accepted",
            |reader| {
                reader.max_payload = Some(0);
            },
        ),
    ]
}

/// More than one refusal holds, and the first is given.
fn order() -> Vec<Case> {
    let mut longer = good().bytes();
    longer.push(0);
    let mut flipped = good().bytes();
    flipped[good().chunks_at()] ^= 1;
    let mut table = good().bytes();
    table[good().table_at()] ^= 1;
    vec![
        refused_to(
            "wrong-key-before-expired",
            "another operation was asked for, and it has expired, and its key is revoked",
            "wrong-key: a good entry, but for another question",
            |reader| {
                reader.operation = "scan-grype".to_owned();
                reader.now = EXPIRES;
                reader.revoked = vec![hex(&HMAC.key_id())];
            },
        ),
        refused_to(
            "expired-before-revoked",
            "it has expired, its key is revoked and its lane not accepted",
            "expired: its time to live is over",
            |reader| {
                reader.now = EXPIRES;
                reader.revoked = vec![hex(&HMAC.key_id())];
                reader.lanes = vec!["local".to_owned()];
            },
        ),
        refused_to(
            "revoked-before-lane-not-accepted",
            "its key is revoked and its lane not accepted",
            "revoked: key c6be70228231ff57eb8f4dbef0a2c668 has been revoked",
            |reader| {
                reader.revoked = vec![hex(&HMAC.key_id())];
                reader.lanes = vec!["local".to_owned()];
            },
        ),
        refused_to(
            "lane-not-accepted-before-rolled-back",
            "its lane is not accepted, and it is older than one already accepted",
            "lane-not-accepted: written from lane main",
            |reader| {
                reader.lanes = vec!["local".to_owned()];
                reader.accepted = Some(ISSUED + 1);
            },
        ),
        refused_to(
            "rolled-back-before-too-stale",
            "older than one already accepted, and than the call allows",
            "rolled-back: issued 1 ms before an entry already accepted",
            |reader| {
                reader.accepted = Some(ISSUED + 1);
                reader.max_age = Some(0);
            },
        ),
        refused(
            "too-stale-before-payload-damaged",
            "older than the call allows, and the file is a byte too long",
            "too-stale: 60 s old, 0 s accepted",
            longer.clone(),
        )
        .asked(|reader| reader.max_age = Some(0)),
        refused(
            "payload-damaged-before-too-large",
            "the file is a byte too long, and the payload longer than the call takes",
            "payload-damaged: the file is not as long as its header says",
            longer,
        )
        .asked(|reader| reader.max_payload = Some(0)),
        refused(
            "too-large-before-chunks",
            "a chunk is damaged, but a payload that is longer than the call takes is not read",
            "too-large: 42 bytes, 41 accepted",
            flipped,
        )
        .asked(|reader| reader.max_payload = Some(BOM.len() as u64 - 1)),
        refused(
            "too-large-before-table",
            "the digest table is damaged, but a payload that is longer than the call takes is not read",
            "too-large: 42 bytes, 41 accepted",
            table,
        )
        .asked(|reader| reader.max_payload = Some(BOM.len() as u64 - 1)),
    ]
}
