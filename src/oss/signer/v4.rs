//! Signature V4: HMAC-SHA256 with a key derived for one day and one region.
//! Source: OSS API reference, "Include signatures in the Authorization header (V4)".

use super::push_header;
use super::{ObjectLocation, Request};
use crate::oss::digest::{hmac_sha256, sha256};
use crate::text::{hex, join, percent, sorted, time};
use crate::vod::upload_auth::Credential;

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
        Self { key, secret: credential.access_key_secret.clone(), region: String::from(region), day }
    }

    pub fn fits(&self, credential: &Credential, region: &str, at_ms: i64) -> bool {
        self.day == day(at_ms) && self.region == region && self.secret == credential.access_key_secret
    }

    /// `20240307/cn-shanghai/oss/aliyun_v4_request`
    pub fn scope(&self) -> String {
        join(&[&self.day, &self.region, SERVICE, REQUEST], "/")
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
    target: &ObjectLocation,
    additional: &[&str],
) -> String {
    let canonical = canonical_request(request, target, additional);
    let date = request.header("x-oss-date");
    let mut out = String::from(ALGORITHM);
    out.push_str(" Credential=");
    out.push_str(&credential.access_key_id);
    out.push('/');
    out.push_str(&key.scope());
    if !additional.is_empty() {
        out.push_str(",AdditionalHeaders=");
        out.push_str(&join(additional, ";"));
    }
    out.push_str(",Signature=");
    out.push_str(&key.signature(&string_to_sign(key, date, &canonical)));
    out
}

pub fn string_to_sign(key: &SigningKey, date: &str, canonical_request: &str) -> String {
    let digest = hex(&sha256(canonical_request.as_bytes()));
    join(&[ALGORITHM, date, &key.scope(), &digest], "\n")
}

/// The resource has the bucket in front even though the host names it, with an own domain too.
pub fn canonical_request(request: &Request, target: &ObjectLocation, additional: &[&str]) -> String {
    let mut out = String::from(request.method);
    out.push_str("\n/");
    out.push_str(&target.bucket);
    out.push('/');
    out.push_str(&percent::encode_path(&target.key));
    out.push('\n');

    // Names are plain, so that their order is that of the encoded ones.
    let mut separator = "";
    for (key, value) in sorted(&request.target_query) {
        out.push_str(separator);
        separator = "&";
        out.push_str(key);
        if !value.is_empty() {
            out.push('=');
            out.push_str(&percent::encode(value));
        }
    }
    out.push('\n');

    for (name, value) in sorted(&request.headers) {
        if is_signed(name) || additional.contains(&name) {
            push_header(&mut out, name, value);
        }
    }
    out.push('\n');
    out.push_str(&join(additional, ";"));
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
