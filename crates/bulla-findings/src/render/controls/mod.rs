//! What the controls of a repository come to, one file for each format.

mod json;

pub use json::render_controls_json;
