//! UploadAuth and UploadAddress: base64 of a JSON object each, issued by the VOD API through the app's server.
//! Source: VOD user guide, "Upload URLs and credentials".

use crate::text::json::{self, Json};
use crate::text::{base64, parse_number, time};
use core::fmt;

#[derive(Clone, PartialEq)]
pub struct Credential {
    pub access_key_id: String,
    pub access_key_secret: String,
    /// Empty for a permanent key.
    pub security_token: String,
    /// ms; `None`: unknown, only an error will tell.
    pub expires_at: Option<i64>,
    /// The VOD region, where the credential names one.
    pub region: Option<String>,
}

/// Shows nothing that signs.
impl fmt::Debug for Credential {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Credential(")?;
        out.write_str(&self.access_key_id)?;
        out.write_str(")")
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Address {
    pub endpoint: String,
    pub bucket: String,
    /// The object's key, complete; VOD chooses it.
    pub key: String,
}

/// Why a text is no credential or address. Never repeats what was given.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthError {
    class: &'static str,
    field: &'static str,
    message: String,
}

impl AuthError {
    /// `empty`, `invalid_base64`, `invalid_utf8`, `invalid_json`, `not_object` or `missing_field`.
    pub fn class(&self) -> &'static str {
        self.class
    }

    /// The field that `missing_field` is about.
    pub fn field(&self) -> &'static str {
        self.field
    }

    /// What is wrong and what to do, one sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    fn new(class: &'static str, what: &str, problem: &str) -> Self {
        let mut message = String::from(what);
        message.push_str(problem);
        Self { class, field: "", message }
    }

    fn missing(what: &str, field: &'static str, swapped: bool) -> Self {
        let mut message = String::from(what);
        message.push_str(" has no ");
        message.push_str(field);
        message.push_str(if swapped {
            ": UploadAuth and UploadAddress are interchanged"
        } else {
            ": pass the value of the VOD API's answer unchanged"
        });
        Self { class: "missing_field", field, message }
    }
}

const AUTH: &str = "UploadAuth";
const ADDRESS: &str = "UploadAddress";

/// UploadAuth. `received_at_ms`: when it came, for a credential that tells its life in seconds only.
pub fn decode_auth(text: &str, received_at_ms: i64) -> Result<Credential, AuthError> {
    let value = decode(text, AUTH)?;
    let swapped = value.get("Endpoint").is_some();
    let mut credential = Credential {
        access_key_id: required(&value, "AccessKeyId", AUTH, swapped)?,
        access_key_secret: required(&value, "AccessKeySecret", AUTH, swapped)?,
        security_token: required(&value, "SecurityToken", AUTH, swapped)?,
        expires_at: None,
        region: value.text("Region").filter(|region| !region.is_empty()),
    };
    // Required though the absolute time may be there as well: the official SDKs refuse a credential without it.
    let expiration = required(&value, "Expiration", AUTH, swapped)?;
    let absolute = value.text("ExpireUTCTime").unwrap_or_default();
    credential.expires_at = parse_expiry(&absolute, &expiration, received_at_ms);
    Ok(credential)
}

/// UploadAddress.
pub fn decode_address(text: &str) -> Result<Address, AuthError> {
    let value = decode(text, ADDRESS)?;
    let swapped = value.get("AccessKeyId").is_some();
    Ok(Address {
        endpoint: required(&value, "Endpoint", ADDRESS, swapped)?,
        bucket: required(&value, "Bucket", ADDRESS, swapped)?,
        key: required(&value, "FileName", ADDRESS, swapped)?,
    })
}

impl Credential {
    /// The credentials of AssumeRole as an app's server passes them on: the fields themselves, or the whole answer
    /// with its `Credentials` level.
    pub fn from_json(value: &Json, received_at_ms: i64) -> Result<Self, AuthError> {
        const STS: &str = "the STS token";
        let value = value.get("Credentials").unwrap_or(value);
        let expiration = value.text("Expiration").unwrap_or_default();
        Ok(Self {
            access_key_id: required(value, "AccessKeyId", STS, false)?,
            access_key_secret: required(value, "AccessKeySecret", STS, false)?,
            security_token: required(value, "SecurityToken", STS, false)?,
            expires_at: parse_expiry("", &expiration, received_at_ms),
            region: None,
        })
    }
}

/// From these numbers on an expiration cannot be a span of seconds, but is a point in time.
const EPOCH_SECONDS: u64 = 1_000_000_000;
const EPOCH_MS: u64 = 1_000_000_000_000;

/// When a credential dies, ms. The absolute time wins; else `expiration`, which in VOD's own credentials is a number
/// of seconds after receipt, and in those re-wrapped by app servers an ISO time or an epoch. `None`: unknown.
pub fn parse_expiry(absolute: &str, expiration: &str, received_at_ms: i64) -> Option<i64> {
    if let Some(ms) = time::parse_iso(absolute) {
        return Some(ms);
    }
    let expiration = expiration.trim_ascii();
    match parse_number(expiration) {
        Some(ms @ EPOCH_MS..) => i64::try_from(ms).ok(),
        Some(seconds @ EPOCH_SECONDS..) => Some(seconds as i64 * 1000),
        Some(seconds) => Some(received_at_ms.saturating_add(seconds as i64 * 1000)),
        None => time::parse_iso(expiration),
    }
}

fn decode(text: &str, what: &'static str) -> Result<Json, AuthError> {
    if text.trim_ascii().is_empty() {
        return Err(AuthError::new("empty", what, " is empty: pass the value of the VOD API's answer"));
    }
    let bytes = base64::decode_lenient(text).ok_or_else(|| {
        AuthError::new(
            "invalid_base64",
            what,
            " is not base64: pass it as the VOD API gave it, neither decoded nor URL-encoded",
        )
    })?;
    let text = String::from_utf8(bytes).map_err(|_| {
        AuthError::new("invalid_utf8", what, " is not UTF-8 inside: it was damaged on the way from the VOD API")
    })?;
    let value = json::parse(&text).map_err(|_| {
        AuthError::new("invalid_json", what, " is not JSON inside: it was cut off, or is no value of the VOD API")
    })?;
    match value {
        Json::Obj(_) | Json::Arr(_) => Ok(value),
        _ => Err(AuthError::new("not_object", what, " holds no JSON object: it is no value of the VOD API")),
    }
}

/// Present and not empty, zero, false or null: the test of the official SDKs.
fn required(value: &Json, field: &'static str, what: &str, swapped: bool) -> Result<String, AuthError> {
    match value.get(field) {
        Some(Json::Str(text)) if !text.is_empty() => Ok(text.clone()),
        Some(Json::Num(text)) if text != "0" => Ok(text.clone()),
        _ => Err(AuthError::missing(what, field, swapped)),
    }
}
