//! What the VOD API answers, in JSON; the same fields an app's server passes on.

use super::rejection::WRAPPINGS;
use crate::api::error::{clean_code, clean_message, ServerError};
use crate::encoding::json::{self, Object};
use crate::oss::response::{by_status, header};
use crate::timestamp;

/// The answer of the calls that create or refresh; absent fields are empty.
#[derive(Clone, Default, PartialEq)]
pub struct Created {
    /// Base64 of JSON: the credential.
    pub upload_auth: String,
    /// Base64 of JSON: endpoint, bucket and key.
    pub upload_address: String,
    /// Of the video; empty for an image.
    pub video_id: String,
    /// Of the image; empty for a video.
    pub image_id: String,
    /// Where the image will be found.
    pub image_url: String,
}

/// The answer itself or what is wrapped in it, with the VOD API's names or in camel case, as app servers pass it on.
/// `None`: no JSON object, or one without UploadAuth.
pub fn created(body: &str) -> Option<Created> {
    find(body, |created| !created.upload_auth.is_empty())
}

/// The VideoId of an answer that may lack the rest; empty if there is none.
pub fn video_id(body: &str) -> String {
    find(body, |created| !created.video_id.is_empty()).unwrap_or_default().video_id
}

fn find(body: &str, sought: fn(&Created) -> bool) -> Option<Created> {
    let object = json::parse_object(body)?;
    let wrapped = WRAPPINGS.iter().filter_map(|name| object.get(name)?.object());
    std::iter::once(fields(&object)).chain(wrapped.map(|inner| fields(&inner))).find(sought)
}

fn fields(object: &Object) -> Created {
    let text = |name: &str, camel_case: &str| {
        let text = object.text(name);
        if text.is_empty() {
            object.text(camel_case)
        } else {
            text
        }
    };
    Created {
        upload_auth: text("UploadAuth", "uploadAuth"),
        upload_address: text("UploadAddress", "uploadAddress"),
        video_id: text("VideoId", "videoId"),
        image_id: text("ImageId", "imageId"),
        image_url: text("ImageURL", "imageUrl"),
    }
}

/// The error in a response that is no success; the code is empty if it is no error document of the API.
pub fn error(status: u16, headers: &str, body: &str) -> ServerError {
    let document = json::parse_object(body).unwrap_or_default();
    let message = document.text("Message");
    ServerError {
        code: clean_code(&document.text("Code")),
        message: if message.is_empty() { by_status(status) } else { clean_message(&message) },
        request_id: clean_code(&document.text("RequestId")),
        server_time: header(headers, "date").and_then(timestamp::parse_http_date),
    }
}

/// Whether VOD itself answered: every document of the API is an object with a RequestId, which a captive portal's or
/// gateway's page is not. A redirect is never VOD's.
pub fn is_from_vod(status: u16, body: &str) -> bool {
    !(300..400).contains(&status) && json::parse_object(body).is_some_and(|object| !object.text("RequestId").is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_all_calls() {
        let video = created(r#"{"RequestId":"r","VideoId":"v","UploadAddress":"a","UploadAuth":"u"}"#).unwrap();
        assert_eq!(
            (video.video_id.as_str(), video.upload_auth.as_str(), video.upload_address.as_str()),
            ("v", "u", "a")
        );
        let image = created(r#"{"ImageId":"i","ImageURL":"https://i","UploadAddress":"a","UploadAuth":"u"}"#).unwrap();
        assert_eq!((image.image_id.as_str(), image.image_url.as_str()), ("i", "https://i"));
        for body in [
            r#"{"uploadAuth":"u","uploadAddress":"a","videoId":"v"}"#,
            r#"{"code":0,"data":{"UploadAuth":"u","UploadAddress":"a","VideoId":"v"}}"#,
        ] {
            assert!(created(body) == created(r#"{"VideoId":"v","UploadAddress":"a","UploadAuth":"u"}"#), "{body}");
        }
        assert_eq!(video_id(r#"{"data":{"videoId":"v"}}"#), "v");
        for body in ["", "<html>", "{}", "[]", r#"{"UploadAuth":""}"#, r#"{"UploadAuth":{}}"#] {
            assert!(created(body).is_none(), "{body}");
        }
    }

    #[test]
    fn errors_hide_what_the_gateway_quotes() {
        let body = r#"{"RequestId":"r","HostId":"h","Code":"SignatureDoesNotMatch","Message":"Specified signature is not matched with our calculation. server string to sign is:POST&%2F&AccessKeyId%3DSTS.N1%26SecurityToken%3DCAISdev%252F%252Btoken%253D%253DAbC0123456789%26SignatureMethod%3DHMAC-SHA1"}"#;
        let found = error(400, "date: Thu, 07 Mar 2024 09:05:03 GMT\n", body);
        assert_eq!((found.code.as_str(), found.request_id.as_str()), ("SignatureDoesNotMatch", "r"));
        assert_eq!(found.server_time, Some(1_709_802_303_000));
        assert!(found.message.starts_with("Specified signature is not matched"));
        assert!(!found.message.contains("CAIS"), "{}", found.message);
    }

    #[test]
    fn pages_of_proxies_have_no_code() {
        let found = error(502, "", "<html>bad gateway</html>");
        assert_eq!(found.code, "");
        assert_eq!(found.message, "the server answered HTTP 502 without saying why; start it again later");
    }

    #[test]
    fn only_documents_with_a_request_id_are_vods() {
        assert!(is_from_vod(200, r#"{"RequestId":"r","VideoId":"v"}"#));
        assert!(is_from_vod(404, r#"{"RequestId":"r","Code":"InvalidVideo.NotFound"}"#));
        for (status, body) in [
            (200, r#"{"RequestId":"","VideoId":"v"}"#),
            (200, r#"{"requestId":"r"}"#),
            (200, "<html>RequestId</html>"),
            (302, r#"{"RequestId":"r"}"#),
            (200, ""),
        ] {
            assert!(!is_from_vod(status, body), "{body}");
        }
    }
}
