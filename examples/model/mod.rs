//! A model of phone, link and cloud in virtual time, for the benches.
#![allow(dead_code)] // Each bench uses its part of it.

pub mod net;
pub mod ours;
pub mod peers;
pub mod world;
