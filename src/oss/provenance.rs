//! Whether a response is OSS's own: captive portals, proxies and gateways answer in other servers' names.
//!
//! What counts, and what does not:
//!
//! * A header `x-oss-…` (`x-oss-request-id` is on every response of OSS, `x-oss-hash-crc64ecma` on every stored object) marks a
//!   response as OSS's. Header names may have any case.
//! * An XML document with the root of the operation marks it too: some clients hide headers, and a file upload gives none.
//! * A success must also hold what the operation gives: a stored part or object a strong ETag or its CRC64, the other
//!   operations their document. A mark without it is a damaged response.
//! * A weak ETag (`W/"…"`) is a web server's page or a body that was recompressed on the way, never OSS's.
//! * The status alone proves nothing: portals answer 200, 302 and 307 to everything. OSS redirects no upload.

use super::recovery::Op;
use super::response::header;
use super::xml::Document;

/// Who sent a response, as far as it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// OSS processed the request; for a status of 2xx with the outcome that the operation promises.
    Oss,
    /// Nothing shows that it is OSS, and nothing that it is not: a client that hides headers, on an operation without a document. The
    /// outcome must be looked up (HeadObject, ListParts) before it counts.
    Doubtful,
    /// Something between the phone and OSS answered, or the response was damaged. The request may still have been processed.
    NotFromOss,
}

/// Classifies a response by its status, its headers (lines `name: value`) and its body.
pub fn provenance(op: Op, status: u16, headers: &str, body: &str) -> Provenance {
    let marked = headers.lines().any(is_mark);
    let document = Document::parse(body);
    let root = document.as_ref().map_or("", |document| document.root.name.as_str());
    let complete = document.as_ref().is_some_and(|document| document.complete);
    let is_error = document.as_ref().is_some_and(|document| root == "Error" && document.root.text("Code").is_some());
    // Apart from documents of OSS nothing else has a body: HTML, JSON and plain text come from others.
    let foreign_body = !body.trim().is_empty() && !is_error && Some(root) != success_root(op);
    match status {
        200..=299 if is_error && (marked || complete) => Provenance::Oss,
        200..=299 if foreign_body => Provenance::NotFromOss,
        200..=299 => success(op, marked, complete, headers),
        400..=599 if is_error && (marked || complete) => Provenance::Oss,
        400..=599 if foreign_body && !marked => Provenance::NotFromOss,
        400..=599 if marked => Provenance::Oss,
        // HEAD has no body that could name the error.
        400..=499 if op == Op::Head => Provenance::Doubtful,
        _ => Provenance::NotFromOss,
    }
}

/// A 2xx whose body is empty or the operation's own document.
fn success(op: Op, marked: bool, complete: bool, headers: &str) -> Provenance {
    let etag = header(headers, "etag");
    if etag.is_some_and(|etag| !is_strong(etag)) {
        return Provenance::NotFromOss;
    }
    let stored = etag.is_some() || header(headers, "x-oss-hash-crc64ecma").is_some();
    match op {
        Op::Initiate | Op::List | Op::Complete if complete => Provenance::Oss,
        Op::Initiate | Op::List | Op::Complete => Provenance::NotFromOss,
        Op::Post if complete => Provenance::Oss,
        Op::Abort if marked => Provenance::Oss,
        Op::Put | Op::Part | Op::Post | Op::Head if marked && stored => Provenance::Oss,
        Op::Put | Op::Part if marked => Provenance::NotFromOss,
        _ => Provenance::Doubtful,
    }
}

/// The document that answers a success; `None` where the body is empty.
fn success_root(op: Op) -> Option<&'static str> {
    match op {
        Op::Initiate => Some("InitiateMultipartUploadResult"),
        Op::List => Some("ListPartsResult"),
        Op::Complete => Some("CompleteMultipartUploadResult"),
        Op::Post => Some("PostResponse"),
        Op::Put | Op::Part | Op::Head | Op::Abort => None,
    }
}

fn is_mark(line: &str) -> bool {
    let Some((name, value)) = line.split_once(':') else { return false };
    let prefix = name.trim().get(.."x-oss-".len());
    prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case("x-oss-")) && !value.trim().is_empty()
}

/// A strong ETag of OSS: hexadecimal digits, for objects made of parts with `-` and a number, with or without quotes.
fn is_strong(etag: &str) -> bool {
    let inner = etag.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(etag);
    !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::Provenance::*;
    use super::*;

    const ID: &str = "X-Oss-Request-Id: 5C01\n";
    const PART: &str = "x-oss-request-id: 5C01\nETag: \"0123456789ABCDEF0123456789ABCDEF\"\n";
    const CRC_ONLY: &str = "x-oss-hash-crc64ecma: 1\n";
    const PORTAL: &str = "content-type: text/html\netag: W/\"5c-1\"\nserver: nginx\n";
    const HTML: &str = "<!DOCTYPE html><html><head><title>Sign in</title></head></html>";
    const ERROR: &str = "<Error><Code>AccessDenied</Code><RequestId>5C01</RequestId></Error>";
    const INITIATED: &str = "<InitiateMultipartUploadResult><UploadId>U</UploadId></InitiateMultipartUploadResult>";
    const COMPLETED: &str = "<CompleteMultipartUploadResult><ETag>\"A-1\"</ETag></CompleteMultipartUploadResult>";
    const POSTED: &str = "<PostResponse><Bucket>b</Bucket><Key>k</Key><ETag>\"A\"</ETag></PostResponse>";

    #[test]
    fn successes() {
        for (op, status, headers, body, expected) in [
            (Op::Part, 200, PART, "", Oss),
            (Op::Put, 200, CRC_ONLY, "", Oss),
            (Op::Part, 200, ID, "", NotFromOss),
            (Op::Part, 200, "", "", Doubtful),
            (Op::Put, 200, "etag: \"0123456789ABCDEF0123456789ABCDEF\"\n", "", Doubtful),
            (Op::Put, 200, PORTAL, "", NotFromOss),
            (Op::Put, 200, PORTAL, HTML, NotFromOss),
            (Op::Put, 200, PART, HTML, NotFromOss),
            (Op::Put, 200, "", "{\"ok\":1}", NotFromOss),
            (Op::Part, 200, "x-oss-request-id: 1\netag: W/\"A\"\n", "", NotFromOss),
            (Op::Initiate, 200, ID, INITIATED, Oss),
            (Op::Initiate, 200, "", INITIATED, Oss),
            (Op::Initiate, 200, ID, "", NotFromOss),
            (Op::Initiate, 200, ID, &INITIATED[..70], NotFromOss),
            (Op::Complete, 200, ID, COMPLETED, Oss),
            (Op::Complete, 200, "", COMPLETED, Oss),
            (Op::Complete, 200, ID, INITIATED, NotFromOss),
            (Op::Complete, 200, ID, "", NotFromOss),
            (Op::Complete, 200, PORTAL, HTML, NotFromOss),
            (Op::Complete, 203, ID, ERROR, Oss),
            (Op::Post, 201, "", POSTED, Oss),
            (Op::Post, 201, "", &POSTED[..60], Doubtful),
            (Op::Post, 200, "", "", Doubtful),
            (Op::Post, 204, PART, "", Oss),
            (Op::Post, 200, "", HTML, NotFromOss),
            (Op::Head, 200, PART, "", Oss),
            (Op::Head, 200, "content-length: 7\n", "", Doubtful),
            (Op::Abort, 204, ID, "", Oss),
        ] {
            assert_eq!(provenance(op, status, headers, body), expected, "{op:?} {status} {headers} {body}");
        }
    }

    #[test]
    fn errors_and_redirects() {
        for (op, status, headers, body, expected) in [
            (Op::Part, 403, ID, ERROR, Oss),
            (Op::Part, 403, "", ERROR, Oss),
            (Op::Part, 403, "", &ERROR[..40], NotFromOss),
            (Op::Part, 403, ID, &ERROR[..40], Oss),
            (Op::Head, 404, ID, "", Oss),
            (Op::Head, 404, "", "", Doubtful),
            (Op::Head, 403, "server: nginx\n", HTML, NotFromOss),
            (Op::Head, 503, "", "", NotFromOss),
            (Op::Complete, 404, "", "", NotFromOss),
            (Op::Complete, 404, "content-type: text/html\n", HTML, NotFromOss),
            (Op::Complete, 502, "", "bad gateway", NotFromOss),
            (Op::Complete, 502, ID, "", Oss),
            (Op::Complete, 302, "location: http://portal\n", "", NotFromOss),
            (Op::Complete, 307, ID, "", NotFromOss),
            (Op::Complete, 0, "", "", NotFromOss),
            (Op::Complete, 100, ID, "", NotFromOss),
        ] {
            assert_eq!(provenance(op, status, headers, body), expected, "{op:?} {status} {headers} {body}");
        }
    }
}
