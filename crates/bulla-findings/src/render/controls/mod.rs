//! What the controls of a repository come to, one file for each format.

mod frameworks;
mod html;
mod json;
mod markdown;
mod sarif;
mod terminal;
#[cfg(test)]
mod tests;
mod words;

pub use frameworks::{render_frameworks, render_frameworks_json};
pub use html::render_controls_html;
pub use json::render_controls_json;
pub use markdown::render_controls_markdown;
pub use sarif::render_controls_sarif;
pub use terminal::render_controls_terminal;
