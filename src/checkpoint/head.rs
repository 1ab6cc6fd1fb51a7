//! The head of a remembered upload.

use super::text;
use crate::text::percent;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    pub size: u64,
    /// When it was begun, server time, ms.
    pub created: i64,
    pub video_id: String,
    pub endpoint: String,
    pub bucket: String,
    pub key: String,
    /// Empty while no multipart upload is open.
    pub upload_id: String,
    /// The upload id's own birth, server time, ms.
    pub opened: i64,
    /// Complete may have been sent.
    pub completing: bool,
    /// Chunks that may lie beside the head.
    pub chunks: u32,
}

impl Head {
    pub fn write(&self) -> String {
        text::seal(&[
            self.size.to_string(),
            self.created.to_string(),
            percent::encode(&self.video_id),
            percent::encode(&self.endpoint),
            percent::encode(&self.bucket),
            percent::encode(&self.key),
            percent::encode(&self.upload_id),
            self.opened.to_string(),
            if self.completing { "1" } else { "0" }.into(),
            self.chunks.to_string(),
        ])
    }

    pub fn read(sealed: &str) -> Option<Self> {
        let lines = text::open(sealed)?;
        let [size, created, video, endpoint, bucket, key, upload, opened, completing, chunks] = lines[..] else {
            return None;
        };
        Some(Head {
            size: size.parse().ok()?,
            created: created.parse().ok()?,
            video_id: percent::decode(video),
            endpoint: percent::decode(endpoint),
            bucket: percent::decode(bucket),
            key: percent::decode(key),
            upload_id: percent::decode(upload),
            opened: opened.parse().ok()?,
            completing: completing == "1",
            chunks: chunks.parse().ok().filter(|n| *n <= super::chunk::MAX_CHUNKS)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_whole() {
        let head = Head {
            size: 5 << 40,
            created: -5,
            video_id: "v\n|%".into(),
            endpoint: "https://oss-cn-shanghai.aliyuncs.com".into(),
            bucket: "outin-1".into(),
            key: "sv/视频 1.mp4".into(),
            upload_id: "0004B9894A22E5B1888A1E29F8236E2D".into(),
            opened: 7,
            completing: true,
            chunks: 157,
        };
        assert_eq!(Head::read(&head.write()), Some(head.clone()));
        assert_eq!(Head::read(&Head { chunks: 1 << 30, ..head }.write()), None, "no endless loop over chunks");
    }
}
