//! The requests, unsigned. Source: OSS API reference, "Basic operations on objects" and "Multipart upload".
//!
//! Every request names its Content-Type, bodiless ones too: wx.request adds `application/json` where none is given,
//! and both signatures cover the header. Date, Host and Content-Length are left to the runtime: it refuses to let a
//! mini program set them, and neither signature needs them.

use super::xml::escape;
use super::ObjectLocation;
use crate::encoding::percent;

const BYTES: &str = "application/octet-stream";

/// The body of a request.
#[derive(Clone)]
pub enum Body {
    /// No body.
    None,
    /// XML.
    Text(String),
    /// The caller attaches the bytes of the file or the part: they never enter the core.
    File,
}

/// A request to OSS, signed or about to be. The object it is for is given when the request is signed and sent.
#[derive(Clone)]
pub struct Request {
    /// GET, PUT, POST, HEAD or DELETE.
    pub method: &'static str,
    /// Decoded; an empty value is a bare sub-resource.
    pub target_query: Vec<(&'static str, String)>,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// What is sent with it.
    pub body: Body,
}

impl Request {
    /// PutObject: the whole file in one request. `notification`: base64 of the app's paramData; it counts on the
    /// request that creates the object.
    pub fn put(content_type: &str, notification: Option<&str>) -> Self {
        Self::new("PUT", content_type, Body::File).notify(notification)
    }

    /// InitiateMultipartUpload. The content type becomes the object's.
    pub fn initiate(content_type: &str) -> Self {
        Self::new("POST", content_type, Body::None).query("uploads", String::new())
    }

    /// UploadPart; `number` from 1 to 10,000.
    pub fn upload_part(number: u32, upload_id: &str) -> Self {
        Self::new("PUT", BYTES, Body::File)
            .query("partNumber", number.to_string())
            .query("uploadId", String::from(upload_id))
    }

    /// ListParts, one page of at most 1,000 after part `marker` (0: from the start).
    pub fn list_parts(upload_id: &str, marker: u32) -> Self {
        let list = Self::new("GET", BYTES, Body::None).query("max-parts", "1000".to_owned());
        let list = if marker > 0 { list.query("part-number-marker", marker.to_string()) } else { list };
        list.query("uploadId", String::from(upload_id))
    }

    /// CompleteMultipartUpload; `parts` in ascending order of their numbers, ETags as they were received, quotes
    /// included.
    pub fn complete<E: AsRef<str>>(
        upload_id: &str,
        parts: impl Iterator<Item = (u32, E)>,
        notification: Option<&str>,
    ) -> Self {
        // Ten thousand parts make nearly a megabyte: reserved at once, it is not held twice while it grows.
        let mut xml = String::with_capacity(64 + 91 * parts.size_hint().0);
        xml.push_str("<CompleteMultipartUpload>");
        for (number, etag) in parts {
            let etag = escape(etag.as_ref());
            xml.push_str(&format!("<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>"));
        }
        xml.push_str("</CompleteMultipartUpload>");
        Self::new("POST", "application/xml", Body::Text(xml))
            .query("uploadId", String::from(upload_id))
            .notify(notification)
    }

    /// AbortMultipartUpload.
    pub fn abort(upload_id: &str) -> Self {
        Self::new("DELETE", BYTES, Body::None).query("uploadId", String::from(upload_id))
    }

    /// HeadObject: whether the object is there, its size and its CRC64.
    pub fn head() -> Self {
        Self::new("HEAD", BYTES, Body::None)
    }

    /// Adds `x-oss-forbid-overwrite`: OSS answers 409 FileAlreadyExists where an object lies at the key. For PutObject and
    /// InitiateMultipartUpload; without effect in a versioned bucket. The first Initiate of an upload carries it (200: nothing
    /// was there before), its Complete does not.
    #[must_use]
    pub fn forbid_overwrite(mut self) -> Self {
        self.add("x-oss-forbid-overwrite", "true".to_owned());
        self
    }

    /// Strictly encoded; a bare sub-resource is sent as `uploads=`, as ali-oss does.
    pub fn url(&self, target: &ObjectLocation) -> String {
        let mut url = target.object_url();
        for (key, value) in &self.target_query {
            percent::push_query(&mut url, key, value);
        }
        url
    }

    /// One `name: value` a line, as the host takes them.
    pub fn header_lines(&self) -> String {
        self.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect()
    }

    /// Empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|header| header.0 == name);
        found.map_or("", |header| header.1.trim())
    }

    /// A header more; the name must not be there yet.
    pub fn add(&mut self, name: &'static str, value: String) {
        self.headers.push((name, value));
    }

    fn new(method: &'static str, content_type: &str, body: Body) -> Self {
        Self { method, target_query: Vec::new(), headers: vec![("content-type", String::from(content_type))], body }
    }

    fn query(mut self, key: &'static str, value: String) -> Self {
        self.target_query.push((key, value));
        self
    }

    fn notify(mut self, notification: Option<&str>) -> Self {
        // An empty header is worse than none: some gateways drop it, and then the signature is wrong.
        if let Some(text) = notification.filter(|text| !text.is_empty()) {
            self.headers.push(("x-oss-notification", String::from(text)));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> Box<ObjectLocation> {
        ObjectLocation::new("oss-cn-shanghai.aliyuncs.com", "bkt", "a b.mp4", false, "").unwrap()
    }

    #[test]
    fn every_request_names_its_type_and_never_what_the_runtime_sets() {
        let complete = Request::complete("U", [(1, "\"A\"")].into_iter(), None);
        for (request, method, query, content_type) in [
            (Request::put("video/mp4", None), "PUT", "", "video/mp4"),
            (Request::initiate("image/png"), "POST", "?uploads=", "image/png"),
            (Request::upload_part(10_000, "U/+"), "PUT", "?partNumber=10000&uploadId=U%2F%2B", BYTES),
            (Request::list_parts("U", 0), "GET", "?max-parts=1000&uploadId=U", BYTES),
            (Request::list_parts("U", 37), "GET", "?max-parts=1000&part-number-marker=37&uploadId=U", BYTES),
            (complete, "POST", "?uploadId=U", "application/xml"),
            (Request::abort("U"), "DELETE", "?uploadId=U", BYTES),
            (Request::head(), "HEAD", "", BYTES),
        ] {
            assert_eq!(request.method, method);
            let url = ["https://bkt.oss-cn-shanghai.aliyuncs.com/a%20b.mp4", query].concat();
            assert_eq!(request.url(&target()), url);
            assert_eq!(request.header_lines(), ["content-type: ", content_type, "\n"].concat());
        }
    }

    #[test]
    fn notification_only_when_there_is_one() {
        assert_eq!(Request::put("t", Some("e30=")).header("x-oss-notification"), "e30=");
        assert_eq!(Request::put("t", Some("")).headers.len(), 1);
    }

    #[test]
    fn overwriting_is_forbidden_on_demand() {
        for request in [Request::put("t", None), Request::initiate("t")] {
            assert_eq!(request.header("x-oss-forbid-overwrite"), "");
            assert_eq!(request.forbid_overwrite().header("x-oss-forbid-overwrite"), "true");
        }
    }

    #[test]
    fn completing() {
        let parts = [(1, "\"A\""), (3, "<&>")];
        let request = Request::complete("U", parts.into_iter(), Some("n"));
        let Body::Text(xml) = request.body else { panic!() };
        assert_eq!(
            xml,
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"A\"</ETag></Part>\
             <Part><PartNumber>3</PartNumber><ETag>&lt;&amp;&gt;</ETag></Part></CompleteMultipartUpload>"
        );
    }
}
