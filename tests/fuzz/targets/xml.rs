//! OSS's answers: the header lines up to the first empty one, the document behind it.

use vod_upload::oss::xml::Document;
use vod_upload::oss::{post_form::PostResult, provenance, response, Op, Provenance};

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
    if let Some(document) = Document::parse(body) {
        assert!(!document.root.name.contains(':'));
    }
    for op in [Op::Put, Op::Initiate, Op::Part, Op::List, Op::Complete, Op::Head, Op::Post, Op::Abort] {
        // A redirect or a lost answer is never OSS's.
        assert_eq!(provenance(op, 302, headers, body), Provenance::NotFromOss);
        assert_eq!(provenance(op, 0, headers, body), Provenance::NotFromOss);
        // Without a header of OSS and without a document nothing is believed.
        if !headers.to_ascii_lowercase().contains("x-oss-") && Document::parse(body).is_none() {
            assert_ne!(provenance(op, 200, headers, body), Provenance::Oss);
        }
    }
    assert!(PostResult::parse(body).is_none_or(|result| !result.key.is_empty()));
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
