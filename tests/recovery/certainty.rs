//! Success means that the object at OSS is the file: doubtful completions, forms, and answers in other servers' names.

use crate::at;
use crate::harness::{Desk, Next, PART, POSTED};
use vod_upload::api::event::TransportErrorKind;
use vod_upload::api::options::{Options, Transport};

const SIZE: usize = 3 * PART + 30_000;
const HTML: &str = "<!DOCTYPE html><html></html>";

fn options(crc: bool) -> Options {
    Options { parallel: 1, part_size: PART as u64, crc, ..Options::default() }
}

/// Sent in parts until the first CompleteMultipartUpload is there.
fn complete(crc: bool) -> Desk {
    let mut desk = Desk::with(false, SIZE, options(crc));
    desk.reach("complete");
    desk
}

/// The response to CompleteMultipartUpload was lost, and the upload is gone: HeadObject.
fn doubtful(crc: bool) -> Desk {
    let mut desk = complete(crc);
    desk.fail(TransportErrorKind::Network);
    desk.reach("complete");
    desk.refuse(404, "NoSuchUpload");
    assert_eq!(desk.next(), Next::Request("head", 0));
    desk
}

fn form(crc: bool) -> Desk {
    let mut desk = Desk::with(false, 60_000, Options { transport: Transport::UploadFile, crc, ..Options::default() });
    desk.reach("post");
    desk
}

/// `x-oss-forbid-overwrite` of the request under way.
fn forbids(desk: &Desk) -> bool {
    desk.request().headers.contains("x-oss-forbid-overwrite: true")
}

fn head(size: usize, crc: u64) -> String {
    format!("content-length: {size}\netag: \"E\"\nx-oss-hash-crc64ecma: {crc}\n")
}

/// The upload goes on with a new multipart upload and all parts, and succeeds.
fn sends_all_again(desk: &mut Desk) {
    desk.reach("part");
    assert!(desk.request().url.contains("partNumber=1&"), "{}", desk.request().url);
    assert_eq!(desk.finish(), Next::Succeeded);
}

#[test]
fn the_first_initiate_forbids_to_overwrite() {
    let mut desk = Desk::with(false, SIZE, options(true));
    desk.reach("initiate");
    assert!(forbids(&desk));
    // An older object is there, whose place this one takes: asked again without.
    desk.refuse(409, "FileAlreadyExists");
    assert_eq!(desk.next(), Next::Request("initiate", 0));
    assert!(!forbids(&desk));
    desk.reach("complete");
    assert!(!forbids(&desk));
    assert_eq!(desk.finish(), Next::Succeeded);
}

#[test]
fn only_length_and_checksum_of_the_file_count() {
    let mut desk = doubtful(true);
    let whole = desk.crc(0, SIZE);
    desk.answer(200, &head(SIZE, whole), "");
    assert_eq!(desk.next(), Next::Succeeded);
    for (size, crc) in [(SIZE + 1, whole), (SIZE, whole ^ 1)] {
        let mut desk = doubtful(true);
        desk.answer(200, &head(size, crc), "");
        // It is known to be there, and is replaced.
        assert_eq!(desk.next(), Next::Request("initiate", 0));
        assert!(!forbids(&desk));
        sends_all_again(&mut desk);
    }
}

#[test]
fn an_object_may_appear_a_little_later_than_the_upload_ends() {
    let mut desk = doubtful(true);
    desk.refuse(404, "");
    assert_eq!(desk.next(), Next::Request("head", 2_000));
    desk.grant();
    assert_eq!(desk.next(), Next::Succeeded);
    let mut desk = doubtful(true);
    for then in [Next::Request("head", 2_000), Next::Request("head", 4_000), Next::Request("initiate", 0)] {
        desk.refuse(404, "");
        assert_eq!(desk.next(), then);
    }
    assert!(forbids(&desk));
    sends_all_again(&mut desk);
}

#[test]
fn where_no_look_is_allowed_an_initiate_decides() {
    // The look is refused, or does not show the checksum.
    for (status, headers) in [(403, ""), (200, "content-length: 337200\netag: \"E\"\n")] {
        // No object is there: all parts again, under the new id.
        let mut desk = doubtful(true);
        desk.answer(status, headers, "");
        assert_eq!(desk.next(), Next::Request("initiate", 0));
        assert!(forbids(&desk));
        desk.grant();
        assert_eq!(desk.next(), Next::Request("part", 0));
        assert!(desk.request().url.contains("uploadId=U2") && desk.request().url.contains("partNumber=1&"));
        assert_eq!(desk.finish(), Next::Succeeded);
        // One is there, nothing was before, and every part was acknowledged with its checksum.
        let mut desk = doubtful(true);
        desk.answer(status, headers, "");
        desk.reach("initiate");
        desk.refuse(409, "FileAlreadyExists");
        assert_eq!(desk.next(), Next::Succeeded);
    }
}

#[test]
fn an_object_that_was_there_before_or_was_not_checked_proves_nothing() {
    for before in [true, false] {
        let mut desk = Desk::with(false, SIZE, options(true));
        desk.object = before;
        desk.reach("part");
        if !before {
            // One part is acknowledged without its checksum.
            desk.answer(200, "etag: \"E\"\n", "");
        }
        desk.reach("complete");
        desk.fail(TransportErrorKind::Network);
        desk.reach("complete");
        desk.refuse(404, "NoSuchUpload");
        desk.reach("head");
        desk.refuse(403, "");
        desk.reach("initiate");
        assert!(forbids(&desk));
        desk.refuse(409, "FileAlreadyExists");
        assert_eq!(desk.next(), Next::Request("initiate", 0));
        assert!(!forbids(&desk));
        sends_all_again(&mut desk);
    }
}

#[test]
fn what_was_known_of_the_object_survives_a_kill() {
    for before in [false, true] {
        let mut desk = Desk::make(false, SIZE, options(true));
        desk.object = before;
        desk.begin("");
        desk.reach("complete");
        // The app is killed before the response comes.
        desk.restart(|_| ());
        desk.reach("complete");
        desk.refuse(404, "NoSuchUpload");
        assert_eq!(desk.next(), Next::Request("head", 0));
        desk.refuse(403, "");
        assert_eq!(desk.next(), Next::Request("initiate", 0));
        desk.refuse(409, "FileAlreadyExists");
        if before {
            sends_all_again(&mut desk);
        } else {
            assert_eq!(desk.next(), Next::Succeeded);
        }
    }
}

#[test]
fn no_such_upload_alone_proves_nothing() {
    // No CompleteMultipartUpload was sent before this one.
    let mut desk = complete(true);
    desk.refuse(404, "NoSuchUpload");
    assert_eq!(desk.next(), Next::Request("head", 0));
    desk.refuse(404, "");
    sends_all_again(&mut desk);
    // Lost at each completion, it fails in the end.
    let mut desk = complete(true);
    for _ in 0..3 {
        desk.reach("complete");
        desk.refuse(404, "NoSuchUpload");
        assert_eq!(desk.next(), Next::Request("head", 0));
        desk.refuse(404, "");
    }
    desk.reach("initiate");
    desk.grant();
    assert_eq!(desk.next(), Next::Failed("NoSuchUpload".into()));
}

#[test]
fn a_probe_tells_an_expired_credential_from_one_without_the_right() {
    let mut desk = doubtful(true);
    desk.refuse(403, "");
    desk.reach("initiate");
    desk.refuse(403, "SecurityTokenExpired");
    assert_eq!(desk.next(), Next::Expired);
    desk.renew();
    assert_eq!(desk.next(), Next::Request("head", 0), "with the next credential the look may be allowed");
    desk.grant();
    assert_eq!(desk.next(), Next::Succeeded);
}

#[test]
fn without_integrity_the_object_must_be_there_and_of_this_upload() {
    let mut desk = doubtful(false);
    desk.answer(200, &head(SIZE, 1), "");
    assert_eq!(desk.next(), Next::Succeeded);
    let mut desk = doubtful(false);
    desk.answer(200, &head(SIZE - 1, 1), "");
    assert_eq!(desk.next(), Next::Request("initiate", 0));
    let mut desk = doubtful(false);
    for _ in 0..3 {
        desk.reach("head");
        desk.refuse(404, "");
    }
    assert_eq!(desk.next(), Next::Request("initiate", 0));
    sends_all_again(&mut desk);
}

#[test]
fn an_answer_of_somebody_else_is_none() {
    let weak = "content-type: text/html\netag: W/\"5c-1\"\nserver: nginx\n";
    let pages = [
        (200, weak, HTML),
        (200, weak, ""),
        (200, "", "{\"ok\":true}"),
        (302, "location: https://login.example.com/\n", ""),
        (307, "location: http://10.0.0.1/\n", ""),
        (404, "content-type: text/html\n", HTML),
        (403, "server: nginx\n", HTML),
        (502, "", HTML),
    ];
    for what in ["put", "post", "part", "complete", "initiate", "head"] {
        for (status, headers, body) in pages {
            let mut desk = match what {
                "post" => form(true),
                "head" => doubtful(true),
                _ => at(what),
            };
            desk.answer_bare(status, headers, body);
            match desk.next() {
                Next::Request(again, 2_000..) => assert_eq!(again, what, "{status}"),
                other => panic!("{other:?} after {what} {status} {headers} {body}"),
            }
            desk.grant();
            assert_eq!(desk.finish(), Next::Succeeded);
        }
    }
}

#[test]
fn a_put_whose_answer_cannot_be_read_is_looked_at_and_else_sent_in_parts() {
    let mut desk = at("put");
    desk.answer_bare(200, "", "");
    assert_eq!(desk.next(), Next::Request("head", 0));
    desk.grant();
    assert_eq!(desk.next(), Next::Succeeded);
    let mut desk = at("put");
    desk.answer_bare(200, "", "");
    desk.reach("head");
    desk.refuse(403, "");
    assert_eq!(desk.next(), Next::Request("initiate", 0));
    assert_eq!(desk.finish(), Next::Succeeded);
}

#[test]
fn a_form_asks_for_exactly_its_length_and_for_a_document() {
    let desk = form(true);
    let fields = &desk.request().headers;
    assert!(forbids(&desk) && fields.contains("success_action_status: 201"));
    let policy = fields.lines().find_map(|line| line.strip_prefix("policy: ")).expect("a policy");
    let policy = vod_upload::encoding::base64::decode_lenient(policy).expect("base64");
    let policy = String::from_utf8(policy).expect("text");
    assert!(policy.contains("[\"content-length-range\",60000,60000]"), "{policy}");
}

#[test]
fn a_form_is_stored_when_its_checksum_says_so() {
    let mut desk = form(true);
    let crc = desk.crc(0, 60_000);
    desk.answer_bare(201, &format!("x-oss-request-id: R\netag: \"E\"\nx-oss-hash-crc64ecma: {crc}\n"), POSTED);
    assert_eq!(desk.next(), Next::Succeeded);
    // A byte was flipped on the way: sent again, over the damaged object.
    let mut desk = form(true);
    desk.answer(201, "etag: \"E\"\nx-oss-hash-crc64ecma: 1\n", POSTED);
    assert_eq!(desk.next(), Next::Request("post", 0));
    assert!(!forbids(&desk));
    assert_eq!(desk.finish(), Next::Succeeded);
    // Or the file was rewritten meanwhile.
    let mut desk = form(true);
    desk.other_content = true;
    desk.answer(201, "etag: \"E\"\nx-oss-hash-crc64ecma: 1\n", POSTED);
    assert_eq!(desk.next(), Next::Failed("FileChanged".into()));
    // The document of another upload.
    let mut desk = form(true);
    desk.answer_bare(201, "", &POSTED.replace("k.mp4", "l.mp4"));
    assert!(matches!(desk.next(), Next::Request("post", 2_000..)));
}

#[test]
fn a_form_without_headers_is_looked_at() {
    for (status, body) in [(201, POSTED), (204, ""), (200, " \n")] {
        let mut desk = form(true);
        desk.answer_bare(status, "", body);
        assert_eq!(desk.next(), Next::Request("head", 0), "{status}");
        desk.grant();
        assert_eq!(desk.next(), Next::Succeeded, "{status}");
    }
    // The object is not the file, or is not there.
    for status in [200, 404] {
        let mut desk = form(true);
        desk.answer_bare(201, "", POSTED);
        desk.reach("head");
        let headers = if status == 200 { head(60_000, 1) } else { String::new() };
        desk.answer(status, &headers, "");
        assert_eq!(desk.next(), Next::Request("post", 0), "{status}");
    }
}

#[test]
fn where_nothing_shows_the_checksum_of_a_form_the_length_is_what_is_left() {
    let denied = |status, body| {
        let mut desk = form(true);
        desk.answer_bare(status, "", body);
        desk.reach("head");
        desk.refuse(403, "");
        desk.reach("initiate");
        assert!(forbids(&desk));
        desk
    };
    let mut desk = denied(201, POSTED);
    desk.refuse(409, "FileAlreadyExists");
    assert_eq!(desk.next(), Next::Succeeded);
    assert!(desk.logs.contains(&"checksum-unknown"));
    // OSS has confirmed it: in a bucket with versions the probe says nothing.
    let mut desk = denied(201, POSTED);
    desk.grant();
    assert_eq!(desk.next(), Next::Succeeded);
    // Perhaps it was not OSS that has answered.
    let mut desk = denied(204, "");
    desk.refuse(409, "FileAlreadyExists");
    assert_eq!(desk.next(), Next::Request("post", 0));
    assert!(!forbids(&desk));
    // The host is not on the request list: no look is possible at all.
    for changes in [false, true] {
        let mut desk = form(true);
        desk.answer_bare(201, "", POSTED);
        desk.reach("head");
        desk.other_content = changes;
        desk.fail(TransportErrorKind::DomainNotAllowed);
        assert!(desk.logs.contains(&"checksum-unknown"));
        let end = if changes { Next::Failed("FileChanged".into()) } else { Next::Succeeded };
        assert_eq!(desk.next(), end);
    }
}

#[test]
fn a_form_whose_answer_was_lost_is_looked_at_before_it_is_sent_again() {
    let mut desk = form(true);
    desk.fail(TransportErrorKind::Network);
    desk.object = true;
    desk.reach("post");
    desk.grant();
    assert_eq!(desk.next(), Next::Request("head", 0));
    desk.grant();
    assert_eq!(desk.next(), Next::Succeeded);
}

#[test]
fn a_form_without_integrity_is_stored_when_oss_says_so_and_the_file_is_the_same() {
    for changes in [false, true] {
        let mut desk = form(false);
        desk.other_content = changes;
        desk.answer_bare(201, "", POSTED);
        let end = if changes { Next::Failed("FileChanged".into()) } else { Next::Succeeded };
        assert_eq!(desk.next(), end);
    }
    let mut desk = form(false);
    desk.answer_bare(204, "", "");
    assert_eq!(desk.next(), Next::Request("head", 0));
    desk.answer(200, &head(60_000, 1), "");
    assert_eq!(desk.next(), Next::Request("initiate", 0), "an object of the right length may be anybody's");
}

#[test]
fn a_large_form_is_read_in_blocks_for_its_checksum() {
    let size = 9 << 20;
    let mut desk = Desk::with(false, size, Options { transport: Transport::UploadFile, ..Options::default() });
    desk.reach("post");
    let crc = desk.crc(0, size);
    desk.answer(201, &format!("etag: \"E\"\nx-oss-hash-crc64ecma: {crc}\n"), POSTED);
    assert_eq!(desk.next(), Next::Succeeded);
}

#[test]
fn progress_never_goes_back_though_everything_is_sent_again() {
    let mut desk = complete(true);
    desk.refuse(404, "NoSuchUpload");
    desk.reach("head");
    desk.refuse(404, "");
    sends_all_again(&mut desk);
    let falls = desk.progress.windows(2).any(|pair| pair[1].0 < pair[0].0 || pair[1].1 < pair[0].1);
    assert!(!falls, "{:?}", desk.progress);
    assert_eq!(desk.progress.last(), Some(&(100.0, SIZE as f64)));
}

#[test]
fn what_a_refused_credential_began_is_aborted() {
    let mut desk = Desk::with(false, 12 * PART, Options { parallel: 4, part_size: PART as u64, ..Options::default() });
    desk.reach("part");
    let first = desk.request().id;
    // The second of four is refused: the first may yet arrive, the others cannot.
    desk.defer();
    desk.refuse(403, "SecurityTokenExpired");
    assert_eq!(desk.next(), Next::Expired);
    for _ in 0..4 {
        assert_eq!(desk.request().id, first, "no other is left");
        desk.defer();
    }
    desk.renew();
    assert_eq!(desk.finish(), Next::Succeeded);
}
