//! What the app's `getAuth` or `getSTSToken` is rejected with, or answers instead of a credential: what it passes on of VOD's
//! answer to the app's server.

use crate::api::error::{clean_code, clean_message, Recovery};
use crate::encoding::json;

/// The family of codes for a video that cannot be refreshed.
const VIDEO_GONE: &str = "InvalidVideo.";
/// Names of the code: in the VOD API's answers, in errors, in failures of the platform, and in answers of app servers.
const CODES: [&str; 4] = ["Code", "code", "errCode", "errorCode"];
const MESSAGES: [&str; 6] = ["Message", "message", "errMsg", "msg", "errorMessage", "errmsg"];
/// What HTTP clients and app servers wrap around an error, or around the answer of the VOD API; the inner one says more.
pub(super) const WRAPPINGS: [&str; 6] = ["response", "data", "body", "result", "error", "Error"];
/// Levels that are looked through: a response, its data, the server's envelope, the error, its text.
const MAX_DEPTH: u32 = 5;

/// A rejection, fit for the app and the log: without secrets and at most 2 KB long.
#[derive(Clone, Debug, PartialEq)]
pub struct Rejection {
    /// Empty if the rejection names none.
    pub code: String,
    /// Empty if there is none.
    pub message: String,
    /// [`Recovery::VideoGone`] if VOD no longer has the video, else [`Recovery::Fail`].
    pub recovery: Recovery,
}

impl Rejection {
    /// `text`: a sentence, in which the server may quote VOD's code, or the JSON of an error or of what is wrapped around it.
    pub fn read(text: &str) -> Self {
        let found = find(text, 0);
        let gone = [&found.code, &found.message, text].into_iter().find_map(|text| video_gone(text));
        let code = if found.code.is_empty() { gone.unwrap_or_default() } else { &found.code };
        // An object without any known field still says something.
        let message = [&found.message, code, text].into_iter().find(|text| !text.is_empty());
        Rejection {
            code: clean_code(code),
            message: clean_message(message.unwrap_or_default()),
            recovery: if gone.is_some() { Recovery::VideoGone } else { Recovery::Fail },
        }
    }
}

/// The message in a JSON object of an app's server, fit for the app and the log. The rest of the object may hold secrets.
pub fn message_in(answer: &str) -> Option<String> {
    json::parse_object(answer)?;
    let Found { message, .. } = find(answer, 0);
    (!message.is_empty()).then(|| clean_message(&message))
}

/// Code and message as they were found; empty if there are none.
#[derive(Default)]
struct Found {
    code: String,
    message: String,
}

impl Found {
    /// Where this lacks the code or the message, that of the other.
    fn or(self, other: Found) -> Found {
        let [code, message] =
            [(self.code, other.code), (self.message, other.message)]
                .map(|(own, other)| if own.is_empty() { other } else { own });
        Found { code, message }
    }
}

fn find(text: &str, depth: u32) -> Found {
    let Some(object) = json::parse_object(text) else {
        return Found { code: String::new(), message: text.trim().to_owned() };
    };
    if depth == MAX_DEPTH {
        return Found::default();
    }
    let text_of = |name: &&str| object.get(name)?.string().filter(|text| !text.is_empty());
    let inner = WRAPPINGS.iter().filter_map(|name| {
        let value = object.get(name)?;
        let text = if value.is_object() { value.as_written().to_owned() } else { value.string()? };
        Some(find(&text, depth + 1))
    });
    let own = Found { code: CODES.iter().find_map(text_of).unwrap_or_default(), message: String::new() };
    // An Error's message may be the JSON of an answer.
    let message = MESSAGES.iter().find_map(text_of).map(|text| find(&text, depth + 1));
    let wrapped = inner.into_iter().find(|found| !(found.code.is_empty() && found.message.is_empty()));
    wrapped.unwrap_or_default().or(own).or(message.unwrap_or_default())
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

    const VOD: &str =
        r#"{"RequestId":"R","HostId":"vod.cn-shanghai.aliyuncs.com","Code":"InvalidVideo.NotFound","Message":"gone"}"#;

    fn read(text: &str) -> (String, String) {
        let Rejection { code, message, .. } = Rejection::read(text);
        (code, message)
    }

    #[test]
    fn code_and_message_are_found_in_every_form() {
        let quoted = json::to_text(&VOD);
        for text in [
            VOD.to_owned(),
            format!(r#"{{"message":{quoted}}}"#),
            format!(r#"{{"data":{VOD}}}"#),
            format!(r#"{{"errMsg":"request:ok","data":{VOD}}}"#),
            format!(r#"{{"errMsg":"request:ok","data":{quoted}}}"#),
            format!(r#"{{"message":"status code 404","code":"ERR_BAD_REQUEST","response":{{"data":{VOD}}}}}"#),
            format!(r#"{{"message":"failed","response":{{"data":{{"code":404,"data":{{"error":{VOD}}}}}}}}}"#),
            r#"{"code":500,"data":{"code":"InvalidVideo.NotFound","message":"gone"}}"#.to_owned(),
        ] {
            assert_eq!(read(&text), ("InvalidVideo.NotFound".into(), "gone".into()), "{text}");
        }
        for (text, code, message) in [
            ("no quota left", "", "no quota left"),
            (r#"{"errMsg":"request:fail interrupted"}"#, "", "request:fail interrupted"),
            (r#"{"error":"no quota left"}"#, "", "no quota left"),
            (r#"{"code":"QuotaFull","msg":"no quota left","data":null}"#, "QuotaFull", "no quota left"),
            (r#"{"code":"QuotaFull","message":"","data":{}}"#, "QuotaFull", "QuotaFull"),
            (r#"{"status":1}"#, "", r#"{"status":1}"#),
            ("", "", ""),
        ] {
            assert_eq!(read(text), (code.into(), message.into()), "{text}");
        }
    }

    #[test]
    fn objects_are_looked_through_to_a_limit() {
        let nest = |levels: usize| [r#"{"data":"#.repeat(levels), VOD.to_owned(), "}".repeat(levels)].concat();
        assert_eq!(read(&nest(4)).1, "gone");
        assert_ne!(read(&nest(5)).1, "gone");
        read(&nest(200));
    }

    #[test]
    fn a_video_that_is_gone_is_recognised_in_every_form() {
        for (text, expected) in [
            (r#"{"code":"InvalidVideo.NotFound","message":"The video does not exist."}"#, "InvalidVideo.NotFound"),
            ("HTTP Status: 404 Error:InvalidVideo.NotFound The video does not exist", "InvalidVideo.NotFound"),
            ("InvalidVideo.Deleted : the video was deleted", "InvalidVideo.Deleted"),
            ("刷新失败InvalidVideo.NotFound", "InvalidVideo.NotFound"),
            (r#"{"message":"刷新失败\nInvalidVideo.NotFound"}"#, "InvalidVideo.NotFound"),
            (r#"{"Code":"InvalidVideo.Damaged","Message":"damaged"}"#, "InvalidVideo.Damaged"),
            (r#"{"code":500,"data":{"code":"InvalidVideo.NotFound","message":"gone"}}"#, "InvalidVideo.NotFound"),
            (r#"{"statusCode":404,"body":"{\"Code\":\"InvalidVideo.NotFound\"}"}"#, "InvalidVideo.NotFound"),
            (r#"{"code":"ServerError","message":"refresh: InvalidVideo.NotFound"}"#, "ServerError"),
        ] {
            let rejection = Rejection::read(text);
            assert_eq!(rejection.recovery, Recovery::VideoGone, "{text}");
            assert_eq!(rejection.code, expected);
        }
    }

    #[test]
    fn others_are_not() {
        for text in [
            "",
            r#"{"code":"InvalidVideo","message":"x"}"#,
            "NotInvalidVideo.NotFound",
            "InvalidVideo. What now?",
            "the network is down",
            r#"{"code":"Forbidden.InitFailed","message":"InvalidVideoId"}"#,
        ] {
            assert_eq!(Rejection::read(text).recovery, Recovery::Fail, "{text}");
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
        let (code, message) = ("c".repeat(9_000), format!("{} {secret}", "好 ".repeat(3_000)));
        let rejection = Rejection::read(&format!(r#"{{"code":"{code}","message":"{message}"}}"#));
        assert!(rejection.code.len() + rejection.message.len() <= 2_048);
        assert!(!Rejection::read(&format!("no: {secret}")).message.contains("CAIS"));
        assert_eq!(Rejection::read(r#"{"code":"E1","msg":"not yours"}"#).message, "not yours");
    }
}
