//! `s3://bucket/prefix?endpoint=...&region=...`: any server that speaks S3.

use opendal::services::S3;

use super::ObjectStore;
use super::address::{bucket, endpoint};
use crate::shared::scratch::Scratch;
use crate::shared::{InvalidStoreUrl, StoreUrl};

/// Where its credentials are read from, as every tool of AWS's reads them.
const CREDENTIALS: &str = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or ~/.aws/credentials";

pub(in crate::shared) fn open(url: &StoreUrl, scratch: Scratch) -> Result<ObjectStore, InvalidStoreUrl> {
    url.expect_no_credentials(CREDENTIALS)?;
    url.expect_settings(&["endpoint", "region"])?;
    let bucket = bucket(url)?;
    let service = S3::default()
        .bucket(bucket)
        .endpoint(endpoint(url)?.unwrap_or_default())
        .region(url.setting("region").unwrap_or_default());
    ObjectStore::open(url, service, format!("s3://{bucket}/"), url.path(), scratch)
}
