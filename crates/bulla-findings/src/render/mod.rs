//! One file for each output format, with its own escaping: names in SBOMs and advisories are an attacker's text.

mod cyclonedx;

pub use cyclonedx::cyclonedx;
