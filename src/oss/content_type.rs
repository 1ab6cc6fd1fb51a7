//! Types of files by their extension, the part after the last dot: nothing else of a name counts, so that
//! `a.jpg.mp4` is a video.

use crate::text::{cut_last, split};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Image,
    Video,
    Audio,
    Other,
}

/// One type a line, then its extensions: what phones record and VOD takes
/// (VOD user guide, "Supported formats").
const TYPES: &str = "\
video/mp4 mp4 m4v f4v
video/quicktime mov qt
video/x-flv flv
video/x-matroska mkv
video/x-msvideo avi
video/webm webm
video/mp2t ts m2ts mts
video/3gpp 3gp
video/3gpp2 3g2
video/mpeg mpg mpeg
video/x-ms-wmv wmv
video/x-ms-asf asf
video/vnd.rn-realvideo rm rmvb
video/ogg ogv
video/mxf mxf
audio/mpeg mp3
audio/mp4 m4a
audio/wav wav
audio/aac aac
audio/ogg ogg oga opus
audio/flac flac
audio/amr amr
audio/x-ms-wma wma
audio/x-caf caf
audio/aiff aif aiff
audio/ape ape
audio/ac3 ac3
image/jpeg jpg jpeg
image/png png
image/gif gif
image/webp webp
image/heic heic
image/heif heif
image/bmp bmp
image/tiff tif tiff
image/avif avif
image/svg+xml svg";

/// Lower-case extension without the dot; empty where there is none.
pub fn extension(name: &str) -> String {
    let base = [b'/', b'\\'].iter().fold(name, |name, mark| cut_last(name, *mark).map_or(name, |(_, base)| base));
    match cut_last(base, b'.') {
        Some((_, extension)) => extension.to_ascii_lowercase(),
        None => String::new(),
    }
}

/// The Content-Type the object gets.
pub fn content_type(name: &str) -> &'static str {
    let wanted = extension(name);
    for line in split(TYPES, b'\n') {
        let mut words = split(line, b' ');
        let content_type = words.next();
        if words.any(|extension| extension == wanted) {
            return content_type.unwrap_or_default();
        }
    }
    "application/octet-stream"
}

pub fn kind_of(name: &str) -> Kind {
    match split(content_type(name), b'/').next() {
        Some("image") => Kind::Image,
        Some("video") => Kind::Video,
        Some("audio") => Kind::Audio,
        _ => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_extension_counts() {
        for (name, kind, content) in [
            ("wxfile://tmp_1/a.MP4", Kind::Video, "video/mp4"),
            ("a.jpg.mp4", Kind::Video, "video/mp4"),
            ("a.mp4.JPG", Kind::Image, "image/jpeg"),
            ("录音.m4a", Kind::Audio, "audio/mp4"),
            ("photo.heic", Kind::Image, "image/heic"),
            ("a.b/mp4", Kind::Other, "application/octet-stream"),
            ("http://tmp.jpg/a", Kind::Other, "application/octet-stream"),
            ("mp4", Kind::Other, "application/octet-stream"),
            ("a.video/mp4", Kind::Other, "application/octet-stream"),
            ("", Kind::Other, "application/octet-stream"),
            (".", Kind::Other, "application/octet-stream"),
        ] {
            assert_eq!(kind_of(name), kind, "{name}");
            assert_eq!(content_type(name), content, "{name}");
        }
    }

    #[test]
    fn no_extension_twice() {
        let mut all: Vec<&str> = TYPES.lines().flat_map(|line| line.split(' ').skip(1)).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
