//! The watch: scanners run side by side through the cache.
//!
//! ```text
//! Target --subject--> digest --.
//! Wanted --prepare--> version, database, settings --> CacheKey --Cache::get--> report, proved
//!                                                        '--miss--> run, judge, seal
//! ```
//!
//! What a scanner is stands in `bulla-findings`; this room runs it, and keeps nothing that its scanner does not vouch for.

mod answer;
mod child;
mod choose;
mod config;
mod environment;
mod explain;
mod prepare;
mod repository;
mod scan;
mod stop;
mod target;
mod tools;
mod work;

pub use answer::Origin;
pub use choose::{Chosen, Selection};
pub use environment::Environment;
pub use repository::{RepositoryError, RepositoryFiles, current_branch};
pub use scan::{Answered, Event, Scan, Scanned, Wanted, scan};
pub use stop::stop_on_signals;
pub use target::{ImageProblem, Target, TargetError};
pub use tools::{InstallError, TOOLS, Tool, Tools, tool};
