//! The three calls of the STS flow, made from paramData and the file.
//! Source: VOD API reference, CreateUploadVideo, RefreshUploadVideo, CreateUploadImage.

use super::rpc::RpcCall;
use crate::oss::content_type::{self, Kind};
use crate::text::json::{self, Json, JsonError};
use crate::text::{base64, decimal, find_last};

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

/// A text that JavaScript takes for JSON but that is too much for the parser here.
pub fn unread(text: &str) -> ParamData {
    ParamData { vod: None, notification: Some(base64::encode(text.as_bytes())) }
}

/// What CreateUploadVideo is told.
pub struct VideoParams<'a> {
    pub vod: Option<&'a Json>,
    /// The file's name; a path before it is dropped.
    pub file_name: &'a str,
    /// Gives a name without extension its own.
    pub path: &'a str,
    /// Bytes.
    pub file_size: u64,
    /// The address of a cover that was uploaded before; wins over paramData's.
    pub cover_url: Option<&'a str>,
}

/// What CreateUploadImage is told.
pub struct ImageParams<'a> {
    pub vod: Option<&'a Json>,
    pub file_name: &'a str,
    /// Gives a name without extension its own.
    pub path: &'a str,
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
        match out.iter_mut().find(|param| param.0 == "CoverURL") {
            Some(param) => param.1 = String::from(url),
            None => out.push(("CoverURL", String::from(url))),
        }
    }
    title(&mut out, params.file_name);
    out.push(("FileName", with_extension(params.file_name, params.path, "mp4")));
    out.push(("FileSize", decimal(params.file_size)));
    RpcCall { action: "CreateUploadVideo", params: out }
}

/// A new credential for the same address.
pub fn refresh_video(video_id: &str) -> RpcCall {
    RpcCall { action: "RefreshUploadVideo", params: vec![("VideoId", String::from(video_id))] }
}

pub fn create_image(params: &ImageParams<'_>) -> RpcCall {
    let mut out = chosen(params.vod, &IMAGE);
    title(&mut out, params.file_name);
    let name = with_extension(params.file_name, params.path, "jpg");
    fallback(&mut out, "ImageType", || String::from(if params.cover { "cover" } else { "default" }));
    fallback(&mut out, "ImageExt", || match content_type::kind_of(&name) {
        Kind::Image => content_type::extension(&name),
        _ => String::from("jpg"),
    });
    fallback(&mut out, "OriginalFileName", || name.clone());
    RpcCall { action: "CreateUploadImage", params: out }
}

/// The parameters that paramData gives; empty ones are left out, objects (UserData) go as JSON text, lists (Tags)
/// with commas.
fn chosen(vod: Option<&Json>, names: &[&'static str]) -> Vec<(&'static str, String)> {
    let value = |name: &str| {
        let vod = vod?;
        match vod.get(name)? {
            object @ Json::Obj(_) => Some(json::write(object)),
            Json::Arr(items) => Some(commas(items)),
            _ => vod.text(name),
        }
    };
    let mut out = Vec::new();
    for name in names {
        // The mobile SDKs spell it CoverUrl.
        let found = if *name == "CoverURL" { value(name).or_else(|| value("CoverUrl")) } else { value(name) };
        if let Some(text) = found.filter(|text| !text.is_empty()) {
            out.push((*name, text));
        }
    }
    out
}

fn commas(items: &[Json]) -> String {
    let mut out = String::new();
    for item in items {
        if let Json::Str(text) | Json::Num(text) = item {
            if !out.is_empty() {
                out.push(',');
            }
            out.push_str(text);
        }
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
    fallback(params, "Title", || {
        let name = &base_name(file_name);
        let end = (0..name.len()).filter(|at| name.is_char_boundary(*at)).nth(128).unwrap_or(name.len());
        String::from(name.get(..end).unwrap_or_default())
    });
}

/// Without its folders, and without the emoji that the server refuses: nobody has chosen them for a title.
fn base_name(path: &str) -> String {
    let end = find_last(path, |byte| !matches!(byte, b'/' | b'\\'));
    let path = path.get(..end).unwrap_or_default();
    let start = find_last(path, |byte| matches!(byte, b'/' | b'\\'));
    let mut name = String::new();
    for c in path.get(start..).unwrap_or_default().chars() {
        if !matches!(c, '\u{200d}' | '\u{2600}'..='\u{27bf}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}' | '\u{e0000}'..) {
            name.push(c);
        }
    }
    if name.is_empty() || name.starts_with('.') {
        name.insert_str(0, "file");
    }
    name
}

/// The server refuses a name without a known extension. Apps make up such names, and temporary files of some phones
/// have none either.
fn with_extension(name: &str, path: &str, default: &str) -> String {
    let mut name = base_name(name);
    let says = |name: &str| content_type::kind_of(name) != Kind::Other;
    let own = if says(path) { content_type::extension(path) } else { String::new() };
    if !says(&name) && (!own.is_empty() || content_type::extension(&name).is_empty()) {
        name.truncate(find_last(&name, |byte| byte != b'.'));
        name.push('.');
        name.push_str(if own.is_empty() { default } else { &own });
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value<'a>(call: &'a RpcCall, name: &str) -> Option<&'a str> {
        let mut found = call.params.iter().filter(|param| param.0 == name);
        let first = found.next().map(|param| param.1.as_str());
        assert_eq!(found.next(), None, "{name} twice");
        first
    }

    fn video(param_data: &str, file_name: &str, cover_url: Option<&str>) -> RpcCall {
        let data = parse_param_data(param_data).unwrap();
        let path = "wxfile://tmp_1";
        create_video(&VideoParams { vod: data.vod.as_ref(), file_name, path, file_size: 102_400, cover_url })
    }

    #[test]
    fn everything_of_the_vod_level_goes() {
        let call = video(
            r#"{"Vod":{"Title":"标题","Tags":["a","b",3],"Description":"","CateId":1000000123,"CoverUrl":"https://c/1.jpg",
                "TemplateGroupId":"t","WorkflowId":"w","StorageLocation":"s","AppId":"app-1","Unknown":"x",
                "UserData":{"Extend":{"a":"中"}},"EnableFirstFrameCover":true}}"#,
            "wxfile://tmp_1/视频.MOV",
            None,
        );
        assert_eq!(call.action, "CreateUploadVideo");
        for (name, expected) in [
            ("Title", Some("标题")),
            ("Tags", Some("a,b,3")),
            ("Description", None),
            ("CateId", Some("1000000123")),
            ("CoverURL", Some("https://c/1.jpg")),
            ("CoverUrl", None),
            ("TemplateGroupId", Some("t")),
            ("WorkflowId", Some("w")),
            ("StorageLocation", Some("s")),
            ("AppId", Some("app-1")),
            ("UserData", Some(r#"{"Extend":{"a":"中"}}"#)),
            ("EnableFirstFrameCover", Some("true")),
            ("FileName", Some("视频.MOV")),
            ("FileSize", Some("102400")),
            ("Unknown", None),
        ] {
            assert_eq!(value(&call, name), expected, "{name}");
        }
    }

    #[test]
    fn user_data_that_is_text_already() {
        let call = video(r#"{"Vod":{"UserData":"{\"Extend\":{}}"}}"#, "a.mp4", None);
        assert_eq!(value(&call, "UserData"), Some("{\"Extend\":{}}"));
    }

    #[test]
    fn names_without_title_or_extension() {
        for (path, title, file_name) in [
            ("http://tmp/a.b.mp4", "a.b.mp4", "a.b.mp4"),
            ("wxfile://tmp_9f", "tmp_9f", "tmp_9f.mp4"),
            ("dir/clip.", "clip.", "clip.mp4"),
            ("dir.d/clip/", "clip", "clip.mp4"),
            ("C:\\tmp\\x.avi", "x.avi", "x.avi"),
            ("", "file", "file.mp4"),
            ("/", "file", "file.mp4"),
            ("a/海😀边🏖️.mp4", "海边.mp4", "海边.mp4"),
            // Rare characters of names, and the tags that make a flag of a flag.
            ("𠮷野家🏴\u{e0067}\u{e007f}𰻞.mp4", "𠮷野家𰻞.mp4", "𠮷野家𰻞.mp4"),
            ("👨‍👩‍👧❤️.mp4", "file.mp4", "file.mp4"),
            ("😀", "file", "file.mp4"),
        ] {
            let call = video("", path, Some("https://cover"));
            assert_eq!(value(&call, "Title"), Some(title), "{path}");
            assert_eq!(value(&call, "FileName"), Some(file_name), "{path}");
            assert_eq!(value(&call, "CoverURL"), Some("https://cover"));
        }
        let long = "长".repeat(200);
        assert_eq!(value(&video("", &long, None), "Title").unwrap().chars().count(), 128);
    }

    #[test]
    fn an_uploaded_cover_wins() {
        let call = video(r#"{"Vod":{"CoverURL":"old"}}"#, "a.mp4", Some("new"));
        assert_eq!(value(&call, "CoverURL"), Some("new"));
    }

    #[test]
    fn images() {
        let image = |file_name, cover| create_image(&ImageParams { vod: None, file_name, path: "x.Gif", cover });
        let call = image("wxfile://a/照片.PNG", false);
        assert_eq!(call.action, "CreateUploadImage");
        assert_eq!(value(&call, "ImageType"), Some("default"));
        assert_eq!(value(&call, "ImageExt"), Some("png"));
        assert_eq!(value(&call, "OriginalFileName"), Some("照片.PNG"));
        let call = image("wxfile://tmp_1", true);
        assert_eq!(value(&call, "ImageType"), Some("cover"));
        assert_eq!(value(&call, "ImageExt"), Some("gif"));
        assert_eq!(value(&call, "OriginalFileName"), Some("tmp_1.gif"));
        assert_eq!(value(&image("photo.dat", false), "OriginalFileName"), Some("photo.dat.gif"));
        let unknown = ImageParams { vod: None, file_name: "photo.dat", path: "x", cover: false };
        assert_eq!(value(&create_image(&unknown), "ImageExt"), Some("jpg"));
    }

    #[test]
    fn param_data_of_every_sort() {
        assert_eq!(parse_param_data(" "), Ok(ParamData::default()));
        for text in ["{}", "{\"Vod\":\"x\"}", "{\"userId\":1}", "null", "[]"] {
            let data = parse_param_data(text).unwrap();
            assert_eq!(data.vod, None, "{text}");
            assert_eq!(data.notification, Some(base64::encode(text.as_bytes())));
        }
        assert_eq!(parse_param_data("{\"Vod\":{}}").unwrap().vod, Some(Json::Obj(Vec::new())));
        assert_eq!(parse_param_data("{\"Vod\":{}\"}").unwrap_err().column, 10);
    }
}
