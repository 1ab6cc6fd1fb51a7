//! Errors: what the app receives, and what is taken from a server's error document.

pub use super::redact::{clean_code, clean_message, scrub, CODE_BYTES, MESSAGE_BYTES};
use serde::{Serialize, Serializer};
use std::fmt;

/// Declares [`ErrorCode`]: each code of the product stands once, with its meaning.
macro_rules! error_codes {
    ($($(#[doc = $meaning:literal])+ $code:ident,)+) => {
        /// Why an upload failed, as `onUploadFailed` and `UploadError.code` report it. The names are the strings that the
        /// app receives and part of the public contract.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum ErrorCode {
            $($(#[doc = $meaning])+ $code,)+
            /// A code of OSS, of VOD or of the app's own server, passed on unchanged (`AccessDenied`,
            /// `InvalidVideo.NotFound`, …).
            Server(String),
        }

        impl ErrorCode {
            /// The code as the app receives it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(ErrorCode::$code => stringify!($code),)+
                    ErrorCode::Server(code) => code,
                }
            }
        }
    };
}

error_codes! {
    /// The option `userId` is missing or is neither text nor a number.
    InvalidUserId,
    /// An option has a value that cannot be used.
    InvalidOption,
    /// `paramData` is not JSON.
    InvalidParamData,
    /// The UploadAuth cannot be read or lacks a field.
    InvalidUploadAuth,
    /// The UploadAddress cannot be read, lacks a field, or names a host that is not OSS.
    InvalidUploadAddress,
    /// The STS token lacks a field.
    InvalidSTSToken,
    /// The file has no bytes.
    EmptyFile,
    /// No file lies at the path.
    FileNotFound,
    /// The file's content changed during the upload.
    FileChanged,
    /// The platform did not read the file.
    FileReadFailed,
    /// The file is larger than OSS, VOD or the platform takes.
    FileTooLarge,
    /// The app canceled the upload.
    Canceled,
    /// The host is not on the mini program's domain list.
    DomainNotAllowed,
    /// The connection failed, or something between the phone and the server answered.
    NetworkError,
    /// No response came in time.
    RequestTimeout,
    /// What OSS stored is not what was read.
    IntegrityError,
    /// The phone's clock and the server's differ by more than the server accepts.
    ClockSkew,
    /// Neither the module nor its fallback could be loaded.
    WasmLoadFailed,
    /// A defect of this product.
    InternalError,
}

impl PartialEq<str> for ErrorCode {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for ErrorCode {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What was being done when an error occurred (`UploadError.stage`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The file was looked at or read.
    Inspect,
    /// A credential or an upload address was awaited, or requested from VOD.
    Authorise,
    /// The cover of a video was uploaded.
    Cover,
    /// The whole file was sent in one request (PutObject, PostObject).
    Put,
    /// InitiateMultipartUpload.
    Initiate,
    /// UploadPart.
    Part,
    /// ListParts.
    List,
    /// CompleteMultipartUpload.
    Complete,
    /// The stored object was examined.
    Verify,
    /// An option of the uploader was read.
    Options,
    /// The network was awaited.
    Network,
    /// The module was loaded.
    Load,
}

impl Stage {
    /// The stage as the app receives it.
    pub fn as_str(self) -> &'static str {
        match self {
            Stage::Inspect => "inspect",
            Stage::Authorise => "authorise",
            Stage::Cover => "cover",
            Stage::Put => "put",
            Stage::Initiate => "initiate",
            Stage::Part => "part",
            Stage::List => "list",
            Stage::Complete => "complete",
            Stage::Verify => "verify",
            Stage::Options => "options",
            Stage::Network => "network",
            Stage::Load => "load",
        }
    }
}

impl Serialize for Stage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// Why a file's upload failed, as `onUploadFailed` and `UploadError` report it. Holds no secret.
///
/// ```
/// use vod_upload::api::error::{ErrorCode, Stage, UploadError};
///
/// let error = UploadError::new(ErrorCode::FileTooLarge, Stage::Put).message("7 GB exceed the limit of one form");
/// assert_eq!(error.to_string(), "FileTooLarge: 7 GB exceed the limit of one form");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
#[error("{code}: {message}")]
pub struct UploadError {
    /// The product's own code or the server's.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    pub code: ErrorCode,
    /// One sentence: what happened, and what to do.
    pub message: String,
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string"))]
    /// What was being done.
    pub stage: Stage,
    /// 0 if no HTTP response was received.
    pub http_status: u16,
    /// Request id of OSS or VOD; empty if there is none.
    pub request_id: String,
    /// Number of the part, 1 to 10,000; 0 if the error does not concern one part.
    pub part: u32,
    /// Whether starting the same file again, with nothing changed, may succeed.
    pub retryable: bool,
}

impl UploadError {
    /// Without message, response and part; not retryable.
    pub fn new(code: ErrorCode, stage: Stage) -> Self {
        UploadError {
            code,
            message: String::new(),
            stage,
            http_status: 0,
            request_id: String::new(),
            part: 0,
            retryable: false,
        }
    }

    /// Sets [`message`](Self#structfield.message).
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// Sets [`http_status`](Self#structfield.http_status).
    #[must_use]
    pub fn http_status(mut self, status: u16) -> Self {
        self.http_status = status;
        self
    }

    /// Sets [`request_id`](Self#structfield.request_id).
    #[must_use]
    pub fn request_id(mut self, request_id: impl Into<String>) -> Self {
        self.request_id = request_id.into();
        self
    }

    /// Sets [`part`](Self#structfield.part).
    #[must_use]
    pub fn part(mut self, number: u32) -> Self {
        self.part = number;
        self
    }

    /// Sets [`retryable`](Self#structfield.retryable).
    #[must_use]
    pub fn retryable(mut self, retryable: bool) -> Self {
        self.retryable = retryable;
        self
    }
}

/// What is kept of an error document of OSS or VOD. The rest of such a document may repeat the security token or the
/// string that was signed, and is dropped.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerError {
    /// At most [`CODE_BYTES`]. Empty: the response was no error document (a proxy's page); then the HTTP status decides.
    pub code: String,
    /// At most [`MESSAGE_BYTES`], without secrets.
    pub message: String,
    /// At most [`CODE_BYTES`]; empty if there is none.
    pub request_id: String,
    /// The server's clock, ms since 1970.
    pub server_time: Option<i64>,
}

/// What an error asks for. How often it may be tried is the engine's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// The same again, after a pause.
    Retry,
    /// The same again after a longer pause, with fewer requests at once.
    Throttled,
    /// The same again with a fresh credential.
    Credential,
    /// The same again, signed with the server's time.
    Clock,
    /// The upload id is dead: a new one, all parts again.
    Restart,
    /// It may have been done already: look at the object before anything else.
    Verify,
    /// The server misses parts or has others: list them, send what is missing, complete again.
    InvalidPart,
    /// An object lies at the key, and the request forbade to overwrite it.
    ObjectExists,
    /// The video to be refreshed no longer exists: forget it and create a new one.
    VideoGone,
    /// Nothing helps.
    Fail,
    /// The object is stored, only what should follow failed.
    StoredWithWarning,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_the_contracts_strings() {
        for (code, text) in [
            (ErrorCode::InvalidSTSToken, "InvalidSTSToken"),
            (ErrorCode::NetworkError, "NetworkError"),
            (ErrorCode::Server("InvalidVideo.NotFound".into()), "InvalidVideo.NotFound"),
        ] {
            assert_eq!(code, *text);
            assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{text}\""));
        }
    }

    #[test]
    fn an_error_crosses_the_border_in_the_apps_spelling() {
        let error = UploadError::new(ErrorCode::IntegrityError, Stage::Part)
            .message("m")
            .http_status(200)
            .request_id("5C01")
            .part(7)
            .retryable(true);
        assert_eq!(
            serde_json::to_string(&error).unwrap(),
            r#"{"code":"IntegrityError","message":"m","stage":"part","httpStatus":200,"requestId":"5C01","part":7,"retryable":true}"#
        );
        for stage in [Stage::Inspect, Stage::Authorise, Stage::Cover, Stage::Verify, Stage::Network, Stage::Load] {
            assert_eq!(serde_json::to_string(&stage).unwrap(), format!("\"{stage}\""));
        }
    }
}
