use std::error::Error as _;
use std::io;

use opendal::{Error, ErrorKind};

use crate::shared::certificate;

/// What a server says of itself is shown up to here.
const LONGEST_TEXT: usize = 200;

/// What went wrong, for people. OpenDAL's own text has the whole exchange in it: addresses that are signed, headers.
pub(super) fn io_error(error: &Error) -> io::Error {
    if let Some(refused) = refused(error) {
        return refused;
    }
    let code = code(error.message());
    let (kind, text) = match error.kind() {
        _ if code == Some("AuthorizationHeaderMalformed") => {
            let text = "the server is in another region than `?region=` or AWS_REGION says";
            (io::ErrorKind::PermissionDenied, text.to_owned())
        }
        ErrorKind::PermissionDenied => {
            let text = "the server does not accept the credentials, or they may not do this";
            (io::ErrorKind::PermissionDenied, text.to_owned())
        }
        ErrorKind::NotFound => {
            (io::ErrorKind::NotFound, "there is no such bucket, or no such object".to_owned())
        }
        ErrorKind::ConfigInvalid => (io::ErrorKind::NotFound, "there is no such bucket".to_owned()),
        ErrorKind::AlreadyExists => {
            let text = "one of that name is there, and the service replaces none";
            (io::ErrorKind::AlreadyExists, text.to_owned())
        }
        ErrorKind::RateLimited => (io::ErrorKind::Other, "the server asks for fewer requests".to_owned()),
        ErrorKind::ConditionNotMatch => {
            (io::ErrorKind::Other, "it was replaced while it was in use".to_owned())
        }
        ErrorKind::RangeNotSatisfied => {
            (io::ErrorKind::Other, "it is shorter than the server said".to_owned())
        }
        ErrorKind::Unsupported => (io::ErrorKind::Unsupported, "the server cannot do that".to_owned()),
        _ if is_the_servers(error) => {
            (io::ErrorKind::Other, "the server does not do what it was asked".to_owned())
        }
        _ if error.message().contains("signing credential") => {
            let text = "the environment and the files of the service have no credentials that can be used (for S3: \
                        AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or ~/.aws/credentials)";
            (io::ErrorKind::PermissionDenied, text.to_owned())
        }
        _ if error.message().contains("timeout") => (io::ErrorKind::TimedOut, "no answer in time".to_owned()),
        _ => cause(error),
    };
    let text = match code {
        Some(code) => format!("{text} ({code})"),
        None => text,
    };
    io::Error::new(kind, text)
}

/// A certificate that is not believed lies deep in an error of HTTP.
fn refused(error: &Error) -> Option<io::Error> {
    std::iter::successors(error.source(), |source| (*source).source()).find_map(certificate::refused)
}

/// Whether its text is a server's own: that may be anything, such as a token that was sent along.
fn is_the_servers(error: &Error) -> bool {
    error.source().is_none() && error.to_string().contains("response: Parts {")
}

/// The innermost cause, where there is one: "Connection refused" says more than that a request was not sent, and unlike
/// what lies around it has no address in it.
fn cause(error: &Error) -> (io::ErrorKind, String) {
    let mut kind = io::ErrorKind::Other;
    let mut innermost = None;
    let mut next = error.source();
    while let Some(source) = next {
        kind = source.downcast_ref::<io::Error>().map_or(kind, io::Error::kind);
        innermost = Some(source);
        next = source.source();
    }
    (kind, plain(&innermost.map_or_else(|| error.message().to_owned(), ToString::to_string)))
}

/// One line of at most [`LONGEST_TEXT`].
pub(super) fn plain(text: &str) -> String {
    let text: String =
        text.chars().take(LONGEST_TEXT).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let text = text.trim();
    if text.is_empty() { "the server gave no reason".to_owned() } else { text.to_owned() }
}

/// A server's own word for what is wrong, such as `SignatureDoesNotMatch`. OpenDAL has no place for it but the message.
fn code(message: &str) -> Option<&str> {
    let (code, _) = message.split_once("Error { code: \"")?.1.split_once('"')?;
    let is_one = (1..=40).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_one.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_own_word_is_shown_and_nothing_else_that_it_says() {
        let message = r#"S3Error { code: "SignatureDoesNotMatch", message: "s3cr3t", resource: "" }"#;
        let shown = io_error(&Error::new(ErrorKind::PermissionDenied, message)).to_string();
        assert!(shown.ends_with("may not do this (SignatureDoesNotMatch)"), "{shown}");
        for hostile in ["S3Error { code: \"\x1b[2J\"", "S3Error { code: \"", "S3Error { code: \"\""] {
            assert_eq!(code(hostile), None);
        }
    }

    #[test]
    fn an_error_is_its_innermost_cause_on_one_short_line() {
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        let error = Error::new(ErrorKind::Unexpected, "send http request")
            .with_context("url", "https://host/?sig=s3cr3t")
            .set_source(refused);
        let shown = io_error(&error);
        assert_eq!(
            (shown.kind(), shown.to_string().as_str()),
            (io::ErrorKind::ConnectionRefused, "connection refused")
        );
        let long = Error::new(ErrorKind::Unexpected, format!("a\nb\x1b[2J{}", "c".repeat(1000)));
        let shown = io_error(&long).to_string();
        assert!(shown.starts_with("a b [2Jccc") && shown.len() == LONGEST_TEXT, "{shown}");
    }
}
