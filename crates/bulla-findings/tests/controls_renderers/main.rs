//! What the controls of a repository come to, in every format. What people read letter for letter is tested beside the
//! renderers, with controls whose words do not change.

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
