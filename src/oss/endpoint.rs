//! Where an object goes: host, bucket, key, and the region its signature names.

use crate::text::{cut, cut_last, find, percent};

/// The suffix of every OSS endpoint that is not a customer's own domain.
const ALIYUN: &str = ".aliyuncs.com";
/// OSS API reference, "Naming conventions": 1 to 1,023 bytes.
const KEY_BYTES: usize = 1023;

#[derive(Clone, Debug, PartialEq)]
pub struct ObjectLocation {
    /// The request's host: bucket and endpoint, or the customer's own domain; with a port only if it is not 443.
    pub host: String,
    pub bucket: String,
    pub key: String,
    /// For signature V4: `cn-shanghai`, never `oss-cn-shanghai`.
    pub region: String,
}

impl ObjectLocation {
    /// `endpoint` may come with a scheme, a port, a path and the bucket already in front; the scheme is always https
    /// (a mini program may call nothing else). With `cname` the endpoint is the whole host. An endpoint that does not
    /// tell its region (acceleration, own domains) takes `fallback_region`. The error is a sentence for the app.
    pub fn new(
        endpoint: &str,
        bucket: &str,
        key: &str,
        cname: bool,
        fallback_region: &str,
    ) -> Result<Box<Self>, &'static str> {
        let endpoint = endpoint.trim_ascii();
        let authority = cut(endpoint, "://").map_or(endpoint, |(_, rest)| rest);
        let end = find(authority, |byte| matches!(byte, b'/' | b'?' | b'#'));
        let authority = authority.get(..end).unwrap_or_default().to_ascii_lowercase();
        let (name, port) = cut(&authority, ":").unwrap_or((&authority, ""));
        let without = |text: &str, kind: fn(u8) -> bool| find(text, kind) == text.len();
        if name.is_empty()
            || !without(port, |byte| !byte.is_ascii_digit())
            || !without(name, |byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'.'))
        {
            return Err("the endpoint is not a host name; it looks like oss-cn-shanghai.aliyuncs.com");
        }
        if bucket.is_empty() || !without(bucket, |byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_')) {
            return Err("the bucket name is empty or has characters other than letters, digits and hyphens");
        }
        if key.is_empty() || key.len() > KEY_BYTES || matches!(key.as_bytes().first(), Some(b'/' | b'\\')) {
            return Err("the object name must have 1 to 1023 bytes and must not begin with a slash or backslash");
        }
        let mut host = String::new();
        let mut has_bucket = cname;
        if let Some(rest) = name.strip_prefix(bucket) {
            has_bucket |= rest.starts_with('.');
        }
        if !has_bucket {
            host.push_str(bucket);
            host.push('.');
        }
        host.push_str(name);
        if !matches!(port, "" | "80" | "443") {
            host.push(':');
            host.push_str(port);
        }
        let region = region_of(name).unwrap_or(fallback_region.strip_prefix("oss-").unwrap_or(fallback_region));
        Ok(Box::new(Self { region: String::from(region), host, bucket: String::from(bucket), key: String::from(key) }))
    }

    /// `https://{host}/{key}`: where the object is found afterwards.
    pub fn object_url(&self) -> String {
        let mut url = self.form_url();
        url.push_str(&percent::encode_path(&self.key));
        url
    }

    /// `https://{host}/`: where a form is posted.
    pub fn form_url(&self) -> String {
        let mut url = String::from("https://");
        url.push_str(&self.host);
        url.push('/');
        url
    }
}

/// The region an endpoint names: `oss-{region}[-internal].aliyuncs.com`, the old `vpc100-oss-{region}`, and
/// `{region}.oss.aliyuncs.com` of the dual-stack endpoints. Acceleration names none: the bucket may be anywhere.
fn region_of(host: &str) -> Option<&str> {
    let labels = host.strip_suffix(ALIYUN)?;
    let last = last_label(labels);
    if last == "oss" {
        return labels.strip_suffix(".oss").map(last_label);
    }
    let last = last.strip_prefix("vpc100-").unwrap_or(last);
    let region = last.strip_prefix("oss-")?;
    let region = region.strip_suffix("-internal").unwrap_or(region);
    (!region.is_empty() && !region.starts_with("accelerate")).then_some(region)
}

fn last_label(labels: &str) -> &str {
    cut_last(labels, b'.').map_or(labels, |(_, last)| last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host_and_region(endpoint: &str) -> (String, String) {
        let target = ObjectLocation::new(endpoint, "b-1", "k", false, "oss-fallback").expect(endpoint);
        (target.host, target.region)
    }

    #[test]
    fn endpoints_in_their_variants() {
        for (endpoint, host, region) in [
            ("oss-cn-shanghai.aliyuncs.com", "b-1.oss-cn-shanghai.aliyuncs.com", "cn-shanghai"),
            ("https://oss-cn-shanghai.aliyuncs.com", "b-1.oss-cn-shanghai.aliyuncs.com", "cn-shanghai"),
            ("http://OSS-cn-shanghai.aliyuncs.com:80/", "b-1.oss-cn-shanghai.aliyuncs.com", "cn-shanghai"),
            (" https://oss-cn-beijing.aliyuncs.com:8443/x?y ", "b-1.oss-cn-beijing.aliyuncs.com:8443", "cn-beijing"),
            ("oss-cn-beijing-internal.aliyuncs.com", "b-1.oss-cn-beijing-internal.aliyuncs.com", "cn-beijing"),
            ("vpc100-oss-cn-hangzhou.aliyuncs.com", "b-1.vpc100-oss-cn-hangzhou.aliyuncs.com", "cn-hangzhou"),
            ("cn-hongkong.oss.aliyuncs.com", "b-1.cn-hongkong.oss.aliyuncs.com", "cn-hongkong"),
            ("b-1.oss-eu-central-1.aliyuncs.com", "b-1.oss-eu-central-1.aliyuncs.com", "eu-central-1"),
            ("oss-accelerate.aliyuncs.com", "b-1.oss-accelerate.aliyuncs.com", "fallback"),
            ("oss-accelerate-overseas.aliyuncs.com", "b-1.oss-accelerate-overseas.aliyuncs.com", "fallback"),
            ("oss.aliyuncs.com", "b-1.oss.aliyuncs.com", "fallback"),
            ("media.example.com", "b-1.media.example.com", "fallback"),
        ] {
            assert_eq!(host_and_region(endpoint), (String::from(host), String::from(region)), "{endpoint}");
        }
    }

    #[test]
    fn own_domain_is_the_whole_host() {
        let target = ObjectLocation::new("https://media.example.com/", "b", "a b/1.mp4", true, "cn-shanghai").unwrap();
        assert_eq!(target.object_url(), "https://media.example.com/a%20b/1.mp4");
        assert_eq!(target.form_url(), "https://media.example.com/");
    }

    #[test]
    fn what_is_refused() {
        let long = "k".repeat(1024);
        for (endpoint, bucket, key) in [
            ("", "b", "k"),
            ("https://", "b", "k"),
            ("a b.com", "b", "k"),
            ("user@host.com", "b", "k"),
            ("host:8o", "b", "k"),
            ("视频.com", "b", "k"),
            ("h.com", "", "k"),
            ("h.com", "b/x", "k"),
            ("h.com", "b", ""),
            ("h.com", "b", "/k"),
            ("h.com", "b", "\\k"),
            ("h.com", "b", long.as_str()),
        ] {
            assert!(ObjectLocation::new(endpoint, bucket, key, false, "r").is_err(), "{endpoint} {bucket} {key}");
        }
        assert!(ObjectLocation::new("h.com", "b", &long[1..], false, "r").is_ok());
    }
}
