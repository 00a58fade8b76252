//! Who is believed to be the server. There is no setting that believes everybody.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use crate::dir::open_regular;
use crate::shared::certificate;

/// Which authorities may vouch for a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Authorities {
    /// Those of this machine, or those that `SSL_CERT_FILE` and `SSL_CERT_DIR` name.
    System,
    /// Those in a file of PEM, and no other.
    File(PathBuf),
}

impl Authorities {
    pub(super) fn config(&self) -> io::Result<Arc<ClientConfig>> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(match self {
            Self::System => rustls_native_certs::load_native_certs().certs,
            Self::File(path) => certificates(path)?,
        });
        if roots.is_empty() {
            let whose = match self {
                Self::System => "this machine has none".to_owned(),
                Self::File(path) => format!("{} has none", path.display()),
            };
            let problem = format!("no certificate authority could vouch for the server: {whose}");
            return Err(io::Error::new(io::ErrorKind::NotFound, problem));
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.map_err(io::Error::other)?;
        Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
    }
}

fn certificates(path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    const LARGEST: u64 = 4 << 20;
    let unusable = |problem: String| {
        io::Error::new(io::ErrorKind::InvalidInput, format!("{}: {problem}", path.display()))
    };
    let (file, _) = open_regular(path).map_err(|error| unusable(error.reason()))?;
    let mut pem = Vec::new();
    file.take(LARGEST).read_to_end(&mut pem).map_err(|error| unusable(error.to_string()))?;
    let certificates = CertificateDer::pem_slice_iter(&pem).collect::<Result<_, _>>();
    certificates.map_err(|error| unusable(error.to_string()))
}

/// What is wrong with a server's certificate, for people.
pub(super) fn in_words(error: io::Error) -> io::Error {
    certificate::refused(&error).unwrap_or(error)
}
