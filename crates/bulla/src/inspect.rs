use bulla_core::{EntryName, Expect, Header, Policy, Question, Refusal, Untrusted, examine, judge, peek};
use bulla_store::Store;

use crate::cache::Cache;

/// What an entry says of itself, and whether that is to be believed. No payload is read.
#[derive(Debug)]
pub struct Inspection {
    /// The header as it lies there, true or not; or why there is none to show.
    pub claimed: Result<Header, Refusal>,
    /// Whether a key of the ring sealed it.
    pub seal: Result<(), Refusal>,
    /// Whether it would be an answer now.
    pub answer: Result<(), Refusal>,
}

impl<S: Store> Cache<S> {
    /// Inspects bytes that lie under `name`, or anywhere (`None`).
    pub fn inspect(&self, found: &Untrusted, name: Option<&EntryName>) -> Inspection {
        let claimed = peek(found).map(|unverified| unverified.as_claimed().clone());
        let own_name = claimed.as_ref().ok().map(|header| header.claims.key.entry_name());
        let answer = match name.or(own_name.as_ref()) {
            Some(name) => {
                let policy: &Policy = &self.settings.policy;
                let expect =
                    Expect { question: Question::Name(name), now: self.now(), accepted: None, policy };
                judge(found, &self.ring, &expect).map(drop)
            }
            None => claimed.as_ref().map(drop).map_err(Clone::clone),
        };
        Inspection { claimed, seal: examine(found, &self.ring).map(drop), answer }
    }
}
