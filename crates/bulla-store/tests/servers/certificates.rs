//! An authority of the test's own, and a server's certificate by it.

use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tempfile::TempDir;

pub(crate) struct Certificates {
    dir: TempDir,
}

impl Certificates {
    /// Of a server on this machine's loopback, until the year 2100.
    pub(crate) fn good() -> Self {
        Self::made("127.0.0.1", 2100)
    }

    pub(crate) fn expired() -> Self {
        Self::made("127.0.0.1", 2021)
    }

    pub(crate) fn of_another_host() -> Self {
        Self::made("cache.example", 2100)
    }

    fn made(host: &str, until: i32) -> Self {
        let dated = |host: &str| {
            let mut params = CertificateParams::new([host.to_owned()]).expect("a host");
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(until, 1, 1);
            params
        };
        let mut authority = dated("authority.example");
        authority.not_after = date_time_ymd(2100, 1, 1);
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority =
            CertifiedIssuer::self_signed(authority, KeyPair::generate().expect("a key")).expect("it signs");
        let key = KeyPair::generate().expect("a key");
        let certificate = dated(host).signed_by(&key, &authority).expect("it signs");

        let own = Self { dir: tempfile::tempdir().expect("a temporary directory") };
        fs::write(own.authority(), authority.pem()).expect("room");
        fs::write(own.certificate(), certificate.pem()).expect("room");
        fs::write(own.key(), key.serialize_pem()).expect("room");
        own
    }

    pub(crate) fn authority(&self) -> PathBuf {
        self.path().join("authority.pem")
    }

    pub(crate) fn certificate(&self) -> PathBuf {
        self.path().join("server.pem")
    }

    pub(crate) fn key(&self) -> PathBuf {
        self.path().join("server.key")
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }
}
