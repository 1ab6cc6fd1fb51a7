//! What servers and the app answer.

use super::*;

impl Fixture {
    pub fn answer(&mut self, status: u16, headers: &str, body: &str) {
        self.answer_dated(&time::http_date(self.now), status, headers, body);
    }

    pub fn answer_dated(&mut self, date: &str, status: u16, headers: &str, body: &str) {
        self.answer_bare(status, &format!("date: {date}\nx-oss-request-id: R\n{headers}"), body);
    }

    /// With these headers alone, as a proxy gives them or a client that withholds some.
    pub fn answer_bare(&mut self, status: u16, headers: &str, body: &str) {
        let request = self.requests.pop_front().expect("a request");
        let headers = headers.into();
        let result = Ok(HttpResponse { status, headers, body: body.into() });
        self.handle(Event::Response { id: request.id, result });
    }

    /// Neither an answer nor `fail`.
    pub fn lose(&mut self) {
        self.requests.pop_front().expect("a request");
    }

    /// No response: WeChat's `fail`.
    pub fn fail(&mut self, kind: TransportErrorKind) {
        let request = self.requests.pop_front().expect("a request");
        let result = Err(TransportError { kind, message: "request:fail".into() });
        self.handle(Event::Response { id: request.id, result });
    }

    /// The server's error document, in the form of whom the request went to.
    pub fn refuse(&mut self, status: u16, code: &str) {
        let time = time::iso(self.now);
        let body = match (self.request().what, code) {
            ("head", _) | (_, "") => String::new(),
            ("vod", _) => format!("{{\"Code\":\"{code}\",\"Message\":\"m\"}}"),
            _ => format!("<Error><Code>{code}</Code><Message>m</Message><ServerTime>{time}</ServerTime></Error>"),
        };
        self.answer(status, "", &body);
    }

    pub fn grant(&mut self) {
        let request = self.request();
        let crc = format!("x-oss-hash-crc64ecma: {}\n", request.crc);
        match request.what {
            "initiate" | "post" if self.object && request.headers.contains("x-oss-forbid-overwrite") => {
                self.refuse(409, "FileAlreadyExists");
            }
            "initiate" => {
                self.uploads += 1;
                let body = format!(
                    "<InitiateMultipartUploadResult><UploadId>U{}</UploadId></InitiateMultipartUploadResult>",
                    self.uploads
                );
                self.answer(200, "", &body);
            }
            "part" | "put" => self.answer(200, &format!("etag: \"E\"\n{crc}"), ""),
            "complete" => {
                self.object = true;
                let crc = format!("x-oss-hash-crc64ecma: {}\n", self.crc(0, self.size));
                self.answer(200, &crc, "<CompleteMultipartUploadResult></CompleteMultipartUploadResult>");
            }
            "post" => {
                self.object = true;
                let crc = format!("etag: \"E\"\nx-oss-hash-crc64ecma: {}\n", self.crc(0, self.size));
                self.answer(201, &crc, POSTED);
            }
            "head" => {
                let more = format!("content-length: {}\nx-oss-hash-crc64ecma: {}\n", self.size, self.crc(0, self.size));
                self.answer(200, &more, "");
            }
            "abort" => self.answer(204, "", ""),
            "vod" => {
                self.answer(200, "", &created("v"));
            }
            other => panic!("nobody knows what to answer to {other}"),
        }
    }

    /// getAuth or getSTSToken answers.
    pub fn bring(&mut self, video_id: &str) -> bool {
        let json = match self.options.authoriser {
            Authoriser::Sts => STS.into(),
            _ => created(video_id),
        };
        self.handle(Event::Credential { id: self.files, json })
    }

    /// A call of getAuth that was given up answers.
    pub fn bring_late(&mut self, video_id: &str) -> bool {
        self.handle(Event::LateCredential { id: self.files, json: created(video_id) })
    }

    /// getAuth or getSTSToken rejects: `error` in words or JSON.
    pub fn reject(&mut self, error: &str) {
        self.handle(Event::CredentialFailed { id: self.files, error: error.into() });
    }

    /// setUploadAuthAndAddress.
    pub fn set_auth(&mut self, video_id: &str) -> bool {
        self.handle(set_auth(video_id))
    }

    /// What the app does in onUploadTokenExpired.
    pub fn renew(&mut self) {
        let event = if self.sts { Event::RenewSts(sts()) } else { Event::RenewAuth(auth()) };
        assert!(self.handle(event));
    }
}
