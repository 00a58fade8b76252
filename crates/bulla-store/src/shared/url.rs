use std::fmt;

/// The address of a shared store: `s3://bucket/prefix?endpoint=...`, `redis://host`, `rediss://host`, `ghac://`,
/// `file:///mount`.
///
/// It is shown without its credentials, by [`fmt::Display`] and [`fmt::Debug`] alike.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreUrl {
    service: Service,
    /// The user and the password that stand before an `@`.
    credentials: Option<(String, String)>,
    host: String,
    path: String,
    query: Vec<(String, String)>,
}

/// What kind of store an address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// A directory that is mounted on every machine.
    File,
    /// An object store that speaks S3.
    S3,
    /// Google Cloud Storage.
    Gcs,
    /// Azure Blob Storage.
    Azblob,
    /// Redis without TLS.
    Redis,
    /// Redis behind TLS.
    Rediss,
    /// The cache service of GitHub Actions.
    Ghac,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 7] =
        [Self::File, Self::S3, Self::Gcs, Self::Azblob, Self::Redis, Self::Rediss, Self::Ghac];

    /// What an address of it begins with.
    pub const fn scheme(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::S3 => "s3",
            Self::Gcs => "gcs",
            Self::Azblob => "azblob",
            Self::Redis => "redis",
            Self::Rediss => "rediss",
            Self::Ghac => "ghac",
        }
    }

    /// Whether this program can use it.
    pub const fn is_built_in(self) -> bool {
        match self {
            Self::File => true,
            Self::S3 => cfg!(feature = "s3"),
            Self::Gcs => cfg!(feature = "gcs"),
            Self::Azblob => cfg!(feature = "azblob"),
            Self::Ghac => cfg!(feature = "ghac"),
            Self::Redis | Self::Rediss => cfg!(feature = "redis"),
        }
    }
}

impl StoreUrl {
    /// Reads an address; `%41` is `A` in each of its parts.
    ///
    /// # Errors
    ///
    /// If it is none, or its service is not known. The error does not repeat what could be a secret.
    pub fn parse(text: &str) -> Result<Self, InvalidStoreUrl> {
        let problem = |problem: String| InvalidStoreUrl { place: None, problem };
        let known = || Service::ALL.map(Service::scheme).join("://, ");
        let (scheme, rest) =
            text.split_once("://").ok_or_else(|| problem(format!("expected one of {}://", known())))?;
        let service = Service::ALL.into_iter().find(|service| service.scheme() == scheme);
        let service = service.ok_or_else(|| problem(format!("expected one of {}://", known())))?;
        let (authority, path) = rest.find(['/', '?']).map_or((rest, ""), |at| rest.split_at(at));
        // A password that is cut in two by what ends the authority would be shown as the host.
        if path.contains('@') {
            return Err(problem(
                "write `/`, `?` and `@` in a password, a path or a setting as %2F, %3F and %40".into(),
            ));
        }
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let (before, host) = match authority.rsplit_once('@') {
            Some((before, host)) => (Some(before.split_once(':').unwrap_or((before, ""))), host),
            None => (None, authority),
        };
        let decoded =
            |text: &str| decode(text).ok_or_else(|| problem("a `%` in it stands for no character".into()));
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decoded(name)?, decoded(value)?))
        };
        let host = decoded(host)?;
        // Who forgot the `@` has a password for a host, which must not be shown.
        if !is_host(&host) {
            return Err(problem(
                "behind the `//` stands a host or a bucket, before it perhaps a user and a password and an `@`; one in a \
                 password is %40"
                    .into(),
            ));
        }
        Ok(Self {
            service,
            credentials: match before {
                Some((user, password)) => Some((decoded(user)?, decoded(password)?)),
                None => None,
            },
            host,
            path: decoded(path)?,
            query: query.split('&').filter(|part| !part.is_empty()).map(pair).collect::<Result<_, _>>()?,
        })
    }

    /// What kind of store it is.
    pub const fn service(&self) -> Service {
        self.service
    }

    /// The host, with its port, or the bucket.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// What stands behind the host, from its `/` on; empty if there is nothing.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether a user or a password stands before an `@`.
    pub const fn has_credentials(&self) -> bool {
        self.credentials.is_some()
    }

    /// The user and the password that stand before an `@`; each may be empty.
    #[cfg(any(feature = "redis", test))]
    pub(crate) fn credentials(&self) -> Option<(String, String)> {
        self.credentials.clone()
    }

    /// The same address with this password, unless it has one.
    #[must_use]
    pub fn with_password(mut self, password: &str) -> Self {
        let (_, known) = self.credentials.get_or_insert_default();
        if known.is_empty() {
            password.clone_into(known);
        }
        self
    }

    /// A setting behind the `?`.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// # Errors
    ///
    /// If a setting is there that is not one of these: a mistyped one would be passed over.
    pub(crate) fn expect_settings(&self, known: &[&str]) -> Result<(), InvalidStoreUrl> {
        match self.query.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            Some((name, _)) => {
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                Err(self.problem(format!("there is no setting `{name}`; it takes {known}")))
            }
            None => Ok(()),
        }
    }

    /// # Errors
    ///
    /// If it has credentials, for a service that takes them from elsewhere: an address is written down in many places.
    /// The error says where they belong.
    #[cfg(feature = "_objects")]
    pub(crate) fn expect_no_credentials(&self, belong: &str) -> Result<(), InvalidStoreUrl> {
        let is_secret = |(name, _): &(String, String)| {
            let name = name.to_ascii_lowercase();
            ["key", "secret", "token", "password", "credential", "sas"].iter().any(|word| name.contains(word))
        };
        if self.credentials.is_some() || self.query.iter().any(is_secret) {
            return Err(
                self.problem(format!("no credentials belong in its address; they come from {belong}"))
            );
        }
        Ok(())
    }

    /// That it makes no sense, for this reason.
    pub(crate) fn problem(&self, problem: impl Into<String>) -> InvalidStoreUrl {
        InvalidStoreUrl { place: Some(self.to_string()), problem: problem.into() }
    }
}

/// Whether it looks like `host`, `host:port`, `[::1]` or `[::1]:port`.
fn is_host(text: &str) -> bool {
    let after_address = text.rsplit_once(']').map_or(text, |(_, port)| port);
    let port = after_address.split_once(':').map_or("", |(_, port)| port);
    !text.contains(['@', '%']) && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// Percent-decoding (RFC 3986, section 2.1).
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let value = digit(rest.next())? * 16 + digit(rest.next())?;
        bytes.push(u8::try_from(value).ok()?);
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains(char::is_control))
}

/// Without credentials, and without the values of settings but those that say where it is.
impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.service.scheme(), self.host, self.path)?;
        match self.setting("endpoint") {
            // An endpoint is a URL, and may have credentials of its own.
            Some(endpoint) if !endpoint.contains(['@', '%']) => write!(f, "?endpoint={endpoint}"),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreUrl({self})")
    }
}

/// An address that is none, or that makes no sense to its service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidStoreUrl {
    /// The address without its credentials, where that much could be read.
    place: Option<String>,
    problem: String,
}

impl fmt::Display for InvalidStoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.problem),
            None => write!(f, "this is no address of a shared store: {}", self.problem),
        }
    }
}

impl std::error::Error for InvalidStoreUrl {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_comes_apart_and_its_parts_are_decoded() {
        let url = StoreUrl::parse("s3://bucket/a/b%20c?endpoint=http://127.0.0.1:9000&region=eu").unwrap();
        assert_eq!((url.service(), url.host(), url.path()), (Service::S3, "bucket", "/a/b c"));
        assert_eq!(url.setting("endpoint"), Some("http://127.0.0.1:9000"));
        assert_eq!((url.setting("region"), url.setting("key")), (Some("eu"), None));
        let url = StoreUrl::parse("rediss://me:p%40ss@host:6380").unwrap();
        assert_eq!((url.host(), url.path()), ("host:6380", ""));
        assert_eq!(url.credentials(), Some(("me".to_owned(), "p@ss".to_owned())));
        assert_eq!(StoreUrl::parse("file:///mnt/shared").unwrap().path(), "/mnt/shared");
    }

    #[test]
    fn a_password_from_elsewhere_is_taken_where_the_address_has_none() {
        let with = |text: &str| StoreUrl::parse(text).unwrap().with_password("elsewhere").credentials();
        let credentials = |user: &str, password: &str| Some((user.to_owned(), password.to_owned()));
        assert_eq!(with("redis://host"), credentials("", "elsewhere"));
        assert_eq!(with("redis://me@host"), credentials("me", "elsewhere"));
        assert_eq!(with("redis://me:here@host"), credentials("me", "here"));
        assert_eq!(StoreUrl::parse("redis://host").unwrap().credentials(), None);
    }

    #[test]
    fn no_secret_of_an_address_is_shown() {
        let secret = "s3cr3t";
        for text in [
            "redis://me:s3cr3t@host/0",
            "s3://bucket?endpoint=http://me:s3cr3t%2540host",
            "rediss://s3cr3t@host",
            "s3://bucket/?secret_access_key=s3cr3t",
            "s3://bucket/?endpoint=http://me:s3cr3t%40host",
        ] {
            let url = StoreUrl::parse(text).unwrap();
            for shown in [url.to_string(), format!("{url:?}"), url.problem("wrong").to_string()] {
                assert!(!shown.contains(secret), "{shown}");
            }
            assert!(
                !url.expect_settings(&[]).err().map_or(String::new(), |e| e.to_string()).contains(secret)
            );
        }
        for text in [
            "s3cr3t",
            "s3cr3t://x",
            "redis://me:s3cr3t%40host:1",
            "redis://me:s3cr3t",
            "redis://:s3cr3t",
            "s3://me:s3cr3t%40bucket",
            "redis://me:s3cr3t@host/%zz",
            "redis://me:s3cr3t%zz@host",
            "redis//me:s3cr3t@host",
            "redis://me:s3cr3t/@host",
            "redis://me:s3cr3t?@host",
            "s3://bucket/?endpoint=http://me:s3cr3t@host",
        ] {
            let shown = StoreUrl::parse(text).unwrap_err().to_string();
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
