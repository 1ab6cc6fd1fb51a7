//! PostObject: an object as one HTML form, the only way wx.uploadFile knows.
//! Source: OSS API reference, "PostObject"; for V4, "Include a V4 signature in a form".

use super::sign_v4::ALGORITHM;
use super::{sign_v1, Signature, Signer, Target};
use crate::text::{base64, json, push_number, time};
use crate::vod::credential::Credential;

/// How long a policy is valid, ms. The vendor's SDK gives five minutes, which a slow phone on a slow clock exceeds.
const VALID: i64 = 3_600_000;

/// What is particular to one form.
pub struct Form<'a> {
    pub content_type: &'a str,
    /// Base64 of the app's paramData.
    pub notification: Option<&'a str>,
    /// Bytes the policy admits.
    pub max_size: u64,
}

/// The form's fields, in order; the file follows as the last one. The policy admits this bucket, this key and up to
/// so many bytes, for an hour, and no longer than the credential lives.
pub fn fields(
    signer: &mut Signer,
    signature: Signature,
    credential: &Credential,
    target: &Target,
    form: &Form<'_>,
    at_ms: i64,
) -> Vec<(&'static str, String)> {
    let until = credential.expires_at.unwrap_or(i64::MAX).min(at_ms.saturating_add(VALID));
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
                ("Signature", sign_v1::signature(&credential.access_key_secret, &policy)),
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
