use std::collections::{BTreeMap, BTreeSet};

use bulla_core::{CacheKey, Expect, Policy, Question, Timestamp, open};
use bulla_store::{FileStore, Found, Store as _, StoreError};

use super::frames::{Decoder, Kind, MEDIA_TYPE};
use crate::cache::Cache;
use crate::list::Listed;
use crate::recipe::Captured;

/// What makes a key another one than the nearest earlier entry's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Explanation {
    /// No entry of the same operation is there to compare with.
    NothingEarlier,
    /// The same was run on another subject, last at this time, and never on this one.
    OtherSubject {
        /// When that entry was issued.
        since: Timestamp,
    },
    /// These parts of the key differ from the entry issued last, in alphabetical order. None differs if it is
    /// the same key's own entry.
    Changed {
        /// When that entry was issued.
        since: Timestamp,
        /// What the parts are called, such as `env NAME` or `argument 3`.
        parts: Vec<String>,
    },
}

/// Compares a captured key with the entry of the same operation and subject that was issued last; if there is none,
/// looks for the same run on another subject.
pub fn explain(cache: &Cache<FileStore>, captured: &Captured) -> Result<Explanation, StoreError> {
    let mut runs = Vec::new();
    for listed in cache.list()? {
        if let Some(claims) = listed.header.as_ref().map(|header| &header.claims)
            && claims.key.operation() == captured.key.operation()
            && claims.media_type.as_ref().is_some_and(|media_type| media_type.as_str() == MEDIA_TYPE)
        {
            runs.push((claims.validity.issued(), claims.key.clone(), listed));
        }
    }
    runs.sort_by_key(|(issued, ..)| std::cmp::Reverse(*issued));
    let same_subject = runs.iter().find(|(_, key, _)| key.subject() == captured.key.subject());
    if let Some((since, _, listed)) = same_subject
        && let Some(earlier) = inputs(cache, listed)?
    {
        return Ok(Explanation::Changed { since: *since, parts: difference(&earlier, &captured.inputs) });
    }
    let other_subject =
        |key: &CacheKey| key.config() == captured.key.config() && key.subject() != captured.key.subject();
    let same_config = runs.iter().find(|(_, key, _)| other_subject(key));
    Ok(same_config
        .map_or(Explanation::NothingEarlier, |(since, ..)| Explanation::OtherSubject { since: *since }))
}

fn difference(earlier: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Vec<String> {
    let names: BTreeSet<_> = earlier.keys().chain(now.keys()).collect();
    names.into_iter().filter(|name| earlier.get(*name) != now.get(*name)).cloned().collect()
}

/// The parts that an entry recorded, expired or not: they explain, they are no answer.
fn inputs(cache: &Cache<FileStore>, listed: &Listed) -> Result<Option<BTreeMap<String, String>>, StoreError> {
    let Some(Found { bytes, .. }) = cache.store.get(&listed.name)? else { return Ok(None) };
    let Some(issued) = listed.header.as_ref().map(|header| header.claims.validity.issued()) else {
        return Ok(None);
    };
    let policy = Policy { lanes: bulla_core::Lane::ALL.to_vec(), ..Policy::default() };
    let expect =
        Expect { question: Question::Name(&listed.name), now: issued, accepted: None, policy: &policy };
    let Ok(mut payload) = open(bytes, &cache.ring, &expect) else { return Ok(None) };
    let (mut decoder, mut inputs) = (Decoder::default(), None);
    while inputs.is_none()
        && let Ok(Some(chunk)) = payload.next_chunk()
    {
        let pushed = decoder.push(chunk, &mut |kind, bytes| {
            if kind == Kind::Inputs {
                inputs = serde_json::from_slice(bytes).ok();
            }
        });
        if pushed.is_err() {
            break;
        }
    }
    Ok(inputs)
}
