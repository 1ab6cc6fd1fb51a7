//! The map of the crate is written here as the rooms are filled.

pub mod error;
pub mod oss;
pub mod text;
pub mod vod;
