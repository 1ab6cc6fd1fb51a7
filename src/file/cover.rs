//! The cover of a video, uploaded before it in the STS flow.

use crate::credential::Credential;
use crate::oss::endpoint::ObjectLocation;

#[derive(Default)]
pub struct Cover {
    /// Where the cover goes, and with which credential.
    pub destination: Option<(Box<ObjectLocation>, Box<Credential>)>,
    /// Address of the uploaded cover, for CreateUploadVideo; empty if there is none.
    pub url: String,
    /// Bytes.
    pub size: u64,
    /// It was uploaded, or given up.
    pub done: bool,
}
