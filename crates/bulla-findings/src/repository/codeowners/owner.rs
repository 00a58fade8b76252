//! Who can own: `@user`, `@organisation/team`, or an e-mail address.

/// No address is longer (RFC 5321, section 4.5.3.1.3), and no name.
const LONGEST: usize = 254;

/// Whether it has the form of an owner; whether there is such an owner, and with write access, only GitHub knows.
pub(crate) fn is_owner(text: &str) -> bool {
    match text.split_once('@') {
        Some(("", name)) => match name.split_once('/') {
            Some((organisation, team)) => is_login(organisation) && is_team(team),
            None => is_login(name),
        },
        Some((local, domain)) => text.len() <= LONGEST && is_local(local) && is_domain(domain),
        None => false,
    }
}

/// A user or an organisation: words with a hyphen between them, of at most 39 characters; in the names of managed users,
/// a `_` comes before that of their enterprise.
fn is_login(text: &str) -> bool {
    text.len() <= 39 && text.split(['-', '_']).all(is_word)
}

/// The slug of a team's name.
fn is_team(text: &str) -> bool {
    text.len() <= LONGEST && !text.starts_with('-') && is_label(&text.replace('_', "-"))
}

/// What needs no quotes in front of an address's `@` (RFC 5322, section 3.2.3), without what begins a comment here.
fn is_local(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".!$%&'*+-/=?^_`{|}~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_plain)
}

fn is_domain(text: &str) -> bool {
    text.contains('.') && text.split('.').all(is_label)
}

fn is_label(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_a_user_a_team_or_an_address() {
        for owner in [
            "@a",
            "@octo-cat",
            "@octocat_corp",
            &format!("@{}", "a".repeat(39)),
            "@org/team-a",
            "@org/team_a",
            &format!("@org/{}", "a".repeat(40)),
            "a.b+c@bulla.dev",
        ] {
            assert!(is_owner(owner), "{owner}");
        }
        for text in [
            "",
            "@",
            "octocat",
            "@-user",
            "@user-",
            "@a--b",
            "@_a",
            &format!("@{}", "a".repeat(40)),
            "@a/",
            "@/a",
            "@a/b/c",
            "@a/-b",
            "@a b",
            "a@b",
            "a#b@bulla.dev",
            "a@b@bulla.dev",
        ] {
            assert!(!is_owner(text), "{text}");
        }
    }
}
