//! What comes in from JavaScript: flat objects, read field by field with wasm-bindgen's getters.
//!
//! The package's TypeScript is compiled against the declarations below and gives what they say. serde's `Deserialize` would check
//! that a second time, and its error texts and number formatting would be in every module that a phone downloads and compiles.

use crate::api::error::clean_message;
use crate::api::event::{self, Event, FileErrorKind, FileKind, TransportErrorKind};
use crate::api::options::{Authoriser, Options, Transport};
use crate::oss::signer::Signature;
use wasm_bindgen::prelude::*;
use web_sys::console;

#[wasm_bindgen(typescript_custom_section)]
const DECLARATIONS: &str = r#"
/** The options of an uploader, checked and completed by the package. */
export interface UploaderOptions {
  /** Whose uploads these are: what is stored is kept apart by it. */
  userScope: string;
  region: string;
  /** Attempts after the first, per request. */
  retryCount: number;
  /** Wait before the first retry, s. */
  retryDuration: number;
  /** Longest time of one request, ms. */
  timeout: number;
  /** Bytes per part; 0: adaptive. */
  partSize: number;
  /** Parts at once; 0: adaptive. */
  parallel: number;
  parallelFiles: number;
  cname: boolean;
  signature: SignatureVersion;
  integrity: Integrity;
  /** Whether progress is stored, so that an upload goes on after a restart. */
  checkpoint: boolean;
  transport: TransportOption;
  credentials: CredentialSource;
  /** Somebody answers when a credential has expired. */
  expiredHandled: boolean;
  /** Start of the random sequence for jitter and nonces. */
  seed: number;
  /** The network at the start: wifi, 5g, 4g, 3g, 2g, none, unknown. */
  networkType: string;
}

/** A file as the app adds it. Empty text stands for what is absent. */
export interface NewFile {
  /** Unique within the uploader, never used again. */
  id: number;
  path: string;
  name: string;
  /** Given by the chooser; counts where the extension is unknown. */
  kind: FileKind;
  endpoint: string;
  bucket: string;
  object: string;
  /** JSON text with the `Vod` level. */
  paramData: string;
  /** Local path or address of the cover. */
  cover: string;
}

export interface StsToken {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken: string;
  /** ISO date, or seconds or milliseconds as text; may be empty. */
  expiration: string;
}

/** The VOD API's answer to CreateUploadVideo, RefreshUploadVideo or CreateUploadImage. */
export interface UploadAuth {
  uploadAuth: string;
  uploadAddress: string;
  /** May be empty. */
  videoId: string;
}

/** An answer of `getAuth` or `getSTSToken` for a file that the engine does not have any more. */
export interface LateAnswer {
  /** Name of the file's checkpoint, as the event `identified` gave it. */
  record: string;
  /** Bytes of the file. */
  size: number;
  /** JSON text. */
  answer: string;
}

export interface HttpResponse {
  status: number;
  /** Lines `name: value`, names in lower case. */
  headers: string;
  body: string;
}

/** A request got no HTTP response. */
export interface TransportError {
  kind: TransportErrorKind;
  /** The platform's own words, without the query of an address. */
  message: string;
}

/** How far a request is: it waits for a free connection, has got one, or has sent this many bytes. */
export type RequestProgress = "queued" | "started" | number;

export interface FileStat {
  /** Bytes. */
  size: number;
  /** Last modification, s since 1970; 0 when unknown. */
  modifiedAt: number;
}

/** A file could not be looked at or read. */
export interface FileError {
  kind: FileErrorKind;
  /** The platform's own words. */
  message: string;
}

export type SignatureVersion = "v1" | "v4";
export type Integrity = "crc64" | "off";
/** How files reach OSS. */
export type TransportOption = "auto" | "request" | "uploadFile";
/** Who answers when a file needs a credential: the app in its callbacks, `getAuth` or `getSTSToken`. */
export type CredentialSource = "callbacks" | "auth" | "sts";
export type FileKind = "unknown" | "image" | "video" | "audio";
/** Why a request got no HTTP response. The platform decides it from its own error codes and messages. */
export type TransportErrorKind = "domainNotAllowed" | "badUrl" | "abort" | "interrupted" | "timeout" | "networkChanged" | "tooManyRequests" | "tooLarge" | "tls" | "offline" | "network";
/** Why a file could not be looked at or read. The platform decides it from its own error codes and messages. */
export type FileErrorKind = "interrupted" | "missing" | "denied" | "range" | "tooLarge" | "busy" | "other";
"#;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(typescript_type = "UploaderOptions")]
    pub type UploaderOptions;
    #[wasm_bindgen(typescript_type = "NewFile")]
    pub type NewFile;
    #[wasm_bindgen(typescript_type = "StsToken")]
    pub type StsToken;
    #[wasm_bindgen(typescript_type = "UploadAuth")]
    pub type UploadAuth;
    #[wasm_bindgen(typescript_type = "LateAnswer")]
    pub type LateAnswer;

    #[wasm_bindgen(typescript_type = "RequestProgress")]
    pub type RequestProgress;

    /// Any object.
    pub type Fields;
    #[wasm_bindgen(method, structural, indexing_getter)]
    fn get(this: &Fields, name: &str) -> JsValue;
}

/// The declarations are not checked at run time: a field of another type is reported on the console and read as empty.
impl Fields {
    fn text(&self, name: &str) -> String {
        self.get(name).as_string().unwrap_or_else(|| report_mismatch(name, "text"))
    }

    fn number(&self, name: &str) -> f64 {
        self.get(name).as_f64().unwrap_or_else(|| report_mismatch(name, "number"))
    }

    fn flag(&self, name: &str) -> bool {
        self.get(name).is_truthy()
    }
}

fn report_mismatch<T: Default>(name: &str, expected: &str) -> T {
    console::warn_1(&format!("[vod-upload] the platform gave no {expected} as `{name}`").into());
    T::default()
}

impl From<UploaderOptions> for Options {
    fn from(options: UploaderOptions) -> Self {
        let options: Fields = options.unchecked_into();
        Options {
            user_scope: options.text("userScope"),
            region: options.text("region"),
            retry_count: options.number("retryCount") as u32,
            retry_wait: (options.number("retryDuration") * 1000.0) as i64,
            timeout: options.number("timeout") as i64,
            part_size: options.number("partSize") as u64,
            parallel: options.number("parallel") as u32,
            parallel_files: options.number("parallelFiles") as u32,
            cname: options.flag("cname"),
            signature: match &*options.text("signature") {
                "v1" => Signature::V1,
                _ => Signature::V4,
            },
            crc: options.text("integrity") != "off",
            checkpoint: options.flag("checkpoint"),
            transport: match &*options.text("transport") {
                "request" => Transport::Request,
                "uploadFile" => Transport::UploadFile,
                _ => Transport::Auto,
            },
            authoriser: match &*options.text("credentials") {
                "auth" => Authoriser::Auth,
                "sts" => Authoriser::Sts,
                _ => Authoriser::Callbacks,
            },
            expired_handled: options.flag("expiredHandled"),
            seed: options.number("seed") as u64,
            network: options.text("networkType"),
        }
    }
}

impl From<NewFile> for event::NewFile {
    fn from(file: NewFile) -> Self {
        let file: Fields = file.unchecked_into();
        event::NewFile {
            id: file.number("id") as u32,
            kind: match &*file.text("kind") {
                "image" => FileKind::Image,
                "video" => FileKind::Video,
                "audio" => FileKind::Audio,
                _ => FileKind::Unknown,
            },
            path: file.text("path"),
            name: file.text("name"),
            endpoint: file.text("endpoint"),
            bucket: file.text("bucket"),
            object: file.text("object"),
            param_data: file.text("paramData"),
            cover: file.text("cover"),
        }
    }
}

impl From<StsToken> for event::StsText {
    fn from(token: StsToken) -> Self {
        let token: Fields = token.unchecked_into();
        event::StsText {
            access_key_id: token.text("accessKeyId"),
            access_key_secret: token.text("accessKeySecret"),
            security_token: token.text("securityToken"),
            expiration: token.text("expiration"),
        }
    }
}

/// The event [`Event::SetAuth`].
pub fn set_auth(id: u32, given: UploadAuth) -> Event {
    let given: Fields = given.unchecked_into();
    let (auth, address) = (given.text("uploadAuth"), given.text("uploadAddress"));
    Event::SetAuth { id, auth, address, video_id: given.text("videoId") }
}

impl From<LateAnswer> for event::LateAnswer {
    fn from(late: LateAnswer) -> Self {
        let late: Fields = late.unchecked_into();
        event::LateAnswer { record: late.text("record"), size: late.number("size") as u64, answer: late.text("answer") }
    }
}

impl From<RequestProgress> for event::RequestProgress {
    fn from(progress: RequestProgress) -> Self {
        match progress.as_f64() {
            Some(bytes) => event::RequestProgress::Sent(bytes as u64),
            None if progress.as_string().as_deref() == Some("queued") => event::RequestProgress::Queued,
            None => event::RequestProgress::Started,
        }
    }
}

/// A `HttpResponse`.
pub fn http_response(response: JsValue) -> event::HttpResponse {
    let response: Fields = response.unchecked_into();
    event::HttpResponse {
        status: response.number("status") as u16,
        headers: response.text("headers"),
        body: response.text("body"),
    }
}

/// A `TransportError`.
pub fn transport_error(error: JsValue) -> event::TransportError {
    let error: Fields = error.unchecked_into();
    let kind = match &*error.text("kind") {
        "domainNotAllowed" => TransportErrorKind::DomainNotAllowed,
        "badUrl" => TransportErrorKind::BadUrl,
        "abort" => TransportErrorKind::Abort,
        "interrupted" => TransportErrorKind::Interrupted,
        "timeout" => TransportErrorKind::Timeout,
        "networkChanged" => TransportErrorKind::NetworkChanged,
        "tooManyRequests" => TransportErrorKind::TooManyRequests,
        "tooLarge" => TransportErrorKind::TooLarge,
        "tls" => TransportErrorKind::Tls,
        "offline" => TransportErrorKind::Offline,
        _ => TransportErrorKind::Network,
    };
    // The platform may quote the header that it did not like: the signature or the security token.
    event::TransportError { kind, message: clean_message(&error.text("message")) }
}

/// A `FileStat`.
pub fn file_stat(stat: JsValue) -> event::FileStat {
    let stat: Fields = stat.unchecked_into();
    event::FileStat { size: stat.number("size") as u64, mtime: stat.number("modifiedAt") as i64 }
}

/// A `FileError`.
pub fn file_error(error: JsValue) -> event::FileError {
    let error: Fields = error.unchecked_into();
    let kind = match &*error.text("kind") {
        "interrupted" => FileErrorKind::Interrupted,
        "missing" => FileErrorKind::Missing,
        "denied" => FileErrorKind::Denied,
        "range" => FileErrorKind::Range,
        "tooLarge" => FileErrorKind::TooLarge,
        "busy" => FileErrorKind::Busy,
        _ => FileErrorKind::Other,
    };
    event::FileError { kind, message: error.text("message") }
}
