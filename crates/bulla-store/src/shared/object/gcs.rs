//! `gcs://bucket/prefix`: Google Cloud Storage.

use opendal::services::Gcs;

use super::ObjectStore;
use super::address::{bucket, endpoint};
use crate::shared::scratch::Scratch;
use crate::shared::{InvalidStoreUrl, StoreUrl};

/// Where its credentials are read from, as every tool of Google's reads them.
const CREDENTIALS: &str = "the file that GOOGLE_APPLICATION_CREDENTIALS names";

pub(in crate::shared) fn open(url: &StoreUrl, scratch: Scratch) -> Result<ObjectStore, InvalidStoreUrl> {
    url.expect_no_credentials(CREDENTIALS)?;
    url.expect_settings(&["endpoint"])?;
    let bucket = bucket(url)?;
    let service = Gcs::default().bucket(bucket).endpoint(endpoint(url)?.unwrap_or_default());
    ObjectStore::open(url, service, format!("gcs://{bucket}/"), url.path(), scratch)
}
