//! UploadAuth and UploadAddress, as the app passes them and as JSON that only has to be wrapped.

use vod_upload::credential::parse_expiry;
use vod_upload::encoding::base64;
use vod_upload::oss::ObjectLocation;
use vod_upload::vod::upload_auth::{decode_address, decode_auth};

const NOW: i64 = 1_780_000_000_000;

pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let wrapped = base64::encode(data);
    assert_eq!(base64::decode_lenient(&wrapped).as_deref(), Some(data));
    for text in [&*text, &wrapped] {
        match decode_auth(text, NOW) {
            Ok(credential) => {
                // Shows nothing that signs.
                assert_eq!(format!("{credential:?}"), format!("Credential({})", credential.access_key_id));
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
        if let Ok(address) = decode_address(text) {
            for cname in [false, true] {
                if let Ok(target) =
                    ObjectLocation::new(&address.endpoint, &address.bucket, &address.key, cname, "cn-shanghai")
                {
                    check(&target, cname);
                }
            }
        }
    }
    for (absolute, span) in [(&*text, "3600"), ("", &*text)] {
        let _ = parse_expiry(absolute, span, NOW);
    }
}

/// Nothing in an address may lead to another host.
fn check(target: &ObjectLocation, cname: bool) {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    assert!(!target.host.is_empty() && target.host.chars().all(good), "{}", target.host);
    assert!(cname || target.host.ends_with(".aliyuncs.com"), "{}", target.host);
    let url = target.object_url();
    assert!(url.starts_with(&target.form_url()) && url.is_ascii());
    assert!(!url.contains(['?', '#', ' ', '\n', '\r']), "{url}");
}
