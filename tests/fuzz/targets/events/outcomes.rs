//! Outcomes of requests and file calls.

use super::{Request, World, TOKEN};
use vod_upload::api::event::{
    Event, FileError, FileErrorKind, FileStat, HttpResponse, ReadOutcome, RequestProgress, TransportError,
    TransportErrorKind,
};

const SIZES: [u64; 8] = [0, 1, 60_000, 102_400, 1 << 20, 3_500_000, 40 << 20, 5 << 40];
const CODES: [&str; 16] = [
    "RequestTimeTooSkewed",
    "SecurityTokenExpired",
    "InvalidSecurityToken",
    "SignatureDoesNotMatch",
    "AccessDenied",
    "NoSuchUpload",
    "InvalidPart",
    "EntityTooSmall",
    "InvalidDigest",
    "RequestTimeout",
    "CallbackFailed",
    "ServiceUnavailable",
    "InternalError",
    "InvalidAccessKeyId",
    "Throttling.User",
    "InvalidTimeStamp.Expired",
];
const FAILURES: [TransportErrorKind; 12] = [
    TransportErrorKind::Timeout,
    TransportErrorKind::Abort,
    TransportErrorKind::Interrupted,
    TransportErrorKind::DomainNotAllowed,
    TransportErrorKind::Tls,
    TransportErrorKind::Offline,
    TransportErrorKind::NetworkChanged,
    TransportErrorKind::TooManyRequests,
    TransportErrorKind::TooLarge,
    TransportErrorKind::BadUrl,
    TransportErrorKind::Network,
    TransportErrorKind::Network,
];
const FILE_ERRORS: [FileErrorKind; 6] = [
    FileErrorKind::Missing,
    FileErrorKind::Denied,
    FileErrorKind::Range,
    FileErrorKind::Interrupted,
    FileErrorKind::TooLarge,
    FileErrorKind::Other,
];

impl World<'_> {
    pub fn facts(&mut self) -> FileStat {
        let size = self.bytes.of(&SIZES);
        FileStat { size, mtime: i64::from(self.bytes.byte() % 3) }
    }

    pub fn file_error(&mut self) -> FileError {
        FileError { kind: self.bytes.of(&FILE_ERRORS), message: "stat:fail".into() }
    }

    pub fn stat(&mut self) -> Event {
        let Some(op) = self.stats.pop() else { return Event::Timeout };
        let fails = self.bytes.byte() > 240;
        Event::Stat { op, result: if fails { Err(self.file_error()) } else { Ok(self.facts()) } }
    }

    pub fn read(&mut self) -> Event {
        if self.reads.is_empty() {
            return Event::Timeout;
        }
        let at = usize::from(self.bytes.byte()) % self.reads.len();
        let (op, wanted, keep) = self.reads.remove(at);
        if self.bytes.byte() > 240 {
            return Event::Read { op, result: Err(self.file_error()) };
        }
        if keep {
            self.held.push(op);
        }
        let length = if self.bytes.byte() > 240 { wanted / 2 } else { wanted };
        Event::Read { op, result: Ok(ReadOutcome { length, crc: wanted % 3, stat: self.facts() }) }
    }

    pub fn answer(&mut self) -> Event {
        let nth = usize::from(self.bytes.byte());
        let Some(id) = self.requests.keys().copied().nth(nth % self.requests.len().max(1)) else {
            return Event::Timeout;
        };
        let Some(request) = self.requests.remove(&id) else { return Event::Timeout };
        let result = match self.bytes.byte() % 8 {
            0 => Err(TransportError { kind: self.bytes.of(&FAILURES), message: "request:fail".into() }),
            1 => Ok(self.refusal()),
            2 => Ok(HttpResponse {
                status: self.bytes.of(&[200, 203, 302, 404, 500]),
                headers: self.bytes.text(),
                body: self.bytes.text(),
            }),
            _ => Ok(self.success(&request)),
        };
        Event::Response { id, result }
    }

    pub fn progress(&mut self) -> RequestProgress {
        match self.bytes.byte() {
            0 => RequestProgress::Queued,
            1 => RequestProgress::Started,
            n => RequestProgress::Sent(u64::from(n) << 40),
        }
    }

    pub fn refusal(&mut self) -> HttpResponse {
        let code = self.bytes.of(&CODES);
        let status = self.bytes.of(&[403, 400, 404, 503, 500, 203, 401]);
        let text = format!("the token {TOKEN} you sent");
        let body = match self.bytes.byte() % 2 {
            0 => format!("<Error><Code>{code}</Code><Message>{text}</Message><ServerTime>2026-06-01T00:00:00Z</ServerTime></Error>"),
            _ => format!("{{\"Code\":\"{code}\",\"Message\":\"{text}\"}}"),
        };
        HttpResponse { status, headers: self.date() + "x-oss-request-id: R\n", body }
    }

    pub fn date(&mut self) -> String {
        let date = self.bytes.of(&[
            "",
            "Mon, 01 Jun 2026 00:00:00 GMT",
            "Thu, 01 Jan 1970 00:00:00 GMT",
            "Mon, 01 Jun 2026 09:00:00 GMT",
        ]);
        format!("date: {date}\n")
    }

    pub fn success(&mut self, request: &Request) -> HttpResponse {
        let crc = self.bytes.byte() % 4;
        let mut headers = self.date() + "x-oss-request-id: R\netag: \"0123456789ABCDEF0123456789ABCDEF\"\n";
        if crc < 3 {
            headers += &format!("x-oss-hash-crc64ecma: {crc}\n");
        }
        let body = match request.method {
            _ if request.url.starts_with("https://vod.") => self.created(),
            "POST" if request.url.contains("uploads") => {
                "<InitiateMultipartUploadResult><UploadId>U1</UploadId></InitiateMultipartUploadResult>".into()
            }
            "POST" => "<CompleteMultipartUploadResult><ETag>\"x\"</ETag></CompleteMultipartUploadResult>".into(),
            "GET" => format!(
                "<ListPartsResult><Part><PartNumber>1</PartNumber><Size>{}</Size><ETag>e</ETag></Part><IsTruncated>{}</IsTruncated><NextPartNumberMarker>{}</NextPartNumberMarker></ListPartsResult>",
                self.bytes.of(&SIZES),
                self.bytes.byte() & 1 > 0,
                self.bytes.byte()
            ),
            _ => String::new(),
        };
        HttpResponse { status: if request.method == "DELETE" { 204 } else { 200 }, headers, body }
    }
}
