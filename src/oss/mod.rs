//! OSS as an uploader needs it: eight requests, two signatures, the answers.
//! Facts are from the OSS API reference and, where it is silent, from what `ali-oss` sends.

pub mod content_type;
pub mod crc64;
pub mod endpoint;
pub mod post_form;
pub mod provenance;
pub mod recovery;
pub mod request;
pub mod response;
pub mod signer;
pub mod xml;

pub use crate::api::error::Recovery;
pub use endpoint::{AddressError, ObjectLocation};
pub use provenance::{provenance, Provenance};
pub use recovery::{recovery, Op};
pub use request::{Body, Request};
pub use signer::{Signature, Signer};
