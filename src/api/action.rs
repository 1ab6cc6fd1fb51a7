//! What the engine asks for.

use crate::api::error::UploadError;
use serde::Serialize;
#[cfg(target_arch = "wasm32")]
use tsify::Tsify;

/// What goes into a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    None,
    Text(String),
    /// The bytes that the read with this number brought.
    Bytes(u32),
}

#[derive(Clone, Debug)]
pub enum Action {
    Request {
        id: u32,
        method: &'static str,
        url: String,
        headers: String,
        payload: Payload,
        timeout: i64,
    },
    /// wx.uploadFile of a whole file; `fields` as lines `name: value`.
    Upload {
        id: u32,
        url: String,
        path: String,
        fields: String,
        timeout: i64,
    },
    /// The request's end is no longer awaited.
    Abort(u32),
    Stat {
        op: u32,
        path: String,
    },
    /// Read, add up the CRC if asked, look at the file once more, keep the bytes under `op` if asked.
    Read {
        op: u32,
        path: String,
        position: u64,
        length: u64,
        crc: bool,
        keep: bool,
    },
    /// Forget the bytes of a read.
    Drop(u32),
    /// MD5 of the file `id` for the app's information.
    Digest {
        id: u32,
        path: String,
    },
    Load(String),
    Save {
        key: String,
        value: String,
    },
    Forget(String),
    Emit {
        id: u32,
        emit: UploadEvent,
    },
}

/// What reaches the app.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum UploadEvent {
    /// Taken over at once.
    Patch(InfoPatch),
    /// The file is in the queue. `content_type`: its MIME type by its extension; empty if that says nothing.
    Added {
        content_type: &'static str,
    },
    /// The file's content is known: `record`, the name of its checkpoint, stands for it.
    Identified {
        record: String,
    },
    Started,
    Progress(Progress),
    Succeed,
    Failed(Box<UploadError>),
    Canceled,
    Expired {
        code: String,
        message: String,
    },
    End,
    /// Ask `getAuth` / `getSTSToken`.
    Credential {
        kind: &'static str,
        video_id: String,
    },
    Log {
        level: &'static str,
        event: &'static str,
        detail: String,
    },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// 0…100; 100 only after OSS has confirmed the object.
    pub percent: f64,
    /// Bytes that OSS has acknowledged.
    pub loaded: f64,
    pub total: f64,
    pub bytes_per_second: f64,
    /// 0 when unknown.
    pub seconds_left: f64,
}

/// A field of the uploadInfo and its new value. One at a time: an object with all twelve, most of them absent, would be
/// made, moved and taken apart at every change.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(Tsify))]
#[serde(rename_all = "camelCase")]
pub enum InfoPatch {
    State(&'static str),
    FileSize(f64),
    FileHash(String),
    IsImage(bool),
    /// Percent.
    Loaded(f64),
    VideoId(String),
    ImageId(String),
    ImageUrl(String),
    Endpoint(String),
    Bucket(String),
    Object(String),
    Region(String),
}
