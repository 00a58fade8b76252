//! The situations of the cache's table of behaviour, each made by hand from outside, with the real program before
//! and after.

#[path = "../harness/mod.rs"]
mod harness;

mod bytes;
mod key_place;
mod places;
mod surroundings;
mod terminal;
