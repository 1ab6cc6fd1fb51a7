//! What OSS answers: small XML documents and a few headers.

pub use super::xml::{Document, Element};
pub use crate::api::error::ServerError;
use crate::api::error::{clean_code, clean_message};
use crate::encoding::base64;
use crate::timestamp;

/// A part as ListParts lists it.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedPart {
    /// 1 to 10,000.
    pub number: u32,
    /// Bytes.
    pub size: u64,
    /// With its quotes, as UploadPart answered it.
    pub etag: String,
}

/// The upload id of an InitiateMultipartUpload answer. `None`: no such document, or one that was cut off.
pub fn upload_id(body: &str) -> Option<String> {
    let root = complete(body, "InitiateMultipartUploadResult")?;
    root.text("UploadId").filter(|id| !id.is_empty()).map(str::to_owned)
}

/// One page of ListParts, and the marker of the next page if there is one. `None`: no such document, or one that was cut
/// off, which would make parts look lost.
pub fn list(body: &str) -> Option<(Vec<ListedPart>, Option<u32>)> {
    let root = complete(body, "ListPartsResult")?;
    let part = |part: &Element| {
        Some(ListedPart {
            number: part.text("PartNumber")?.parse().ok()?,
            size: part.text("Size")?.parse().ok()?,
            etag: part.text("ETag")?.to_owned(),
        })
    };
    let parts = root.children("Part").map(part).collect::<Option<Vec<_>>>()?;
    let truncated = root.text("IsTruncated") == Some("true");
    let next = root.text("NextPartNumberMarker").filter(|_| truncated).and_then(|marker| marker.parse().ok());
    Some((parts, next))
}

/// Whether a body is an error document of OSS; a status of 203 comes with one, too.
pub fn is_error(body: &str) -> bool {
    Document::parse_root(body, "Error").is_some()
}

/// Whether a body is the document of a successful CompleteMultipartUpload, received to its end.
pub fn is_completed(body: &str) -> bool {
    complete(body, "CompleteMultipartUploadResult").is_some()
}

/// The error in a response that is no success. OSS sends `<Error>`; where there is no body (HEAD) it may be in the header
/// x-oss-err, in base64; a proxy sends neither, and the code stays empty.
pub fn error(status: u16, headers: &str, body: &str) -> ServerError {
    let in_header = || {
        let bytes = base64::decode_lenient(header(headers, "x-oss-err")?)?;
        Document::parse_root(&String::from_utf8(bytes).ok()?, "Error")
    };
    let document = Document::parse_root(body, "Error").or_else(in_header);
    let field = |tag| document.as_ref().and_then(|document| document.root.text(tag)).filter(|text| !text.is_empty());
    let request_id = field("RequestId").or_else(|| header(headers, "x-oss-request-id"));
    ServerError {
        code: field("Code").map(clean_code).unwrap_or_default(),
        message: field("Message").map_or_else(|| by_status(status), clean_message),
        request_id: request_id.map(clean_code).unwrap_or_default(),
        server_time: field("ServerTime")
            .and_then(timestamp::parse_iso)
            .or_else(|| header(headers, "date").and_then(timestamp::parse_http_date)),
    }
}

/// A sentence where the server gave none.
pub fn by_status(status: u16) -> String {
    format!("the server answered HTTP {status} without saying why; start it again later")
}

/// The value of a header in lines `name: value`; names in any case.
pub fn header<'a>(lines: &'a str, name: &str) -> Option<&'a str> {
    lines
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(found, _)| found.trim().eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

fn complete(body: &str, root: &str) -> Option<Element> {
    Document::parse_root(body, root).filter(|document| document.complete).map(|document| document.root)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SKEWED: &str = "<Error>\n <Code> RequestTimeTooSkewed </Code><Message>The difference &amp; so on.</Message>\
        <RequestId>5C01</RequestId><SecurityToken>CAISdev/+token==AbC0123456789/xyz+QqEe</SecurityToken>\
        <ServerTime>2024-03-07T09:05:03.000Z</ServerTime><EC>0002-00000504</EC></Error>";

    fn skewed() -> ServerError {
        ServerError {
            code: String::from("RequestTimeTooSkewed"),
            message: String::from("The difference & so on."),
            request_id: String::from("5C01"),
            server_time: Some(1_709_802_303_000),
        }
    }

    #[test]
    fn an_error_in_the_body_or_in_a_header() {
        assert_eq!(error(403, "", SKEWED), skewed());
        let headers = ["x-oss-err: ", &base64::encode(SKEWED), "\n"].concat();
        assert_eq!(error(403, &headers, ""), skewed());
        assert_eq!(error(403, &headers, "<html></html>"), skewed());
    }

    #[test]
    fn headers_stand_in() {
        let headers = "Date: Thu, 07 Mar 2024 09:05:03 GMT\r\nX-OSS-Request-Id: R2\r\nx-oss-err: %%%\r\n";
        let found = error(404, headers, "");
        assert_eq!(found.code, "");
        assert_eq!(found.message, "the server answered HTTP 404 without saying why; start it again later");
        assert_eq!(found.request_id, "R2");
        assert_eq!(found.server_time, Some(1_709_802_303_000));
    }

    #[test]
    fn headers_in_lines() {
        let lines = "etag: \"A:B\"\nX-Oss-Hash-Crc64ecma:1 \n: x\nbroken\n";
        assert_eq!(header(lines, "ETag"), Some("\"A:B\""));
        assert_eq!(header(lines, "x-oss-hash-crc64ecma"), Some("1"));
        assert_eq!(header(lines, "broken"), None);
    }

    #[test]
    fn foreign_documents_are_no_answers() {
        for body in [
            "",
            "{}",
            "<html><UploadId>x</UploadId></html>",
            "<InitiateMultipartUploadResult><UploadId/></InitiateMultipartUploadResult>",
        ] {
            assert_eq!(upload_id(body), None, "{body}");
            assert_eq!(list(body), None, "{body}");
        }
        let part = |inside: &str| ["<ListPartsResult><Part>", inside, "</Part></ListPartsResult>"].concat();
        assert_eq!(list(&part("<PartNumber>1</PartNumber><Size>5</Size>")), None);
        assert_eq!(list(&part("<PartNumber>-1</PartNumber><Size>5</Size><ETag>e</ETag>")), None);
    }
}
