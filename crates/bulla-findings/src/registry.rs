use std::fmt::Write;

/// A registry of packages, for reports that name a package but not its package URL.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Registry {
    /// crates.io.
    Cargo,
    /// npmjs.com.
    Npm,
    /// pypi.org.
    Pypi,
}

/// The package URL (ECMA-427, "purl"), or `None` if there is no name. An empty version is left out.
pub(crate) fn purl(registry: Registry, name: &str, version: &str) -> Option<String> {
    let (kind, name) = match registry {
        Registry::Cargo => ("cargo", name.to_owned()),
        Registry::Npm => ("npm", name.to_lowercase()),
        Registry::Pypi => ("pypi", name.to_lowercase().replace('_', "-")),
    };
    if name.is_empty() {
        return None;
    }
    let mut purl = format!("pkg:{kind}/");
    // Only npm has a namespace, and only a scope is one: `@scope/name`.
    match name.split_once('/').filter(|_| matches!(registry, Registry::Npm) && name.starts_with('@')) {
        Some((scope, name)) => {
            encode(&mut purl, scope);
            purl.push('/');
            encode(&mut purl, name);
        }
        None => encode(&mut purl, &name),
    }
    if !version.is_empty() {
        purl.push('@');
        encode(&mut purl, version);
    }
    Some(purl)
}

/// Percent-encodes all but letters, digits, `.`, `-`, `_`, `~` and `:`, as the specification has it.
fn encode(into: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_' | b'~' | b':' => {
                into.push(char::from(byte))
            }
            _ => write!(into, "%{byte:02X}").expect("a String takes all"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_url_is_normalised_and_encoded_as_its_type_has_it() {
        let is = |registry, name, version, url| assert_eq!(purl(registry, name, version).as_deref(), url);
        is(Registry::Cargo, "arc-swap", "0.4.7", Some("pkg:cargo/arc-swap@0.4.7"));
        is(Registry::Cargo, "openssl-src", "111.6.0+1.1.1d", Some("pkg:cargo/openssl-src@111.6.0%2B1.1.1d"));
        is(Registry::Npm, "@Angular/Core", "1.0.0", Some("pkg:npm/%40angular/core@1.0.0"));
        is(Registry::Npm, "acorn", "", Some("pkg:npm/acorn"));
        is(Registry::Pypi, "Zope.Interface_x", "1!2.0", Some("pkg:pypi/zope.interface-x@1%212.0"));
        is(Registry::Pypi, "", "1", None);
    }

    #[test]
    fn a_hostile_name_cannot_leave_its_place() {
        let hostile = purl(Registry::Npm, "a/../b?c#d@e<script>\u{202e}\n", "1?x=y#z").unwrap();
        assert_eq!(hostile, "pkg:npm/a%2F..%2Fb%3Fc%23d%40e%3Cscript%3E%E2%80%AE%0A@1%3Fx%3Dy%23z");
    }
}
