//! Success means that the object at OSS is the file: doubtful completions, forms, and answers in other servers' names.

use crate::at;
use crate::harness::{Fixture, Next, PART, POSTED};
use vod_upload::api::event::TransportErrorKind;
use vod_upload::api::options::{Options, Transport};

const SIZE: usize = 3 * PART + 30_000;
const HTML: &str = "<!DOCTYPE html><html></html>";

fn options(crc: bool) -> Options {
    Options { parallel: 1, part_size: PART as u64, crc, ..Options::default() }
}

/// Sent in parts until the first CompleteMultipartUpload is there.
fn complete(crc: bool) -> Fixture {
    let mut fixture = Fixture::with(false, SIZE, options(crc));
    fixture.reach("complete");
    fixture
}

/// The response to CompleteMultipartUpload was lost, and the upload is gone: HeadObject.
fn doubtful(crc: bool) -> Fixture {
    let mut fixture = complete(crc);
    fixture.fail(TransportErrorKind::Network);
    fixture.reach("complete");
    fixture.refuse(404, "NoSuchUpload");
    assert_eq!(fixture.next(), Next::Request("head", 0));
    fixture
}

fn form(crc: bool) -> Fixture {
    let mut fixture =
        Fixture::with(false, 60_000, Options { transport: Transport::UploadFile, crc, ..Options::default() });
    fixture.reach("post");
    fixture
}

/// `x-oss-forbid-overwrite` of the request under way.
fn forbids(fixture: &Fixture) -> bool {
    fixture.request().headers.contains("x-oss-forbid-overwrite: true")
}

fn head(size: usize, crc: u64) -> String {
    format!("content-length: {size}\netag: \"E\"\nx-oss-hash-crc64ecma: {crc}\n")
}

/// The upload goes on with a new multipart upload and all parts, and succeeds.
fn sends_all_again(fixture: &mut Fixture) {
    fixture.reach("part");
    assert!(fixture.request().url.contains("partNumber=1&"), "{}", fixture.request().url);
    assert_eq!(fixture.finish(), Next::Succeeded);
}

#[test]
fn the_first_initiate_forbids_to_overwrite() {
    let mut fixture = Fixture::with(false, SIZE, options(true));
    fixture.reach("initiate");
    assert!(forbids(&fixture));
    // An older object is there, whose place this one takes: asked again without.
    fixture.refuse(409, "FileAlreadyExists");
    assert_eq!(fixture.next(), Next::Request("initiate", 0));
    assert!(!forbids(&fixture));
    fixture.reach("complete");
    assert!(!forbids(&fixture));
    assert_eq!(fixture.finish(), Next::Succeeded);
}

#[test]
fn only_length_and_checksum_of_the_file_count() {
    let mut fixture = doubtful(true);
    let whole = fixture.crc(0, SIZE);
    fixture.answer(200, &head(SIZE, whole), "");
    assert_eq!(fixture.next(), Next::Succeeded);
    for (size, crc) in [(SIZE + 1, whole), (SIZE, whole ^ 1)] {
        let mut fixture = doubtful(true);
        fixture.answer(200, &head(size, crc), "");
        // It is known to be there, and is replaced.
        assert_eq!(fixture.next(), Next::Request("initiate", 0));
        assert!(!forbids(&fixture));
        sends_all_again(&mut fixture);
    }
}

#[test]
fn an_object_may_appear_a_little_later_than_the_upload_ends() {
    let mut fixture = doubtful(true);
    fixture.refuse(404, "");
    assert_eq!(fixture.next(), Next::Request("head", 2_000));
    fixture.grant();
    assert_eq!(fixture.next(), Next::Succeeded);
    let mut fixture = doubtful(true);
    for then in [Next::Request("head", 2_000), Next::Request("head", 4_000), Next::Request("initiate", 0)] {
        fixture.refuse(404, "");
        assert_eq!(fixture.next(), then);
    }
    assert!(forbids(&fixture));
    sends_all_again(&mut fixture);
}

#[test]
fn where_no_look_is_allowed_an_initiate_decides() {
    // The look is refused, or does not show the checksum.
    for (status, headers) in [(403, ""), (200, "content-length: 337200\netag: \"E\"\n")] {
        // No object is there: all parts again, under the new id.
        let mut fixture = doubtful(true);
        fixture.answer(status, headers, "");
        assert_eq!(fixture.next(), Next::Request("initiate", 0));
        assert!(forbids(&fixture));
        fixture.grant();
        assert_eq!(fixture.next(), Next::Request("part", 0));
        assert!(fixture.request().url.contains("uploadId=U2") && fixture.request().url.contains("partNumber=1&"));
        assert_eq!(fixture.finish(), Next::Succeeded);
        // One is there, nothing was before, and every part was acknowledged with its checksum.
        let mut fixture = doubtful(true);
        fixture.answer(status, headers, "");
        fixture.reach("initiate");
        fixture.refuse(409, "FileAlreadyExists");
        assert_eq!(fixture.next(), Next::Succeeded);
    }
}

#[test]
fn an_object_that_was_there_before_or_was_not_checked_proves_nothing() {
    for before in [true, false] {
        let mut fixture = Fixture::with(false, SIZE, options(true));
        fixture.object = before;
        fixture.reach("part");
        if !before {
            // One part is acknowledged without its checksum.
            fixture.answer(200, "etag: \"E\"\n", "");
        }
        fixture.reach("complete");
        fixture.fail(TransportErrorKind::Network);
        fixture.reach("complete");
        fixture.refuse(404, "NoSuchUpload");
        fixture.reach("head");
        fixture.refuse(403, "");
        fixture.reach("initiate");
        assert!(forbids(&fixture));
        fixture.refuse(409, "FileAlreadyExists");
        assert_eq!(fixture.next(), Next::Request("initiate", 0));
        assert!(!forbids(&fixture));
        sends_all_again(&mut fixture);
    }
}

#[test]
fn what_was_known_of_the_object_survives_a_kill() {
    for before in [false, true] {
        let mut fixture = Fixture::make(false, SIZE, options(true));
        fixture.object = before;
        fixture.begin("");
        fixture.reach("complete");
        // The app is killed before the response comes.
        fixture.restart(|_| ());
        fixture.reach("complete");
        fixture.refuse(404, "NoSuchUpload");
        assert_eq!(fixture.next(), Next::Request("head", 0));
        fixture.refuse(403, "");
        assert_eq!(fixture.next(), Next::Request("initiate", 0));
        fixture.refuse(409, "FileAlreadyExists");
        if before {
            sends_all_again(&mut fixture);
        } else {
            assert_eq!(fixture.next(), Next::Succeeded);
        }
    }
}

#[test]
fn no_such_upload_alone_proves_nothing() {
    // No CompleteMultipartUpload was sent before this one.
    let mut fixture = complete(true);
    fixture.refuse(404, "NoSuchUpload");
    assert_eq!(fixture.next(), Next::Request("head", 0));
    fixture.refuse(404, "");
    sends_all_again(&mut fixture);
    // Lost at each completion, it fails in the end.
    let mut fixture = complete(true);
    for _ in 0..3 {
        fixture.reach("complete");
        fixture.refuse(404, "NoSuchUpload");
        assert_eq!(fixture.next(), Next::Request("head", 0));
        fixture.refuse(404, "");
    }
    fixture.reach("initiate");
    fixture.grant();
    assert_eq!(fixture.next(), Next::Failed("NoSuchUpload".into()));
}

#[test]
fn a_probe_tells_an_expired_credential_from_one_without_the_right() {
    let mut fixture = doubtful(true);
    fixture.refuse(403, "");
    fixture.reach("initiate");
    fixture.refuse(403, "SecurityTokenExpired");
    assert_eq!(fixture.next(), Next::Expired);
    fixture.renew();
    assert_eq!(fixture.next(), Next::Request("head", 0), "with the next credential the look may be allowed");
    fixture.grant();
    assert_eq!(fixture.next(), Next::Succeeded);
}

#[test]
fn without_integrity_the_object_must_be_there_and_of_this_upload() {
    let mut fixture = doubtful(false);
    fixture.answer(200, &head(SIZE, 1), "");
    assert_eq!(fixture.next(), Next::Succeeded);
    let mut fixture = doubtful(false);
    fixture.answer(200, &head(SIZE - 1, 1), "");
    assert_eq!(fixture.next(), Next::Request("initiate", 0));
    let mut fixture = doubtful(false);
    for _ in 0..3 {
        fixture.reach("head");
        fixture.refuse(404, "");
    }
    assert_eq!(fixture.next(), Next::Request("initiate", 0));
    sends_all_again(&mut fixture);
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
            let mut fixture = match what {
                "post" => form(true),
                "head" => doubtful(true),
                _ => at(what),
            };
            fixture.answer_bare(status, headers, body);
            match fixture.next() {
                Next::Request(again, 2_000..) => assert_eq!(again, what, "{status}"),
                other => panic!("{other:?} after {what} {status} {headers} {body}"),
            }
            fixture.grant();
            assert_eq!(fixture.finish(), Next::Succeeded);
        }
    }
}

#[test]
fn a_put_whose_answer_cannot_be_read_is_looked_at_and_else_sent_in_parts() {
    let mut fixture = at("put");
    fixture.answer_bare(200, "", "");
    assert_eq!(fixture.next(), Next::Request("head", 0));
    fixture.grant();
    assert_eq!(fixture.next(), Next::Succeeded);
    let mut fixture = at("put");
    fixture.answer_bare(200, "", "");
    fixture.reach("head");
    fixture.refuse(403, "");
    assert_eq!(fixture.next(), Next::Request("initiate", 0));
    assert_eq!(fixture.finish(), Next::Succeeded);
}

#[test]
fn a_form_asks_for_exactly_its_length_and_for_a_document() {
    let fixture = form(true);
    let fields = &fixture.request().headers;
    assert!(forbids(&fixture) && fields.contains("success_action_status: 201"));
    let policy = fields.lines().find_map(|line| line.strip_prefix("policy: ")).expect("a policy");
    let policy = vod_upload::encoding::base64::decode_lenient(policy).expect("base64");
    let policy = String::from_utf8(policy).expect("text");
    assert!(policy.contains("[\"content-length-range\",60000,60000]"), "{policy}");
}

#[test]
fn a_form_is_stored_when_its_checksum_says_so() {
    let mut fixture = form(true);
    let crc = fixture.crc(0, 60_000);
    fixture.answer_bare(201, &format!("x-oss-request-id: R\netag: \"E\"\nx-oss-hash-crc64ecma: {crc}\n"), POSTED);
    assert_eq!(fixture.next(), Next::Succeeded);
    // A byte was flipped on the way: sent again, over the damaged object.
    let mut fixture = form(true);
    fixture.answer(201, "etag: \"E\"\nx-oss-hash-crc64ecma: 1\n", POSTED);
    assert_eq!(fixture.next(), Next::Request("post", 0));
    assert!(!forbids(&fixture));
    assert_eq!(fixture.finish(), Next::Succeeded);
    // Or the file was rewritten meanwhile.
    let mut fixture = form(true);
    fixture.other_content = true;
    fixture.answer(201, "etag: \"E\"\nx-oss-hash-crc64ecma: 1\n", POSTED);
    assert_eq!(fixture.next(), Next::Failed("FileChanged".into()));
    // The document of another upload.
    let mut fixture = form(true);
    fixture.answer_bare(201, "", &POSTED.replace("k.mp4", "l.mp4"));
    assert!(matches!(fixture.next(), Next::Request("post", 2_000..)));
}

#[test]
fn a_form_without_headers_is_looked_at() {
    for (status, body) in [(201, POSTED), (204, ""), (200, " \n")] {
        let mut fixture = form(true);
        fixture.answer_bare(status, "", body);
        assert_eq!(fixture.next(), Next::Request("head", 0), "{status}");
        fixture.grant();
        assert_eq!(fixture.next(), Next::Succeeded, "{status}");
    }
    // The object is not the file, or is not there.
    for status in [200, 404] {
        let mut fixture = form(true);
        fixture.answer_bare(201, "", POSTED);
        fixture.reach("head");
        let headers = if status == 200 { head(60_000, 1) } else { String::new() };
        fixture.answer(status, &headers, "");
        assert_eq!(fixture.next(), Next::Request("post", 0), "{status}");
    }
}

#[test]
fn where_nothing_shows_the_checksum_of_a_form_the_length_is_what_is_left() {
    let denied = |status, body| {
        let mut fixture = form(true);
        fixture.answer_bare(status, "", body);
        fixture.reach("head");
        fixture.refuse(403, "");
        fixture.reach("initiate");
        assert!(forbids(&fixture));
        fixture
    };
    let mut fixture = denied(201, POSTED);
    fixture.refuse(409, "FileAlreadyExists");
    assert_eq!(fixture.next(), Next::Succeeded);
    assert!(fixture.logs.contains(&"checksum-unknown"));
    // OSS has confirmed it: in a bucket with versions the probe says nothing.
    let mut fixture = denied(201, POSTED);
    fixture.grant();
    assert_eq!(fixture.next(), Next::Succeeded);
    // Perhaps it was not OSS that has answered.
    let mut fixture = denied(204, "");
    fixture.refuse(409, "FileAlreadyExists");
    assert_eq!(fixture.next(), Next::Request("post", 0));
    assert!(!forbids(&fixture));
    // The host is not on the request list: no look is possible at all.
    for changes in [false, true] {
        let mut fixture = form(true);
        fixture.answer_bare(201, "", POSTED);
        fixture.reach("head");
        fixture.other_content = changes;
        fixture.fail(TransportErrorKind::DomainNotAllowed);
        assert!(fixture.logs.contains(&"checksum-unknown"));
        let end = if changes { Next::Failed("FileChanged".into()) } else { Next::Succeeded };
        assert_eq!(fixture.next(), end);
    }
}

#[test]
fn a_form_whose_answer_was_lost_is_looked_at_before_it_is_sent_again() {
    let mut fixture = form(true);
    fixture.fail(TransportErrorKind::Network);
    fixture.object = true;
    fixture.reach("post");
    fixture.grant();
    assert_eq!(fixture.next(), Next::Request("head", 0));
    fixture.grant();
    assert_eq!(fixture.next(), Next::Succeeded);
}

#[test]
fn a_form_without_integrity_is_stored_when_oss_says_so_and_the_file_is_the_same() {
    for changes in [false, true] {
        let mut fixture = form(false);
        fixture.other_content = changes;
        fixture.answer_bare(201, "", POSTED);
        let end = if changes { Next::Failed("FileChanged".into()) } else { Next::Succeeded };
        assert_eq!(fixture.next(), end);
    }
    let mut fixture = form(false);
    fixture.answer_bare(204, "", "");
    assert_eq!(fixture.next(), Next::Request("head", 0));
    fixture.answer(200, &head(60_000, 1), "");
    assert_eq!(fixture.next(), Next::Request("initiate", 0), "an object of the right length may be anybody's");
}

#[test]
fn a_large_form_is_read_in_blocks_for_its_checksum() {
    let size = 9 << 20;
    let mut fixture = Fixture::with(false, size, Options { transport: Transport::UploadFile, ..Options::default() });
    fixture.reach("post");
    let crc = fixture.crc(0, size);
    fixture.answer(201, &format!("etag: \"E\"\nx-oss-hash-crc64ecma: {crc}\n"), POSTED);
    assert_eq!(fixture.next(), Next::Succeeded);
}

/// A client hides `x-oss-hash-crc64ecma` of all responses.
#[test]
fn an_object_whose_checksum_is_hidden_is_no_success_unless_integrity_is_off() {
    const COMPLETED: &str = "<CompleteMultipartUploadResult><ETag>\"E-4\"</ETag></CompleteMultipartUploadResult>";
    for (crc, end) in [(true, Next::Failed("IntegrityError".into())), (false, Next::Succeeded)] {
        let mut fixture = Fixture::with(false, SIZE, options(crc));
        let mut completed = false;
        let found = (0..200).find_map(|_| {
            match fixture.next() {
                Next::Request("part", _) => fixture.answer(200, "etag: \"E\"\n", ""),
                Next::Request("complete", _) => {
                    completed = true;
                    fixture.answer(200, "", COMPLETED);
                }
                Next::Request("head", _) => fixture.answer(200, &format!("content-length: {SIZE}\netag: \"E\"\n"), ""),
                Next::Request("initiate", _) if completed && forbids(&fixture) => {
                    fixture.refuse(409, "FileAlreadyExists");
                }
                Next::Request(..) => fixture.grant(),
                end => return Some(end),
            }
            None
        });
        assert_eq!(found, Some(end));
    }
}

#[test]
fn progress_never_goes_back_though_everything_is_sent_again() {
    let mut fixture = complete(true);
    fixture.refuse(404, "NoSuchUpload");
    fixture.reach("head");
    fixture.refuse(404, "");
    sends_all_again(&mut fixture);
    let falls = fixture.progress.windows(2).any(|pair| pair[1].0 < pair[0].0 || pair[1].1 < pair[0].1);
    assert!(!falls, "{:?}", fixture.progress);
    assert_eq!(fixture.progress.last(), Some(&(100.0, SIZE as f64)));
}

#[test]
fn what_a_refused_credential_began_is_aborted() {
    let mut fixture =
        Fixture::with(false, 12 * PART, Options { parallel: 4, part_size: PART as u64, ..Options::default() });
    fixture.reach("part");
    let first = fixture.request().id;
    // The second of four is refused: the first may yet arrive, the others cannot.
    fixture.defer();
    fixture.refuse(403, "SecurityTokenExpired");
    assert_eq!(fixture.next(), Next::Expired);
    for _ in 0..4 {
        assert_eq!(fixture.request().id, first, "no other is left");
        fixture.defer();
    }
    fixture.renew();
    assert_eq!(fixture.finish(), Next::Succeeded);
}

#[test]
fn a_small_file_that_changes_while_it_is_read_is_read_again() {
    let mut fixture = Fixture::make(false, PART / 2, Options::default());
    fixture.changes_while_read = true;
    fixture.begin("");
    fixture.reach("put");
    assert_eq!(fixture.request().crc, fixture.crc(0, PART / 2), "the bytes that the file has now");
    assert_eq!(fixture.finish(), Next::Succeeded);
}

#[test]
fn a_damaged_form_is_seen_though_the_first_look_shows_no_checksum() {
    let length = "content-length: 60000\netag: \"E\"\n";
    let looks: [fn(&mut Fixture); 3] = [
        // HeadObject without a CRC-64.
        |fixture| fixture.answer(200, "content-length: 60000\netag: \"E\"\n", ""),
        // Something on the way refuses it each time; the probe finds an object.
        |fixture| {
            while fixture.request().what == "head" {
                fixture.answer_bare(403, "", "");
                fixture.next();
            }
            fixture.refuse(409, "FileAlreadyExists");
        },
        // The same in a bucket with versions.
        |fixture| {
            while fixture.request().what == "head" {
                fixture.answer_bare(403, "", "");
                fixture.next();
            }
            fixture.grant();
        },
    ];
    for look in looks {
        let mut fixture = form(true);
        fixture.answer_bare(201, "", POSTED);
        fixture.reach("head");
        look(&mut fixture);
        fixture.reach("head");
        fixture.answer(200, &format!("{length}x-oss-hash-crc64ecma: 1\n"), "");
        assert_eq!(fixture.next(), Next::Request("post", 0), "it is sent again");
        fixture.grant();
        assert_eq!(fixture.next(), Next::Succeeded);
        assert!(!fixture.logs.contains(&"checksum-unknown"));
    }
    // One that shows none ever is not looked at for ever.
    let mut fixture = form(true);
    fixture.answer_bare(201, "", POSTED);
    for _ in 0..3 {
        fixture.reach("head");
        fixture.answer(200, length, "");
    }
    assert_eq!(fixture.next(), Next::Succeeded);
    assert!(fixture.logs.contains(&"checksum-unknown"));
}
