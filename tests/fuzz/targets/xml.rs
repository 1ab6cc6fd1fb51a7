//! OSS's answers: the header lines up to the first empty one, the document behind it.

use vod_upload::oss::response;
use vod_upload::text::xml;

pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (headers, body) = text.split_once("\n\n").unwrap_or(("", &text));
    for status in [200, 203, 403, 404, 500] {
        let error = response::error(status, headers, body);
        assert!(!error.message.is_empty() || body.contains("Message") || headers.contains("x-oss-err"));
    }
    if let Some(id) = response::upload_id(body) {
        assert!(!id.is_empty());
    }
    for inside in xml::each(body, "Part") {
        assert!(body.contains(inside));
    }
    if let Some((parts, _)) = response::list(body) {
        let mut again = String::from("<ListPartsResult>");
        for part in &parts {
            let etag: String = part.etag.chars().map(|c| format!("&#{};", c as u32)).collect();
            again += &format!("<Part><PartNumber>{}</PartNumber><Size>{}</Size>", part.number, part.size);
            again += &format!("<ETag>{etag}</ETag>");
            again += "</Part>";
        }
        again += "</ListPartsResult>";
        let (read, next) = response::list(&again).expect("a list that was written is read");
        assert_eq!((read, next), (parts, None));
    }
}
