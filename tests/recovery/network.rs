//! A connection that fails, is taken away or is missing: attempts, waits, and what is made up for when the network is back.

use crate::at;
use crate::harness::{Fixture, Next, PART};
use vod_upload::api::event::{Event, NewFile, TransportErrorKind};
use vod_upload::api::options::Options;
use vod_upload::flow::retry_policy::RetryPolicy;

#[test]
fn a_connection_that_fails_costs_attempts_and_one_that_was_taken_away_none() {
    let policy = RetryPolicy::default();
    let is_after = |next: Next, what: &str, delays: std::ops::RangeInclusive<i64>| matches!(next, Next::Request(request, delay) if request == what && delays.contains(&delay));
    for (failure, code) in [
        (TransportErrorKind::Network, "NetworkError"),
        (TransportErrorKind::Tls, "NetworkError"),
        (TransportErrorKind::Timeout, "RequestTimeout"),
    ] {
        let mut fixture = at("initiate");
        for _ in 0..policy.max_retries {
            fixture.fail(failure);
            assert!(is_after(fixture.next(), "initiate", policy.backoff.initial..=i64::MAX), "{failure:?}");
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
        for _ in 0..policy.max_interruptions {
            fixture.fail(failure);
            let delays = policy.interruption_delay..=11 * policy.interruption_delay;
            assert!(is_after(fixture.next(), "part", delays), "{failure:?}");
        }
        assert_eq!(fixture.finish(), Next::Succeeded);
    }
}

#[test]
fn without_a_network_it_waits_five_minutes() {
    for reported in [true, false] {
        let mut fixture = at("part");
        if reported {
            fixture.handle(Event::NetworkChanged { connected: false, kind: "none".into() });
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
    fixture.handle(Event::NetworkChanged { connected: true, kind: "4g".into() });
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
fn what_is_given_up_without_a_network_is_aborted_when_there_is_one() {
    let offline = || {
        let mut fixture = at("part");
        fixture.handle(Event::NetworkChanged { connected: false, kind: "none".into() });
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
    fixture.handle(Event::NetworkChanged { connected: true, kind: "4g".into() });
    assert!(matches!(fixture.next(), Next::Request("abort", 0..=2_000)));
    fixture.grant();
    // Parts may have been on their way.
    let policy = RetryPolicy::default();
    assert_eq!(fixture.next(), Next::Request("abort", policy.abort_delay));
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
    for _ in 0..policy.max_abort_attempts {
        assert!(matches!(fixture.next(), Next::Request("abort", delay) if delay <= policy.abort_delay));
        fixture.wait(71_000);
    }
    assert!(fixture.idle());
}

#[test]
fn a_probe_is_spent_by_a_request_alone() {
    let mut fixture = at("part");
    fixture.fail(TransportErrorKind::Offline);
    // It takes far longer than the pause after it: when it fails, the next is due as soon as the part may be sent again.
    assert!(matches!(fixture.next(), Next::Request("part", 5_000..=7_500)));
    for _ in 0..4 {
        fixture.now += 9_000;
        fixture.handle(Event::Timeout);
    }
    fixture.fail(TransportErrorKind::Network);
    assert_eq!(fixture.next(), Next::Request("part", 2 * RetryPolicy::default().interruption_delay));
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
fn what_hangs_since_before_a_loss_of_the_network_is_sent_again_soon_after_its_return() {
    let network = |connected| Event::NetworkChanged { connected, kind: "wifi".into() };
    let mut fixture = at("part");
    for round in 0..6 {
        fixture.handle(network(false));
        fixture.wait(2_000);
        fixture.handle(network(true));
        fixture.lose();
        // A few seconds the first times; a network that comes and goes must let a slow part arrive at last.
        let wait = if round < 3 { 3_000 } else { 20_000 };
        assert!(matches!(fixture.next(), Next::Request("part", ms) if (wait..wait + 6_000).contains(&ms)), "{round}");
    }
    assert_eq!(fixture.finish(), Next::Succeeded);
}
