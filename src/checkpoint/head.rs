//! The head of a remembered upload.

use super::text;
use crate::text::{decimal, parse_number, percent};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    pub size: u64,
    /// When it was begun, by the phone's clock, ms.
    pub created: i64,
    pub video_id: String,
    pub endpoint: String,
    pub bucket: String,
    pub key: String,
    /// Empty while no multipart upload is open.
    pub upload_id: String,
    /// The upload id's own birth, by the phone's clock, ms.
    pub opened: i64,
    /// Complete may have been sent.
    pub completing: bool,
    /// Chunks that may lie beside the head.
    pub chunks: u32,
}

impl Head {
    pub fn write(&self) -> String {
        text::seal(&[
            decimal(self.size),
            decimal(self.created as u64),
            percent::encode(&self.video_id),
            percent::encode(&self.endpoint),
            percent::encode(&self.bucket),
            percent::encode(&self.key),
            percent::encode(&self.upload_id),
            decimal(self.opened as u64),
            if self.completing { "1" } else { "0" }.into(),
            decimal(u64::from(self.chunks)),
        ])
    }

    pub fn read(sealed: &str) -> Option<Box<Self>> {
        let lines = text::open(sealed)?;
        let [size, created, video, endpoint, bucket, key, upload, opened, completing, chunks] = lines[..] else {
            return None;
        };
        Some(Box::new(Head {
            size: parse_number(size)?,
            created: parse_number(created)? as i64,
            video_id: percent::decode(video),
            endpoint: percent::decode(endpoint),
            bucket: percent::decode(bucket),
            key: percent::decode(key),
            upload_id: percent::decode(upload),
            opened: parse_number(opened)? as i64,
            completing: completing == "1",
            chunks: parse_number(chunks).filter(|n| *n <= u64::from(super::chunk::MAX_CHUNKS))? as u32,
        }))
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
        assert_eq!(Head::read(&head.write()), Some(Box::new(head.clone())));
        assert_eq!(Head::read(&Head { chunks: 1 << 30, ..head }.write()), None, "no endless loop over chunks");
    }
}
