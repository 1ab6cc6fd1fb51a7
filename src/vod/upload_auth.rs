//! UploadAuth and UploadAddress: base64 of a JSON object each, issued by the VOD API through the app's server; and the STS
//! token, a JSON object. Source: VOD user guide, "Upload URLs and credentials"; STS API reference, AssumeRole.

use crate::credential::{parse_expiry, Credential};
use crate::encoding::base64;
use crate::encoding::json::{self, Object};
use std::fmt;

/// Where an object is uploaded to, as VOD names it.
#[derive(Clone, Debug, PartialEq)]
pub struct Address {
    /// `https://oss-cn-shanghai.aliyuncs.com`.
    pub endpoint: String,
    /// VOD's own bucket or the app's.
    pub bucket: String,
    /// The object's key, complete; VOD chooses it.
    pub key: String,
}

/// The value that could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The credential.
    UploadAuth,
    /// Endpoint, bucket and key.
    UploadAddress,
    /// What `getSTSToken` resolves with.
    StsToken,
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Source::UploadAuth => "UploadAuth",
            Source::UploadAddress => "UploadAddress",
            Source::StsToken => "the STS token",
        })
    }
}

impl Source {
    /// Where the app gets the right value.
    fn advice(self) -> &'static str {
        match self {
            Source::StsToken => "pass AccessKeyId, AccessKeySecret and SecurityToken of AssumeRole's answer",
            _ => "pass the value of the VOD API's answer unchanged",
        }
    }
}

/// Why a text is no credential or address, and what to do. The message never repeats what was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum AuthError {
    #[error("{0} is empty: pass the value of the VOD API's answer")]
    Empty(Source),
    #[error("{0} is not base64: pass it as the VOD API gave it, neither decoded nor URL-encoded")]
    NotBase64(Source),
    #[error("{0} is not UTF-8 inside: it was damaged on the way from the VOD API")]
    NotUtf8(Source),
    #[error("{0} is not JSON inside: it was cut off, or is no value of the VOD API")]
    NotJson(Source),
    #[error("{0} holds no JSON object: it is no value of the VOD API")]
    NotAnObject(Source),
    #[error("{0} has no {1}: {advice}", advice = .0.advice())]
    Missing(Source, &'static str),
    #[error("{0} has no {1}: UploadAuth and UploadAddress are interchanged")]
    Interchanged(Source, &'static str),
}

/// Decodes an UploadAuth. `received_at_ms`: when it came, for a credential that gives its life in seconds only.
///
/// # Errors
/// [`AuthError`]: not base64, UTF-8 or JSON, or a field that is missing or empty.
pub fn decode_auth(text: &str, received_at_ms: i64) -> Result<Box<Credential>, AuthError> {
    let source = Source::UploadAuth;
    let object = decode(text, source)?;
    let credential = credential(&object, received_at_ms);
    // Expiration is required though the absolute time may be there as well: the official SDKs refuse a credential without it.
    require(
        source,
        object.get("Endpoint").is_some(),
        &[
            ("AccessKeyId", &credential.access_key_id),
            ("AccessKeySecret", &credential.access_key_secret),
            ("SecurityToken", &credential.security_token),
            ("Expiration", &object.text("Expiration")),
        ],
    )?;
    Ok(credential)
}

/// Decodes an UploadAddress.
///
/// # Errors
/// [`AuthError`] as for [`decode_auth`].
pub fn decode_address(text: &str) -> Result<Address, AuthError> {
    let source = Source::UploadAddress;
    let object = decode(text, source)?;
    let address =
        Address { endpoint: object.text("Endpoint"), bucket: object.text("Bucket"), key: object.text("FileName") };
    require(
        source,
        object.get("AccessKeyId").is_some(),
        &[("Endpoint", &address.endpoint), ("Bucket", &address.bucket), ("FileName", &address.key)],
    )?;
    Ok(address)
}

/// Reads the credentials of AssumeRole as an app's server passes them on in JSON: the fields themselves, or the whole answer
/// with its `Credentials` level.
///
/// # Errors
/// [`AuthError::Missing`] names the field; a text that is no JSON object lacks all of them.
pub fn decode_sts(text: &str, received_at_ms: i64) -> Result<Box<Credential>, AuthError> {
    let mut object = json::parse_object(text).unwrap_or_default();
    if let Some(inner) = object.get("Credentials") {
        object = inner.object().unwrap_or_default();
    }
    let credential = credential(&object, received_at_ms);
    require(
        Source::StsToken,
        false,
        &[
            ("AccessKeyId", &credential.access_key_id),
            ("AccessKeySecret", &credential.access_key_secret),
            ("SecurityToken", &credential.security_token),
        ],
    )?;
    Ok(credential)
}

/// The fields of an UploadAuth and of an STS token; absent ones are empty.
fn credential(object: &Object, received_at_ms: i64) -> Box<Credential> {
    // ExpireUTCTime is not documented, but in real credentials: the absolute time.
    let (absolute, expiration) = (object.text("ExpireUTCTime"), object.text("Expiration"));
    Box::new(Credential {
        access_key_id: object.text("AccessKeyId"),
        access_key_secret: object.text("AccessKeySecret"),
        security_token: object.text("SecurityToken"),
        expires_at: parse_expiry(&absolute, &expiration, received_at_ms),
        region: Some(object.text("Region")).filter(|region| !region.is_empty()),
    })
}

/// The object inside. An array passes as an empty one: the error then names the field that it lacks.
fn decode(text: &str, source: Source) -> Result<Object, AuthError> {
    let bytes = base64::decode_lenient(text).ok_or(AuthError::NotBase64(source))?;
    let text = String::from_utf8(bytes).map_err(|_| AuthError::NotUtf8(source))?;
    if text.is_empty() {
        return Err(AuthError::Empty(source));
    }
    let value = json::parse(&text).map_err(|_| AuthError::NotJson(source))?;
    match value.object() {
        Some(object) => Ok(object),
        None if value.list().is_some() => Ok(Object::default()),
        None => Err(AuthError::NotAnObject(source)),
    }
}

/// All fields are present and none is empty, zero, false or null: the test of the official SDKs.
fn require(source: Source, interchanged: bool, fields: &[(&'static str, &String)]) -> Result<(), AuthError> {
    match fields.iter().find(|(_, value)| value.is_empty()) {
        Some((field, _)) if interchanged => Err(AuthError::Interchanged(source, field)),
        Some((field, _)) => Err(AuthError::Missing(source, field)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_709_802_303_000;

    fn auth(json: &str) -> Result<Box<Credential>, AuthError> {
        decode_auth(&base64::encode(json), NOW)
    }

    #[test]
    fn values_that_are_no_text() {
        let with = |secret: &str| {
            auth(&format!(r#"{{"AccessKeyId":"i","SecurityToken":"t","Expiration":9,"AccessKeySecret":{secret}}}"#))
        };
        for missing in ["null", "false", "0", "\"\"", "{}", "[]"] {
            assert_eq!(with(missing), Err(AuthError::Missing(Source::UploadAuth, "AccessKeySecret")), "{missing}");
        }
        assert_eq!(with("\"0\"").unwrap().access_key_secret, "0");
        assert_eq!(with("12").unwrap().expires_at, Some(NOW + 9000));
    }

    #[test]
    fn scalars_are_no_object() {
        for json in ["1", "\"x\"", "true", "null"] {
            assert_eq!(auth(json), Err(AuthError::NotAnObject(Source::UploadAuth)));
        }
        assert_eq!(decode_auth(" \n", NOW), Err(AuthError::Empty(Source::UploadAuth)));
    }

    #[test]
    fn interchanged_values_are_recognised() {
        let address = base64::encode(br#"{"Endpoint":"e","Bucket":"b","FileName":"f"}"#);
        let message = decode_auth(&address, NOW).unwrap_err().to_string();
        assert!(message.ends_with("interchanged"), "{message}");
        let auth = base64::encode(br#"{"AccessKeyId":"secret-id"}"#);
        let error = decode_address(&auth).unwrap_err();
        assert_eq!(error, AuthError::Interchanged(Source::UploadAddress, "Endpoint"));
        assert!(!error.to_string().contains("secret-id"));
    }

    #[test]
    fn sts_token_with_and_without_its_wrapping() {
        let plain =
            r#"{"AccessKeyId":"STS.i","AccessKeySecret":"s","SecurityToken":"t","Expiration":"2024-03-07T10:05:03Z"}"#;
        let wrapped = ["{\"RequestId\":\"r\",\"Credentials\":", plain, "}"].concat();
        for text in [plain, &wrapped] {
            let credential = decode_sts(text, NOW).unwrap();
            assert_eq!(credential.expires_at, Some(NOW + 3_600_000));
            assert_eq!(credential.access_key_secret, "s");
        }
        let error = decode_sts("null", NOW).unwrap_err();
        assert_eq!(error.to_string(), "the STS token has no AccessKeyId: pass AccessKeyId, AccessKeySecret and SecurityToken of AssumeRole's answer");
    }

    #[test]
    fn no_mutation_panics() {
        let good = base64::encode(br#"{"AccessKeyId":"i","AccessKeySecret":"s","SecurityToken":"t","Expiration":"9"}"#);
        for at in 0..good.len() {
            for with in ["", "=", "A", " ", "\u{4e2d}"] {
                let broken = [&good[..at], with, &good[at + 1..]].concat();
                let _ = (decode_auth(&broken, i64::MAX), decode_address(&broken));
            }
        }
    }
}
