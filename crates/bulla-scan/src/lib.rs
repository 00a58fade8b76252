//! The scan: what is scanned, and every scanner run through the cache.

mod target;

pub use target::{ImageProblem, Target, TargetError};
