//! What the controls of a repository come to, one file for each format.

mod frameworks;
mod json;

pub use frameworks::{render_frameworks, render_frameworks_json};
pub use json::render_controls_json;
