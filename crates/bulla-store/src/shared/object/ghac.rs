//! `ghac://prefix?version=...`: the cache service of GitHub Actions, from inside a job. It lists, replaces and removes
//! nothing.

use opendal::services::Ghac;

use super::ObjectStore;
use crate::shared::scratch::Scratch;
use crate::shared::{InvalidStoreUrl, StoreUrl};

/// Where its address and its credentials are read from.
const CREDENTIALS: &str = "ACTIONS_RUNTIME_TOKEN, which a step of `uses:` hands on";

pub(in crate::shared) fn open(url: &StoreUrl, scratch: Scratch) -> Result<ObjectStore, InvalidStoreUrl> {
    url.expect_no_credentials(CREDENTIALS)?;
    url.expect_settings(&["version"])?;
    let service = Ghac::default().version(url.setting("version").unwrap_or("bulla"));
    let prefix = format!("{}{}", url.host(), url.path());
    ObjectStore::open(url, service, "ghac://".to_owned(), &prefix, scratch)
}
