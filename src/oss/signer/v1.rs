//! Signature V1: HMAC-SHA1 over verb, type, date, `x-oss-*` headers and resource.
//! Source: OSS API reference, "Include signatures in the Authorization header (V1)"; the date as ali-oss has it.

use super::push_header;
use super::{ObjectLocation, Request};
use crate::oss::digest::hmac_sha1;
use crate::text::{base64, sorted};
use crate::vod::upload_auth::Credential;

/// The sub-resources among the query parameters that [`Request`] uses. The others (`max-parts`, …) are not signed.
const SIGNED_QUERY: [&str; 3] = ["partNumber", "uploadId", "uploads"];

pub fn authorization(request: &Request, credential: &Credential, target: &ObjectLocation) -> String {
    let mut out = String::from("OSS ");
    out.push_str(&credential.access_key_id);
    out.push(':');
    out.push_str(&signature(&credential.access_key_secret, &string_to_sign(request, target)));
    out
}

/// Base64 of the HMAC; also over the base64 policy of a form.
pub fn signature(secret: &str, text: &str) -> String {
    base64::encode(&hmac_sha1(secret.as_bytes(), text.as_bytes()))
}

/// The date line repeats x-oss-date, which a client sends that cannot set Date, and the header is signed as well:
/// the documentation is silent on this, ali-oss and the Python SDK do so.
pub fn string_to_sign(request: &Request, target: &ObjectLocation) -> String {
    let mut out = String::from(request.method);
    for line in ["content-md5", "content-type", "x-oss-date"] {
        out.push('\n');
        out.push_str(request.header(line));
    }
    out.push('\n');
    for (name, value) in sorted(&request.headers) {
        if name.starts_with("x-oss-") {
            push_header(&mut out, name, value);
        }
    }
    out.push('/');
    out.push_str(&target.bucket);
    out.push('/');
    // Raw, not encoded, unlike V4.
    out.push_str(&target.key);
    let mut separator = '?';
    for key in SIGNED_QUERY {
        if let Some((_, value)) = request.target_query.iter().find(|query| query.0 == key) {
            out.push(separator);
            out.push_str(key);
            if !value.is_empty() {
                out.push('=');
                out.push_str(value);
            }
            separator = '&';
        }
    }
    out
}
