//! What OSS answers: small XML documents and a few headers.

pub use crate::api::error::ServerError;
use crate::api::error::{clean_code, clean_message};
use crate::text::{base64, cut, parse_number, push_number, split, time, utf8, xml};

/// A part as ListParts tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedPart {
    pub number: u32,
    pub size: u64,
    /// With its quotes, as UploadPart answered it.
    pub etag: String,
}

/// The upload id of an InitiateMultipartUpload answer.
pub fn upload_id(body: &str) -> Option<String> {
    xml::first(body, "UploadId").filter(|id| !id.is_empty() && xml::is_root(body, "InitiateMultipartUploadResult"))
}

/// One page of ListParts, and the marker of the next page if there is one. `None`: no such document.
pub fn list(body: &str) -> Option<(Vec<ListedPart>, Option<u32>)> {
    // A list that was cut off would make parts look lost.
    if !xml::is_root(body, "ListPartsResult") || !body.trim_ascii_end().ends_with("</ListPartsResult>") {
        return None;
    }
    let mut parts = Vec::new();
    for part in xml::each(body, "Part") {
        parts.push(ListedPart {
            number: small(xml::first(part, "PartNumber")?)?,
            size: parse_number(&xml::first(part, "Size")?)?,
            etag: xml::first(part, "ETag")?,
        });
    }
    let truncated = xml::first(body, "IsTruncated").is_some_and(|text| text == "true");
    let next = if truncated { xml::first(body, "NextPartNumberMarker").and_then(small) } else { None };
    Some((parts, next))
}

/// What an answer that is no success says. OSS sends `<Error>`; where there is no body (HEAD) it may be in the header
/// x-oss-err, in base64; a proxy sends neither, and the code stays empty.
pub fn error(status: u16, headers: &str, body: &str) -> ServerError {
    let in_header = || header(headers, "x-oss-err").and_then(base64::decode_lenient).and_then(|bytes| utf8(&bytes));
    let document = if xml::is_root(body, "Error") { Some(String::from(body)) } else { in_header() };
    let field = |tag| document.as_deref().and_then(|xml| xml::first(xml, tag)).filter(|text| !text.is_empty());
    ServerError {
        code: field("Code").map_or_else(String::new, |code| clean_code(&code)),
        message: field("Message").map_or_else(|| by_status(status), |text| clean_message(&text)),
        request_id: clean_code(
            &field("RequestId").unwrap_or_else(|| header(headers, "x-oss-request-id").unwrap_or_default().into()),
        ),
        server_time: field("ServerTime")
            .and_then(|text| time::parse_iso(&text))
            .or_else(|| header(headers, "date").and_then(time::parse_http_date)),
    }
}

/// A sentence where the server gave none.
pub fn by_status(status: u16) -> String {
    let mut message = String::from("the server answered HTTP ");
    push_number(&mut message, u64::from(status));
    message.push_str(" without saying why; start it again later");
    message
}

/// The value of a header in `name: value` lines; names in any case.
pub fn header<'a>(lines: &'a str, name: &str) -> Option<&'a str> {
    split(lines, b'\n')
        .filter_map(|line| cut(line, ":"))
        .find(|(found, _)| found.trim_ascii().eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim_ascii())
}

fn small(text: String) -> Option<u32> {
    u32::try_from(parse_number(&text)?).ok()
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
        let headers = ["x-oss-err: ", &base64::encode(SKEWED.as_bytes()), "\n"].concat();
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
