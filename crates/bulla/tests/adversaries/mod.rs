//! Stores that are broken or hostile, each an implementation of the trait that honest ones implement.
//!
//! Those that change bytes keep them on a [`Shelf`] of their own; those that only fail or mix up names wrap any
//! store.

mod drafts;
mod names;
mod shelf;
mod sources;

pub(crate) use drafts::Full;
pub(crate) use names::{Flaky, Swapping, Vanishing};
pub(crate) use shelf::{Given, Shelf};
pub(crate) use sources::{Dying, Lying, Splicing, Stale, Tampering, TwoFaced};
