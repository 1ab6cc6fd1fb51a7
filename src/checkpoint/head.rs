//! The head of a record: everything but the parts.

use super::chunk::MAX_CHUNKS;
use super::envelope;
use crate::encoding::json;
use serde::Serialize;

/// What is stored of an upload. Stored as JSON; members that a later version adds are ignored, absent ones have the default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Head {
    /// Bytes of the file.
    pub size: u64,
    /// When the upload was begun, by the phone's clock, ms.
    pub created: i64,
    pub video_id: String,
    /// The ReferenceId with which CreateUploadVideo was called; empty outside the STS flow.
    pub reference_id: String,
    /// [`ParamData::digest`](crate::vod::ParamData::digest) of the paramData that CreateUploadVideo passed on in the STS flow; else 0.
    pub param_data: u64,
    pub endpoint: String,
    pub bucket: String,
    pub key: String,
    /// Empty while no multipart upload is open.
    pub upload_id: String,
    /// The first InitiateMultipartUpload was sent with x-oss-forbid-overwrite and succeeded: no object lay at the key.
    pub fresh: bool,
    /// CompleteMultipartUpload may have been sent.
    pub completing: bool,
    /// Chunks of parts that may be stored with the head.
    pub chunks: u32,
}

impl Head {
    pub fn write(&self) -> String {
        let mut writer = envelope::Writer::default();
        writer.line(&json::to_text(self));
        writer.seal()
    }

    /// `None`: damaged, of another version, or with more chunks than an upload can have.
    pub fn read(sealed: &str) -> Option<Box<Self>> {
        let object = json::parse_object(envelope::open(sealed)?.next()?)?;
        let head = Box::new(Head {
            size: object.number("size").unwrap_or_default(),
            created: object.number("created").unwrap_or_default(),
            video_id: object.text("videoId"),
            reference_id: object.text("referenceId"),
            param_data: object.number("paramData").unwrap_or_default(),
            endpoint: object.text("endpoint"),
            bucket: object.text("bucket"),
            key: object.text("key"),
            upload_id: object.text("uploadId"),
            fresh: object.flag("fresh"),
            completing: object.flag("completing"),
            chunks: object.number("chunks").unwrap_or_default(),
        });
        (head.chunks <= MAX_CHUNKS).then_some(head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::envelope::tests::former;

    fn head() -> Head {
        Head {
            size: 5 << 40,
            created: -5,
            video_id: "v\n|%".into(),
            reference_id: "vod-upload-0".into(),
            param_data: u64::MAX,
            endpoint: "https://oss-cn-shanghai.aliyuncs.com".into(),
            bucket: "outin-1".into(),
            key: "sv/视频 1.mp4".into(),
            upload_id: "0004B9894A22E5B1888A1E29F8236E2D".into(),
            fresh: true,
            completing: true,
            chunks: 157,
        }
    }

    #[test]
    fn comes_back_whole() {
        assert_eq!(Head::read(&head().write()), Some(Box::new(head())));
        assert!(head().write().len() < 1_000);
        assert_eq!(Head::read(&Head { chunks: 1 << 30, ..head() }.write()), None, "no endless loop over chunks");
    }

    #[test]
    fn other_versions() {
        let mut writer = envelope::Writer::default();
        writer.line(r#"{"size":7,"later":[1]}"#);
        assert_eq!(Head::read(&writer.seal()), Some(Box::new(Head { size: 7, ..Head::default() })));
        let lines = ["7", "1", "v", "e", "b", "k", "u", "2", "0", "1"];
        assert_eq!(Head::read(&former(&lines)), None);
    }
}
