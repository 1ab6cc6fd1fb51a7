//! PostObject: an object as one HTML form, the only way wx.uploadFile knows.
//! Source: OSS API reference, "PostObject"; for V4, "Include a V4 signature in a form".

use super::signer::v1;
use super::signer::v4::ALGORITHM;
use super::{ObjectLocation, Signature, Signer};
use crate::text::{base64, json, push_number, time};
use crate::vod::upload_auth::Credential;

/// Life of a policy when the credential's is not known, ms.
const VALID: i64 = 3_600_000;
/// No date after 2100.
const LATEST: i64 = 4_102_444_800_000;

/// What is particular to one form.
pub struct Form<'a> {
    pub content_type: &'a str,
    /// Base64 of the app's paramData.
    pub notification: Option<&'a str>,
    /// Bytes the policy admits.
    pub max_size: u64,
}

/// The form's fields, in order; the file follows as the last one. The policy admits this bucket, this key and up to
/// so many bytes, as long as the credential lives: its end is the server's own word, where the phone's clock may be wrong.
pub fn fields(
    signer: &mut Signer,
    signature: Signature,
    credential: &Credential,
    target: &ObjectLocation,
    form: &Form<'_>,
    at_ms: i64,
) -> Vec<(&'static str, String)> {
    let until = credential.expires_at.unwrap_or(at_ms.saturating_add(VALID)).min(LATEST);
    let mut conditions = String::from("{\"bucket\":");
    json::push_string(&mut conditions, &target.bucket);
    conditions.push_str("},[\"eq\",\"$key\",");
    json::push_string(&mut conditions, &target.key);
    conditions.push_str("],[\"content-length-range\",1,");
    push_number(&mut conditions, form.max_size);
    conditions.push(']');

    let mut fields = vec![
        ("key", target.key.clone()),
        ("success_action_status", String::from("200")),
        ("Content-Type", String::from(form.content_type)),
    ];
    if let Some(text) = form.notification.filter(|text| !text.is_empty()) {
        fields.push(("x-oss-notification", String::from(text)));
    }
    if !credential.security_token.is_empty() {
        condition(&mut conditions, "x-oss-security-token", &credential.security_token);
        fields.push(("x-oss-security-token", credential.security_token.clone()));
    }
    fields.append(&mut signed(signer, signature, credential, &target.region, &time::iso(until), conditions, at_ms));
    fields
}

/// The policy and its signature. `conditions`: JSON without the outer brackets; V4 adds its own to them.
pub fn signed(
    signer: &mut Signer,
    signature: Signature,
    credential: &Credential,
    region: &str,
    expiration: &str,
    mut conditions: String,
    at_ms: i64,
) -> Vec<(&'static str, String)> {
    match signature {
        Signature::V4 => {
            let key = signer.key(credential, region, at_ms);
            let mut owner = credential.access_key_id.clone();
            owner.push('/');
            owner.push_str(&key.scope());
            let date = time::iso_basic(at_ms);
            condition(&mut conditions, "x-oss-signature-version", ALGORITHM);
            condition(&mut conditions, "x-oss-credential", &owner);
            condition(&mut conditions, "x-oss-date", &date);
            let policy = policy(expiration, &conditions);
            vec![
                ("x-oss-signature-version", String::from(ALGORITHM)),
                ("x-oss-credential", owner),
                ("x-oss-date", date),
                ("x-oss-signature", key.signature(&policy)),
                ("policy", policy),
            ]
        }
        Signature::V1 => {
            let policy = policy(expiration, &conditions);
            vec![
                ("OSSAccessKeyId", credential.access_key_id.clone()),
                ("Signature", v1::signature(&credential.access_key_secret, &policy)),
                ("policy", policy),
            ]
        }
    }
}

fn condition(conditions: &mut String, name: &str, value: &str) {
    if !conditions.is_empty() {
        conditions.push(',');
    }
    conditions.push('{');
    json::push_string(conditions, name);
    conditions.push(':');
    json::push_string(conditions, value);
    conditions.push('}');
}

fn policy(expiration: &str, conditions: &str) -> String {
    let mut text = String::from("{\"expiration\":");
    json::push_string(&mut text, expiration);
    text.push_str(",\"conditions\":[");
    text.push_str(conditions);
    text.push_str("]}");
    base64::encode(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(signature: Signature, expires_at: Option<i64>) -> Vec<(&'static str, String)> {
        let credential = Credential {
            access_key_id: String::from("STS.i"),
            access_key_secret: String::from("s"),
            security_token: String::from("t\"/+"),
            expires_at,
            region: None,
        };
        let target = ObjectLocation::new("oss-cn-shanghai.aliyuncs.com", "b", "视频/1.mp4", false, "").unwrap();
        let form = Form { content_type: "video/mp4", notification: Some("e30="), max_size: 1024 };
        fields(&mut Signer::new(), signature, &credential, &target, &form, 0)
    }

    fn policy_of(fields: &[(&'static str, String)]) -> String {
        let policy = &fields.iter().find(|field| field.0 == "policy").unwrap().1;
        String::from_utf8(base64::decode_lenient(policy).unwrap()).unwrap()
    }

    #[test]
    fn the_policy_binds_bucket_key_size_and_token() {
        let fields = form(Signature::V1, None);
        assert_eq!(
            policy_of(&fields),
            r#"{"expiration":"1970-01-01T01:00:00Z","conditions":[{"bucket":"b"},["eq","$key","视频/1.mp4"],["content-length-range",1,1024],{"x-oss-security-token":"t\"/+"}]}"#
        );
        let names: Vec<_> = fields.iter().map(|field| field.0).collect();
        assert_eq!(
            names,
            [
                "key",
                "success_action_status",
                "Content-Type",
                "x-oss-notification",
                "x-oss-security-token",
                "OSSAccessKeyId",
                "Signature",
                "policy"
            ]
        );
    }

    #[test]
    fn it_ends_with_the_credential() {
        let fields = form(Signature::V4, Some(60_000));
        let policy = policy_of(&fields);
        assert!(policy.starts_with(r#"{"expiration":"1970-01-01T00:01:00Z""#));
        assert!(policy.ends_with(r#"{"x-oss-signature-version":"OSS4-HMAC-SHA256"},{"x-oss-credential":"STS.i/19700101/cn-shanghai/oss/aliyun_v4_request"},{"x-oss-date":"19700101T000000Z"}]}"#));
        assert!(json::parse(&policy).is_ok());
        assert!(policy_of(&form(Signature::V4, Some(i64::MAX))).starts_with(r#"{"expiration":"2100-01-01T00:00:00Z""#));
    }
}
