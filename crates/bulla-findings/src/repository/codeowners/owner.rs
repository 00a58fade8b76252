//! Who can own: `@user`, `@organisation/team`, or an e-mail address.

/// No address is longer (RFC 5321, section 4.5.3.1.3), and no name.
const LONGEST: usize = 254;

/// Whether it has the form of an owner; whether there is such an owner, and with write access, only GitHub knows.
pub(super) fn is_owner(text: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    match text.split_once('@') {
        Some(("", name)) => match name.split_once('/') {
            Some((organisation, team)) => is_name(organisation) && is_name(team),
            None => is_name(name),
        },
        Some((local, domain)) => is_local(local) && is_domain(domain),
        None => false,
    }
}

/// With `_`: names of managed users have one.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// What needs no quotes in front of an address's `@` (RFC 5322, section 3.2.3).
fn is_local(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+-/=?^_`{|}~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_plain)
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.contains('.') && text.split('.').all(is_label)
}
