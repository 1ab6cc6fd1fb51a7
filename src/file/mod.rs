//! Files: the list, the state that the app sees, and the way of one file.

pub mod queue;
pub mod state;
pub mod transfer;
