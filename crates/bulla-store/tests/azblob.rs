//! Azure's blobs, against Microsoft's own emulator of them.

#![expect(
    clippy::disallowed_methods,
    reason = "servers are set up by plain files, and found as the environment says"
)]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

mod servers;
mod support;

use bulla_store::{StoreUrl, connect, contract};
use servers::azurite::{ACCOUNT, Azurite, KEY};
use support::child::with_environment;

#[test]
#[ignore = "needs azurite-blob: cargo xtask test --cluster"]
fn azures_blobs_keep_the_contract() {
    let credentials = [("AZURE_STORAGE_ACCOUNT_NAME", ACCOUNT), ("AZURE_STORAGE_ACCOUNT_KEY", KEY)];
    with_environment("azures_blobs_keep_the_contract", &credentials, || {
        let server = Azurite::start();
        let url = StoreUrl::parse(&format!("azblob://cache/p?endpoint={}", server.endpoint())).unwrap();
        contract::check(&*connect(&url, &std::env::temp_dir()).unwrap());
    });
}
