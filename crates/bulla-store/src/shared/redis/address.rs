//! What the address of a Redis says.

use std::path::PathBuf;

use super::tls::Authorities;
use crate::shared::{InvalidStoreUrl, Service, StoreUrl};

/// A server, and who asks. It has a password in it and is never shown.
pub(super) struct Server {
    /// A name or an IP address.
    pub(super) host: String,
    pub(super) port: u16,
    /// With TLS, who may vouch for the server.
    pub(super) tls: Option<Authorities>,
    pub(super) login: Option<Login>,
    pub(super) database: u32,
}

pub(super) struct Login {
    /// Without one, the server's default user.
    pub(super) user: Option<String>,
    pub(super) password: String,
}

/// The server, and what every key begins with.
pub(super) fn read(url: &StoreUrl) -> Result<(Server, String), InvalidStoreUrl> {
    let tls = match (url.service(), url.setting("ca")) {
        (Service::Rediss, ca) => {
            url.expect_settings(&["prefix", "ca"])?;
            Some(ca.map_or(Authorities::System, |file| Authorities::File(PathBuf::from(file))))
        }
        _ => {
            url.expect_settings(&["prefix"])?;
            None
        }
    };
    let (host, port) = host_and_port(url.host()).ok_or_else(|| {
        url.problem("expected a host and perhaps a port, such as redis://cache.example:6379")
    })?;
    let database = match url.path() {
        "" | "/" => Some(0),
        path => path.strip_prefix('/').and_then(|number| number.parse().ok()),
    };
    let server = Server {
        host,
        port,
        tls,
        login: login(url)?,
        database: database
            .ok_or_else(|| url.problem("behind the host stands a database's number, such as /0"))?,
    };
    let prefix = url.setting("prefix").unwrap_or("bulla");
    if prefix.is_empty() || prefix.len() > 200 {
        return Err(url.problem("`prefix` has 1 to 200 bytes"));
    }
    Ok((server, prefix.to_owned()))
}

fn login(url: &StoreUrl) -> Result<Option<Login>, InvalidStoreUrl> {
    let Some((user, password)) = url.credentials() else { return Ok(None) };
    if password.is_empty() {
        let problem =
            "there is a user's name and no password; without a user's name it is redis://:PASSWORD@host";
        return Err(url.problem(problem));
    }
    Ok(Some(Login { user: Some(user).filter(|user| !user.is_empty()), password }))
}

/// `host`, `host:port`, `[::1]` or `[::1]:port`.
fn host_and_port(text: &str) -> Option<(String, u16)> {
    const USUAL: u16 = 6379;
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, "")) => (host, None),
        Some((host, port)) => (host, Some(port.strip_prefix(':')?)),
        None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    let port = port.map_or(Some(USUAL), |port| port.parse().ok().filter(|port| *port != 0))?;
    (!host.is_empty()).then(|| (host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<(Server, String), String> {
        StoreUrl::parse(text).and_then(|url| read(&url)).map_err(|error| error.to_string())
    }

    #[test]
    fn an_address_says_where_as_whom_and_under_which_prefix() {
        let (server, prefix) = parsed("rediss://me:p%40ss@[::1]:6380/3?prefix=team&ca=/etc/ca.pem").unwrap();
        assert_eq!((server.host.as_str(), server.port, server.database), ("::1", 6380, 3));
        assert_eq!(server.tls, Some(Authorities::File("/etc/ca.pem".into())));
        let login = server.login.unwrap();
        assert_eq!((login.user.as_deref(), login.password.as_str()), (Some("me"), "p@ss"));
        assert_eq!(prefix, "team");

        let (server, prefix) = parsed("redis://:word@host").unwrap();
        assert_eq!((server.host.as_str(), server.port, server.database), ("host", 6379, 0));
        assert!(server.tls.is_none() && server.login.unwrap().user.is_none());
        assert_eq!(prefix, "bulla");

        assert!(parsed("redis://[::1]").unwrap().0.login.is_none());
        assert_eq!(parsed("rediss://host").unwrap().0.tls, Some(Authorities::System));
    }

    #[test]
    fn an_address_that_makes_no_sense_says_what_was_expected() {
        for (text, says) in [
            ("redis://", "expected a host"),
            ("redis://:secret@", "expected a host"),
            ("redis://host:port", "stands a host"),
            ("redis://host:0", "expected a host"),
            ("redis://host:65536", "expected a host"),
            ("redis://::1", "stands a host"),
            ("redis://host/cache", "a database's number"),
            ("redis://host/-1", "a database's number"),
            ("redis://secret@host", "no password"),
            ("redis://host?prefix=", "`prefix` has"),
            ("redis://host?ca=/etc/ca.pem", "no setting `ca`"),
            ("rediss://host?insecure=true", "no setting `insecure`"),
        ] {
            let problem = parsed(text).err().unwrap_or_else(|| panic!("{text} is taken"));
            assert!(problem.contains(says) && !problem.contains("secret"), "{text}: {problem}");
        }
    }
}
