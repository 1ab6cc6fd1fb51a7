//! paramData: the app's JSON text with the `Vod` level, given to addFile.

use crate::encoding::base64;
use crate::encoding::json::{self, JsonError, Object};
use crate::oss::crc64::Crc64;

/// The app's paramData.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParamData {
    /// The `Vod` level, if it is there and an object.
    pub vod: Option<Object>,
    /// Value of x-oss-notification: base64 of the whole text.
    pub notification: Option<String>,
}

impl ParamData {
    /// An empty text is no paramData. Text without a `Vod` level is accepted: public code passes `{}` and more.
    ///
    /// # Errors
    /// [`JsonError`] with line, column and the text around the place.
    pub fn parse(text: &str) -> Result<Self, JsonError> {
        if text.trim().is_empty() {
            return Ok(ParamData::default());
        }
        let vod = json::parse(text)?.object().and_then(|members| members.get("Vod")?.object());
        Ok(ParamData { vod, notification: Some(base64::encode(text)) })
    }

    /// For a text that is no JSON here but was for the platform: it goes to OSS unread.
    pub fn unread(text: &str) -> Self {
        ParamData { vod: None, notification: Some(base64::encode(text)) }
    }

    /// Differs for different paramData; 0 without paramData. For comparison only: in the STS flow CreateUploadVideo passes
    /// paramData to VOD once, and a later upload of the same file with other paramData needs a video of its own.
    pub fn digest(&self) -> u64 {
        let Some(notification) = &self.notification else { return 0 };
        let mut crc = Crc64::new();
        crc.update(notification.as_bytes());
        crc.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_every_sort() {
        assert_eq!(ParamData::parse(" "), Ok(ParamData::default()));
        for text in ["{}", "{\"Vod\":\"x\"}", "{\"userId\":1}", "null", "[]"] {
            let data = ParamData::parse(text).unwrap();
            assert_eq!(data.vod, None, "{text}");
            assert_eq!(data.notification, Some(base64::encode(text)));
        }
        assert_eq!(ParamData::parse("{\"Vod\":{}}").unwrap().vod, Some(Object::default()));
        assert_eq!(ParamData::parse("{\"Vod\":{}\"}").unwrap_err().column, 10);
    }

    #[test]
    fn digests_differ() {
        let digest = |text| ParamData::parse(text).unwrap().digest();
        assert_eq!(digest(""), 0);
        assert_eq!(digest("{\"Vod\":{}}"), digest("{\"Vod\":{}}"));
        assert_ne!(digest("{\"Vod\":{}}"), digest("{\"Vod\":{\"Title\":\"x\"}}"));
    }
}
