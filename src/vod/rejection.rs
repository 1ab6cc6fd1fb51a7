//! The rejection of the app's `getAuth` or `getSTSToken`: what it passes on of VOD's answer to the app's server.

use crate::api::error::{clean_code, clean_message, Recovery};
use crate::encoding::json::{self, Object};

/// The family of codes for a video that cannot be refreshed.
const VIDEO_GONE: &str = "InvalidVideo.";
/// Where app servers put the code and the message of an error that they pass on.
const CODES: [&str; 4] = ["Code", "code", "errCode", "errorCode"];
const MESSAGES: [&str; 5] = ["Message", "message", "errMsg", "msg", "errorMessage"];
/// Objects that app servers wrap around an error, or around the answer of the VOD API.
pub(super) const WRAPPINGS: [&str; 5] = ["error", "Error", "data", "body", "result"];

/// A rejection, fit for the app and the log: without secrets and at most 2 KB long.
#[derive(Clone, Debug, PartialEq)]
pub struct Rejection {
    /// Empty if the rejection names none.
    pub code: String,
    pub message: String,
    /// [`Recovery::VideoGone`] if VOD no longer has the video, else [`Recovery::Fail`].
    pub recovery: Recovery,
}

impl Rejection {
    /// `code` and `message` as the rejection has them. `message` may be a sentence in which the server quotes VOD's code, or
    /// the JSON of a plain object, with the error itself or around it.
    pub fn new(code: &str, message: &str) -> Self {
        let (mut found_code, mut found_message) = (code.trim().to_owned(), message.trim().to_owned());
        if let Some(object) = json::parse_object(message) {
            let (inner_code, inner_message) = of_object(&object);
            found_code = if found_code.is_empty() { inner_code } else { found_code };
            found_message = inner_message.unwrap_or(found_message);
        }
        let gone = video_gone(code).or_else(|| video_gone(message));
        if found_code.is_empty() {
            found_code = gone.unwrap_or_default().to_owned();
        }
        Rejection {
            code: clean_code(&found_code),
            message: clean_message(&found_message),
            recovery: if gone.is_some() { Recovery::VideoGone } else { Recovery::Fail },
        }
    }
}

/// The message in a JSON object of an app's server, fit for the app and the log. The rest of the object may hold secrets.
pub fn message_in(answer: &str) -> Option<String> {
    of_object(&json::parse_object(answer)?).1.map(|message| clean_message(&message))
}

/// Code and message of an error object, or of the one that it wraps.
fn of_object(object: &Object) -> (String, Option<String>) {
    let inner = WRAPPINGS.iter().find_map(|name| object.get(name)?.object());
    let text = |names: &[&str]| {
        let of =
            |object: &Object| names.iter().find_map(|name| object.get(name)?.string()).filter(|text| !text.is_empty());
        inner.as_ref().and_then(of).or_else(|| of(object))
    };
    (text(&CODES).unwrap_or_default(), text(&MESSAGES))
}

/// The code of the family in a text: `InvalidVideo.NotFound`, `.Deleted`, `.Damaged`, ….
fn video_gone(text: &str) -> Option<&str> {
    text.match_indices(VIDEO_GONE).find_map(|(at, _)| {
        let word = text[..at].chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'));
        let reason = text[at + VIDEO_GONE.len()..].bytes().take_while(u8::is_ascii_alphabetic).count();
        (!word && reason > 0).then(|| &text[at..at + VIDEO_GONE.len() + reason])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_video_that_is_gone_is_recognised_in_every_form() {
        for (code, message, expected) in [
            ("InvalidVideo.NotFound", "The video does not exist.", "InvalidVideo.NotFound"),
            ("", "HTTP Status: 404 Error:InvalidVideo.NotFound The video does not exist", "InvalidVideo.NotFound"),
            ("", "InvalidVideo.Deleted : the video was deleted", "InvalidVideo.Deleted"),
            ("", "刷新失败InvalidVideo.NotFound", "InvalidVideo.NotFound"),
            ("", r#"{"Code":"InvalidVideo.Damaged","Message":"damaged"}"#, "InvalidVideo.Damaged"),
            ("", r#"{"code":500,"data":{"code":"InvalidVideo.NotFound","message":"gone"}}"#, "InvalidVideo.NotFound"),
            ("", r#"{"statusCode":404,"body":"{\"Code\":\"InvalidVideo.NotFound\"}"}"#, "InvalidVideo.NotFound"),
            ("ServerError", "refresh: InvalidVideo.NotFound", "ServerError"),
        ] {
            let rejection = Rejection::new(code, message);
            assert_eq!(rejection.recovery, Recovery::VideoGone, "{code} {message}");
            assert_eq!(rejection.code, expected);
        }
    }

    #[test]
    fn others_are_not() {
        for (code, message) in [
            ("", ""),
            ("InvalidVideo", "x"),
            ("", "NotInvalidVideo.NotFound"),
            ("", "InvalidVideo. What now?"),
            ("", "the network is down"),
            ("Forbidden.InitFailed", "InvalidVideoId"),
        ] {
            assert_eq!(Rejection::new(code, message).recovery, Recovery::Fail, "{code} {message}");
        }
    }

    #[test]
    fn of_an_answer_only_the_message_is_shown() {
        assert_eq!(
            message_in(r#"{"code":401,"msg":"log in first","data":{"auth":"eyJ"}}"#).as_deref(),
            Some("log in first")
        );
        assert_eq!(message_in(r#"{"upload_auth":"eyJ"}"#), None);
        assert_eq!(message_in("<html>"), None);
    }

    #[test]
    fn it_is_scrubbed_and_short() {
        let secret = "CAISdev/+token==AbC0123456789/xyz+QqEe";
        let rejection = Rejection::new(&"c".repeat(9_000), &format!("{} {secret}", "好 ".repeat(3_000)));
        assert!(rejection.code.len() + rejection.message.len() <= 2_048);
        assert!(!Rejection::new("", &format!("no: {secret}")).message.contains("CAIS"));
        assert_eq!(Rejection::new("", r#"{"code":"E1","msg":"not yours"}"#).message, "not yours");
    }
}
