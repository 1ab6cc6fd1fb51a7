//! Requests that failed without an answer, and the errors that the app receives in the end.

use crate::at;
use crate::harness::{first_delay, Fixture, Next, PART};
use vod_upload::api::event::Event;
use vod_upload::api::event::TransportErrorKind;
use vod_upload::api::options::{Options, Transport};
use vod_upload::flow::retry_policy::RetryPolicy;

#[test]
fn what_is_nobodys_fault_counts_in_the_end() {
    for failure in [
        TransportErrorKind::Interrupted,
        TransportErrorKind::NetworkChanged,
        TransportErrorKind::TooManyRequests,
        TransportErrorKind::Abort,
    ] {
        let policy = RetryPolicy::default();
        let mut fixture = at("initiate");
        for n in 1..=policy.max_interruptions {
            fixture.fail(failure);
            let pause = policy.interruption_delay * i64::from(n.min(10));
            assert_eq!(fixture.next(), Next::Request("initiate", pause), "{failure:?} {n}");
        }
        for _ in 0..policy.max_retries {
            fixture.fail(failure);
            assert!(
                matches!(fixture.next(), Next::Request("initiate", pause) if pause >= policy.backoff.initial),
                "{failure:?}"
            );
        }
        fixture.fail(failure);
        assert_eq!(fixture.next(), Next::Failed("NetworkError".into()), "{failure:?}");
    }
}

#[test]
fn what_was_sent_before_the_background_fails_for_nothing() {
    let options = Options { retry_count: 0, parallel: 1, part_size: PART as u64, ..Options::default() };
    let mut fixture = Fixture::with(false, 3 * PART, options);
    fixture.reach("part");
    fixture.handle(Event::AppHidden);
    fixture.now += 60_000;
    fixture.handle(Event::AppShown);
    fixture.fail(TransportErrorKind::Timeout);
    assert_eq!(fixture.next(), Next::Request("part", RetryPolicy::default().interruption_delay));
    fixture.fail(TransportErrorKind::Timeout);
    assert_eq!(fixture.next(), Next::Failed("RequestTimeout".into()));
}

#[test]
fn the_app_hears_what_failed_and_what_to_do() {
    for (what, failure, code, says, retryable) in [
        ("part", TransportErrorKind::BadUrl, "InvalidUploadAddress", "check the upload address", false),
        ("part", TransportErrorKind::TooLarge, "FileTooLarge", "set a smaller partSize", false),
        ("initiate", TransportErrorKind::DomainNotAllowed, "DomainNotAllowed", "request domain list", false),
        (
            "vod",
            TransportErrorKind::DomainNotAllowed,
            "DomainNotAllowed",
            "https://vod.cn-shanghai.aliyuncs.com is not",
            false,
        ),
    ] {
        let options = Options { transport: Transport::Request, ..Options::default() };
        let mut fixture = Fixture::with(what == "vod", 3_000_000, options);
        fixture.reach(what);
        fixture.fail(failure);
        assert_eq!(fixture.next(), Next::Failed(code.into()));
        let error = fixture.failure.as_ref().expect("a failure");
        assert!(error.message.contains(says), "{}", error.message);
        assert_eq!(
            (error.retryable, error.stage.as_str()),
            (retryable, if what == "vod" { "authorise" } else { what })
        );
    }
    for (failure, says) in [
        (TransportErrorKind::Tls, "check the phone's date"),
        (TransportErrorKind::Timeout, "in time"),
        (TransportErrorKind::Network, "connection"),
    ] {
        let mut fixture = at("initiate");
        for _ in 0..=RetryPolicy::default().max_retries {
            fixture.reach("initiate");
            fixture.fail(failure);
        }
        assert!(matches!(fixture.next(), Next::Failed(_)));
        let error = fixture.failure.as_ref().expect("a failure");
        assert!(error.message.contains(says) && error.retryable, "{}", error.message);
    }
    // A server's refusal with its whole body.
    for (status, retryable) in [(403, false), (409, false), (503, true), (500, true), (429, true), (408, false)] {
        let mut fixture = at("part");
        fixture.grant();
        let end = loop {
            match fixture.next() {
                Next::Request(..) => {
                    let code = if status == 408 { "" } else { "Odd" };
                    let body =
                        format!("<Error><Code>{code}</Code><Message>m</Message><RequestId>Q</RequestId></Error>");
                    fixture.answer(status, "", &body);
                }
                end => break end,
            }
        };
        assert_eq!(end, Next::Failed(if status == 408 { "NetworkError" } else { "Odd" }.into()));
        let error = fixture.failure.as_ref().expect("a failure");
        assert_eq!((error.http_status, error.part, error.retryable), (status, 2, retryable));
        assert_eq!((error.message.as_str(), error.request_id.as_str(), error.stage.as_str()), ("m", "Q", "part"));
    }
    // Bytes that arrive damaged each time.
    let mut fixture = at("part");
    for _ in 0..=RetryPolicy::default().max_retries {
        fixture.reach("part");
        fixture.answer(200, "etag: \"E\"\nx-oss-hash-crc64ecma: 1\n", "");
    }
    assert_eq!(fixture.next(), Next::Failed("IntegrityError".into()));
    let error = fixture.failure.as_ref().expect("a failure");
    assert_eq!((error.http_status, error.part, error.retryable, error.request_id.as_str()), (200, 1, true, "R"));
}

#[test]
fn a_bucket_that_only_the_other_list_has_gets_a_form() {
    for (transport, what) in [(Transport::Auto, "initiate"), (Transport::Auto, "put")] {
        let size = if what == "put" { 60_000 } else { 3_000_000 };
        let mut fixture = Fixture::with(false, size, Options { transport, ..Options::default() });
        fixture.reach(what);
        fixture.fail(TransportErrorKind::DomainNotAllowed);
        assert_eq!(fixture.next(), Next::Request("post", 0));
        assert!(fixture.logs.contains(&"domain"));
        // Neither has it: the next start looks at the first again.
        fixture.fail(TransportErrorKind::DomainNotAllowed);
        assert_eq!(fixture.next(), Next::Failed("DomainNotAllowed".into()));
        let message = &fixture.failure.as_ref().expect("a failure").message;
        assert!(message.contains("'s request domain list"), "{message}");
        assert!(fixture.handle(Event::Start));
        fixture.reach(what);
        assert_eq!(fixture.finish(), Next::Succeeded);
    }
    let mut fixture = Fixture::with(false, 60_000, Options { transport: Transport::UploadFile, ..Options::default() });
    fixture.reach("post");
    fixture.fail(TransportErrorKind::DomainNotAllowed);
    assert_eq!(fixture.next(), Next::Failed("DomainNotAllowed".into()));
    let message = &fixture.failure.as_ref().expect("a failure").message;
    assert!(message.contains("'s uploadFile domain list"), "{message}");
}

#[test]
fn what_no_network_mends_is_reported_at_once_without_one() {
    let refusals = [
        (TransportErrorKind::DomainNotAllowed, "DomainNotAllowed"),
        (TransportErrorKind::BadUrl, "InvalidUploadAddress"),
        (TransportErrorKind::TooLarge, "FileTooLarge"),
    ];
    for (failure, code) in refusals {
        let options = Options { transport: Transport::Request, ..Options::default() };
        let mut fixture = Fixture::with(false, 3_000_000, options);
        fixture.reach("initiate");
        fixture.handle(Event::NetworkChanged { connected: false, kind: "none".into() });
        fixture.fail(failure);
        assert_eq!(fixture.next(), Next::Failed(code.into()));
    }
}

#[test]
fn a_network_that_is_named_at_last_is_not_another_one() {
    for (before, counts) in [("unknown", true), ("4g", false)] {
        let options = Options { network: before.into(), retry_count: 0, ..Options::default() };
        let mut fixture = Fixture::with(false, 3_000_000, options);
        fixture.reach("initiate");
        fixture.handle(Event::NetworkChanged { connected: true, kind: "wifi".into() });
        fixture.fail(TransportErrorKind::Timeout);
        let end = fixture.next();
        assert_eq!(end == Next::Failed("RequestTimeout".into()), counts, "{before}: {end:?}");
    }
}

#[test]
fn a_file_too_large_for_one_request_on_this_link_goes_in_parts() {
    let mut fixture = Fixture::with(false, 400_000, Options::default());
    fixture.reach("put");
    fixture.fail(TransportErrorKind::Timeout);
    assert_eq!(fixture.next(), Next::Request("initiate", 0));
    fixture.reach("part");
    assert!(fixture.request().bytes < 400_000, "{}", fixture.request().bytes);
    assert_eq!(fixture.finish(), Next::Succeeded);
    // A smaller one is tried again as it is.
    let mut fixture = Fixture::with(false, 60_000, Options::default());
    fixture.reach("put");
    fixture.fail(TransportErrorKind::Timeout);
    assert!(matches!(fixture.next(), Next::Request("put", delay) if delay >= first_delay()));
}

#[test]
fn a_refusal_of_the_credential_before_asks_for_none() {
    let options = Options { parallel: 2, part_size: PART as u64, ..Options::default() };
    let mut fixture = Fixture::with(false, 6 * PART, options);
    fixture.reach("part");
    // Two are on their way when the second is refused; the first's refusal comes when the new credential is there.
    fixture.defer();
    fixture.refuse(403, "SecurityTokenExpired");
    assert_eq!(fixture.next(), Next::Expired);
    fixture.renew();
    fixture.refuse(403, "SecurityTokenExpired");
    assert_eq!(fixture.finish(), Next::Succeeded);
    // What was sent after the refused one is ended: it would be refused, too.
    let mut fixture =
        Fixture::with(false, 6 * PART, Options { parallel: 2, part_size: PART as u64, ..Options::default() });
    fixture.reach("part");
    fixture.refuse(403, "SecurityTokenExpired");
    assert_eq!(fixture.next(), Next::Expired);
    assert_eq!(fixture.in_flight(), 0, "a part goes on with a credential that is refused");
    fixture.renew();
    assert_eq!(fixture.finish(), Next::Succeeded);
}

#[test]
fn a_cover_that_fails_keeps_no_video_back() {
    let covered = |what: &str| {
        let mut fixture = Fixture::covered();
        fixture.reach("vod");
        if what == "put" {
            fixture.grant();
            fixture.reach("put");
        }
        fixture
    };
    let mut fixture = covered("put");
    assert_eq!(fixture.finish(), Next::Succeeded);
    assert!(!fixture.logs.contains(&"cover"));
    // At once.
    for failure in [TransportErrorKind::BadUrl, TransportErrorKind::TooLarge, TransportErrorKind::DomainNotAllowed] {
        let mut fixture = covered("put");
        fixture.fail(failure);
        assert_eq!(fixture.next(), Next::Request("vod", 0), "{failure:?}");
        assert!(fixture.logs.contains(&"cover"));
        assert_eq!(fixture.finish(), Next::Succeeded);
    }
    for (what, status, code) in
        [("put", 403, "AccessDenied"), ("put", 403, "SecurityTokenExpired"), ("vod", 400, "MissingParameter")]
    {
        let mut fixture = covered(what);
        fixture.refuse(status, code);
        assert_eq!(fixture.next(), Next::Request("vod", 0), "{code}");
        assert!(fixture.logs.contains(&"cover"));
        assert_eq!(fixture.finish(), Next::Succeeded);
    }
    // When the attempts are spent.
    for what in ["put", "vod"] {
        for page in [true, false] {
            let mut fixture = covered(what);
            for _ in 0..=RetryPolicy::default().max_retries {
                fixture.reach(what);
                if page {
                    fixture.answer_bare(200, "", "<html></html>");
                } else {
                    fixture.refuse(500, "InternalError");
                }
            }
            assert_eq!(fixture.next(), Next::Request("vod", 0), "{what}");
            assert!(fixture.logs.contains(&"cover"));
            assert_eq!(fixture.finish(), Next::Succeeded);
        }
    }
    // Damaged on the way: sent again.
    let mut fixture = covered("put");
    fixture.answer(200, "etag: \"E\"\nx-oss-hash-crc64ecma: 1\n", "");
    assert!(matches!(fixture.next(), Next::Request("put", delay) if delay >= first_delay()));
    assert_eq!(fixture.finish(), Next::Succeeded);
    assert!(!fixture.logs.contains(&"cover"));
    // Stored, though a callback failed.
    let mut fixture = covered("put");
    fixture.answer(203, "", "<Error><Code>CallbackFailed</Code></Error>");
    assert_eq!(fixture.next(), Next::Request("vod", 0));
    assert!(!fixture.logs.contains(&"cover"));
}

#[test]
fn a_renewal_ahead_of_the_end_spoils_nothing() {
    // VOD is called for the next credential while the present one is still valid; a refused call is repeated later.
    for (status, code, times) in [(403, "Forbidden", 1), (500, "InternalError", 2)] {
        let options = Options { parallel: 1, part_size: PART as u64, ..Options::default() };
        let mut fixture = Fixture::with(true, 80 * PART, options);
        fixture.reach("part");
        let mut asked = 0;
        let end = loop {
            match fixture.next() {
                Next::Request("vod", _) => {
                    asked += 1;
                    if asked <= times {
                        fixture.refuse(status, code);
                    } else {
                        fixture.grant();
                    }
                }
                Next::Request(..) => {
                    fixture.wait(50_000);
                    fixture.grant();
                }
                end => break end,
            }
        };
        assert_eq!((end, asked), (Next::Succeeded, times + 1));
    }
}
