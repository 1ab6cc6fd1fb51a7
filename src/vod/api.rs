//! The calls of the STS flow, made from paramData and the file.
//! Source: VOD API reference, CreateUploadVideo, RefreshUploadVideo, CreateUploadImage.

use super::emoji::remove_emoji;
use super::rpc::RpcCall;
use crate::api::event::FileKind;
use crate::encoding::json::{Json, Object};
use crate::oss::content_type;

/// What CreateUploadVideo is made from.
pub struct VideoParams<'a> {
    /// The `Vod` level of paramData.
    pub vod: Option<&'a Object>,
    /// The file's name; a path before it is dropped.
    pub file_name: &'a str,
    /// Gives a name without extension its own.
    pub path: &'a str,
    /// Bytes.
    pub file_size: u64,
    /// The address of a cover that was uploaded before; wins over paramData's.
    pub cover_url: Option<&'a str>,
    /// The same for every attempt to create this video, see [`reference_id`]; paramData's own wins.
    pub reference_id: Option<&'a str>,
}

/// What CreateUploadImage is made from.
pub struct ImageParams<'a> {
    /// The `Vod` level of paramData.
    pub vod: Option<&'a Object>,
    /// Its extension becomes ImageExt.
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

/// Of these VOD refuses emoji, or shows them broken (`IllegalCharacters`).
const WITHOUT_EMOJI: [&str; 3] = ["Title", "Tags", "Description"];
/// CreateUploadVideo: a title has at most so many characters.
const TITLE_LENGTH: usize = 128;

/// ReferenceIds of the SDK start with this.
const GENERATED: &str = "vod-upload-";

/// CreateUploadVideo.
pub fn create_video(params: &VideoParams<'_>) -> RpcCall {
    let mut out = chosen(params.vod, &VIDEO);
    if let Some(url) = params.cover_url {
        out.retain(|param| param.0 != "CoverURL");
        out.push(("CoverURL", url.to_owned()));
    }
    if let Some(id) = params.reference_id {
        fallback(&mut out, "ReferenceId", || id.to_owned());
    }
    fallback(&mut out, "Title", || title(params.file_name));
    out.push(("FileName", with_extension(params.file_name, params.path, "mp4")));
    out.push(("FileSize", params.file_size.to_string()));
    RpcCall { action: "CreateUploadVideo", params: out }
}

/// RefreshUploadVideo: a new credential for the same address.
pub fn refresh_video(video_id: &str) -> RpcCall {
    RpcCall { action: "RefreshUploadVideo", params: vec![("VideoId", video_id.to_owned())] }
}

/// RefreshUploadVideo of a video whose id is not known, because the answer of the CreateUploadVideo that carried this
/// ReferenceId was lost: VOD's answer names the VideoId. `InvalidVideo.NotFound`: no such video was created.
///
/// The API reference (2025-12) lists VideoId and ReferenceId of this call as optional and calls the latter "unique per
/// user". Not verified at the real service: that the answer of a refresh by ReferenceId names the VideoId of a video whose
/// upload has not begun, and which code CreateUploadVideo gives for a ReferenceId that is taken.
pub fn refresh_video_by_reference(reference_id: &str) -> RpcCall {
    RpcCall { action: "RefreshUploadVideo", params: vec![("ReferenceId", reference_id.to_owned())] }
}

/// The ReferenceId of an upload: 6 to 64 of `[A-Za-z0-9_-]`, unique within the account, the same as long as the upload is
/// stored. `nonce`: 32 hexadecimal digits, drawn when the upload is first stored.
pub fn reference_id(nonce: &str) -> String {
    format!("{GENERATED}{nonce}")
}

/// Whether a ReferenceId was made by [`reference_id`], not by the app.
pub fn is_generated(reference_id: &str) -> bool {
    reference_id.starts_with(GENERATED)
}

/// The ReferenceId under which a video was or will be created: paramData's own, if it is one that VOD accepts.
pub fn own_reference_id(vod: Option<&Object>) -> Option<String> {
    let id = vod?.get("ReferenceId")?.string()?;
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    ((6..=64).contains(&id.len()) && plain).then_some(id)
}

/// CreateUploadImage.
pub fn create_image(params: &ImageParams<'_>) -> RpcCall {
    let mut out = chosen(params.vod, &IMAGE);
    fallback(&mut out, "Title", || title(params.file_name));
    let name = with_extension(params.file_name, params.path, "jpg");
    fallback(&mut out, "ImageType", || (if params.cover { "cover" } else { "default" }).to_owned());
    fallback(&mut out, "ImageExt", || match content_type::kind_of(&name) {
        FileKind::Image => content_type::extension(&name),
        _ => "jpg".to_owned(),
    });
    fallback(&mut out, "OriginalFileName", || name.clone());
    RpcCall { action: "CreateUploadImage", params: out }
}

/// The parameters that paramData gives; empty ones are left out, objects (UserData) go as JSON text, lists (Tags)
/// with commas.
fn chosen(vod: Option<&Object>, names: &[&'static str]) -> Vec<(&'static str, String)> {
    let Some(vod) = vod else { return Vec::new() };
    let value = |name: &str| {
        let value = vod.get(name)?;
        match value.list() {
            Some(items) => Some(items.iter().filter_map(Json::scalar).collect::<Vec<_>>().join(",")),
            None if value.is_object() => Some(value.as_written().to_owned()),
            None => value.scalar(),
        }
    };
    let mut out = Vec::new();
    for name in names {
        // The mobile SDKs spell it CoverUrl.
        let found = if *name == "CoverURL" { value(name).or_else(|| value("CoverUrl")) } else { value(name) };
        let found = if WITHOUT_EMOJI.contains(name) { found.map(|text| remove_emoji(&text)) } else { found };
        if let Some(text) = found.filter(|text| !text.is_empty()) {
            out.push((*name, text));
        }
    }
    out
}

fn fallback(params: &mut Vec<(&'static str, String)>, name: &'static str, value: impl FnOnce() -> String) {
    if !params.iter().any(|param| param.0 == name) {
        params.push((name, value()));
    }
}

/// The title is required: without one it is the file's name.
fn title(file_name: &str) -> String {
    base_name(file_name).chars().take(TITLE_LENGTH).collect()
}

/// What follows the last slash, without emoji. `#`, `?` and `%` are characters of a name.
fn base_name(path: &str) -> String {
    let path = path.trim_end_matches(['/', '\\']);
    let name = remove_emoji(path.rsplit(['/', '\\']).next().unwrap_or_default());
    if name.is_empty() || name.starts_with('.') {
        format!("file{name}")
    } else {
        name
    }
}

/// The server refuses a name without a known extension. Apps make up such names, and temporary files of some phones
/// have none either.
fn with_extension(name: &str, path: &str, default: &str) -> String {
    let name = base_name(name);
    let is_known = |name: &str| content_type::kind_of(name) != FileKind::Unknown;
    let own = content_type::extension(path);
    if is_known(&name) {
        name
    } else if is_known(path) {
        format!("{}.{own}", name.trim_end_matches('.'))
    } else if content_type::extension(&name).is_empty() {
        format!("{}.{default}", name.trim_end_matches('.'))
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vod::ParamData;

    fn value<'a>(call: &'a RpcCall, name: &str) -> Option<&'a str> {
        let mut found = call.params.iter().filter(|param| param.0 == name);
        let first = found.next().map(|param| param.1.as_str());
        assert_eq!(found.next(), None, "{name} twice");
        first
    }

    fn video(param_data: &str, file_name: &str, cover_url: Option<&str>) -> RpcCall {
        let data = ParamData::parse(param_data).unwrap();
        let path = "wxfile://tmp_1";
        create_video(&VideoParams {
            vod: data.vod.as_ref(),
            file_name,
            path,
            file_size: 102_400,
            cover_url,
            reference_id: None,
        })
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
            ("wxfile://tmp_1/50%#1?.mp4", "50%#1?.mp4", "50%#1?.mp4"),
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
    fn emoji_that_the_app_wrote_go_too() {
        let call = video(
            r#"{"Vod":{"Title":"海😀边","Tags":["a🏖️","b"],"Description":"❤️","UserData":"{\"Extend\":\"😀\"}"}}"#,
            "x.mp4",
            None,
        );
        assert_eq!(value(&call, "Title"), Some("海边"));
        assert_eq!(value(&call, "Tags"), Some("a,b"));
        assert_eq!(value(&call, "Description"), None);
        assert_eq!(value(&call, "UserData"), Some("{\"Extend\":\"😀\"}"));
        assert_eq!(value(&video(r#"{"Vod":{"Title":"😀"}}"#, "x.mp4", None), "Title"), Some("x.mp4"));
    }

    #[test]
    fn a_lost_creation_is_found_by_its_reference() {
        let nonce = "0123456789abcdef0123456789abcdef";
        let id = reference_id(nonce);
        assert!((6..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
        let create = |param_data: &str| {
            let data = ParamData::parse(param_data).unwrap();
            let vod = data.vod.as_ref();
            let params = VideoParams {
                vod,
                file_name: "a.mp4",
                path: "a.mp4",
                file_size: 1,
                cover_url: None,
                reference_id: Some(&id),
            };
            value(&create_video(&params), "ReferenceId").map(str::to_owned)
        };
        assert!(is_generated(&id) && !is_generated("mine-1") && !is_generated(""));
        assert_eq!(create("").as_deref(), Some(id.as_str()));
        assert_eq!(create(r#"{"Vod":{"ReferenceId":"mine-1"}}"#).as_deref(), Some("mine-1"));
        let call = refresh_video_by_reference(&id);
        assert_eq!((value(&call, "ReferenceId"), value(&call, "VideoId")), (Some(id.as_str()), None));
        let own = |id: &str| {
            own_reference_id(ParamData::parse(&format!(r#"{{"Vod":{{"ReferenceId":"{id}"}}}}"#)).unwrap().vod.as_ref())
        };
        assert_eq!(own("mine_1").as_deref(), Some("mine_1"));
        for refused in ["", "short", "with blank", "中文中文中文"] {
            assert_eq!(own(refused), None, "{refused}");
        }
    }
}
