//! The interface of the engine: what it is told, what it asks for, its options and errors.

pub mod action;
pub mod error;
pub mod event;
pub mod options;
mod redact;
