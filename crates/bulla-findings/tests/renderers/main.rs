//! The same assessments, rendered for a terminal, as Markdown and as JSON.

mod harmless;
mod hostile;
mod json;
mod markdown;
mod real;
mod support;
mod terminal;
