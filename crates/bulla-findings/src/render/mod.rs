//! One file for each output format, with its own escaping: names in SBOMs and advisories are an attacker's text.

mod controls;
mod cyclonedx;
mod html;
mod json;
mod markdown;
mod sarif;
mod terminal;
mod upgrades;
mod words;

pub use controls::{
    render_controls_html, render_controls_json, render_controls_markdown, render_controls_sarif,
    render_controls_terminal, render_frameworks, render_frameworks_json,
};
pub use cyclonedx::cyclonedx as render_cyclonedx;
pub use html::render_html;
pub use json::render_json;
pub use markdown::render_markdown;
pub use sarif::render_sarif;
pub use terminal::{Style, render_terminal};
