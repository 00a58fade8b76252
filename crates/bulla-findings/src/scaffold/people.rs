//! Who owns a repository and who hears of its weaknesses, in words that no file can take for anything else.

use std::fmt;
use std::str::FromStr;

use crate::controls::is_private_channel;
use crate::repository::is_owner;

/// Whom GitHub asks for a review: `@user`, `@organisation/team` or an e-mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner(String);

/// A text that names no owner.
#[derive(Debug)]
pub struct NotAnOwner;

/// Where a weakness is reported in private, as the control `security-policy` sees it: an e-mail address or an `https://` address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact(String);

/// A text that names no contact.
#[derive(Debug)]
pub struct NotAContact;

impl FromStr for Owner {
    type Err = NotAnOwner;

    fn from_str(text: &str) -> Result<Self, NotAnOwner> {
        if is_owner(text) { Ok(Self(text.to_owned())) } else { Err(NotAnOwner) }
    }
}

impl FromStr for Contact {
    type Err = NotAContact;

    fn from_str(text: &str) -> Result<Self, NotAContact> {
        let is_contact = text.strip_prefix("https://").map_or_else(|| is_mail(text), is_place);
        if is_contact && is_private_channel(text) { Ok(Self(text.to_owned())) } else { Err(NotAContact) }
    }
}

/// The plain form that everybody's address has; what else mail allows means something in Markdown.
fn is_mail(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else { return false };
    let word = |byte: u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(&byte);
    (1..=64).contains(&local.len()) && local.bytes().all(word) && is_host(host) && host.contains('.')
}

/// What stands behind `https://`.
fn is_place(text: &str) -> bool {
    let host = text.split(['/', '?', '#']).next().unwrap_or_default();
    // Of what an address may hold, only what ends no link in Markdown and no cell of a table.
    let word = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&+,;=%".contains(&byte);
    let (host, port) = host.split_once(':').unwrap_or((host, "443"));
    text.len() <= 2000 && text.bytes().all(word) && is_host(host) && port.parse::<u16>().is_ok()
}

fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=63).contains(&label.len()) && label.bytes().all(word) && !label.starts_with('-')
    };
    host.len() <= 253 && host.split('.').all(label)
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// As a link in Markdown.
impl fmt::Display for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.0)
    }
}

impl fmt::Display for NotAnOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected `@user`, `@organisation/team` or an e-mail address")
    }
}

impl std::error::Error for NotAnOwner {}

impl fmt::Display for NotAContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "expected an e-mail address, or an `https://` address that is no issue tracker; no example's",
        )
    }
}

impl std::error::Error for NotAContact {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_a_user_a_team_or_an_address() {
        for good in ["@octo-cat", "@octo_corp", "@org/team-a", "@org/team_a", "a.b+c@example.com"] {
            assert!(good.parse::<Owner>().is_ok(), "{good}");
        }
        for bad in [
            "", "@", "octocat", "@a/", "@/a", "@a/b/c", "@a b", "@a\n* @b", "@a#", "-@", "a@b", "@-a",
            "a@b@c.d",
        ] {
            assert!(bad.parse::<Owner>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_contact_is_an_address_that_ends_no_link() {
        for good in ["security@octo.internal", "https://example.com", "https://example.com:8443/a?b=c#d"] {
            assert!(good.parse::<Contact>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "example.com",
            "http://example.com",
            "https://",
            "https:///a",
            "https://a@example.com",
            "https://example.com:99999/",
            "https://example.com/>\n# Heading",
            "https://example.com/|",
            "https://example.com/(a)",
            "https://exa mple.com",
            "a@example.com> <b@example.com",
            "javascript:alert(1)",
            // The control takes none of these.
            "s@x.y",
            "security@example.com",
            "https://github.com/octo-org/app/issues",
        ] {
            assert!(bad.parse::<Contact>().is_err(), "{bad}");
        }
    }
}
