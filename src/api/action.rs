//! Output of the engine: what the driver is to do, and what reaches the app.

use crate::api::error::UploadError;
use serde::Serialize;
#[cfg(target_arch = "wasm32")]
use tsify::Tsify;

/// The body of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// No body.
    None,
    /// UTF-8.
    Text(String),
    /// The bytes of the [`Action::Read`] with this number.
    Bytes(u32),
}

/// What the driver does next. Where an outcome is awaited, it comes back as the event that is named, with the same number.
#[derive(Clone, Debug)]
pub enum Action {
    /// Sends an HTTP request: [`Event::Response`](super::event::Event::Response).
    Request {
        id: u32,
        /// GET, PUT, POST, HEAD or DELETE.
        method: &'static str,
        /// With the query, percent-encoded.
        url: String,
        /// Lines `name: value`.
        headers: String,
        payload: Payload,
        /// ms
        timeout: i64,
    },
    /// Sends a whole file as a multipart/form-data POST: [`Event::Response`](super::event::Event::Response).
    Upload {
        id: u32,
        url: String,
        path: String,
        /// The other fields of the form, in lines `name: value`.
        fields: String,
        /// ms
        timeout: i64,
    },
    /// Aborts a request or form. An outcome that comes all the same has no effect.
    Abort(u32),
    /// Looks at a file: [`Event::Stat`](super::event::Event::Stat).
    Stat { op: u32, path: String },
    /// Reads from a file and looks at it once more: [`Event::Read`](super::event::Event::Read).
    Read {
        op: u32,
        path: String,
        /// Bytes from the start.
        position: u64,
        /// Bytes. Fewer come at the end of the file.
        length: u64,
        /// Whether their CRC-64 is wanted.
        crc: bool,
        /// Whether the bytes are kept for a request with [`Payload::Bytes`].
        keep: bool,
    },
    /// Releases the bytes that the read with this number has kept.
    Drop(u32),
    /// Computes the MD5 of the file `id`, which the app receives as `fileHash`: [`Event::Digest`](super::event::Event::Digest).
    Digest { id: u32, path: String },
    /// Loads a stored value by its key: [`Event::Loaded`](super::event::Event::Loaded).
    Load(String),
    /// Stores a value, or reports [`Event::SaveFailed`](super::event::Event::SaveFailed).
    Save { key: String, value: String },
    /// Deletes a stored value.
    Forget(String),
    /// Passes an event to the app. `id` is 0 when it concerns no single file.
    Emit { id: u32, emit: UploadEvent },
}

/// What reaches the app, in the order in which it happened.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum UploadEvent {
    /// A field of the uploadInfo has a new value.
    Patch(InfoPatch),
    /// The file is in the queue: `addFileSuccess`. `content_type`: MIME type by its extension; empty for an unknown one.
    Added { content_type: &'static str },
    /// The file's content is known. `record`: the name of its checkpoint, which is the same for the same content.
    Identified { record: String },
    /// The file's turn has come: `onUploadstarted`.
    Started,
    /// `onUploadProgress`.
    Progress(Progress),
    /// The object is stored and proved: `onUploadSucceed`.
    Succeed,
    /// `onUploadFailed`.
    Failed(Box<UploadError>),
    /// `onUploadCanceled`.
    Canceled,
    /// The credential has expired, with the server's code and message: `onUploadTokenExpired`.
    Expired { code: String, message: String },
    /// The run is over: `onUploadEnd`.
    End,
    /// Call the app's `getAuth` or `getSTSToken`.
    Credential {
        /// What the app's server is to ask of VOD: create-video, refresh-video or create-image.
        kind: &'static str,
        /// The video to be refreshed; empty for a new one.
        video_id: String,
    },
    /// A line for the option `log`. `level`: debug, info or warn.
    /// `event`: a short name, by which lines can be counted.
    Log { level: &'static str, event: &'static str, detail: String },
}

/// How much of a file is uploaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// 0…100; 100 only after OSS has confirmed the object.
    pub percent: f64,
    /// Bytes that OSS has acknowledged.
    pub loaded: f64,
    /// Bytes of the file.
    pub total: f64,
    /// Over the last seconds; 0 when unknown.
    pub bytes_per_second: f64,
    /// 0 when unknown.
    pub seconds_left: f64,
}

/// A field of the uploadInfo and its new value.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
#[serde(rename_all = "camelCase")]
pub enum InfoPatch {
    /// Ready, Uploading, Success, Failure, Canceled or Stoped, as in Alibaba's SDK for browsers.
    State(&'static str),
    /// Bytes.
    FileSize(f64),
    /// MD5 in lower-case hex.
    FileHash(String),
    /// By the extension, or the chooser's word.
    IsImage(bool),
    /// Percent.
    Loaded(f64),
    /// Of CreateUploadVideo or the UploadAuth's video.
    VideoId(String),
    /// Of CreateUploadImage.
    ImageId(String),
    /// Address of the image, of CreateUploadImage.
    ImageUrl(String),
    /// Of the UploadAddress: `https://oss-cn-shanghai.aliyuncs.com`.
    Endpoint(String),
    /// Of the UploadAddress.
    Bucket(String),
    /// Object key, of the UploadAddress.
    Object(String),
    /// VOD region of the UploadAuth.
    Region(String),
}
