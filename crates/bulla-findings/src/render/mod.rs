//! One file for each output format, with its own escaping: names in SBOMs and advisories are an attacker's text.

mod json;
mod markdown;
mod terminal;
mod upgrades;
mod words;

pub use json::render_json;
pub use markdown::render_markdown;
pub use terminal::{Style, render_terminal};
