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
mod config;
mod environment;
mod explain;
mod prepare;
mod scan;
mod target;
mod work;

pub use answer::From;
pub use environment::Environment;
pub use scan::{Answered, Event, Scan, Scanned, Wanted, scan};
pub use target::Target;
