//! Success means that the object at OSS is the file: doubtful completions, forms, and answers in other servers' names.

use crate::at;
use crate::forms::form;
use crate::harness::{first_delay, Fixture, Next, PART};
use vod_upload::api::event::TransportErrorKind;
use vod_upload::api::options::{Authoriser, Options};
use vod_upload::flow::retry_policy::RetryPolicy;

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

/// `x-oss-forbid-overwrite` of the request under way.
pub fn forbids(fixture: &Fixture) -> bool {
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
fn one_wrong_figure_is_enough_where_the_other_is_not_shown() {
    let other = doubtful(true).crc(0, SIZE) ^ 1;
    for headers in [format!("x-oss-hash-crc64ecma: {other}\n"), format!("content-length: {}\netag: \"E\"\n", SIZE + 1)]
    {
        let mut fixture = doubtful(true);
        fixture.answer(200, &headers, "");
        // Not asked whether an object is there: the one that is there is replaced.
        assert_eq!(fixture.next(), Next::Request("initiate", 0), "{headers}");
        assert!(!forbids(&fixture), "{headers}");
        sends_all_again(&mut fixture);
    }
    // Without a length a checksum that fits proves nothing yet, and contradicts nothing.
    let mut fixture = doubtful(true);
    fixture.answer(200, &format!("x-oss-hash-crc64ecma: {}\n", other ^ 1), "");
    fixture.reach("initiate");
    assert!(forbids(&fixture));
    fixture.refuse(409, "FileAlreadyExists");
    assert_eq!(fixture.next(), Next::Succeeded);
}

#[test]
fn an_object_may_appear_a_little_later_than_the_upload_ends() {
    let policy = RetryPolicy::default();
    let mut fixture = doubtful(true);
    fixture.refuse(404, "");
    assert_eq!(fixture.next(), Next::Request("head", policy.object_check_delay));
    fixture.grant();
    assert_eq!(fixture.next(), Next::Succeeded);
    let mut fixture = doubtful(true);
    for check in 1..policy.max_object_checks {
        fixture.refuse(404, "");
        assert_eq!(fixture.next(), Next::Request("head", policy.object_check_delay * i64::from(check)));
    }
    fixture.refuse(404, "");
    assert_eq!(fixture.next(), Next::Request("initiate", 0));
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
    for _ in 0..=RetryPolicy::default().max_upload_restarts {
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
    for _ in 0..RetryPolicy::default().max_object_checks {
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
                Next::Request(again, delay) if delay >= first_delay() => assert_eq!(again, what, "{status}"),
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
fn a_small_file_is_read_again_when_it_had_to_wait() {
    let asked = || {
        let options = Options { authoriser: Authoriser::Auth, ..Options::default() };
        let mut fixture = Fixture::with(false, PART / 2, options);
        assert_eq!(fixture.next(), Next::Asked("create-video"));
        fixture.now += 20_000;
        fixture
    };
    let mut fixture = asked();
    fixture.bring("v");
    assert_eq!(fixture.finish(), Next::Succeeded);
    // It changes while getAuth runs, or before another attempt; its size and time do not show that.
    let mut fixture = asked();
    fixture.other_content = true;
    fixture.bring("v");
    assert_eq!(fixture.next(), Next::Failed("FileChanged".into()));
    let mut fixture = asked();
    fixture.bring("v");
    fixture.reach("put");
    fixture.other_content = true;
    fixture.fail(TransportErrorKind::Network);
    assert_eq!(fixture.next(), Next::Failed("FileChanged".into()));
}

#[test]
fn a_small_file_that_vanishes_after_it_was_read_is_sent_all_the_same() {
    // While getAuth runs, before another attempt, or both.
    for (before, between) in [(true, false), (false, true), (true, true)] {
        let options = Options { authoriser: Authoriser::Auth, ..Options::default() };
        let mut fixture = Fixture::with(false, PART / 2, options);
        assert_eq!(fixture.next(), Next::Asked("create-video"));
        fixture.now += 20_000;
        fixture.gone = before;
        fixture.bring("v");
        fixture.reach("put");
        fixture.gone |= between;
        for _ in 0..2 {
            fixture.fail(TransportErrorKind::Network);
            assert!(matches!(fixture.next(), Next::Request("put", 2_000..)));
            assert_eq!((fixture.request().crc, fixture.request().bytes), (fixture.crc(0, PART / 2), PART as u64 / 2));
        }
        assert_eq!(fixture.finish(), Next::Succeeded);
    }
    // What has changed before it vanished is not what was read.
    let mut fixture = Fixture::with(false, PART / 2, Options::default());
    fixture.reach("put");
    fixture.mtime += 1;
    fixture.changes_while_read = true;
    fixture.fail(TransportErrorKind::Network);
    assert_eq!(fixture.next(), Next::Failed("FileChanged".into()));
}

#[test]
fn an_upload_whose_checksums_are_hidden_is_not_sent_over_and_over() {
    const COMPLETED: &str = "<CompleteMultipartUploadResult><ETag>\"E-4\"</ETag></CompleteMultipartUploadResult>";
    let mut fixture = Fixture::with(false, SIZE, options(true));
    let mut parts = 0;
    let end = loop {
        match fixture.next() {
            Next::Request("part", _) => {
                parts += 1;
                fixture.answer(200, "etag: \"E\"\n", "");
            }
            Next::Request("complete", _) => fixture.answer(200, "", COMPLETED),
            Next::Request("head", _) => fixture.refuse(403, ""),
            Next::Request(..) => fixture.grant(),
            end => break end,
        }
    };
    assert_eq!((end, parts), (Next::Failed("IntegrityError".into()), 4));
    let message = &fixture.failure.as_ref().expect("a failure").message;
    assert!(message.contains("no response shows the checksum"), "{message}");
}
