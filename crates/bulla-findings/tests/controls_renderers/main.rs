//! What the controls of a repository come to, in every format. What people read letter for letter is tested beside the
//! renderers, with controls whose words do not change.
#![expect(
    clippy::disallowed_methods,
    reason = "the validator's interpreter is named by the environment; a page is written for the browser"
)]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

#[path = "../renderers/harmless.rs"]
mod harmless;
#[path = "../page/mod.rs"]
mod page;
#[path = "../sarif_log/mod.rs"]
mod sarif_log;

mod hostile;
mod html;
mod json;
mod sarif;
mod support;
