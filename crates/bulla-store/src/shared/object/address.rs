use crate::shared::{InvalidStoreUrl, StoreUrl};

/// The endpoint that an address names. Only with its scheme: whether there is TLS is never guessed.
pub(super) fn endpoint(url: &StoreUrl) -> Result<Option<&str>, InvalidStoreUrl> {
    let Some(endpoint) = url.setting("endpoint") else { return Ok(None) };
    let host = endpoint.strip_prefix("https://").or_else(|| endpoint.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['@', '?', '#', ' ']) => Ok(Some(endpoint)),
        _ => Err(url.problem("expected an endpoint as https://host or http://host, without credentials")),
    }
}

/// The bucket that an address names.
pub(super) fn bucket(url: &StoreUrl) -> Result<&str, InvalidStoreUrl> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let name = url.host();
    let is_one = name.bytes().all(is_plain) && !matches!(name, "" | "." | "..");
    is_one.then_some(name).ok_or_else(|| url.problem("expected the name of a bucket behind the `//`"))
}
