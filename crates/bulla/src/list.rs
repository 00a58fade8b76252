use bulla_core::{EntryName, Expect, Header, Question, examine, judge};
use bulla_store::{Found, Revision, Store, StoreError};

use crate::cache::Cache;
use crate::miss::Miss;

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
    pub miss: Option<Miss>,
    /// `None` for one that cannot be read.
    pub(crate) revision: Option<Revision>,
}

impl<S: Store> Cache<S> {
    /// Every entry, in the order of their names.
    pub fn list(&self) -> Result<Vec<Listed>, StoreError> {
        let mut names = self.store.names()?;
        names.sort_unstable();
        Ok(names.iter().filter_map(|name| self.look(name)).collect())
    }

    /// The entry under a name; `None` if it went away.
    pub fn look(&self, name: &EntryName) -> Option<Listed> {
        self.listed(name, self.store.get(name))
    }

    /// What was found under a name, in whichever store.
    pub(crate) fn listed(
        &self,
        name: &EntryName,
        found: Result<Option<Found>, StoreError>,
    ) -> Option<Listed> {
        let Found { bytes, revision } = match found {
            Ok(Some(found)) => found,
            Ok(None) => return None,
            // One that cannot be read hides no other.
            Err(error) => {
                let miss = Some(Miss::Unreachable(error));
                return Some(Listed { name: *name, size: 0, header: None, miss, revision: None });
            }
        };
        let expect = Expect {
            question: Question::Name(name),
            now: self.now(),
            accepted: None,
            policy: &self.settings.policy,
        };
        let (header, miss) = match judge(&bytes, &self.ring, &expect) {
            Ok(header) => (Some(header), None),
            Err(refusal) => (examine(&bytes, &self.ring).ok(), Some(Miss::Refused(refusal))),
        };
        Some(Listed { name: *name, size: bytes.size(), header, miss, revision: Some(revision) })
    }
}
