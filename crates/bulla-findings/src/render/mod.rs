//! One file for each output format, with its own escaping: names in SBOMs and advisories are an attacker's text.

mod cyclonedx;
mod html;
mod sarif;

pub use cyclonedx::cyclonedx as render_cyclonedx;
pub use html::render_html;
pub use sarif::render_sarif;
