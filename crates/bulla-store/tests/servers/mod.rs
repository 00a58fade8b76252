//! Real servers for the tests of shared stores.

#![allow(dead_code, unused_imports, reason = "each test program uses its own part")]

mod certificates;
mod redis;

pub(crate) use certificates::Certificates;
pub(crate) use redis::{PASSWORD, RUNNER, RedisServer};
