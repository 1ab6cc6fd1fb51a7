//! The interface of the engine: events, actions, options and errors.

pub mod action;
pub mod error;
pub mod event;
pub mod options;
mod redact;
