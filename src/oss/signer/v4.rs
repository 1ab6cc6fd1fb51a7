//! Signature V4: HMAC-SHA256 with a key derived for one day and one region.
//! Source: OSS API reference, "Include signatures in the Authorization header (V4)".

use super::{canonical, ObjectLocation, Request};
use crate::credential::Credential;
use crate::encoding::percent;
use crate::mac::{hex, hmac_sha256, sha256_hex};
use crate::timestamp;

/// The first word of the Authorization header and of the string to sign.
pub const ALGORITHM: &str = "OSS4-HMAC-SHA256";
/// The only value any OSS SDK uses: the body is protected by TLS and the CRC64.
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";
const SERVICE: &str = "oss";
const REQUEST: &str = "aliyun_v4_request";

/// The key for one day, one region and one secret.
pub struct SigningKey {
    key: [u8; 32],
    secret: String,
    region: String,
    /// `20240307`
    day: String,
}

impl SigningKey {
    /// Source: OSS API reference, "V4 signature", "SigningKey": HMACs of day, region, service and a constant.
    pub fn derive(credential: &Credential, region: &str, at_ms: i64) -> Self {
        let day = day(at_ms);
        let secret = credential.access_key_secret.clone();
        let key = hmac_sha256(format!("aliyun_v4{secret}"), &day);
        let key = [region, SERVICE, REQUEST].into_iter().fold(key, hmac_sha256);
        Self { key, secret, region: region.to_owned(), day }
    }

    /// Whether it is the key of this secret, region and day.
    pub fn fits(&self, credential: &Credential, region: &str, at_ms: i64) -> bool {
        self.day == day(at_ms) && self.region == region && self.secret == credential.access_key_secret
    }

    /// `20240307/cn-shanghai/oss/aliyun_v4_request`
    pub fn scope(&self) -> String {
        format!("{}/{}/{SERVICE}/{REQUEST}", self.day, self.region)
    }

    /// Lower-case hexadecimal HMAC; of a string to sign, or of the base64 policy of a form.
    pub fn signature(&self, text: &str) -> String {
        hex(&hmac_sha256(self.key, text))
    }
}

/// The value of the Authorization header, without AdditionalHeaders: only the headers are signed that always are.
pub fn authorization(key: &SigningKey, request: &Request, credential: &Credential, target: &ObjectLocation) -> String {
    let canonical = canonical_request(request, target);
    let signature = key.signature(&string_to_sign(key, request.header("x-oss-date"), &canonical));
    let owner = &credential.access_key_id;
    format!("{ALGORITHM} Credential={owner}/{scope},Signature={signature}", scope = key.scope())
}

/// Algorithm, date, scope and the hash of the canonical request, a line each. `date`: as in `x-oss-date`.
pub fn string_to_sign(key: &SigningKey, date: &str, canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{date}\n{}\n{}", key.scope(), sha256_hex(canonical_request))
}

/// The resource starts with the bucket even where the host names it, or is a customer's own domain.
pub fn canonical_request(request: &Request, target: &ObjectLocation) -> String {
    // Names are plain, so that their order is that of the encoded ones.
    let query: Vec<String> = canonical::sorted(&request.target_query)
        .into_iter()
        .map(|(key, value)| if value.is_empty() { key.to_owned() } else { format!("{key}={}", percent::encode(value)) })
        .collect();
    let signed = |name: &str| matches!(name, "content-type" | "content-md5") || name.starts_with("x-oss-");
    format!(
        "{method}\n/{bucket}/{key}\n{query}\n{headers}\n\n{UNSIGNED_PAYLOAD}",
        method = request.method,
        bucket = target.bucket,
        key = percent::encode_path(&target.key),
        query = query.join("&"),
        headers = canonical::headers(&request.headers, signed),
    )
}

fn day(at_ms: i64) -> String {
    timestamp::iso_basic(at_ms)[..8].to_owned()
}
