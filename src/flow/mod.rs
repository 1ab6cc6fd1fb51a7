//! How fast and how often: rate control, retries, the clock, randomness, and what uploaders share.

pub mod backoff;
pub mod clock;
pub mod rate_control;
pub mod retry_policy;
pub mod rng;
pub mod shared;
pub mod throughput;
