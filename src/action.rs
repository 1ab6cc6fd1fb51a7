//! What the engine asks for.

use crate::error::Failure;
use serde::Serialize;

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
        emit: Emit,
    },
}

/// What reaches the app.
#[derive(Clone, Debug)]
pub enum Emit {
    /// Fields of the uploadInfo that changed: taken over at once.
    Patch(Box<Patch>),
    Added,
    Started,
    Progress(Progress),
    Succeed,
    Failed(Box<Failure>),
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

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Patch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_size: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_image: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loaded: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}
