//! Real servers for the tests of shared stores.

#![expect(clippy::disallowed_methods, reason = "the tests' own surroundings, and files that servers read")]
#![allow(dead_code, unused_imports, reason = "each test program uses its own part")]

mod certificates;
mod redis;

pub(crate) use certificates::Certificates;
pub(crate) use redis::{PASSWORD, RUNNER, RedisServer};
