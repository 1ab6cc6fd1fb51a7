//! The three calls of the STS flow, made from paramData and the file.
//! Source: VOD API reference, CreateUploadVideo, RefreshUploadVideo, CreateUploadImage.

use super::rpc::RpcCall;
use crate::oss::mime;
use crate::text::json::{self, Json, JsonError};
use crate::text::{base64, push_number};

/// The app's paramData, read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParamData {
    /// The `Vod` level, if it is there and an object.
    pub vod: Option<Json>,
    /// Value of x-oss-notification: base64 of the whole text.
    pub notification: Option<String>,
}

/// An empty text is no paramData. Text without a `Vod` level is accepted: public code passes `{}` and more.
pub fn parse_param_data(text: &str) -> Result<ParamData, JsonError> {
    if text.trim_ascii().is_empty() {
        return Ok(ParamData::default());
    }
    let vod = json::parse(text)?.take("Vod");
    Ok(ParamData {
        vod: vod.filter(|vod| matches!(vod, Json::Obj(_))),
        notification: Some(base64::encode(text.as_bytes())),
    })
}

/// What CreateUploadVideo is told.
pub struct VideoParams<'a> {
    pub vod: Option<&'a Json>,
    /// The file's name; a path before it is dropped.
    pub file_name: &'a str,
    /// Bytes.
    pub file_size: u64,
    /// The address of a cover that was uploaded before; wins over paramData's.
    pub cover_url: Option<&'a str>,
}

/// What CreateUploadImage is told.
pub struct ImageParams<'a> {
    pub vod: Option<&'a Json>,
    pub file_name: &'a str,
    /// A video's cover instead of a picture of its own.
    pub cover: bool,
}

const VIDEO: [&str; 13] = [
    "Title",
    "Tags",
    "Description",
    "CateId",
    "CoverURL",
    "TemplateGroupId",
    "WorkflowId",
    "StorageLocation",
    "AppId",
    "UserData",
    "ReferenceId",
    "EnableFirstFrameCover",
    "GenerateThumbnail",
];

const IMAGE: [&str; 10] = [
    "Title",
    "Tags",
    "Description",
    "CateId",
    "StorageLocation",
    "AppId",
    "UserData",
    "ImageType",
    "ImageExt",
    "OriginalFileName",
];

pub fn create_video(params: &VideoParams<'_>) -> RpcCall {
    let mut out = chosen(params.vod, &VIDEO);
    if let Some(url) = params.cover_url {
        out.retain(|param| param.0 != "CoverURL");
        out.push(("CoverURL", String::from(url)));
    }
    title(&mut out, params.file_name);
    out.push(("FileName", with_extension(params.file_name, ".mp4")));
    let mut size = String::new();
    push_number(&mut size, params.file_size);
    out.push(("FileSize", size));
    RpcCall { action: "CreateUploadVideo", params: out }
}

/// A new credential for the same address.
pub fn refresh_video(video_id: &str) -> RpcCall {
    RpcCall { action: "RefreshUploadVideo", params: vec![("VideoId", String::from(video_id))] }
}

pub fn create_image(params: &ImageParams<'_>) -> RpcCall {
    let mut out = chosen(params.vod, &IMAGE);
    title(&mut out, params.file_name);
    let name = with_extension(params.file_name, ".jpg");
    fallback(&mut out, "ImageType", || String::from(if params.cover { "cover" } else { "default" }));
    fallback(&mut out, "ImageExt", || mime::extension(&name));
    fallback(&mut out, "OriginalFileName", || name.clone());
    RpcCall { action: "CreateUploadImage", params: out }
}

/// The parameters that paramData gives; empty ones are left out, objects go as JSON text.
fn chosen(vod: Option<&Json>, names: &[&'static str]) -> Vec<(&'static str, String)> {
    let value = |name: &str| {
        let vod = vod?;
        match vod.get(name)? {
            Json::Obj(_) | Json::Arr(_) => vod.get(name).map(json::write),
            _ => vod.text(name),
        }
    };
    let mut out = Vec::new();
    for name in names {
        // The mobile SDKs spell it CoverUrl.
        let found = if *name == "CoverURL" { value(name).or_else(|| value("CoverUrl")) } else { value(name) };
        out.extend(found.filter(|text| !text.is_empty()).map(|text| (*name, text)));
    }
    out
}

fn fallback(params: &mut Vec<(&'static str, String)>, name: &'static str, value: impl FnOnce() -> String) {
    if !params.iter().any(|param| param.0 == name) {
        params.push((name, value()));
    }
}

/// The title is required; at most 128 characters.
fn title(params: &mut Vec<(&'static str, String)>, file_name: &str) {
    fallback(params, "Title", || base_name(file_name).chars().take(128).collect());
}

fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).find(|name| !name.is_empty()).unwrap_or("file")
}

/// The server refuses a name without a known extension, and temporary files of some phones have none.
fn with_extension(path: &str, default: &str) -> String {
    let mut name = String::from(base_name(path));
    if mime::extension(&name).is_empty() {
        while name.ends_with('.') {
            name.pop();
        }
        name.push_str(default);
    }
    name
}
