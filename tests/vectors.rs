//! The protocol vectors: what the vendor's own libraries sign, encode and accept, recorded.
//! `VOD_UPLOAD_VECTORS` names another file of the same shape.

use serde_json::Value;
use vod_upload::credential::Credential;
use vod_upload::encoding::{base64, percent};
use vod_upload::oss::crc64::{combine, parse_decimal, Crc64};
use vod_upload::oss::signer::{v1, v4};
use vod_upload::oss::xml::{Document, Element};
use vod_upload::oss::{
    post_form, provenance, recovery, response, Body, ObjectLocation, Op, Provenance, Recovery, Request, Signature,
    Signer,
};
use vod_upload::timestamp as time;
use vod_upload::vod::rpc::{self, RpcCall};
use vod_upload::vod::upload_auth::{decode_address, decode_auth, AuthError};

/// The vectors of one kind; each is announced before it is tried, so that a failing one has a name.
fn each(kind: &str, test: impl Fn(&Value)) {
    let path = std::env::var("VOD_UPLOAD_VECTORS")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/vectors.json").into());
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let vectors = file[kind].as_array().unwrap();
    assert!(!vectors.is_empty());
    for vector in vectors {
        let name = vector["id"].as_str().or(vector["key"].as_str()).unwrap_or("?");
        println!("{kind} {name}");
        test(vector);
    }
    println!("{kind}: {} vectors", vectors.len());
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

/// The core names headers, parameters and methods once, at compile time; vectors bring their own.
fn forever(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn members(value: &Value) -> Vec<(&'static str, String)> {
    let members = value.as_object().unwrap().iter();
    members.map(|(name, value)| (forever(name), value.as_str().unwrap().to_owned())).collect()
}

fn credential(vector: &Value) -> Credential {
    Credential {
        access_key_id: text(vector, "access_key_id").into(),
        access_key_secret: text(vector, "access_key_secret").into(),
        security_token: text(vector, "security_token").into(),
        expires_at: None,
        region: None,
    }
}

/// Path, and query in any order, decoded.
fn decoded(url: &str) -> (String, Vec<(String, String)>) {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let pair = |pair: &str| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (percent::decode(key), percent::decode(value))
    };
    let mut query: Vec<_> = query.split('&').filter(|text| !text.is_empty()).map(pair).collect();
    query.sort();
    (percent::decode(path), query)
}

fn signed_request(vector: &Value, signature: Signature) -> (Request, Box<ObjectLocation>, Credential, i64) {
    let credential = credential(vector);
    let at = time::parse_iso(text(vector, "date")).unwrap();
    let (endpoint, bucket, key) = (text(vector, "endpoint"), text(vector, "bucket"), text(vector, "key"));
    let own_domain = text(vector, "url").starts_with(endpoint);
    let target = ObjectLocation::new(endpoint, bucket, key, own_domain, text(vector, "region")).unwrap();
    let expected: Vec<_> =
        members(&vector["headers"]).into_iter().map(|(name, value)| (forever(&name.to_lowercase()), value)).collect();
    let ours = ["x-oss-date", "x-oss-content-sha256", "x-oss-security-token"];
    let mut request = Request {
        method: forever(text(vector, "method")),
        target_query: members(&vector["query"]),
        headers: expected.iter().filter(|header| !ours.contains(&header.0)).cloned().collect(),
        body: Body::None,
    };
    // Twice: the second time with the cached key, and over the headers of the first.
    let mut signer = Signer::new();
    signer.sign(signature, &mut request, &credential, &target, at - 1000);
    signer.sign(signature, &mut request, &credential, &target, at);
    for (name, value) in &expected {
        let lines = request.header_lines();
        assert_eq!(response::header(&lines, name), Some(value.trim()), "{name}");
    }
    assert_eq!(request.headers.len(), expected.len() + 1);
    assert_eq!(decoded(&request.url(&target)), decoded(text(vector, "url")));
    (request, target, credential, at)
}

fn authorization(request: &Request) -> &str {
    &request.headers.iter().find(|header| header.0 == "authorization").unwrap().1
}

#[test]
fn oss_v1() {
    each("oss_v1", |vector| {
        let (request, target, _, _) = signed_request(vector, Signature::V1);
        assert_eq!(v1::string_to_sign(&request, &target), text(vector, "string_to_sign"));
        assert_eq!(authorization(&request), text(vector, "authorization"));
    });
}

#[test]
fn oss_v4() {
    each("oss_v4", |vector| {
        let (request, target, credential, at) = signed_request(vector, Signature::V4);
        if vector["additional_headers"].is_array() {
            // No request of this package signs more headers than it must.
            return;
        }
        let canonical = v4::canonical_request(&request, &target);
        assert_eq!(canonical, text(vector, "canonical_request"));
        let mut signer = Signer::new();
        let key = signer.key(&credential, &target.region, at);
        let to_sign = v4::string_to_sign(key, &time::iso_basic(at), &canonical);
        assert_eq!(to_sign, text(vector, "string_to_sign"));
        assert_eq!(v4::authorization(key, &request, &credential, &target), text(vector, "authorization"));
        assert_eq!(authorization(&request), text(vector, "authorization"));
    });
}

#[test]
fn post_policy() {
    each("post_policy", |vector| {
        let credential = credential(vector);
        let at = time::parse_iso(text(vector, "date")).unwrap();
        let (_, conditions) = text(vector, "policy_json").split_once("\"conditions\":[").unwrap();
        let conditions = format!("[{}]", conditions.strip_suffix("]}").unwrap());
        let conditions: Vec<Value> = serde_json::from_str(&conditions).unwrap();
        for (signature, expected) in [(Signature::V1, &vector["v1"]), (Signature::V4, &vector["v4"])] {
            let mut fields = post_form::signed(
                &mut Signer::new(),
                signature,
                &credential,
                text(vector, "region"),
                text(&vector["policy"], "expiration"),
                conditions.iter().map(Value::to_string).collect(),
                at,
            );
            let mut expected = members(&expected["fields"]);
            fields.sort();
            expected.sort();
            assert_eq!(fields, expected);
        }
    });
}

#[test]
fn vod_rpc() {
    each("vod_rpc", |vector| {
        let (method, secret) = (text(vector, "method"), text(vector, "access_key_secret"));
        let params = members(&vector["all_signed_params"]);
        let canonical = rpc::canonical(&params);
        assert_eq!(rpc::string_to_sign(method, &canonical), text(vector, "string_to_sign"));
        assert_eq!(rpc::sign(method, &params, secret), text(vector, "signature"));

        let call = RpcCall { action: forever(text(vector, "action")), params: members(&vector["business_params"]) };
        let common = &vector["all_signed_params"];
        let at = time::parse_iso(text(common, "Timestamp")).unwrap();
        let body = call.body(&credential(vector), at, text(common, "SignatureNonce"));
        match vector["body"].as_str() {
            Some(expected) => assert_eq!(body, expected),
            // A GET: the same parameters, another signature.
            None => assert_eq!(body.rsplit_once('&').unwrap().0, canonical),
        }
    });
}

#[test]
fn upload_auth() {
    each("upload_auth", |vector| {
        let input = text(vector, "input");
        let expect = &vector["expect"];
        let ok = &expect["ok"];
        let as_text = |field: &str| ok[field].as_str().map_or_else(|| ok[field].to_string(), String::from);
        let failure = match text(vector, "kind") {
            "auth" => decode_auth(input, 1_000_000).map(|credential| {
                assert_eq!(credential.access_key_id, as_text("AccessKeyId"));
                assert_eq!(credential.access_key_secret, as_text("AccessKeySecret"));
                assert_eq!(credential.security_token, as_text("SecurityToken"));
                assert_eq!(credential.region.as_deref(), ok["Region"].as_str());
                let seconds = as_text("Expiration").parse::<i64>().ok().map(|seconds| 1_000_000 + seconds * 1000);
                let absolute = time::parse_iso(text(ok, "ExpireUTCTime"));
                let expected = absolute.or(seconds).or(time::parse_iso(text(ok, "Expiration")));
                assert_eq!(credential.expires_at, expected);
            }),
            "address" => decode_address(input).map(|address| {
                assert_eq!(address.endpoint, as_text("Endpoint"));
                assert_eq!(address.bucket, as_text("Bucket"));
                assert_eq!(address.key, as_text("FileName"));
            }),
            other => panic!("unknown kind {other}"),
        };
        match failure {
            Ok(()) => assert!(ok.is_object(), "accepted"),
            Err(error) => {
                let (class, field) = class(error);
                assert_eq!((class, field), (text(expect, "error"), text(expect, "field")));
                assert!(input.len() < 8 || !error.to_string().contains(input), "echoed");
            }
        }
    });
}

/// The vectors' names for what is wrong, and the field that is missing.
fn class(error: AuthError) -> (&'static str, &'static str) {
    match error {
        AuthError::Empty(_) => ("empty", ""),
        AuthError::NotBase64(_) => ("invalid_base64", ""),
        AuthError::NotUtf8(_) => ("invalid_utf8", ""),
        AuthError::NotJson(_) => ("invalid_json", ""),
        AuthError::NotAnObject(_) => ("not_object", ""),
        AuthError::Missing(_, field) | AuthError::Interchanged(_, field) => ("missing_field", field),
    }
}

#[test]
fn crc64() {
    each("crc64", |vector| {
        let decimal = |value: &Value| parse_decimal(text(value, "crc64_decimal")).unwrap();
        let crc = match vector["parts"].as_array() {
            Some(parts) => {
                parts.iter().fold(0, |whole, part| combine(whole, decimal(part), part["length"].as_u64().unwrap()))
            }
            None => {
                let mut crc = Crc64::new();
                let bytes = base64::decode_lenient(text(vector, "data_b64")).unwrap();
                assert_eq!(bytes.len() as u64, vector["length"].as_u64().unwrap());
                bytes.chunks(37).for_each(|chunk| crc.update(chunk));
                crc.finish()
            }
        };
        assert_eq!(crc, decimal(vector));
        assert_eq!(format!("{crc:016x}"), text(vector, "crc64_hex"));
    });
}

#[test]
fn key_paths() {
    each("key_paths", |vector| {
        let key = text(vector, "key");
        let path = format!("/{}", percent::encode_path(key));
        assert_eq!(path, text(vector, "expected_path"));
        assert!(text(vector, "v4_canonical_uri").ends_with(&path));
        assert_eq!(percent::decode(&path[1..]), key);
    });
}

#[test]
fn response_xml() {
    each("response_xml", |vector| {
        let (body, expect) = (text(vector, "body"), &vector["expect"]);
        let status = vector["http_status"].as_u64().unwrap() as u16;
        let root = expect["root"].as_str();
        let document = Document::parse(body).map(|document| document.root).unwrap_or_default();
        if let Some(root) = root {
            assert_eq!(document.name, root);
        }
        let url_encoded = document.text("EncodingType") == Some("url");
        for (tag, value) in expect.as_object().unwrap() {
            if !tag.starts_with(char::is_uppercase) {
                continue;
            }
            let mut found = document.text(tag).unwrap().to_owned();
            if tag == "Key" && url_encoded {
                found = percent::decode(&found);
            }
            assert_eq!(found, value.as_str().map_or_else(|| value.to_string(), String::from), "{tag}");
        }
        // Even where a client hides the headers, OSS is recognised by its document, and nothing else is.
        let (op, expected) = match root {
            Some("InitiateMultipartUploadResult") => (Op::Initiate, Provenance::Oss),
            Some("ListPartsResult") => (Op::List, Provenance::Oss),
            Some("CompleteMultipartUploadResult") => (Op::Complete, Provenance::Oss),
            Some("Error") => (Op::Part, Provenance::Oss),
            _ => (Op::Part, Provenance::NotFromOss),
        };
        assert_eq!(provenance(op, status, "", body), expected);
        match root {
            Some("InitiateMultipartUploadResult") => {
                assert_eq!(response::upload_id(body).as_deref(), expect["UploadId"].as_str());
            }
            Some("ListPartsResult") => listed(body, expect),
            Some("Error") | None => error(status, body, &document, expect),
            Some(_) => assert_eq!(response::upload_id(body), None),
        }
    });
}

fn listed(body: &str, expect: &Value) {
    let (parts, next) = response::list(body).unwrap();
    let truncated = expect["IsTruncated"].as_bool().unwrap();
    assert_eq!(
        next,
        if truncated { expect["NextPartNumberMarker"].as_u64().map(|marker| marker as u32) } else { None }
    );
    let expected = expect["parts"].as_array().unwrap();
    assert_eq!(parts.len(), expected.len());
    for (part, expected) in parts.iter().zip(expected) {
        assert_eq!(Some(u64::from(part.number)), expected["PartNumber"].as_u64());
        assert_eq!(Some(part.size), expected["Size"].as_u64());
        assert_eq!(part.etag, text(expected, "ETag"));
    }
}

fn error(status: u16, body: &str, document: &Element, expect: &Value) {
    let error = response::error(status, "date: Thu, 07 Mar 2024 09:05:03 GMT\n", body);
    assert_eq!(error.code, text(expect, "Code"));
    if let Some(skew) = expect["skew_ms"].as_i64() {
        let requested = time::parse_iso(document.text("RequestTime").unwrap()).unwrap();
        assert_eq!(error.server_time, Some(requested + skew));
    }
    let action = recovery(Op::Part, status, &error.code, true);
    match text(expect, "action").split(' ').next() {
        Some("restart_upload") => assert_eq!(action, Recovery::Restart),
        Some("correct_clock") => assert_eq!(action, Recovery::Clock),
        Some("refresh_credential") => assert_eq!(action, Recovery::Credential),
        Some("retry") => assert_eq!(action, Recovery::Retry),
        other => panic!("unknown action {other:?}"),
    }
}

#[test]
fn doc_examples() {
    each("doc_examples", |vector| {
        let secret = text(vector, "secret");
        let signature = match text(vector, "kind") {
            "oss_v1" => v1::signature(secret, text(vector, "string_to_sign")),
            "rpc" => rpc::sign("GET", &members(&vector["params"]), secret),
            other => panic!("unknown kind {other}"),
        };
        assert_eq!(signature, text(vector, "signature"));
    });
}
