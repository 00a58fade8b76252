use bulla_core::{EntryName, Expect, Header, Question, Refusal, examine, judge};
use bulla_store::{Found, Revision, Store, StoreError};

use crate::cache::Cache;

/// One entry, as its sealed header has it. No payload was read.
#[derive(Debug)]
pub struct Listed {
    /// Its name in the store.
    pub name: EntryName,
    /// Bytes it takes.
    pub size: u64,
    /// The header, if its seal holds, whether or not the entry is an answer now.
    pub header: Option<Header>,
    /// Why it is not an answer now.
    pub refusal: Option<Refusal>,
    pub(crate) revision: Revision,
}

impl<S: Store> Cache<S> {
    /// Every entry, in the order of their names.
    pub fn list(&self) -> Result<Vec<Listed>, StoreError> {
        let mut names = self.store.names()?;
        names.sort_unstable();
        names.iter().filter_map(|name| self.look(name).transpose()).collect()
    }

    /// The entry under a name; `None` if it went away.
    pub fn look(&self, name: &EntryName) -> Result<Option<Listed>, StoreError> {
        let Some(Found { bytes, revision }) = self.store.get(name)? else { return Ok(None) };
        let expect = Expect {
            question: Question::Name(name),
            now: self.now(),
            accepted: None,
            policy: &self.settings.policy,
        };
        let (header, refusal) = match judge(&bytes, &self.ring, &expect) {
            Ok(header) => (Some(header), None),
            Err(refusal) => (examine(&bytes, &self.ring).ok(), Some(refusal)),
        };
        Ok(Some(Listed { name: *name, size: bytes.size(), header, refusal, revision }))
    }
}
