use std::error::Error as StdError;
use std::io;

use rustls::{CertificateError, Error};

/// What is wrong with a server's TLS or its certificate, for people, if that is what the error is about.
pub(super) fn refused(error: &(dyn StdError + 'static)) -> Option<io::Error> {
    let problem = match error.downcast_ref() {
        Some(Error::InvalidCertificate(problem)) => problem,
        Some(Error::InvalidMessage(_)) => {
            let text = "what answers there does not speak TLS";
            return Some(io::Error::new(io::ErrorKind::InvalidData, text));
        }
        // What lies in an error of input and output is not among its sources.
        _ => return refused(error.downcast_ref::<io::Error>()?.get_ref()?),
    };
    let words = match problem {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "it is not valid yet",
        // An authority of the same name that has another key is another one.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "no authority that is trusted here vouches for it (SSL_CERT_FILE, or for a Redis `ca=FILE`, names another)"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is another server's"
        }
        _ => return None,
    };
    let text = format!("the server's certificate is refused: {words}");
    Some(io::Error::new(io::ErrorKind::InvalidData, text))
}
