//! A key's text form has one spelling: what parses prints back as it was, and keeps its kind and its id.

#![no_main]

use bulla_core::{Key, KeyId};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(id) = text.parse::<KeyId>() {
        assert_eq!(id.to_string(), text);
    }
    let Ok(key) = Key::parse(text) else { return };
    assert_eq!(*key.to_text(), text);

    let (kind, digits) = text.split_once(':').expect("a key has a kind");
    assert_eq!(key.kind().prefix(), kind);
    assert!(!format!("{key:?}").contains(digits), "`Debug` shows the key");

    if let Some(public) = key.to_public() {
        let public = Key::parse(&public.to_text()).expect("a public half is a key");
        assert!(!public.kind().is_secret());
        assert_eq!(public.id(), key.id());
    }
});
