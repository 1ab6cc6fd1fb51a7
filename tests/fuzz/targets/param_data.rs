//! The app's paramData, and the calls to VOD that are made from it.

use vod_upload::credential::Credential;
use vod_upload::encoding::{base64, percent};
use vod_upload::vod::api::{self, ImageParams, VideoParams};
use vod_upload::vod::emoji::remove_emoji;
use vod_upload::vod::{ParamData, Rejection};

pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let plain_text = remove_emoji(&text);
    assert!(plain_text.len() <= text.len());
    assert_eq!(remove_emoji(&plain_text).len(), plain_text.len());
    let rejection = Rejection::read(&text);
    assert!(rejection.code.len() + rejection.message.len() <= 2_048);
    let params = match ParamData::parse(&text) {
        Ok(params) => params,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            ParamData::unread(&text)
        }
    };
    if let Some(notification) = &params.notification {
        assert_eq!(base64::decode_lenient(notification).as_deref(), Some(text.as_bytes()));
    }
    let vod = params.vod.as_ref();
    let cover_url = (data.len() % 2 == 1).then_some("https://example.com/c.jpg");
    let reference_id = (data.len() % 3 == 1).then_some("vod-upload-0");
    let name = text.get(..text.len().min(40)).unwrap_or("x");
    let video = VideoParams { vod, file_name: name, path: "wxfile://tmp_1.mp4", file_size: 7, cover_url, reference_id };
    let image = ImageParams { vod, file_name: name, path: "wxfile://tmp_1.jpg", cover: cover_url.is_some() };
    for call in [api::create_video(&video), api::create_image(&image), api::refresh_video(&text)] {
        let mut names: Vec<&str> = call.params.iter().map(|param| param.0).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "a parameter is given twice: {names:?}");
        if call.action == "CreateUploadVideo" {
            let given = |name: &str| call.params.iter().any(|param| param.0 == name && !param.1.is_empty());
            assert!(given("Title") && given("FileName"));
            assert!(reference_id.is_none() || given("ReferenceId"));
        }
        let credential = Credential {
            access_key_id: "STS.K".into(),
            access_key_secret: "s".into(),
            security_token: "t".into(),
            expires_at: None,
            region: None,
        };
        let count = call.params.len();
        let body = call.body(&credential, 1_780_000_000_000, "nonce");
        // Nothing in a value may become a parameter of its own.
        assert_eq!(body.split('&').count(), count + 10);
        assert!(body.split('&').all(|pair| pair.split_once('=').is_some_and(|(_, value)| plain(value))));
    }
}

fn plain(value: &str) -> bool {
    percent::encode(&percent::decode(value)) == value
}
