//! Multipart uploads: which bytes are which part, and what is known of an upload at OSS.

pub mod etag;
pub mod object_crc;
pub mod plan;
pub mod upload;

pub use etag::Etag;
pub use plan::{PartPlan, PartRange, UploadedPart};
pub use upload::MultipartUpload;
