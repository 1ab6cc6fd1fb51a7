//! Multipart uploads: which bytes are which part.

pub mod plan;
