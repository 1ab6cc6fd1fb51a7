//! ApsaraVideo VOD: credentials and addresses as it issues them, and the three calls of its OpenAPI.

pub mod api;
pub mod recovery;
pub mod response;
pub mod rpc;
pub mod upload_auth;

pub use crate::api::error::Recovery;
pub use api::ParamData;
pub use recovery::recovery;
pub use upload_auth::{Address, AuthError, Credential};
