//! ApsaraVideo VOD: credentials and addresses as it issues them, and the three calls of its OpenAPI.

pub mod answer;
pub mod calls;
pub mod credential;
pub mod remedy;
pub mod rpc;

pub use crate::error::Remedy;
pub use calls::ParamData;
pub use credential::{Address, AuthError, Credential};
pub use remedy::remedy;
