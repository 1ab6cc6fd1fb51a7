//! The OpenAPI's RPC style: parameters as a form, signed with Signature 1.0.
//! Source: VOD API reference, "Request signatures" and "Common parameters".

use crate::credential::Credential;
use crate::encoding::percent;
use crate::mac::hmac_sha1_base64;
use crate::oss::endpoint::is_region;
use crate::oss::signer::canonical::sorted;
use crate::timestamp;

/// A call to be made: POST of [`RpcCall::body`] to [`url`], content type [`CONTENT_TYPE`].
#[derive(Clone, Debug, PartialEq)]
pub struct RpcCall {
    /// `CreateUploadVideo`, …
    pub action: &'static str,
    /// The call's own parameters; the common ones are added by `body`.
    pub params: Vec<(&'static str, String)>,
}

/// MIME type of the body of every call.
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
        params.push(("Timestamp", timestamp::iso(at_ms)));
        let mut body = canonical(&params);
        let signature = sign_canonical("POST", &body, &credential.access_key_secret);
        body.push_str("&Signature=");
        body.push_str(&percent::encode(&signature));
        body
    }
}

/// `https://vod.{region}.aliyuncs.com/`. `None`: the text is no region id; it may come from a credential, and must not lead
/// to another host.
pub fn url(region: &str) -> Option<String> {
    let region = match region {
        // Hangzhou has no endpoint of its own (endpoint map of the vendor's SDKs).
        "" | "cn-hangzhou" => "cn-shanghai",
        other => other,
    };
    is_region(region).then(|| format!("https://vod.{region}.aliyuncs.com/"))
}

/// The signature of these parameters.
pub fn sign(method: &str, params: &[(&str, String)], secret: &str) -> String {
    sign_canonical(method, &canonical(params), secret)
}

/// `METHOD&%2F&{encoded canonical query}`
pub fn string_to_sign(method: &str, canonical: &str) -> String {
    format!("{method}&%2F&{}", percent::encode(canonical))
}

/// Sorted by name, strictly encoded, empty values as `name=`.
pub fn canonical(params: &[(&str, String)]) -> String {
    // Names have letters only, and need no encoding.
    let encode = |(name, value)| format!("{name}={}", percent::encode(value));
    let pairs: Vec<String> = sorted(params).into_iter().map(encode).collect();
    pairs.join("&")
}

fn sign_canonical(method: &str, canonical: &str, secret: &str) -> String {
    hmac_sha1_base64(format!("{secret}&"), &string_to_sign(method, canonical))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_region_leads_to_another_host() {
        for (region, host) in [
            ("cn-shanghai", Some("https://vod.cn-shanghai.aliyuncs.com/")),
            ("cn-hangzhou", Some("https://vod.cn-shanghai.aliyuncs.com/")),
            ("", Some("https://vod.cn-shanghai.aliyuncs.com/")),
            ("evil.com/?", None),
            ("evil.com#", None),
            ("cn-shanghai.evil", None),
            ("cn-shanghai@x", None),
            ("CN-SHANGHAI", None),
            ("-cn", None),
            ("中国", None),
        ] {
            assert_eq!(url(region).as_deref(), host, "{region}");
        }
    }
}
