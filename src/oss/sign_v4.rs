//! Signature V4: HMAC-SHA256 with a key derived for one day and one region.
//! Source: OSS API reference, "Include signatures in the Authorization header (V4)".

use super::digest::{hmac_sha256, sha256};
use super::{Request, Target};
use crate::text::{hex, percent, time};
use crate::vod::credential::Credential;

pub const ALGORITHM: &str = "OSS4-HMAC-SHA256";
/// The only value any OSS SDK uses: the body is protected by TLS and the CRC64.
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";
const SERVICE: &str = "oss";
const REQUEST: &str = "aliyun_v4_request";

/// The key for one day, and the scope that goes with it.
pub struct SigningKey {
    key: Vec<u8>,
    secret: String,
    region: String,
    /// `20240307`
    day: String,
}

impl SigningKey {
    pub fn derive(credential: &Credential, region: &str, at_ms: i64) -> Self {
        let day = day(at_ms);
        let mut secret = String::from("aliyun_v4");
        secret.push_str(&credential.access_key_secret);
        let mut key = secret.into_bytes();
        for step in [day.as_str(), region, SERVICE, REQUEST] {
            key = hmac_sha256(&key, step.as_bytes());
        }
        Self {
            key,
            secret: credential.access_key_secret.clone(),
            region: String::from(region),
            day,
        }
    }

    pub fn fits(&self, credential: &Credential, region: &str, at_ms: i64) -> bool {
        self.day == day(at_ms)
            && self.region == region
            && self.secret == credential.access_key_secret
    }

    /// `20240307/cn-shanghai/oss/aliyun_v4_request`
    pub fn scope(&self) -> String {
        [self.day.as_str(), &self.region, SERVICE, REQUEST].join("/")
    }

    /// Lower-case hexadecimal HMAC; of a string to sign, or of the base64 policy of a form.
    pub fn signature(&self, text: &str) -> String {
        hex(&hmac_sha256(&self.key, text.as_bytes()))
    }
}

/// `additional`: names, in lower case and sorted, of headers to be signed beside those that always are.
pub fn authorization(
    key: &SigningKey,
    request: &Request,
    credential: &Credential,
    target: &Target,
    additional: &[&str],
) -> String {
    let canonical = canonical_request(request, target, additional);
    let date = request
        .headers
        .iter()
        .find(|header| header.0 == "x-oss-date")
        .map_or("", |header| &header.1);
    let mut out = String::from(ALGORITHM);
    out.push_str(" Credential=");
    out.push_str(&credential.access_key_id);
    out.push('/');
    out.push_str(&key.scope());
    if !additional.is_empty() {
        out.push_str(",AdditionalHeaders=");
        out.push_str(&additional.join(";"));
    }
    out.push_str(",Signature=");
    out.push_str(&key.signature(&string_to_sign(key, date, &canonical)));
    out
}

pub fn string_to_sign(key: &SigningKey, date: &str, canonical_request: &str) -> String {
    [
        ALGORITHM,
        date,
        &key.scope(),
        &hex(&sha256(canonical_request.as_bytes())),
    ]
    .join("\n")
}

/// The resource has the bucket in front even though the host names it, with an own domain too.
pub fn canonical_request(request: &Request, target: &Target, additional: &[&str]) -> String {
    let mut out = String::from(request.method);
    out.push_str("\n/");
    out.push_str(&target.bucket);
    out.push('/');
    out.push_str(&percent::encode_path(&target.key));
    out.push('\n');

    let mut query: Vec<(String, String)> = request
        .target_query
        .iter()
        .map(|(key, value)| (percent::encode(key), percent::encode(value)))
        .collect();
    query.sort();
    for (index, (key, value)) in query.iter().enumerate() {
        if index > 0 {
            out.push('&');
        }
        out.push_str(key);
        if !value.is_empty() {
            out.push('=');
            out.push_str(value);
        }
    }
    out.push('\n');

    let mut headers: Vec<_> = request
        .headers
        .iter()
        .filter(|header| is_signed(header.0) || additional.contains(&header.0))
        .collect();
    headers.sort_by_key(|header| header.0);
    for (name, value) in headers {
        out.push_str(name);
        out.push(':');
        out.push_str(value.trim());
        out.push('\n');
    }
    out.push('\n');
    out.push_str(&additional.join(";"));
    out.push('\n');
    out.push_str(UNSIGNED_PAYLOAD);
    out
}

fn is_signed(name: &str) -> bool {
    name == "content-type" || name == "content-md5" || name.starts_with("x-oss-")
}

fn day(at_ms: i64) -> String {
    let mut day = time::iso_basic(at_ms);
    day.truncate(8);
    day
}
