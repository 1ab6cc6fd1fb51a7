//! UploadAuth and UploadAddress: base64 of a JSON object each, issued by the VOD API through the app's server.
//! Source: VOD user guide, "Upload URLs and credentials".

use crate::text::json::{self, Json};
use crate::text::{base64, concat, parse_number, time, utf8};
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
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AuthError {
    source: &'static Source,
    flaw: Flaw,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Flaw {
    Empty,
    Base64,
    Utf8,
    Json,
    Object,
    Missing {
        field: &'static str,
        /// It is the other value of the pair.
        swapped: bool,
    },
}

impl AuthError {
    /// `empty`, `invalid_base64`, `invalid_utf8`, `invalid_json`, `not_object` or `missing_field`.
    pub fn class(&self) -> &'static str {
        match self.flaw {
            Flaw::Empty => "empty",
            Flaw::Base64 => "invalid_base64",
            Flaw::Utf8 => "invalid_utf8",
            Flaw::Json => "invalid_json",
            Flaw::Object => "not_object",
            Flaw::Missing { .. } => "missing_field",
        }
    }

    /// The field that `missing_field` is about.
    pub fn field(&self) -> &'static str {
        match self.flaw {
            Flaw::Missing { field, .. } => field,
            _ => "",
        }
    }

    /// What is wrong and what to do, one sentence.
    pub fn message(&self) -> String {
        let Source { name, advice } = self.source;
        let problem = match self.flaw {
            Flaw::Empty => " is empty: pass the value of the VOD API's answer",
            Flaw::Base64 => " is not base64: pass it as the VOD API gave it, neither decoded nor URL-encoded",
            Flaw::Utf8 => " is not UTF-8 inside: it was damaged on the way from the VOD API",
            Flaw::Json => " is not JSON inside: it was cut off, or is no value of the VOD API",
            Flaw::Object => " holds no JSON object: it is no value of the VOD API",
            Flaw::Missing { field, swapped } => {
                let advice = if swapped { "UploadAuth and UploadAddress are interchanged" } else { advice };
                return concat(&[name, " has no ", field, ": ", advice]);
            }
        };
        concat(&[name, problem])
    }
}

/// What a value is called in messages, and where the app gets a right one.
#[derive(Debug, PartialEq)]
struct Source {
    name: &'static str,
    advice: &'static str,
}

const ANSWER: &str = "pass the value of the VOD API's answer unchanged";
static AUTH: Source = Source { name: "UploadAuth", advice: ANSWER };
static ADDRESS: Source = Source { name: "UploadAddress", advice: ANSWER };
static STS: Source = Source {
    name: "the STS token",
    advice: "pass AccessKeyId, AccessKeySecret and SecurityToken of AssumeRole's answer",
};

/// What signs.
const KEYS: [&str; 3] = ["AccessKeyId", "AccessKeySecret", "SecurityToken"];

/// UploadAuth. `received_at_ms`: when it came, for a credential that tells its life in seconds only.
pub fn decode_auth(text: &str, received_at_ms: i64) -> Result<Box<Credential>, AuthError> {
    let value = decode(text, &AUTH)?;
    let swapped = value.get("Endpoint").is_some();
    // Required though the absolute time may be there as well: the official SDKs refuse a credential without it.
    require(&value, &[KEYS[0], KEYS[1], KEYS[2], "Expiration"], &AUTH, swapped)?;
    let region = value.string("Region");
    let mut credential = keys(&value);
    credential.expires_at = parse_expiry(&value.string("ExpireUTCTime"), &value.string("Expiration"), received_at_ms);
    credential.region = (!region.is_empty()).then_some(region);
    Ok(credential)
}

/// UploadAddress.
pub fn decode_address(text: &str) -> Result<Address, AuthError> {
    let value = decode(text, &ADDRESS)?;
    let swapped = value.get("AccessKeyId").is_some();
    require(&value, &["Endpoint", "Bucket", "FileName"], &ADDRESS, swapped)?;
    Ok(Address { endpoint: value.string("Endpoint"), bucket: value.string("Bucket"), key: value.string("FileName") })
}

impl Credential {
    /// The credentials of AssumeRole as an app's server passes them on: the fields themselves, or the whole answer
    /// with its `Credentials` level.
    pub fn from_json(value: &Json, received_at_ms: i64) -> Result<Box<Self>, AuthError> {
        let value = value.get("Credentials").unwrap_or(value);
        require(value, &KEYS, &STS, false)?;
        let mut credential = keys(value);
        credential.expires_at = parse_expiry("", &value.string("Expiration"), received_at_ms);
        Ok(credential)
    }
}

#[inline(never)]
fn keys(value: &Json) -> Box<Credential> {
    Box::new(Credential {
        access_key_id: value.string(KEYS[0]),
        access_key_secret: value.string(KEYS[1]),
        security_token: value.string(KEYS[2]),
        expires_at: None,
        region: None,
    })
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

#[inline(never)]
fn decode(text: &str, source: &'static Source) -> Result<Json, AuthError> {
    let bytes = base64::decode_lenient(text);
    let text = bytes.map(|bytes| utf8(&bytes));
    let value = match &text {
        Some(Some(text)) => json::parse(text).ok(),
        _ => None,
    };
    let flaw = match (text, value) {
        (_, Some(value @ (Json::Obj(_) | Json::Arr(_)))) => return Ok(value),
        (_, Some(_)) => Flaw::Object,
        (Some(Some(text)), None) if text.is_empty() => Flaw::Empty,
        (Some(Some(_)), None) => Flaw::Json,
        (Some(None), None) => Flaw::Utf8,
        (None, None) => Flaw::Base64,
    };
    Err(AuthError { source, flaw })
}

/// All present and not empty, zero, false or null: the test of the official SDKs.
#[inline(never)]
fn require(value: &Json, fields: &[&'static str], source: &'static Source, swapped: bool) -> Result<(), AuthError> {
    for field in fields {
        let present = match value.get(field) {
            Some(Json::Str(text)) => !text.is_empty(),
            Some(Json::Num(text)) => text != "0",
            _ => false,
        };
        if !present {
            return Err(AuthError { source, flaw: Flaw::Missing { field, swapped } });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_709_802_303_000;

    fn auth(json: &str) -> Result<Box<Credential>, AuthError> {
        decode_auth(&base64::encode(json.as_bytes()), NOW)
    }

    #[test]
    fn expiry_in_its_variants() {
        for (absolute, expiration, expected) in [
            ("2024-03-07T09:55:03Z", "3000", Some(NOW + 3_000_000)),
            ("not a time", "3451", Some(NOW + 3_451_000)),
            ("", " 3600 ", Some(NOW + 3_600_000)),
            ("", "2024-03-07T10:05:03+00:00", Some(NOW + 3_600_000)),
            ("", "1709805903", Some(NOW + 3_600_000)),
            ("", "1709805903000", Some(NOW + 3_600_000)),
            ("", "0", Some(NOW)),
            ("", "-5", None),
            ("", "soon", None),
            ("", "99999999999999999999", None),
            ("", "18446744073709551615", None),
            ("", "", None),
        ] {
            assert_eq!(parse_expiry(absolute, expiration, NOW), expected, "{absolute} {expiration}");
        }
    }

    #[test]
    fn values_that_are_no_text() {
        let with = |secret: &str| {
            let mut json = String::from(r#"{"AccessKeyId":"i","SecurityToken":"t","Expiration":9,"AccessKeySecret":"#);
            json.push_str(secret);
            json.push('}');
            auth(&json).map_err(|error| error.field())
        };
        for missing in ["null", "false", "0", "\"\"", "{}", "[]"] {
            assert_eq!(with(missing), Err("AccessKeySecret"), "{missing}");
        }
        assert_eq!(with("\"0\"").unwrap().access_key_secret, "0");
        assert_eq!(with("12").unwrap().expires_at, Some(NOW + 9000));
    }

    #[test]
    fn scalars_are_no_object() {
        for json in ["1", "\"x\"", "true", "null"] {
            assert_eq!(auth(json).unwrap_err().class(), "not_object");
        }
        assert_eq!(decode_auth(" \n", NOW).unwrap_err().class(), "empty");
    }

    #[test]
    fn interchanged_values_are_recognised() {
        let address = base64::encode(br#"{"Endpoint":"e","Bucket":"b","FileName":"f"}"#);
        let message = decode_auth(&address, NOW).unwrap_err();
        assert!(message.message().ends_with("interchanged"), "{}", message.message());
        let auth = base64::encode(br#"{"AccessKeyId":"secret-id"}"#);
        let error = decode_address(&auth).unwrap_err();
        assert_eq!((error.class(), error.field()), ("missing_field", "Endpoint"));
        assert!(!error.message().contains("secret-id"));
    }

    #[test]
    fn sts_token_with_and_without_its_wrapping() {
        let plain =
            r#"{"AccessKeyId":"STS.i","AccessKeySecret":"s","SecurityToken":"t","Expiration":"2024-03-07T10:05:03Z"}"#;
        let wrapped = ["{\"RequestId\":\"r\",\"Credentials\":", plain, "}"].concat();
        for text in [plain, &wrapped] {
            let credential = Credential::from_json(&json::parse(text).unwrap(), NOW).unwrap();
            assert_eq!(credential.expires_at, Some(NOW + 3_600_000));
            assert_eq!(format!("{credential:?}"), "Credential(STS.i)");
        }
        let error = Credential::from_json(&Json::Null, NOW).unwrap_err();
        assert_eq!(error.message(), "the STS token has no AccessKeyId: pass AccessKeyId, AccessKeySecret and SecurityToken of AssumeRole's answer");
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
