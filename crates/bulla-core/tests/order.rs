//! When several refusals hold at once, the first in the order of docs/format.md is given, whatever else holds.

mod support;

use std::time::Duration;

use bulla_core::*;
use support::*;

/// What can be wrong, in the order in which a reader looks.
const ORDER: [&str; 13] = Refusal::NAMES;

/// Pairs that no entry can have at once: an entry without the magic has no format to leave, and one from the
/// future has neither ended nor grown old.
const NEVER_TOGETHER: [[&str; 2]; 3] =
    [["malformed", "unsealed"], ["issued-in-future", "expired"], ["issued-in-future", "too-stale"]];

/// An entry and its reader in which exactly those things are wrong.
struct Situation {
    entry: Vec<u8>,
    ring: Ring,
    key: CacheKey,
    now: Timestamp,
    accepted: Option<Timestamp>,
    policy: Policy,
}

impl Situation {
    fn with(wrong: &[&str]) -> Self {
        let is = |name: &str| wrong.contains(&name);
        let entry = ByHand::new(HMAC, b"payload").with(|entry| {
            entry.format_version = if is("malformed") { 2 } else { 1 };
            entry.lane = if is("lane-not-accepted") { b"pr".to_vec() } else { b"main".to_vec() };
        });
        let mut bytes = entry.bytes();
        if is("unsealed") {
            bytes[0] = b'{';
        }
        if is("bad-seal") {
            bytes[entry.seal_at()] ^= 1;
        }
        if is("payload-damaged") {
            bytes.push(0);
        }
        let signer = if is("unknown-signer") { ED25519 } else { HMAC };
        let question = question();
        let operation = if is("wrong-key") { "scan-grype" } else { OPERATION };
        let now = if is("issued-in-future") {
            ISSUED - 60_001
        } else if is("expired") {
            EXPIRES
        } else {
            NOW
        };
        let own_id = Key::parse(&HMAC.reader_key()).expect("a key's text form").id();
        let policy = Policy {
            max_age: is("too-stale").then_some(Duration::from_millis(NOW - ISSUED - 1)),
            revoked: if is("revoked") { vec![own_id] } else { Vec::new() },
            max_payload: if is("too-large") { 6 } else { u64::MAX },
            ..Policy::default()
        };
        Self {
            entry: bytes,
            ring: ring(signer),
            key: CacheKey::new(
                operation.parse().expect("a valid operation"),
                question.subject(),
                question.config(),
            )
            .expect("both are SHA-256"),
            now: at(now),
            accepted: is("rolled-back").then_some(at(ISSUED + 1)),
            policy,
        }
    }

    fn expect<'a>(&'a self, question: Question<'a>) -> Expect<'a> {
        Expect { question, now: self.now, accepted: self.accepted, policy: &self.policy }
    }

    /// The refusal of `open`; `judge` must give the same, and so must the question by name.
    fn refusal(&self) -> Option<&'static str> {
        let name = self.key.entry_name();
        let found = || Untrusted::from(self.entry.clone());
        let [by_key, by_name] =
            [Question::Key(&self.key), Question::Name(&name)].map(|question| self.expect(question));
        let opened = open(found(), &self.ring, &by_key).err();
        assert_eq!(opened, judge(&found(), &self.ring, &by_key).err());
        assert_eq!(opened, open(found(), &self.ring, &by_name).err());
        opened.map(|refusal| refusal.name())
    }
}

fn possible(wrong: &[&str]) -> bool {
    !NEVER_TOGETHER.iter().any(|pair| pair.iter().all(|name| wrong.contains(name)))
}

#[test]
fn each_refusal_is_given_where_it_alone_holds() {
    assert_eq!(Situation::with(&[]).refusal(), None);
    for name in ORDER {
        assert_eq!(Situation::with(&[name]).refusal(), Some(name));
    }
}

#[test]
fn of_any_refusals_that_hold_together_the_first_is_given() {
    for set in 1_u32..1 << ORDER.len() {
        let wrong: Vec<_> = ORDER
            .into_iter()
            .enumerate()
            .filter(|(bit, _)| set >> bit & 1 == 1)
            .map(|(_, name)| name)
            .collect();
        if possible(&wrong) {
            assert_eq!(Situation::with(&wrong).refusal(), wrong.first().copied(), "{wrong:?}");
        }
    }
}

#[test]
fn an_empty_file_is_malformed_before_anything_else() {
    let all: Vec<_> =
        ORDER.into_iter().filter(|name| !["unsealed", "issued-in-future"].contains(name)).collect();
    let situation = Situation { entry: Vec::new(), ..Situation::with(&all) };
    assert_eq!(situation.refusal(), Some("malformed"));
}

#[test]
fn examining_looks_at_form_and_seal_and_at_nothing_of_the_readers_policy() {
    let (form, policy) = ORDER.split_at(4);
    let policy: Vec<_> = policy.iter().copied().filter(|name| *name != "issued-in-future").collect();
    let situation = Situation::with(&policy);
    let header = examine(&situation.entry.clone().into(), &situation.ring).unwrap();
    assert_eq!(header.claims.key, question());
    for &name in form {
        let situation = Situation::with(&[name]);
        let refusal = examine(&situation.entry.clone().into(), &situation.ring).unwrap_err();
        assert_eq!(refusal.name(), name);
    }
}
