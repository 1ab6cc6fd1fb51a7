//! Encodings of text on the wire, each a thin layer over its crate: what is accepted beyond the standard is decided here.

pub mod base64;
pub mod json;
pub mod percent;
