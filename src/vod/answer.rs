//! What the VOD API answers, in JSON; the same fields an app's server passes on.

use crate::error::{scrub, ServerError};
use crate::oss::answer::{by_status, header};
use crate::text::json::{self, Json};
use crate::text::time;

/// The answer of the calls that create or refresh; absent fields are empty.
#[derive(Clone, Default, PartialEq)]
pub struct Created {
    pub upload_auth: String,
    pub upload_address: String,
    pub video_id: String,
    pub image_id: String,
    pub image_url: String,
    pub request_id: String,
}

/// `None`: no JSON object, or one without UploadAuth.
pub fn created(body: &str) -> Option<Created> {
    created_from(&json::parse(body).ok()?)
}

pub fn created_from(value: &Json) -> Option<Created> {
    let text = |key| value.text(key).unwrap_or_default();
    let created = Created {
        upload_auth: text("UploadAuth"),
        upload_address: text("UploadAddress"),
        video_id: text("VideoId"),
        image_id: text("ImageId"),
        image_url: text("ImageURL"),
        request_id: text("RequestId"),
    };
    (!created.upload_auth.is_empty()).then_some(created)
}

/// What an answer that is no success says; the code is empty if it is no error document of the API.
pub fn error(status: u16, headers: &str, body: &str) -> ServerError {
    let value = json::parse(body).unwrap_or(Json::Null);
    ServerError {
        code: value.text("Code").unwrap_or_default(),
        message: value
            .text("Message")
            .filter(|text| !text.is_empty())
            .map_or_else(|| by_status(status), |text| scrub(&text)),
        request_id: value.text("RequestId").unwrap_or_default(),
        ec: String::new(),
        server_time: header(headers, "date").and_then(time::parse_http_date),
    }
}
