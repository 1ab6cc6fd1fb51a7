//! Recovery from each error of OSS (API reference, "Error responses") and VOD, and of the network, tested from outside: which request follows, and when.

mod answers;
mod certainty;
mod changes;
mod clock;
mod failures;
mod file_faults;
mod forms;
mod harness;
mod network;
mod parts;
mod videos;

use harness::{Fixture, Next, EPOCH};
use vod_upload::api::event::Event;
use vod_upload::api::event::TransportErrorKind;
use vod_upload::api::options::Options;
use vod_upload::flow::retry_policy::RetryPolicy;
use Recovery::*;

#[derive(Clone, Copy, Debug)]
enum Recovery {
    /// The same request after the policy's delays, until the attempts are spent; then the failure of this code.
    Again(&'static str),
    /// The same after twice the delays.
    Throttled(&'static str),
    /// A new credential, then the same request, as often as the policy allows for expired ones; then the failure of the server's code.
    Expired,
    /// The same for credentials that are refused for another reason.
    Refused,
    /// The same request at once, with the right time, as often as the policy allows; then a ClockSkew.
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
    let policy = RetryPolicy::default();
    fixture.refuse(status, code);
    match recovery {
        Again(failure) | Throttled(failure) => {
            let mut wait = policy.backoff.initial * if matches!(recovery, Throttled(_)) { 2 } else { 1 };
            for attempt in 1..=policy.max_retries {
                match fixture.next() {
                    Next::Request(again, waited) => {
                        assert_eq!(again, what);
                        assert!((wait..=wait * 8 / 5).contains(&waited), "{waited} ms before attempt {attempt}");
                    }
                    other => panic!("{other:?}"),
                }
                wait = (wait * 2).min(policy.backoff.max);
                fixture.refuse(status, code);
            }
            assert_eq!(fixture.next(), Next::Failed(failure.into()));
        }
        Expired | Refused => {
            let expired = matches!(recovery, Expired);
            for _ in 1..if expired { policy.max_expired_credentials } else { policy.max_credential_refusals } {
                assert_eq!(fixture.next(), Next::Expired);
                fixture.renew();
                assert_eq!(fixture.next(), Next::Request(what, 0));
                fixture.refuse(status, code);
            }
            assert_eq!(fixture.next(), Next::Failed(code.into()));
        }
        Clock => {
            for _ in 0..policy.max_clock_corrections {
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
        ("part", 403, "SecurityTokenExpired", Expired),
        ("complete", 403, "SecurityTokenExpired", Expired),
        ("part", 403, "InvalidSecurityToken", Refused),
        ("part", 403, "InvalidAccessKeyId", Refused),
        ("initiate", 403, "SignatureDoesNotMatch", Refused),
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
        ("part", 400, "InvalidDigest", Again("InvalidDigest")),
        ("part", 400, "RequestTimeout", Again("RequestTimeout")),
        ("part", 400, "BadRequest", Again("BadRequest")),
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
        ("part", 500, "InternalError", Again("InternalError")),
        ("complete", 500, "InternalError", Again("InternalError")),
        ("head", 500, "", Again(NO_CODE)),
        ("part", 502, "", Again(NO_CODE)),
        ("part", 504, "", Again(NO_CODE)),
        ("part", 503, "ServiceUnavailable", Throttled("ServiceUnavailable")),
        ("part", 503, "UploadTrafficRateLimitExceeded", Throttled("UploadTrafficRateLimitExceeded")),
        ("initiate", 503, "MetaOperationQpsLimitExceeded", Throttled("MetaOperationQpsLimitExceeded")),
        ("part", 401, "", Again(NO_CODE)),
        ("part", 408, "", Again(NO_CODE)),
        ("part", 429, "", Throttled(NO_CODE)),
        ("part", 302, "", Again(NO_CODE)),
        // No answer of OSS, though a success.
        ("initiate", 200, "", Again(NO_CODE)),
        ("part", 200, "", Again(NO_CODE)),
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
        (400, "InvalidSecurityToken.Expired", Expired),
        (400, "InvalidSecurityToken.Malformed", Refused),
        (400, "InvalidSecurityToken.MismatchWithAccessKey", Refused),
        (403, "SecurityTokenExpired", Expired),
        (404, "InvalidAccessKeyId.NotFound", Refused),
        (400, "InvalidAccessKeyId.Inactive", Fails),
        (400, "MissingSecurityToken", Fails),
        (400, "SignatureDoesNotMatch", Fails),
        (400, "SignatureNonceUsed", Again("SignatureNonceUsed")),
        (400, "Throttling", Throttled("Throttling")),
        (400, "Throttling.User", Throttled("Throttling.User")),
        (400, "Throttling.Api", Throttled("Throttling.Api")),
        (503, "ServiceUnAvailable", Throttled("ServiceUnAvailable")),
        (503, "AddVideoFailed", Again("AddVideoFailed")),
        (500, "InternalError", Again("InternalError")),
        (400, "MissingParameter", Fails),
        (400, "InvalidFileName.Extension", Fails),
        (403, "Forbidden", Fails),
        (403, "OperationDenied.Suspended", Fails),
        (404, "InvalidTemplateGroupId.NotFound", Fails),
        (408, "", Again("NetworkError")),
        (429, "", Throttled("NetworkError")),
        (502, "", Again("NetworkError")),
        // A success that is no answer of VOD.
        (200, "", Again("NetworkError")),
    ] {
        println!("{status} {code}");
        check(&mut at("vod"), "vod", status, code, recovery);
    }
}

#[test]
fn a_denial_near_the_end_of_a_credential_asks_for_the_next_once() {
    let mut fixture = at("part");
    fixture.grant();
    fixture.now = EPOCH + (3_600 - 200) * 1_000;
    fixture.handle(Event::AppHidden);
    fixture.handle(Event::AppShown);
    fixture.reach("part");
    fixture.refuse(403, "AccessDenied");
    assert_eq!(fixture.next(), Next::Expired);
    fixture.renew();
    fixture.reach("part");
    fixture.refuse(403, "AccessDenied");
    assert_eq!(fixture.next(), Next::Failed("AccessDenied".into()));
}
