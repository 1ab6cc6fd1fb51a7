//! What the app gives: options, files and credentials.

use super::bytes::Bytes;
use super::{World, SECRET, TOKEN};
use vod_upload::api::event::{Event, FileKind, NewFile, StsText};
use vod_upload::api::options::{Authoriser, Options, Transport};
use vod_upload::encoding::base64;
use vod_upload::oss::Signature;

pub fn options(bytes: &mut Bytes) -> Options {
    let bits = bytes.byte();
    Options {
        user_scope: "1".into(),
        retry_count: u32::from(bytes.byte() % 5),
        retry_wait: bytes.of(&[0, 500, 2_000]),
        timeout: bytes.of(&[1, 20_000, 60_000]),
        part_size: bytes.of(&[0, 0, 1, 102_400, 1 << 20, u64::MAX]),
        parallel: bytes.of(&[0, 0, 1, 2, 8, u32::MAX]),
        parallel_files: bytes.of(&[0, 1, 2, 3]),
        cname: bits & 1 > 0,
        signature: if bits & 2 > 0 { Signature::V1 } else { Signature::V4 },
        crc: bits & 4 == 0,
        checkpoint: bits & 8 == 0,
        transport: bytes.of(&[Transport::Auto, Transport::Auto, Transport::Request, Transport::UploadFile]),
        authoriser: bytes.of(&[Authoriser::Callbacks, Authoriser::Auth, Authoriser::Sts]),
        expired_handled: bits & 16 == 0,
        network: bytes.of(&["wifi", "2g", "none", "unknown"]).into(),
        ..Options::default()
    }
}

impl World<'_> {
    pub fn added(&mut self) -> Event {
        self.files += 1;
        let id = self.files % 6;
        // An id is never used again while it is in the list.
        self.engine.handle_event(Event::Remove(id), self.wall);
        let own = self.bytes.byte() & 3 == 3;
        let given = |text: &str| if own { text.to_string() } else { String::new() };
        Event::Add(NewFile {
            id,
            path: format!("wxfile://tmp_{}", id % 3),
            name: self.bytes.of(&["a.mp4", "p.jpg", "x", ""]).into(),
            kind: self.bytes.of(&[
                FileKind::Unknown,
                FileKind::Image,
                FileKind::Video,
                FileKind::Audio,
                FileKind::Unknown,
            ]),
            endpoint: given("oss-cn-shanghai.aliyuncs.com"),
            bucket: given("own"),
            object: given("o.mp4"),
            param_data: self.bytes.of(&["", "{\"Vod\":{\"Title\":\"t\"}}", "{\"Vod\""]).into(),
            cover: self.bytes.of(&["", "wxfile://cover.jpg", "https://example.com/c.jpg"]).into(),
        })
    }

    pub fn expiration(&mut self) -> &'static str {
        self.bytes.of(&["3600", "1", "", "2026-06-01T01:00:00Z", "1780273000000", "99999999999999999999"])
    }

    pub fn auth(&mut self) -> String {
        let expiration = self.expiration();
        if expiration.is_empty() {
            return self.bytes.text();
        }
        let text = format!(
            "{{\"AccessKeyId\":\"STS.K\",\"AccessKeySecret\":\"{SECRET}\",\"SecurityToken\":\"{TOKEN}\",\"Expiration\":\"{expiration}\"}}"
        );
        base64::encode(text.as_bytes())
    }

    pub fn address(&mut self) -> String {
        let key = self.bytes.of(&["k1", "k2", "中/a b"]);
        let text = format!(
            "{{\"Endpoint\":\"https://oss-cn-shanghai.aliyuncs.com\",\"Bucket\":\"outin-1\",\"FileName\":\"{key}\"}}"
        );
        base64::encode(text.as_bytes())
    }

    pub fn sts(&mut self) -> StsText {
        StsText {
            access_key_id: "STS.K".into(),
            access_key_secret: SECRET.into(),
            security_token: TOKEN.into(),
            expiration: self.expiration().into(),
        }
    }

    /// What VOD or the app's server answers.
    pub fn created(&mut self) -> String {
        match self.bytes.byte() % 4 {
            0 => self.bytes.text(),
            1 => format!(
                "{{\"Credentials\":{{\"AccessKeyId\":\"STS.K\",\"AccessKeySecret\":\"{SECRET}\",\"SecurityToken\":\"{TOKEN}\",\"Expiration\":\"{}\"}}}}",
                self.expiration()
            ),
            _ => format!(
                "{{\"VideoId\":\"v\",\"ImageId\":\"i\",\"ImageURL\":\"https://i\",\"UploadAuth\":\"{}\",\"UploadAddress\":\"{}\"}}",
                self.auth(),
                self.address()
            ),
        }
    }
}
