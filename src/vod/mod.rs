//! ApsaraVideo VOD: credentials and addresses as it issues them, and the calls of its OpenAPI.

pub mod api;
pub mod emoji;
pub mod param_data;
pub mod recovery;
pub mod rejection;
pub mod response;
pub mod rpc;
pub mod upload_auth;

pub use crate::api::error::Recovery;
pub use param_data::ParamData;
pub use recovery::recovery;
pub use rejection::Rejection;
pub use upload_auth::{Address, AuthError};
