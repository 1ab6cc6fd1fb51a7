//! Types of files by their extension, the part after the last dot: nothing else of a name counts, so that
//! `a.jpg.mp4` is a video.

use crate::api::event::FileKind;

/// Content types with their extensions: what phones record and VOD accepts (VOD user guide, "Supported formats").
const TYPES: &[(&str, &[&str])] = &[
    ("video/mp4", &["mp4", "m4v", "f4v"]),
    ("video/quicktime", &["mov", "qt"]),
    ("video/x-flv", &["flv"]),
    ("video/x-matroska", &["mkv"]),
    ("video/x-msvideo", &["avi"]),
    ("video/webm", &["webm"]),
    ("video/mp2t", &["ts", "m2ts", "mts"]),
    ("video/3gpp", &["3gp"]),
    ("video/3gpp2", &["3g2"]),
    ("video/mpeg", &["mpg", "mpeg"]),
    ("video/x-ms-wmv", &["wmv"]),
    ("video/x-ms-asf", &["asf"]),
    ("video/vnd.rn-realvideo", &["rm", "rmvb"]),
    ("video/ogg", &["ogv"]),
    ("video/mxf", &["mxf"]),
    ("audio/mpeg", &["mp3"]),
    ("audio/mp4", &["m4a"]),
    ("audio/wav", &["wav"]),
    ("audio/aac", &["aac"]),
    ("audio/ogg", &["ogg", "oga", "opus"]),
    ("audio/flac", &["flac"]),
    ("audio/amr", &["amr"]),
    ("audio/x-ms-wma", &["wma"]),
    ("audio/x-caf", &["caf"]),
    ("audio/aiff", &["aif", "aiff"]),
    ("audio/ape", &["ape"]),
    ("audio/ac3", &["ac3"]),
    ("image/jpeg", &["jpg", "jpeg"]),
    ("image/png", &["png"]),
    ("image/gif", &["gif"]),
    ("image/webp", &["webp"]),
    ("image/heic", &["heic"]),
    ("image/heif", &["heif"]),
    ("image/bmp", &["bmp"]),
    ("image/tiff", &["tif", "tiff"]),
    ("image/avif", &["avif"]),
    ("image/svg+xml", &["svg"]),
];

/// Lower-case extension without the dot; empty where there is none. Only a slash separates folders: `#`, `?` and `%` are
/// characters of a name.
pub fn extension(name: &str) -> String {
    let file_name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    file_name.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_ascii_lowercase())
}

/// The Content-Type that the object gets.
pub fn content_type(name: &str) -> &'static str {
    known_type(name).unwrap_or("application/octet-stream")
}

/// The MIME type that stands for the extension; `None` for an unknown one.
pub fn known_type(name: &str) -> Option<&'static str> {
    let wanted = extension(name);
    let row = TYPES.iter().find(|(_, extensions)| extensions.contains(&wanted.as_str()));
    row.map(|(content_type, _)| *content_type)
}

/// What a file is by its extension.
pub fn kind_of(name: &str) -> FileKind {
    match content_type(name).split('/').next() {
        Some("image") => FileKind::Image,
        Some("video") => FileKind::Video,
        Some("audio") => FileKind::Audio,
        _ => FileKind::Unknown,
    }
}

/// What a file is: by its extension, and where that is unknown by what the chooser called it (`fileType`).
pub fn kind_or(name: &str, chooser: FileKind) -> FileKind {
    match kind_of(name) {
        FileKind::Unknown => chooser,
        known => known,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_extension_counts() {
        for (name, kind, content) in [
            ("wxfile://tmp_1/a.MP4", FileKind::Video, "video/mp4"),
            ("a.jpg.mp4", FileKind::Video, "video/mp4"),
            ("a.mp4.JPG", FileKind::Image, "image/jpeg"),
            ("录音.m4a", FileKind::Audio, "audio/mp4"),
            ("photo.heic", FileKind::Image, "image/heic"),
            ("a.b/mp4", FileKind::Unknown, "application/octet-stream"),
            ("http://tmp.jpg/a", FileKind::Unknown, "application/octet-stream"),
            ("mp4", FileKind::Unknown, "application/octet-stream"),
            ("a.video/mp4", FileKind::Unknown, "application/octet-stream"),
            ("", FileKind::Unknown, "application/octet-stream"),
            (".", FileKind::Unknown, "application/octet-stream"),
        ] {
            assert_eq!(kind_of(name), kind, "{name}");
            assert_eq!(content_type(name), content, "{name}");
        }
    }

    #[test]
    fn the_extension_wins_over_the_chooser() {
        assert_eq!(kind_or("a.MP4", FileKind::Image), FileKind::Video);
        assert_eq!(kind_or("a#1?x%20.png", FileKind::Video), FileKind::Image);
        assert_eq!(kind_or("wxfile://tmp_1", FileKind::Image), FileKind::Image);
        assert_eq!(kind_or("a.dat", FileKind::Video), FileKind::Video);
        assert_eq!(kind_or("a.dat", FileKind::Unknown), FileKind::Unknown);
    }

    #[test]
    fn no_extension_twice() {
        let mut all: Vec<&str> = TYPES.iter().flat_map(|row| row.1).copied().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
