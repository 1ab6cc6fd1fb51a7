//! Where an object goes: host, bucket, key, and the region its signature names.
//!
//! Signed requests carry the user's token, so that an address decides who receives it. Only hosts of OSS are accepted, or
//! the customer's own domain where the app has asked for one (`cname`), always over https on port 443.

use crate::encoding::percent;

/// The suffix of every host of Alibaba Cloud's services.
const ALIYUN: &str = ".aliyuncs.com";
/// OSS API reference, "Naming conventions": 1 to 1,023 bytes.
const KEY_BYTES: usize = 1023;

/// The place of an object, as its requests name it.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectLocation {
    /// The request's host: bucket and endpoint, or the customer's own domain. Lower case, without a port.
    pub host: String,
    /// 3 to 63 lower-case letters, digits and hyphens.
    pub bucket: String,
    /// 1 to 1,023 bytes, decoded, without a slash at the start.
    pub key: String,
    /// For signature V4: `cn-shanghai`, never `oss-cn-shanghai`.
    pub region: String,
}

/// Why requests are not sent to an address. Each message is a sentence for the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum AddressError {
    #[error("the endpoint is not a host name; it looks like https://oss-cn-shanghai.aliyuncs.com")]
    NotAHost,
    #[error("the endpoint must be an https host without port, user name, path or query; it looks like https://oss-cn-shanghai.aliyuncs.com")]
    NotPlainHttps,
    #[error("the endpoint is not a host of OSS (oss-….aliyuncs.com); for an own domain bound to the bucket set the option cname")]
    ForeignHost,
    #[error("the bucket name must have 3 to 63 lower-case letters, digits and hyphens, the first and last no hyphen")]
    Bucket,
    #[error("the object name must have 1 to 1023 bytes and must not begin with a slash or backslash")]
    Key,
    #[error("the upload address is that of another file of the app; ask for an address for each file")]
    Taken,
    #[error("the region is not a region id; it looks like cn-shanghai")]
    Region,
}

impl ObjectLocation {
    /// Whether both are the same object.
    pub fn is_same_object(&self, other: &Self) -> bool {
        (&self.bucket, &self.key) == (&other.bucket, &other.key)
    }

    /// `endpoint` may have a scheme (`http` is replaced by https, a mini program may call nothing else) and the bucket
    /// already in front. With `cname` a host that is not OSS's is the customer's own domain, the whole host. An endpoint
    /// that does not name its region (acceleration, own domains) takes `fallback_region`.
    ///
    /// # Errors
    /// [`AddressError`] for everything to which no signed request may go.
    pub fn new(
        endpoint: &str,
        bucket: &str,
        key: &str,
        cname: bool,
        fallback_region: &str,
    ) -> Result<Box<Self>, AddressError> {
        let name = host_name(endpoint)?;
        if !is_bucket(bucket) {
            return Err(AddressError::Bucket);
        }
        if key.is_empty() || key.len() > KEY_BYTES || key.starts_with(['/', '\\']) {
            return Err(AddressError::Key);
        }
        let without_bucket = name.strip_prefix(bucket).and_then(|rest| rest.strip_prefix('.'));
        let host = match without_bucket.unwrap_or(&name) {
            endpoint if is_oss_endpoint(endpoint) => format!("{bucket}.{endpoint}"),
            _ if cname && !format!(".{name}").ends_with(ALIYUN) => name.clone(),
            _ => return Err(AddressError::ForeignHost),
        };
        let region = region_of(&host).unwrap_or(fallback_region.strip_prefix("oss-").unwrap_or(fallback_region));
        if !is_region(region) {
            return Err(AddressError::Region);
        }
        Ok(Box::new(Self { region: region.to_owned(), host, bucket: bucket.to_owned(), key: key.to_owned() }))
    }

    /// `https://{host}/{key}`: where the object is found afterwards.
    pub fn object_url(&self) -> String {
        format!("https://{}/{}", self.host, percent::encode_path(&self.key))
    }

    /// `https://{host}/`: where a form is posted.
    pub fn form_url(&self) -> String {
        format!("https://{}/", self.host)
    }
}

/// A region id: one DNS label of lower-case letters, digits and hyphens.
pub fn is_region(region: &str) -> bool {
    is_label(region) && !region.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// The host of an endpoint, in lower case.
fn host_name(endpoint: &str) -> Result<String, AddressError> {
    let endpoint = endpoint.trim();
    let (scheme, rest) = endpoint.split_once("://").unwrap_or(("https", endpoint));
    let http = scheme.eq_ignore_ascii_case("http");
    if !http && !scheme.eq_ignore_ascii_case("https") {
        return Err(AddressError::NotPlainHttps);
    }
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    let name = match authority.split_once(':') {
        Some((name, "443")) => name,
        Some((name, "80")) if http => name,
        Some(_) => return Err(AddressError::NotPlainHttps),
        None => authority,
    };
    if name.contains(['/', '\\', '?', '#', '@', '%']) {
        return Err(AddressError::NotPlainHttps);
    }
    let mut labels = name.rsplit('.');
    // The top-level domain is made of letters: addresses of either IP version, in any spelling, have none.
    let top_level = labels.next().unwrap_or_default();
    let is_top_level = top_level.len() >= 2 && top_level.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_punycode = top_level.to_ascii_lowercase().starts_with("xn--") && is_label(top_level);
    let mut others = labels.peekable();
    if others.peek().is_none() || !(is_top_level || is_punycode) || !others.all(is_label) || name.len() > 253 {
        return Err(AddressError::NotAHost);
    }
    Ok(name.to_ascii_lowercase())
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// OSS user guide, "Bucket naming conventions".
fn is_bucket(bucket: &str) -> bool {
    bucket.len() >= 3 && is_region(bucket)
}

/// `oss-{region}[-internal]`, `oss-accelerate[-overseas]`, `oss`, `vpc100-oss-{region}`, `{region}.oss`, `s3.oss-{region}`
/// before `.aliyuncs.com`. Other services under that domain run their customers' programs (`….fc.aliyuncs.com`).
fn is_oss_endpoint(host: &str) -> bool {
    let Some(labels) = host.strip_suffix(ALIYUN) else { return false };
    let (before, last) = labels.rsplit_once('.').unwrap_or(("", labels));
    last.split('-').any(|word| word == "oss") && !before.contains('.')
}

/// The region that a host names. Acceleration names none: the bucket may be anywhere.
fn region_of(host: &str) -> Option<&str> {
    let labels = host.strip_suffix(ALIYUN)?;
    let (before, last) = labels.rsplit_once('.').unwrap_or(("", labels));
    if last == "oss" {
        // `{bucket}.{region}.oss` of the dual-stack endpoints.
        return before.rsplit_once('.').map(|(_, region)| region);
    }
    let region = last.strip_prefix("vpc100-").unwrap_or(last).strip_prefix("oss-")?;
    let region = region.strip_suffix("-internal").unwrap_or(region);
    (!region.is_empty() && !region.starts_with("accelerate")).then_some(region)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(endpoint: &str, cname: bool) -> Result<Box<ObjectLocation>, AddressError> {
        ObjectLocation::new(endpoint, "b-1", "k", cname, "oss-fallback")
    }

    #[test]
    fn endpoints_in_their_variants() {
        for (endpoint, host, region) in [
            ("oss-cn-shanghai.aliyuncs.com", "b-1.oss-cn-shanghai.aliyuncs.com", "cn-shanghai"),
            ("https://oss-cn-shanghai.aliyuncs.com", "b-1.oss-cn-shanghai.aliyuncs.com", "cn-shanghai"),
            ("http://OSS-cn-shanghai.aliyuncs.com:80/", "b-1.oss-cn-shanghai.aliyuncs.com", "cn-shanghai"),
            (" HTTPS://oss-cn-beijing.aliyuncs.com:443 ", "b-1.oss-cn-beijing.aliyuncs.com", "cn-beijing"),
            ("oss-cn-beijing-internal.aliyuncs.com", "b-1.oss-cn-beijing-internal.aliyuncs.com", "cn-beijing"),
            ("vpc100-oss-cn-hangzhou.aliyuncs.com", "b-1.vpc100-oss-cn-hangzhou.aliyuncs.com", "cn-hangzhou"),
            ("cn-hongkong.oss.aliyuncs.com", "b-1.cn-hongkong.oss.aliyuncs.com", "cn-hongkong"),
            ("b-1.oss-eu-central-1.aliyuncs.com", "b-1.oss-eu-central-1.aliyuncs.com", "eu-central-1"),
            ("oss-accelerate.aliyuncs.com", "b-1.oss-accelerate.aliyuncs.com", "fallback"),
            ("oss-accelerate-overseas.aliyuncs.com", "b-1.oss-accelerate-overseas.aliyuncs.com", "fallback"),
            ("oss.aliyuncs.com", "b-1.oss.aliyuncs.com", "fallback"),
        ] {
            // The option cname changes nothing for a host of OSS.
            for cname in [false, true] {
                let found = location(endpoint, cname).expect(endpoint);
                assert_eq!((found.host.as_str(), found.region.as_str()), (host, region), "{endpoint}");
            }
        }
    }

    #[test]
    fn an_own_domain_is_the_whole_host() {
        let target =
            ObjectLocation::new("https://Media.example.com/", "bkt", "a b/1.mp4", true, "cn-shanghai").unwrap();
        assert_eq!(target.object_url(), "https://media.example.com/a%20b/1.mp4");
        assert_eq!(target.form_url(), "https://media.example.com/");
        assert_eq!(location("media.example.com", false), Err(AddressError::ForeignHost));
    }

    #[test]
    fn no_other_host_gets_a_token() {
        for endpoint in [
            "",
            "https://",
            "localhost",
            "a b.com",
            "aliyuncs.com",
            ".aliyuncs.com",
            "oss-cn-shanghai.aliyuncs.com.evil.com:8443",
            "oss-cn-shanghai.aliyuncs.com:8443",
            "oss-cn-shanghai.aliyuncs.com:80",
            "oss-cn-shanghai.aliyuncs.com:443:443",
            "oss-cn-shanghai.aliyuncs.com:",
            "oss-cn-shanghai.aliyuncs.com.",
            "oss-cn-shanghai..aliyuncs.com",
            "oss-cn-shanghai.aliyuncs.com/x",
            "oss-cn-shanghai.aliyuncs.com?x",
            "oss-cn-shanghai.aliyuncs.com#x",
            "evil.com/.aliyuncs.com",
            "evil.com#.oss-cn-shanghai.aliyuncs.com",
            "evil.com\\.oss-cn-shanghai.aliyuncs.com",
            "evil.com@oss-cn-shanghai.aliyuncs.com",
            "oss-cn-shanghai.aliyuncs.com@evil.com",
            "oss-cn-shanghai。aliyuncs。com",
            "oss-cn-shanghai．aliyuncs．com",
            "ｏss-cn-shanghai.aliyuncs.com",
            "oss-cn-shanghai%2ealiyuncs.com",
            "ftp://oss-cn-shanghai.aliyuncs.com",
            "//oss-cn-shanghai.aliyuncs.com",
            "https://https://oss-cn-shanghai.aliyuncs.com",
            "127.0.0.1",
            "0x7f.1",
            "2130706433",
            "[::1]",
            "1.2.3.4:443",
            "-oss.aliyuncs.com",
            "视频.com",
            "oss-cn-shanghai.aliyuncs.com\r\nHost: evil.com",
        ] {
            for cname in [false, true] {
                assert!(location(endpoint, cname).is_err(), "{endpoint}");
            }
        }
        for endpoint in [
            "oss-cn-shanghai.aliyuncs.com.evil.com",
            "evil-aliyuncs.com",
            "oss-cn-shanghai.evil.com",
            "1234.cn-shanghai.fc.aliyuncs.com",
            "vod.cn-shanghai.aliyuncs.com",
            "crossing.aliyuncs.com",
            "a.b.oss-cn-shanghai.aliyuncs.com",
        ] {
            assert_eq!(location(endpoint, false), Err(AddressError::ForeignHost), "{endpoint}");
        }
        // Nor does the option make another service's host an own domain.
        assert_eq!(location("1234.cn-shanghai.fc.aliyuncs.com", true), Err(AddressError::ForeignHost));
    }

    #[test]
    fn buckets_keys_and_regions_that_are_none() {
        let long = "k".repeat(1024);
        let bucket_of_64 = "b".repeat(64);
        let new = |bucket: &str, key: &str, region: &str| {
            ObjectLocation::new("oss-accelerate.aliyuncs.com", bucket, key, false, region).map(|found| found.region)
        };
        for bucket in ["", "b", "bk", "Bucket", "b/x", "b.x", "b_x", "-bucket", "bucket-", "桶桶桶", &bucket_of_64] {
            assert_eq!(new(bucket, "k", "r"), Err(AddressError::Bucket), "{bucket}");
        }
        for key in ["", "/k", "\\k", &long] {
            assert_eq!(new("bkt", key, "r"), Err(AddressError::Key), "{key}");
        }
        for region in ["", "evil.com", "a/b", "cn shanghai", "cn-shanghai\n", "-"] {
            assert_eq!(new("bkt", "k", region), Err(AddressError::Region), "{region}");
        }
        assert_eq!(new("bkt", &long[1..], "oss-cn-shanghai").as_deref(), Ok("cn-shanghai"));
    }
}
