//! The OpenAPI's RPC style: parameters as a form, signed with Signature 1.0.
//! Source: VOD API reference, "Request signatures" and "Common parameters".

use super::Credential;
use crate::oss::digest::hmac_sha1;
use crate::text::{base64, join, percent, sorted, time};

/// A call to be made: POST of [`RpcCall::body`] to [`url`], content type [`CONTENT_TYPE`].
#[derive(Clone, Debug, PartialEq)]
pub struct RpcCall {
    pub action: &'static str,
    /// The call's own parameters; the common ones are added by `body`.
    pub params: Vec<(&'static str, String)>,
}

pub const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

impl RpcCall {
    /// The signed form. `nonce`: unlike any other of the last 15 minutes; `at_ms`: the server's time as far as known.
    pub fn body(self, credential: &Credential, at_ms: i64, nonce: &str) -> String {
        let mut params = self.params;
        params.push(("Action", String::from(self.action)));
        params.push(("Version", String::from("2017-03-21")));
        // The default is XML.
        params.push(("Format", String::from("JSON")));
        params.push(("AccessKeyId", credential.access_key_id.clone()));
        if !credential.security_token.is_empty() {
            params.push(("SecurityToken", credential.security_token.clone()));
        }
        params.push(("SignatureMethod", String::from("HMAC-SHA1")));
        params.push(("SignatureVersion", String::from("1.0")));
        params.push(("SignatureNonce", String::from(nonce)));
        params.push(("Timestamp", time::iso(at_ms)));
        let mut body = canonical(&params);
        let signature = sign_canonical("POST", &body, &credential.access_key_secret);
        body.push_str("&Signature=");
        body.push_str(&percent::encode(&signature));
        body
    }
}

/// `https://vod.{region}.aliyuncs.com/`. Characters that no region id has are dropped: the region may come from
/// a credential, and must not lead to another host.
pub fn url(region: &str) -> String {
    let mut url = String::from("https://vod.");
    let region = match region {
        // Hangzhou has no endpoint of its own (endpoint map of the vendor's SDKs).
        "" | "cn-hangzhou" => "cn-shanghai",
        other => other,
    };
    for byte in region.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' {
            url.push(char::from(byte));
        }
    }
    url.push_str(".aliyuncs.com/");
    url
}

/// The signature of these parameters.
pub fn sign(method: &str, params: &[(&str, String)], secret: &str) -> String {
    sign_canonical(method, &canonical(params), secret)
}

/// `METHOD&%2F&{encoded canonical query}`
pub fn string_to_sign(method: &str, canonical: &str) -> String {
    join(&[method, &percent::encode(canonical)], "&%2F&")
}

/// Sorted by name, strictly encoded, empty values as `name=`.
pub fn canonical(params: &[(&str, String)]) -> String {
    let mut out = String::new();
    for (name, value) in sorted(params) {
        if !out.is_empty() {
            out.push('&');
        }
        // Names have letters only, and need no encoding.
        out.push_str(name);
        out.push('=');
        out.push_str(&percent::encode(value));
    }
    out
}

fn sign_canonical(method: &str, canonical: &str, secret: &str) -> String {
    let mut key = String::from(secret);
    key.push('&');
    base64::encode(&hmac_sha1(key.as_bytes(), string_to_sign(method, canonical).as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_region_leads_to_another_host() {
        for (region, host) in [
            ("cn-shanghai", "https://vod.cn-shanghai.aliyuncs.com/"),
            ("cn-hangzhou", "https://vod.cn-shanghai.aliyuncs.com/"),
            ("", "https://vod.cn-shanghai.aliyuncs.com/"),
            ("evil.com/?", "https://vod.evilcom.aliyuncs.com/"),
        ] {
            assert_eq!(url(region), host);
        }
    }
}
