//! PostObject: an object as one HTML form, the only request that a platform's file upload (wx.uploadFile) makes.
//! Source: OSS API reference, "PostObject"; for V4, "Include a V4 signature in a form".

use super::signer::v1;
use super::signer::v4::ALGORITHM;
use super::xml::Document;
use super::{ObjectLocation, Signature, Signer};
use crate::credential::Credential;
use crate::encoding::{base64, json};
use crate::timestamp;

/// Life of a policy when the credential's is not known, ms.
const VALID: i64 = 3_600_000;
/// No date after 2100.
const LATEST: i64 = 4_102_444_800_000;

/// What is particular to one form.
pub struct Form<'a> {
    /// Becomes the object's.
    pub content_type: &'a str,
    /// Base64 of the app's paramData.
    pub notification: Option<&'a str>,
    /// Bytes of the file. The policy admits exactly as many: OSS refuses a file that was cut off or replaced on the way.
    pub size: u64,
    /// OSS answers 409 FileAlreadyExists where an object lies at the key.
    pub forbid_overwrite: bool,
}

/// The form's fields, in order; the file follows as the last one.
///
/// The policy admits this bucket, this key and this length, until the credential's end: that date is the server's own, where
/// the phone's clock may be wrong. OSS answers 201 with a [`PostResult`].
pub fn fields(
    signer: &mut Signer,
    signature: Signature,
    credential: &Credential,
    target: &ObjectLocation,
    form: &Form<'_>,
    at_ms: i64,
) -> Vec<(&'static str, String)> {
    let until = credential.expires_at.unwrap_or(at_ms.saturating_add(VALID)).min(LATEST);
    let mut conditions = vec![
        member("bucket", &target.bucket),
        json::to_text(&("eq", "$key", &target.key)),
        json::to_text(&("content-length-range", form.size, form.size)),
    ];
    let mut fields = vec![
        ("key", target.key.clone()),
        ("success_action_status", "201".to_owned()),
        ("Content-Type", form.content_type.to_owned()),
    ];
    if let Some(text) = form.notification.filter(|text| !text.is_empty()) {
        fields.push(("x-oss-notification", text.to_owned()));
    }
    if form.forbid_overwrite {
        conditions.push(member("x-oss-forbid-overwrite", "true"));
        fields.push(("x-oss-forbid-overwrite", "true".to_owned()));
    }
    if !credential.security_token.is_empty() {
        conditions.push(member("x-oss-security-token", &credential.security_token));
        fields.push(("x-oss-security-token", credential.security_token.clone()));
    }
    let expiration = timestamp::iso(until);
    fields.extend(signed(signer, signature, credential, &target.region, &expiration, conditions, at_ms));
    fields
}

/// The policy and its signature. Each condition is a JSON text; V4 adds some of its own.
pub fn signed(
    signer: &mut Signer,
    signature: Signature,
    credential: &Credential,
    region: &str,
    expiration: &str,
    mut conditions: Vec<String>,
    at_ms: i64,
) -> Vec<(&'static str, String)> {
    match signature {
        Signature::V4 => {
            let key = signer.key(credential, region, at_ms);
            let owner = format!("{}/{}", credential.access_key_id, key.scope());
            let date = timestamp::iso_basic(at_ms);
            conditions.push(member("x-oss-signature-version", ALGORITHM));
            conditions.push(member("x-oss-credential", &owner));
            conditions.push(member("x-oss-date", &date));
            let policy = policy(expiration, &conditions);
            vec![
                ("x-oss-signature-version", ALGORITHM.to_owned()),
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

/// A condition: the field has this value.
fn member(name: &str, value: &str) -> String {
    format!("{{{}:{}}}", json::to_text(&name), json::to_text(&value))
}

/// Base64 of the policy's JSON. The order of the members is that of the vendor's examples.
fn policy(expiration: &str, conditions: &[String]) -> String {
    let (expiration, conditions) = (json::to_text(&expiration), conditions.join(","));
    base64::encode(format!(r#"{{"expiration":{expiration},"conditions":[{conditions}]}}"#))
}

/// The document of a 201 answer.
#[derive(Clone, Debug, PartialEq)]
pub struct PostResult {
    /// Where the object is stored.
    pub bucket: String,
    /// Its key, decoded.
    pub key: String,
    /// With its quotes.
    pub etag: String,
}

impl PostResult {
    /// `None`: the body is not a complete PostResponse.
    pub fn parse(body: &str) -> Option<Self> {
        let root = Document::parse_root(body, "PostResponse").filter(|document| document.complete)?.root;
        let field = |name| root.text(name).filter(|text| !text.is_empty()).map(str::to_owned);
        Some(PostResult { bucket: field("Bucket")?, key: field("Key")?, etag: field("ETag")? })
    }

    /// Whether it is about this object.
    pub fn is_of(&self, target: &ObjectLocation) -> bool {
        self.bucket == target.bucket && self.key == target.key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(signature: Signature, expires_at: Option<i64>, forbid_overwrite: bool) -> Vec<(&'static str, String)> {
        let credential = Credential {
            access_key_id: String::from("STS.i"),
            access_key_secret: String::from("s"),
            security_token: String::from("t\"/+"),
            expires_at,
            region: None,
        };
        let target = ObjectLocation::new("oss-cn-shanghai.aliyuncs.com", "bkt", "视频/1.mp4", false, "").unwrap();
        let form = Form { content_type: "video/mp4", notification: Some("e30="), size: 1024, forbid_overwrite };
        fields(&mut Signer::new(), signature, &credential, &target, &form, 0)
    }

    fn policy_of(fields: &[(&'static str, String)]) -> String {
        let policy = &fields.iter().find(|field| field.0 == "policy").unwrap().1;
        String::from_utf8(base64::decode_lenient(policy).unwrap()).unwrap()
    }

    #[test]
    fn the_policy_binds_bucket_key_size_and_token() {
        let fields = form(Signature::V1, None, true);
        assert_eq!(
            policy_of(&fields),
            r#"{"expiration":"1970-01-01T01:00:00Z","conditions":[{"bucket":"bkt"},["eq","$key","视频/1.mp4"],["content-length-range",1024,1024],{"x-oss-forbid-overwrite":"true"},{"x-oss-security-token":"t\"/+"}]}"#
        );
        let names: Vec<_> = fields.iter().map(|field| field.0).collect();
        assert_eq!(
            names,
            [
                "key",
                "success_action_status",
                "Content-Type",
                "x-oss-notification",
                "x-oss-forbid-overwrite",
                "x-oss-security-token",
                "OSSAccessKeyId",
                "Signature",
                "policy"
            ]
        );
    }

    #[test]
    fn it_ends_with_the_credential() {
        let fields = form(Signature::V4, Some(60_000), false);
        let policy = policy_of(&fields);
        assert!(policy.starts_with(r#"{"expiration":"1970-01-01T00:01:00Z""#));
        assert!(policy.ends_with(r#"{"x-oss-signature-version":"OSS4-HMAC-SHA256"},{"x-oss-credential":"STS.i/19700101/cn-shanghai/oss/aliyun_v4_request"},{"x-oss-date":"19700101T000000Z"}]}"#));
        assert!(json::parse(&policy).is_ok());
        assert!(!policy.contains("forbid-overwrite"));
        assert!(policy_of(&form(Signature::V4, Some(i64::MAX), false))
            .starts_with(r#"{"expiration":"2100-01-01T00:00:00Z""#));
    }

    #[test]
    fn the_answer_names_the_object() {
        let body = "<?xml version=\"1.0\"?>\n<PostResponse><Bucket>bkt</Bucket><ETag>\"A1\"</ETag>\
            <Key>视频/1.mp4</Key><Location>https://x</Location></PostResponse>";
        let result = PostResult::parse(body).unwrap();
        assert_eq!((result.etag.as_str(), result.key.as_str()), ("\"A1\"", "视频/1.mp4"));
        let at = |key| ObjectLocation::new("oss-cn-shanghai.aliyuncs.com", "bkt", key, false, "").unwrap();
        assert!(result.is_of(&at("视频/1.mp4")) && !result.is_of(&at("2.mp4")));
        for broken in ["", "<html/>", "<PostResponse/>", &body[..body.len() - 3]] {
            assert_eq!(PostResult::parse(broken), None, "{broken}");
        }
    }
}
