//! Signature V1: HMAC-SHA1 over verb, type, date, `x-oss-*` headers and resource.
//! Source: OSS API reference, "Include signatures in the Authorization header (V1)"; the date as ali-oss has it.

use super::{canonical, ObjectLocation, Request};
use crate::credential::Credential;
use crate::mac::hmac_sha1_base64;

/// The sub-resources among the query parameters that [`Request`] uses. The others (`max-parts`, …) are not signed.
const SIGNED_QUERY: [&str; 3] = ["partNumber", "uploadId", "uploads"];

/// The value of the Authorization header.
pub fn authorization(request: &Request, credential: &Credential, target: &ObjectLocation) -> String {
    let signature = signature(&credential.access_key_secret, &string_to_sign(request, target));
    format!("OSS {}:{signature}", credential.access_key_id)
}

/// Base64 of the HMAC; also over the base64 policy of a form.
pub fn signature(secret: &str, text: &str) -> String {
    hmac_sha1_base64(secret, text)
}

/// The date line repeats x-oss-date, which a client sends that cannot set Date, and the header is signed as well:
/// the documentation is silent on this, ali-oss and the Python SDK do so.
pub fn string_to_sign(request: &Request, target: &ObjectLocation) -> String {
    let signed_query: Vec<String> = SIGNED_QUERY
        .iter()
        .filter_map(|key| request.target_query.iter().find(|query| query.0 == *key))
        .map(|(key, value)| if value.is_empty() { (*key).to_owned() } else { format!("{key}={value}") })
        .collect();
    format!(
        "{method}\n{md5}\n{content_type}\n{date}\n{headers}/{bucket}/{key}{separator}{query}",
        method = request.method,
        md5 = request.header("content-md5"),
        content_type = request.header("content-type"),
        date = request.header("x-oss-date"),
        headers = canonical::headers(&request.headers, |name| name.starts_with("x-oss-")),
        bucket = target.bucket,
        // Not encoded, unlike V4.
        key = target.key,
        separator = if signed_query.is_empty() { "" } else { "?" },
        query = signed_query.join("&"),
    )
}
