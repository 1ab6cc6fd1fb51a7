//! Success of a form upload: its length, its checksum, and answers that were lost.

use crate::certainty::forbids;
use crate::harness::{first_delay, Fixture, Next, POSTED};
use vod_upload::api::event::{Event, RequestProgress, TransportErrorKind};
use vod_upload::api::options::{Options, Transport};
use vod_upload::flow::retry_policy::RetryPolicy;

pub fn form(crc: bool) -> Fixture {
    let mut fixture =
        Fixture::with(false, 60_000, Options { transport: Transport::UploadFile, crc, ..Options::default() });
    fixture.reach("post");
    fixture
}

fn head(size: usize, crc: u64) -> String {
    format!("content-length: {size}\netag: \"E\"\nx-oss-hash-crc64ecma: {crc}\n")
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
    assert!(matches!(fixture.next(), Next::Request("post", delay) if delay >= first_delay()));
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
    // Something in between may have refused the look: another may show the checksum.
    for _ in 0..2 {
        fixture.refuse(409, "FileAlreadyExists");
        fixture.reach("head");
        fixture.refuse(403, "");
        fixture.reach("initiate");
    }
    fixture.refuse(409, "FileAlreadyExists");
    assert_eq!(fixture.next(), Next::Succeeded);
    assert!(fixture.logs.contains(&"checksum-unknown"));
    // The file changes while it is read once more: what was read of it before says nothing.
    let mut fixture = Fixture::with(false, 60_000, Options::default());
    fixture.reach("put");
    fixture.fail(TransportErrorKind::DomainNotAllowed);
    fixture.reach("post");
    fixture.answer_bare(201, "", POSTED);
    fixture.reach("head");
    fixture.changes_while_read = true;
    fixture.fail(TransportErrorKind::DomainNotAllowed);
    assert_eq!(fixture.next(), Next::Failed("FileChanged".into()));
    // No object is there, whatever was answered to the form: the file is sent again.
    let mut fixture = denied(201, POSTED);
    fixture.grant();
    fixture.reach("post");
    assert_eq!(fixture.finish(), Next::Succeeded);
    assert!(!fixture.logs.contains(&"checksum-unknown"));
    // However often it is confirmed: what no probe finds is not there.
    let mut fixture = denied(201, POSTED);
    for _ in 0..RetryPolicy::default().max_upload_restarts {
        fixture.grant();
        fixture.reach("post");
        fixture.answer_bare(201, "", POSTED);
        fixture.reach("head");
        fixture.refuse(403, "");
        fixture.reach("initiate");
    }
    fixture.grant();
    assert_eq!(fixture.finish(), Next::Failed("NoSuchKey".into()));
    assert!(!fixture.logs.contains(&"checksum-unknown"));
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
fn a_damaged_form_is_seen_though_the_first_look_shows_no_checksum() {
    let length = "content-length: 60000\netag: \"E\"\n";
    let looks: [fn(&mut Fixture); 2] = [
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

#[test]
fn progress_that_does_not_advance_does_not_keep_a_form_waiting() {
    let mut fixture = form(true);
    let id = fixture.request().id;
    for sent in [30_000, 40_000] {
        fixture.now += 50_000;
        fixture.handle(Event::RequestProgress { id, progress: RequestProgress::Sent(sent) });
    }
    assert_eq!(fixture.in_flight(), 1, "it moves");
    let before = fixture.now;
    while fixture.in_flight() > 0 {
        fixture.now += 1_000;
        assert!(fixture.now - before < 70_000, "the same progress for ever");
        fixture.handle(Event::RequestProgress { id, progress: RequestProgress::Sent(40_000) });
    }
}
