//! What comes in from JavaScript: plain objects, read through typed getters.
//!
//! serde would read them, too, for a sixth of the module: `Deserialize` brings its own reading of numbers, its error texts
//! and the formatting of floats along.

use crate::api::event::{self, FileErrorKind as FileKindOfError, TransportErrorKind as TransportKind};
use crate::api::options::{Authoriser, Options, Transport};
use crate::oss::content_type::{self, Kind};
use crate::oss::signer::Signature;
use wasm_bindgen::prelude::*;

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
  /** What the chooser says; counts where the extension says nothing. */
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

// The string enums below: wasm-bindgen declares only those that an exported method takes.
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
    #[wasm_bindgen(method, getter, js_name = userScope)]
    fn user_scope(this: &UploaderOptions) -> String;
    #[wasm_bindgen(method, getter)]
    fn region(this: &UploaderOptions) -> String;
    #[wasm_bindgen(method, getter, js_name = retryCount)]
    fn retry_count(this: &UploaderOptions) -> u32;
    #[wasm_bindgen(method, getter, js_name = retryDuration)]
    fn retry_duration(this: &UploaderOptions) -> f64;
    #[wasm_bindgen(method, getter)]
    fn timeout(this: &UploaderOptions) -> f64;
    #[wasm_bindgen(method, getter, js_name = partSize)]
    fn part_size(this: &UploaderOptions) -> f64;
    #[wasm_bindgen(method, getter)]
    fn parallel(this: &UploaderOptions) -> u32;
    #[wasm_bindgen(method, getter, js_name = parallelFiles)]
    fn parallel_files(this: &UploaderOptions) -> u32;
    #[wasm_bindgen(method, getter)]
    fn cname(this: &UploaderOptions) -> bool;
    #[wasm_bindgen(method, getter)]
    fn signature(this: &UploaderOptions) -> SignatureVersion;
    #[wasm_bindgen(method, getter)]
    fn integrity(this: &UploaderOptions) -> Integrity;
    #[wasm_bindgen(method, getter)]
    fn checkpoint(this: &UploaderOptions) -> bool;
    #[wasm_bindgen(method, getter)]
    fn transport(this: &UploaderOptions) -> TransportOption;
    #[wasm_bindgen(method, getter)]
    fn credentials(this: &UploaderOptions) -> CredentialSource;
    #[wasm_bindgen(method, getter, js_name = expiredHandled)]
    fn expired_handled(this: &UploaderOptions) -> bool;
    #[wasm_bindgen(method, getter)]
    fn seed(this: &UploaderOptions) -> f64;
    #[wasm_bindgen(method, getter, js_name = networkType)]
    fn network_type(this: &UploaderOptions) -> String;

    #[wasm_bindgen(typescript_type = "NewFile")]
    pub type NewFile;
    #[wasm_bindgen(method, getter)]
    fn id(this: &NewFile) -> u32;
    #[wasm_bindgen(method, getter)]
    fn path(this: &NewFile) -> String;
    #[wasm_bindgen(method, getter)]
    fn name(this: &NewFile) -> String;
    #[wasm_bindgen(method, getter)]
    fn kind(this: &NewFile) -> FileKind;
    #[wasm_bindgen(method, getter)]
    fn endpoint(this: &NewFile) -> String;
    #[wasm_bindgen(method, getter)]
    fn bucket(this: &NewFile) -> String;
    #[wasm_bindgen(method, getter)]
    fn object(this: &NewFile) -> String;
    #[wasm_bindgen(method, getter, js_name = paramData)]
    fn param_data(this: &NewFile) -> String;
    #[wasm_bindgen(method, getter)]
    fn cover(this: &NewFile) -> String;

    #[wasm_bindgen(typescript_type = "StsToken")]
    pub type StsToken;
    #[wasm_bindgen(method, getter, js_name = accessKeyId)]
    fn access_key_id(this: &StsToken) -> String;
    #[wasm_bindgen(method, getter, js_name = accessKeySecret)]
    fn access_key_secret(this: &StsToken) -> String;
    #[wasm_bindgen(method, getter, js_name = securityToken)]
    fn security_token(this: &StsToken) -> String;
    #[wasm_bindgen(method, getter)]
    fn expiration(this: &StsToken) -> String;

    pub type HttpResponse;
    #[wasm_bindgen(method, getter)]
    fn status(this: &HttpResponse) -> u16;
    #[wasm_bindgen(method, getter)]
    fn headers(this: &HttpResponse) -> String;
    #[wasm_bindgen(method, getter)]
    fn body(this: &HttpResponse) -> String;

    pub type TransportError;
    #[wasm_bindgen(method, getter)]
    fn kind(this: &TransportError) -> TransportErrorKind;
    #[wasm_bindgen(method, getter)]
    fn message(this: &TransportError) -> String;

    pub type FileStat;
    #[wasm_bindgen(method, getter)]
    fn size(this: &FileStat) -> f64;
    #[wasm_bindgen(method, getter, js_name = modifiedAt)]
    fn modified_at(this: &FileStat) -> f64;

    pub type FileError;
    #[wasm_bindgen(method, getter)]
    fn kind(this: &FileError) -> FileErrorKind;
    #[wasm_bindgen(method, getter)]
    fn message(this: &FileError) -> String;
}

#[wasm_bindgen]
pub enum SignatureVersion {
    V1 = "v1",
    V4 = "v4",
}

#[wasm_bindgen]
pub enum Integrity {
    Crc64 = "crc64",
    Off = "off",
}

/// How files reach OSS.
#[wasm_bindgen]
pub enum TransportOption {
    Auto = "auto",
    Request = "request",
    UploadFile = "uploadFile",
}

/// Who answers when a file needs a credential: the app in its callbacks, `getAuth` or `getSTSToken`.
#[wasm_bindgen]
pub enum CredentialSource {
    Callbacks = "callbacks",
    Auth = "auth",
    Sts = "sts",
}

#[wasm_bindgen]
pub enum FileKind {
    Unknown = "unknown",
    Image = "image",
    Video = "video",
    Audio = "audio",
}

/// Why a request got no HTTP response. The platform decides it from its own error codes and messages.
#[wasm_bindgen]
pub enum TransportErrorKind {
    DomainNotAllowed = "domainNotAllowed",
    BadUrl = "badUrl",
    Abort = "abort",
    Interrupted = "interrupted",
    Timeout = "timeout",
    NetworkChanged = "networkChanged",
    TooManyRequests = "tooManyRequests",
    TooLarge = "tooLarge",
    Tls = "tls",
    Offline = "offline",
    Network = "network",
}

/// Why a file could not be looked at or read. The platform decides it from its own error codes and messages.
#[wasm_bindgen]
pub enum FileErrorKind {
    Interrupted = "interrupted",
    Missing = "missing",
    Denied = "denied",
    Range = "range",
    TooLarge = "tooLarge",
    Busy = "busy",
    Other = "other",
}

impl From<UploaderOptions> for Options {
    fn from(options: UploaderOptions) -> Self {
        Options {
            user_scope: options.user_scope(),
            region: options.region(),
            retry_count: options.retry_count(),
            retry_wait: (options.retry_duration() * 1000.0) as i64,
            timeout: options.timeout() as i64,
            part_size: options.part_size() as u64,
            parallel: options.parallel(),
            parallel_files: options.parallel_files(),
            cname: options.cname(),
            signature: match options.signature() {
                SignatureVersion::V1 => Signature::V1,
                _ => Signature::V4,
            },
            crc: !matches!(options.integrity(), Integrity::Off),
            checkpoint: options.checkpoint(),
            transport: match options.transport() {
                TransportOption::Request => Transport::Request,
                TransportOption::UploadFile => Transport::UploadFile,
                _ => Transport::Auto,
            },
            authoriser: match options.credentials() {
                CredentialSource::Auth => Authoriser::Auth,
                CredentialSource::Sts => Authoriser::Sts,
                _ => Authoriser::Callbacks,
            },
            expired_handled: options.expired_handled(),
            seed: options.seed() as u64,
            network: options.network_type(),
        }
    }
}

impl From<NewFile> for event::NewFile {
    fn from(file: NewFile) -> Self {
        let (path, name) = (file.path(), file.name());
        let is_known = [&name, &path].iter().any(|text| content_type::kind_of(text) != Kind::Other);
        event::NewFile {
            id: file.id(),
            kind: match file.kind() {
                _ if is_known => 0,
                FileKind::Image => 1,
                FileKind::Video => 2,
                FileKind::Audio => 3,
                _ => 0,
            },
            path,
            name,
            endpoint: file.endpoint(),
            bucket: file.bucket(),
            object: file.object(),
            param_data: file.param_data(),
            cover: file.cover(),
        }
    }
}

impl From<StsToken> for event::StsText {
    fn from(token: StsToken) -> Self {
        event::StsText {
            access_key_id: token.access_key_id(),
            access_key_secret: token.access_key_secret(),
            security_token: token.security_token(),
            expiration: token.expiration(),
        }
    }
}

impl From<HttpResponse> for event::HttpResponse {
    fn from(response: HttpResponse) -> Self {
        event::HttpResponse {
            status: response.status(),
            headers: response.headers(),
            body: response.body(),
            ..Default::default()
        }
    }
}

impl From<TransportError> for event::HttpResponse {
    fn from(error: TransportError) -> Self {
        let failure = match error.kind() {
            TransportErrorKind::DomainNotAllowed => TransportKind::DomainNotAllowed,
            TransportErrorKind::BadUrl => TransportKind::BadUrl,
            TransportErrorKind::Abort => TransportKind::Abort,
            TransportErrorKind::Interrupted => TransportKind::Interrupted,
            TransportErrorKind::Timeout => TransportKind::Timeout,
            TransportErrorKind::NetworkChanged => TransportKind::NetworkChanged,
            TransportErrorKind::TooManyRequests => TransportKind::TooManyRequests,
            TransportErrorKind::TooLarge => TransportKind::TooLarge,
            TransportErrorKind::Tls => TransportKind::Tls,
            TransportErrorKind::Offline => TransportKind::Offline,
            _ => TransportKind::Network,
        };
        event::HttpResponse { failure, body: error.message(), ..Default::default() }
    }
}

impl From<FileStat> for event::FileStat {
    fn from(stat: FileStat) -> Self {
        event::FileStat { size: stat.size() as u64, mtime: stat.modified_at() as i64 }
    }
}

impl From<FileError> for event::FileError {
    fn from(error: FileError) -> Self {
        let failure = match error.kind() {
            FileErrorKind::Interrupted => FileKindOfError::Interrupted,
            FileErrorKind::Missing => FileKindOfError::Missing,
            FileErrorKind::Denied => FileKindOfError::Denied,
            FileErrorKind::Range => FileKindOfError::Range,
            FileErrorKind::TooLarge => FileKindOfError::TooLarge,
            FileErrorKind::Busy => FileKindOfError::Busy,
            _ => FileKindOfError::Other,
        };
        event::FileError { failure, detail: error.message() }
    }
}
