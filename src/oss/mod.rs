//! OSS as an uploader needs it: eight requests, two signatures, the answers.
//! Facts are from the OSS API reference and, where it is silent, from what `ali-oss` sends.

pub mod answer;
pub mod crc64;
pub mod digest;
pub mod mime;
pub mod post;
pub mod remedy;
pub mod request;
pub mod sign;
pub mod sign_v1;
pub mod sign_v4;
pub mod target;

pub use crate::error::Remedy;
pub use remedy::{remedy, Op};
pub use request::{Body, Request};
pub use sign::{Signature, Signer};
pub use target::Target;
