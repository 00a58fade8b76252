//! Package URLs, as far as packages are compared by them. <https://github.com/package-url/purl-spec>

use std::collections::BTreeMap;

use crate::package::{loosen, plain_version};

/// A package URL, decoded and in the case that its type asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Purl {
    /// The type, such as `npm`.
    pub(crate) kind: String,
    namespace: String,
    name: String,
    /// As [`plain_version`] has it; empty if there is none.
    pub(crate) version: String,
    qualifiers: BTreeMap<String, String>,
    subpath: String,
}

/// Types whose namespace is the distribution, for which every scanner has another word (`rhel`, `redhat`).
const DISTRIBUTIONS: [&str; 4] = ["alpm", "apk", "deb", "rpm"];

impl Purl {
    /// Reads `pkg:type/namespace/name@version?qualifiers#subpath`. Lenient: scanners leave characters unencoded that the
    /// specification wants encoded.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.trim().split_once(':')?;
        let rest = rest.trim_start_matches('/');
        let (rest, subpath) = rest.split_once('#').unwrap_or((rest, ""));
        let (rest, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
        let (kind, path) = rest.split_once('/')?;
        let path = path.trim_matches('/');
        let start = path.rfind('/').map_or(0, |slash| slash + 1);
        // An `@` before the name is a scope of npm.
        let version_at = path.rfind('@').filter(|at| *at > start);
        let (path, version) = version_at.map_or((path, ""), |at| (&path[..at], &path[at + 1..]));
        let (namespace, name) = path.rsplit_once('/').unwrap_or(("", path));
        if !scheme.eq_ignore_ascii_case("pkg") || kind.is_empty() || name.is_empty() {
            return None;
        }
        let kind = kind.to_ascii_lowercase();
        let qualifiers: BTreeMap<String, String> = qualifiers
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(key, value)| (key.to_ascii_lowercase(), decode(value)))
            .collect();
        let mut version = decode(version);
        // syft writes the epoch of an RPM as a qualifier, and in front of the version everywhere else.
        if let Some(epoch) = qualifiers.get("epoch").filter(|_| !version.is_empty() && !version.contains(':'))
        {
            version = format!("{epoch}:{version}");
        }
        let name = if kind == "pypi" { loosen(&decode(name)) } else { decode(name).to_lowercase() };
        let namespace = decode(namespace).to_lowercase();
        let version = plain_version(&version).to_owned();
        let subpath = decode(subpath.trim_matches('/'));
        Some(Self { kind, namespace, name, version, qualifiers, subpath })
    }

    /// The name in its ecosystem's own notation: `@angular/core`, `org.apache.logging.log4j:log4j-core`, `curl`.
    pub(crate) fn full_name(&self) -> String {
        match self.kind.as_str() {
            kind if self.namespace.is_empty() || DISTRIBUTIONS.contains(&kind) => self.name.clone(),
            "maven" => format!("{}:{}", self.namespace, self.name),
            _ => format!("{}/{}", self.namespace, self.name),
        }
    }

    /// Whether this is the other package, or all versions of it. What this one says, the other must say too.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        let same = (&self.kind, &self.namespace, &self.name) == (&other.kind, &other.namespace, &other.name);
        same && (self.version.is_empty() || self.version == other.version)
            && (self.subpath.is_empty() || self.subpath == other.subpath)
            && self.qualifiers.iter().all(|(key, value)| other.qualifiers.get(key) == Some(value))
    }

    /// Whether it says more than type, name and version.
    pub(crate) fn is_narrow(&self) -> bool {
        !self.qualifiers.is_empty() || !self.subpath.is_empty()
    }

    /// The digest of the image that it names: `sha256:...`.
    pub(crate) fn image_digest(&self) -> Option<&str> {
        (matches!(self.kind.as_str(), "oci" | "docker") && self.version.starts_with("sha256:"))
            .then_some(self.version.as_str())
    }
}

/// Percent-decoding; what is not UTF-8 then is replaced.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = (*first == b'%').then(|| tail.get(..2)).flatten().and_then(|hex| {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            u8::try_from(digit(hex[0])? * 16 + digit(hex[1])?).ok()
        });
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_the_notation_of_their_ecosystem() {
        for (purl, kind, name, version) in [
            ("pkg:npm/%40angular/core@1.2.3", "npm", "@angular/core", "1.2.3"),
            ("pkg:npm/@angular/core@1.2.3", "npm", "@angular/core", "1.2.3"),
            ("pkg:npm/@angular/core", "npm", "@angular/core", ""),
            ("pkg:maven/org.apache/log4j@2.0?type=jar#x", "maven", "org.apache:log4j", "2.0"),
            ("PKG:PyPI/Typing_Extensions@4.0", "pypi", "typing-extensions", "4.0"),
            (
                "pkg:golang/github.com/A/b@v1.0.0%2Bincompatible",
                "golang",
                "github.com/a/b",
                "1.0.0+incompatible",
            ),
            ("pkg:deb/debian/curl@1%3A7.64-4?arch=amd64", "deb", "curl", "1:7.64-4"),
            ("pkg:rpm/redhat/bash@4.4-1?epoch=2", "rpm", "bash", "2:4.4-1"),
            ("pkg:rpm/redhat/bash@4.4-1?epoch=0", "rpm", "bash", "4.4-1"),
            ("pkg://oci/app@sha256:ab", "oci", "app", "sha256:ab"),
        ] {
            let parsed = Purl::parse(purl).unwrap();
            assert_eq!(
                (&*parsed.kind, &*parsed.full_name(), &*parsed.version),
                (kind, name, version),
                "{purl}"
            );
        }
        for bad in ["", "pkg:", "pkg:npm", "pkg:npm/", "pkg:/x", "http://x/y", "pkg:npm/@1.0/"] {
            assert!(
                Purl::parse(bad).is_none_or(|purl| bad == "pkg:npm/@1.0/" && purl.version.is_empty()),
                "{bad}"
            );
        }
        assert_eq!(decode("%"), "%");
        assert_eq!(decode("%4"), "%4");
        assert_eq!(decode("%zz%41%ff"), "%zzA\u{fffd}");
    }

    #[test]
    fn what_one_says_the_other_must_say_too() {
        let covers = |one: &str, other: &str| Purl::parse(one).unwrap().covers(&Purl::parse(other).unwrap());
        assert!(covers("pkg:npm/a", "pkg:npm/a@1"));
        assert!(!covers("pkg:npm/a@1", "pkg:npm/a"));
        assert!(!covers("pkg:npm/a@1", "pkg:npm/a@10"));
        assert!(covers("pkg:apk/wolfi/git@1", "pkg:apk/wolfi/git@1?arch=x86_64"));
        assert!(!covers("pkg:apk/wolfi/git@1?arch=armv7", "pkg:apk/wolfi/git@1?arch=x86_64"));
        assert!(!covers("pkg:apk/wolfi/git@1", "pkg:apk/alpine/git@1"));
    }
}
