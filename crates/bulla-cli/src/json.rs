//! How entries, misses and claims look in JSON. The shapes are this module's own: what is inside may change.

use bulla::{Claims, Header, Miss, Refusal};
use serde_json::{Value, json};

use crate::units::show_time;

pub(crate) fn header(header: &Header) -> Value {
    let Claims { key, validity, media_type, lane, producer } = &header.claims;
    json!({
        "operation": key.operation().as_str(),
        "subject": key.subject().to_string(),
        "config": key.config().map(|config| config.to_string()),
        "issued_at": show_time(validity.issued()),
        "expires_at": show_time(validity.expires()),
        "media_type": media_type.as_ref().map(ToString::to_string),
        "lane": lane.name(),
        "producer": {
            "tool": producer.tool.as_ref().map(ToString::to_string),
            "version": producer.version.as_ref().map(ToString::to_string),
            "binary": producer.binary.map(|binary| binary.to_string()),
            "database": producer.database.as_ref().map(ToString::to_string),
        },
        "key_id": header.key_id.to_string(),
        "payload_bytes": header.layout.payload_len,
        "stored_bytes": header.layout.stored_len,
        "compression": header.layout.compression.name(),
        "digest": header.layout.digest.name(),
    })
}

pub(crate) fn miss(miss: &Miss) -> Value {
    json!({ "reason": miss.name(), "message": miss.to_string(), "integrity": miss.is_integrity() })
}

pub(crate) fn refusal(refusal: &Refusal) -> Value {
    json!({ "reason": refusal.name(), "message": refusal.to_string(), "integrity": refusal.is_integrity() })
}
