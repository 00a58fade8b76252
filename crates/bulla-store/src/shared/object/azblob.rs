//! `azblob://container/prefix?endpoint=https://account.blob.core.windows.net`: Azure Blob Storage.

use opendal::services::Azblob;

use super::ObjectStore;
use super::address::{bucket, endpoint};
use crate::shared::scratch::Scratch;
use crate::shared::{InvalidStoreUrl, StoreUrl};

/// Where its credentials are read from, as every tool of Azure's reads them.
const CREDENTIALS: &str =
    "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY, or AZURE_STORAGE_SAS_TOKEN";

pub(in crate::shared) fn open(url: &StoreUrl, scratch: Scratch) -> Result<ObjectStore, InvalidStoreUrl> {
    url.expect_no_credentials(CREDENTIALS)?;
    url.expect_settings(&["endpoint"])?;
    let container = bucket(url)?;
    let endpoint = endpoint(url)?
        .ok_or_else(|| url.problem("name its endpoint: `?endpoint=https://ACCOUNT.blob.core.windows.net`"))?;
    let service = Azblob::default().container(container).endpoint(endpoint);
    ObjectStore::open(url, service, format!("azblob://{container}/"), url.path(), scratch)
}
