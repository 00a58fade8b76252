use std::collections::BTreeMap;

use bulla_core::{CacheKey, Expect, Policy, Question, Timestamp, open};
use bulla_store::{FileStore, Found, Store as _, StoreError};

use super::frames::{Decoder, Kind, MEDIA_TYPE};
use crate::cache::Cache;
use crate::list::Listed;
use crate::recipe::Captured;

/// What makes a key another one than the nearest earlier entry's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Explanation {
    /// No entry of the same operation and subject is there to compare with.
    NothingEarlier,
    /// These parts of the key differ from the entry issued last, in alphabetical order. None differs if it is
    /// the same key's own entry.
    Changed {
        /// When that entry was issued.
        since: Timestamp,
        /// What the parts are called, such as `env NAME` or `argument 3`.
        parts: Vec<String>,
    },
}

/// Compares a captured key with the entry of the same operation and subject that was issued last.
pub fn explain(cache: &Cache<FileStore>, captured: &Captured) -> Result<Explanation, StoreError> {
    let mut nearest: Option<(Timestamp, Listed)> = None;
    for listed in cache.list()? {
        let Some(header) = &listed.header else { continue };
        let issued = header.claims.validity.issued();
        let is_run =
            header.claims.media_type.as_ref().is_some_and(|media_type| media_type.as_str() == MEDIA_TYPE);
        let later = nearest.as_ref().is_none_or(|(found, _)| issued > *found);
        if is_run && later && same_question(&header.claims.key, &captured.key) {
            nearest = Some((issued, listed));
        }
    }
    let Some((since, listed)) = nearest else { return Ok(Explanation::NothingEarlier) };
    let Some(earlier) = inputs(cache, &listed)? else { return Ok(Explanation::NothingEarlier) };
    let names = earlier.keys().chain(captured.inputs.keys());
    let differ = |name: &&String| earlier.get(*name) != captured.inputs.get(*name);
    let mut parts: Vec<_> = names.filter(differ).cloned().collect();
    parts.sort();
    parts.dedup();
    Ok(Explanation::Changed { since, parts })
}

fn same_question(a: &CacheKey, b: &CacheKey) -> bool {
    a.operation() == b.operation() && a.subject() == b.subject()
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
