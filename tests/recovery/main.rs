//! What the engine does about each error of PROTOCOL's tables, seen from outside: which request comes next, and when.

mod answers;
mod certainty;
mod failures;
mod harness;
mod videos;

use harness::{Fixture, Next, EPOCH, PART};
use vod_upload::api::event::TransportErrorKind;
use vod_upload::api::event::{Event, NewFile};
use vod_upload::api::options::Options;
use Recovery::*;

#[derive(Clone, Copy, Debug)]
enum Recovery {
    /// The same request after at least so many seconds, until the attempts are spent; then the failure of this code.
    Again(i64, &'static str),
    /// A new credential, then the same request; refused so often altogether, the failure of the server's code.
    Credential(u32),
    /// The same request at once, with the right time; after that often a ClockSkew.
    Clock,
    /// Another upload id, and all parts once more.
    Restart,
    /// A look at the object.
    Verify,
    /// A list of the parts.
    List,
    /// The end, with the server's code.
    Fails,
    Succeeds,
}

fn check(fixture: &mut Fixture, what: &'static str, status: u16, code: &'static str, recovery: Recovery) {
    fixture.refuse(status, code);
    match recovery {
        Again(seconds, failure) => {
            let mut wait = seconds * 1_000;
            for attempt in 1..=3 {
                match fixture.next() {
                    Next::Request(again, waited) => {
                        assert_eq!(again, what);
                        assert!((wait..=wait * 8 / 5).contains(&waited), "{waited} ms before attempt {attempt}");
                    }
                    other => panic!("{other:?}"),
                }
                wait *= 2;
                fixture.refuse(status, code);
            }
            assert_eq!(fixture.next(), Next::Failed(failure.into()));
        }
        Credential(most) => {
            for _ in 1..most {
                assert_eq!(fixture.next(), Next::Expired);
                fixture.renew();
                assert_eq!(fixture.next(), Next::Request(what, 0));
                fixture.refuse(status, code);
            }
            assert_eq!(fixture.next(), Next::Failed(code.into()));
        }
        Clock => {
            for _ in 0..2 {
                assert_eq!(fixture.next(), Next::Request(what, 0));
                fixture.refuse(status, code);
            }
            assert_eq!(fixture.next(), Next::Failed("ClockSkew".into()));
        }
        Restart => {
            let before = fixture.uploads;
            fixture.reach("initiate");
            fixture.grant();
            fixture.reach("part");
            let id = format!("uploadId=U{}", before + 1);
            assert!(fixture.request().url.contains("partNumber=1&") && fixture.request().url.contains(&id));
            assert_eq!(fixture.finish(), Next::Succeeded);
        }
        Verify => {
            assert_eq!(fixture.next(), Next::Request("head", 0));
            assert_eq!(fixture.finish(), Next::Succeeded);
        }
        List => assert_eq!(fixture.next(), Next::Request("list", 0)),
        Fails => assert_eq!(fixture.next(), Next::Failed(code.into())),
        Succeeds => assert_eq!(fixture.finish(), Next::Succeeded),
    }
}

/// A request of that kind, waiting for its answer.
fn at(what: &'static str) -> Fixture {
    let mut fixture = Fixture::new(what == "vod");
    if what == "put" {
        fixture = Fixture::with(false, 60_000, Options::default());
    }
    match what {
        "list" => {
            fixture.reach("complete");
            fixture.refuse(400, "InvalidPart");
        }
        "head" => {
            fixture.reach("complete");
            fixture.fail(TransportErrorKind::Network);
            fixture.reach("complete");
            fixture.refuse(404, "NoSuchUpload");
        }
        _ => {}
    }
    fixture.reach(what);
    fixture
}

#[test]
fn every_row_of_oss() {
    const NO_CODE: &str = "NetworkError";
    for (what, status, code, recovery) in [
        ("part", 403, "RequestTimeTooSkewed", Clock),
        ("initiate", 403, "RequestTimeTooSkewed", Clock),
        ("part", 403, "SecurityTokenExpired", Credential(5)),
        ("complete", 403, "SecurityTokenExpired", Credential(5)),
        ("part", 403, "InvalidSecurityToken", Credential(2)),
        ("part", 403, "InvalidAccessKeyId", Credential(2)),
        ("initiate", 403, "SignatureDoesNotMatch", Credential(2)),
        ("part", 403, "AccessDenied", Fails),
        ("part", 404, "NoSuchUpload", Restart),
        ("list", 404, "NoSuchUpload", Restart),
        ("complete", 404, "NoSuchUpload", Verify),
        ("initiate", 404, "NoSuchBucket", Fails),
        ("complete", 400, "InvalidPart", List),
        ("complete", 400, "FilePartNotExist", List),
        ("complete", 400, "InvalidPartOrder", Fails),
        ("complete", 400, "EntityTooSmall", Restart),
        ("put", 400, "EntityTooLarge", Fails),
        ("part", 400, "InvalidDigest", Again(2, "InvalidDigest")),
        ("part", 400, "RequestTimeout", Again(2, "RequestTimeout")),
        ("part", 400, "BadRequest", Again(2, "BadRequest")),
        ("complete", 400, "MalformedXML", Fails),
        ("initiate", 400, "InvalidArgument", Fails),
        ("initiate", 400, "InvalidObjectName", Fails),
        ("part", 400, "TooManyParts", Fails),
        ("put", 411, "MissingContentLength", Fails),
        ("part", 405, "MethodNotAllowed", Fails),
        ("put", 409, "FileAlreadyExists", Fails),
        ("put", 409, "FileImmutable", Fails),
        ("put", 412, "PreconditionFailed", Fails),
        ("complete", 203, "CallbackFailed", Succeeds),
        ("put", 203, "CallbackFailed", Succeeds),
        ("part", 500, "InternalError", Again(2, "InternalError")),
        ("complete", 500, "InternalError", Again(2, "InternalError")),
        ("head", 500, "", Again(2, NO_CODE)),
        ("part", 502, "", Again(2, NO_CODE)),
        ("part", 504, "", Again(2, NO_CODE)),
        ("part", 503, "ServiceUnavailable", Again(4, "ServiceUnavailable")),
        ("part", 503, "UploadTrafficRateLimitExceeded", Again(4, "UploadTrafficRateLimitExceeded")),
        ("initiate", 503, "MetaOperationQpsLimitExceeded", Again(4, "MetaOperationQpsLimitExceeded")),
        ("part", 401, "", Again(2, NO_CODE)),
        ("part", 408, "", Again(2, NO_CODE)),
        ("part", 429, "", Again(4, NO_CODE)),
        ("part", 302, "", Again(2, NO_CODE)),
        // No answer of OSS, though a success.
        ("initiate", 200, "", Again(2, NO_CODE)),
        ("part", 200, "", Again(2, NO_CODE)),
        // No look at the object is allowed, and a probe finds none.
        ("head", 403, "", Restart),
        ("list", 403, "AccessDenied", Restart),
    ] {
        println!("{what} {status} {code}");
        check(&mut at(what), what, status, code, recovery);
    }
}

#[test]
fn every_row_of_vod() {
    for (status, code, recovery) in [
        (400, "InvalidTimeStamp.Expired", Clock),
        (400, "InvalidTimeStamp.Format", Fails),
        (400, "InvalidSecurityToken.Expired", Credential(5)),
        (400, "InvalidSecurityToken.Malformed", Credential(2)),
        (400, "InvalidSecurityToken.MismatchWithAccessKey", Credential(2)),
        (403, "SecurityTokenExpired", Credential(5)),
        (404, "InvalidAccessKeyId.NotFound", Credential(2)),
        (400, "InvalidAccessKeyId.Inactive", Fails),
        (400, "MissingSecurityToken", Fails),
        (400, "SignatureDoesNotMatch", Fails),
        (400, "SignatureNonceUsed", Again(2, "SignatureNonceUsed")),
        (400, "Throttling", Again(4, "Throttling")),
        (400, "Throttling.User", Again(4, "Throttling.User")),
        (400, "Throttling.Api", Again(4, "Throttling.Api")),
        (503, "ServiceUnAvailable", Again(4, "ServiceUnAvailable")),
        (503, "AddVideoFailed", Again(2, "AddVideoFailed")),
        (500, "InternalError", Again(2, "InternalError")),
        (400, "MissingParameter", Fails),
        (400, "InvalidFileName.Extension", Fails),
        (403, "Forbidden", Fails),
        (403, "OperationDenied.Suspended", Fails),
        (404, "InvalidTemplateGroupId.NotFound", Fails),
        (408, "", Again(2, "NetworkError")),
        (429, "", Again(4, "NetworkError")),
        (502, "", Again(2, "NetworkError")),
        // A success that is no answer of VOD.
        (200, "", Again(2, "NetworkError")),
    ] {
        println!("{status} {code}");
        check(&mut at("vod"), "vod", status, code, recovery);
    }
}

#[test]
fn a_connection_that_fails_costs_attempts_and_one_that_was_taken_away_none() {
    for (failure, code) in [
        (TransportErrorKind::Network, "NetworkError"),
        (TransportErrorKind::Tls, "NetworkError"),
        (TransportErrorKind::Timeout, "RequestTimeout"),
    ] {
        let mut fixture = at("initiate");
        for _ in 0..3 {
            fixture.fail(failure);
            assert!(matches!(fixture.next(), Next::Request("initiate", 2_000..)), "{failure:?}");
        }
        fixture.fail(failure);
        assert_eq!(fixture.next(), Next::Failed(code.into()));
        assert!(fixture.failure.as_ref().is_some_and(|failure| failure.retryable));
    }
    for failure in [
        TransportErrorKind::Interrupted,
        TransportErrorKind::NetworkChanged,
        TransportErrorKind::TooManyRequests,
        TransportErrorKind::Abort,
    ] {
        let mut fixture = at("part");
        for _ in 0..20 {
            fixture.fail(failure);
            assert!(matches!(fixture.next(), Next::Request("part", 500..=5_500)), "{failure:?}");
        }
        assert_eq!(fixture.finish(), Next::Succeeded);
    }
}

#[test]
fn without_a_network_it_waits_five_minutes() {
    for reported in [true, false] {
        let mut fixture = at("part");
        if reported {
            fixture.handle(Event::Network { connected: false, kind: "none".into() });
        }
        let (since, mut probes) = (fixture.now, 0);
        let end = loop {
            fixture.fail(TransportErrorKind::Offline);
            match fixture.next() {
                Next::Request("part", _) => probes += 1,
                other => break other,
            }
        };
        assert_eq!(end, Next::Failed("NetworkError".into()));
        assert!((300_000..301_000).contains(&(fixture.now - since)), "{}", fixture.now - since);
        assert!((5..20).contains(&probes), "{probes} probes");
    }
    let mut fixture = at("part");
    fixture.fail(TransportErrorKind::Offline);
    fixture.now += 60_000;
    fixture.handle(Event::Network { connected: true, kind: "4g".into() });
    assert!(matches!(fixture.next(), Next::Request("part", 0..=2_000)));
    assert_eq!(fixture.finish(), Next::Succeeded);
}

#[test]
fn bytes_that_move_forgive_what_failed() {
    let mut fixture =
        Fixture::with(false, 60 * PART, Options { parallel: 2, part_size: PART as u64, ..Options::default() });
    fixture.reach("part");
    // One part fails again and again while others get through.
    for _ in 0..5 {
        while !fixture.request().url.contains("partNumber=1&") {
            fixture.now += 1_000;
            fixture.grant();
            fixture.reach("part");
        }
        fixture.fail(TransportErrorKind::Network);
        fixture.reach("part");
    }
    assert_eq!(fixture.finish(), Next::Succeeded);
}

#[test]
fn a_denial_near_the_end_of_a_credential_asks_for_the_next_once() {
    let mut fixture = at("part");
    fixture.grant();
    fixture.now = EPOCH + (3_600 - 200) * 1_000;
    fixture.handle(Event::Hide);
    fixture.handle(Event::Show);
    fixture.reach("part");
    fixture.refuse(403, "AccessDenied");
    assert_eq!(fixture.next(), Next::Expired);
    fixture.renew();
    fixture.reach("part");
    fixture.refuse(403, "AccessDenied");
    assert_eq!(fixture.next(), Next::Failed("AccessDenied".into()));
}

#[test]
fn a_wrong_clock_is_put_right_by_the_first_answer() {
    let hour = 3_600_000;
    for skew in [hour, -hour, 24 * hour, -24 * hour, -20_000 * 24 * hour] {
        let mut fixture = at("initiate");
        fixture.skew = skew;
        fixture.handle(Event::Tick);
        fixture.refuse(403, "RequestTimeTooSkewed");
        assert_eq!(fixture.next(), Next::Request("initiate", 0));
        let now = vod_upload::timestamp::iso_basic(fixture.now);
        assert!(fixture.request().headers.contains(&format!("x-oss-date: {now}")), "{}", fixture.request().headers);
        assert_eq!(fixture.finish(), Next::Succeeded);
    }
}

#[test]
fn an_impossible_date_teaches_nothing() {
    let mut fixture = at("initiate");
    let body = "<Error><Code>RequestTimeTooSkewed</Code><ServerTime>1970-01-01T00:00:00Z</ServerTime></Error>";
    fixture.answer(403, "", body);
    // Once it may have been a proxy's.
    assert_eq!(fixture.next(), Next::Request("initiate", 0));
    fixture.answer(403, "", body);
    assert_eq!(fixture.next(), Next::Failed("ClockSkew".into()));
}

#[test]
fn an_answer_that_waited_for_the_app_does_not_tell_the_time() {
    let mut fixture = at("part");
    let old = vod_upload::timestamp::http_date(fixture.now);
    fixture.handle(Event::Hide);
    fixture.now += 1_200_000;
    for shown_first in [true, false] {
        if shown_first {
            fixture.handle(Event::Show);
        }
        let crc = fixture.crc(if shown_first { 0 } else { PART }, PART);
        fixture.answer_dated(&old, 200, &format!("etag: \"E\"\nx-oss-hash-crc64ecma: {crc}\n"), "");
        fixture.handle(Event::Show);
        fixture.reach("part");
        let now = vod_upload::timestamp::iso_basic(fixture.now);
        assert!(fixture.request().headers.contains(&now), "{}", fixture.request().headers);
        fixture.handle(Event::Hide);
        fixture.now += 1_200_000;
    }
}

#[test]
fn nothing_lost_is_kept_silently() {
    // Initiate's answer is lost: an upload may have been opened that nobody can abort.
    let mut fixture = at("initiate");
    fixture.fail(TransportErrorKind::Network);
    assert!(fixture.logs.contains(&"initiate-unanswered"));
    // Taken back meanwhile: what is opened all the same is aborted.
    let mut fixture = at("initiate");
    fixture.handle(Event::Cancel(1));
    fixture.grant();
    assert_eq!(fixture.next(), Next::Request("abort", 0));
    // What is given up is aborted, and a refusal to do so is no failure.
    for status in [204, 403, 404] {
        let mut fixture = at("part");
        fixture.handle(Event::Cancel(1));
        assert_eq!(fixture.next(), Next::Request("abort", 0));
        fixture.answer(status, "", "");
        assert!(fixture.failure.is_none());
    }
    // An upload whose parts cannot be listed is begun anew, and the old one does not stay.
    let mut fixture = at("list");
    fixture.refuse(403, "AccessDenied");
    fixture.reach("abort");
    assert!(fixture.request().url.contains("uploadId=U1"));
    assert_eq!(fixture.finish(), Next::Succeeded);
}

#[test]
fn what_is_given_up_without_a_network_is_aborted_when_there_is_one() {
    let offline = || {
        let mut fixture = at("part");
        fixture.handle(Event::Network { connected: false, kind: "none".into() });
        fixture.handle(Event::Cancel(1));
        fixture
    };
    let mut fixture = offline();
    for failure in [
        TransportErrorKind::Offline,
        TransportErrorKind::Network,
        TransportErrorKind::Timeout,
        TransportErrorKind::Offline,
        TransportErrorKind::Offline,
    ] {
        assert!(matches!(fixture.next(), Next::Request("abort", 5_000..)), "{failure:?}");
        fixture.fail(failure);
    }
    fixture.handle(Event::Network { connected: true, kind: "4g".into() });
    assert!(matches!(fixture.next(), Next::Request("abort", 0..=2_000)));
    fixture.grant();
    // Parts may have been on their way.
    assert!(matches!(fixture.next(), Next::Request("abort", 2_000)));
    fixture.refuse(404, "NoSuchUpload");
    assert!(fixture.idle());
    // Not for ever.
    let mut fixture = offline();
    let since = fixture.now;
    while !fixture.idle() {
        fixture.next();
        fixture.fail(TransportErrorKind::Offline);
    }
    assert!((240_000..900_000).contains(&(fixture.now - since)), "{}", fixture.now - since);
    // One that hangs is tried again, too.
    let mut fixture = at("part");
    fixture.handle(Event::Cancel(1));
    for _ in 0..3 {
        assert!(matches!(fixture.next(), Next::Request("abort", 0..=2_000)));
        fixture.wait(71_000);
    }
    assert!(fixture.idle());
}

#[test]
fn a_list_that_goes_round_in_circles_ends() {
    let mut fixture = at("list");
    let page = |marker: u32| {
        format!("<ListPartsResult><Part><PartNumber>1</PartNumber><Size>{PART}</Size><ETag>\"E\"</ETag></Part><IsTruncated>true</IsTruncated><NextPartNumberMarker>{marker}</NextPartNumberMarker></ListPartsResult>")
    };
    fixture.answer(200, "", &page(1));
    assert_eq!(fixture.next(), Next::Request("list", 0));
    assert!(fixture.request().url.contains("part-number-marker=1"));
    fixture.answer(200, "", &page(1));
    // The second part is missing from it, and is sent again.
    assert_eq!(fixture.next(), Next::Request("part", 0));
    assert!(fixture.request().url.contains("partNumber=2&"));
    assert_eq!(fixture.finish(), Next::Succeeded);
}

#[test]
fn a_probe_is_spent_by_a_request_alone() {
    let mut fixture = at("part");
    fixture.fail(TransportErrorKind::Offline);
    // It takes far longer than the pause after it: when it fails, the next is due as soon as the part may be sent again.
    assert!(matches!(fixture.next(), Next::Request("part", 5_000..=7_500)));
    for _ in 0..4 {
        fixture.now += 9_000;
        fixture.handle(Event::Tick);
    }
    fixture.fail(TransportErrorKind::Network);
    assert_eq!(fixture.next(), Next::Request("part", 1_000));
    // This one fails at once, and a file that waits for its credential has nothing to spend the next on.
    let mut fixture = Fixture::with(false, PART, Options { parallel: 1, parallel_files: 2, ..Options::default() });
    fixture.reach("put");
    fixture.handle(Event::Add(NewFile {
        id: 2,
        path: "wxfile://tmp_2".into(),
        name: "b.jpg".into(),
        ..NewFile::default()
    }));
    fixture.fail(TransportErrorKind::Offline);
    assert!(matches!(fixture.next(), Next::Request("put", 5_000..=7_500)));
    fixture.fail(TransportErrorKind::Offline);
    assert!(matches!(fixture.next(), Next::Request("put", 10_000..=15_000)));
    assert_eq!(fixture.finish(), Next::Succeeded);
}

#[test]
fn a_part_too_large_for_the_link_is_cut_smaller_though_later_ones_are_stored() {
    for (retry_count, behind) in [(3, 5), (0, 5), (3, 43)] {
        let size = if behind > 9 { 200_000_000 } else { 2_000_000 };
        let mut fixture = Fixture::with(false, size, Options { retry_count, ..Options::default() });
        fixture.reach("part");
        let (mut stored, mut timeouts, mut whole) = (0, 0, Vec::new());
        let end = loop {
            match fixture.next() {
                Next::Request("part", _) if fixture.request().url.contains("partNumber=4&") && stored < behind => {
                    fixture.defer()
                }
                Next::Request("part", _) if stored < behind => {
                    stored += 1;
                    // Fast enough for large parts behind the fourth.
                    fixture.now += 100;
                    fixture.grant();
                }
                // From here on the link is slow, and carries less than the fourth part in time.
                Next::Request("part", _) if fixture.request().bytes > 150_000 => {
                    timeouts += 1;
                    assert!(timeouts < 30, "it goes on for ever");
                    if fixture.request().url.contains("partNumber=4&") {
                        whole.push(fixture.request().bytes);
                    }
                    fixture.now += 7_000;
                    fixture.fail(TransportErrorKind::Timeout);
                }
                Next::Request(..) => {
                    fixture.now += 5_000;
                    fixture.grant();
                }
                // Who allows no attempt starts again.
                Next::Failed(_) if retry_count == 0 => assert!(fixture.handle(Event::Start)),
                end => break end,
            }
        };
        // Much that is stored is not sent again for one part: then the end is said.
        let ends = if behind > 9 { Next::Failed("RequestTimeout".into()) } else { Next::Succeeded };
        assert_eq!(end, ends, "{retry_count} {behind}, after {timeouts} time-outs");
        // The first time-out may be the fault of those beside it; the second is the part's own.
        let as_it_was = whole.iter().filter(|bytes| **bytes == whole[0]).count();
        assert!((retry_count, behind) != (3, 5) || as_it_was == 2, "{as_it_was} time-outs before it was cut");
    }
}

#[test]
fn the_part_numbers_suffice_whatever_the_memory() {
    // Its parts are larger than all that may be held at once.
    let size = 400_000_000_000_u64 as usize;
    let mut fixture = Fixture::with(false, size, Options::default());
    fixture.reach("part");
    assert!(fixture.read >= size as u64 / 10_000, "{}", fixture.read);
}
