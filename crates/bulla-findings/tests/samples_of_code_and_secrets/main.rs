//! The scanners of code, of workflows and of secrets, on real reports and on damaged ones.

#![expect(clippy::disallowed_methods, reason = "a test reads its own files and runs an independent count")]

mod gitleaks;
mod kingfisher;
mod osv_scanner;
mod requests;
mod semgrep;
mod support;
mod trufflehog;
mod zizmor;
