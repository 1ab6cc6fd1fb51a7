//! The phone's clock is wrong: what corrects it, and what does not.

use crate::at;
use crate::harness::{first_delay, Fixture, Next, EPOCH, PART};
use vod_upload::api::event::Event;
use vod_upload::api::options::Options;

#[test]
fn a_wrong_clock_is_put_right_by_the_first_answer() {
    let hour = 3_600_000;
    for skew in [hour, -hour, 24 * hour, -24 * hour, -20_000 * 24 * hour] {
        let mut fixture = at("initiate");
        fixture.skew = skew;
        fixture.handle(Event::Timeout);
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
    fixture.handle(Event::AppHidden);
    fixture.now += 1_200_000;
    for shown_first in [true, false] {
        if shown_first {
            fixture.handle(Event::AppShown);
        }
        let crc = fixture.crc(if shown_first { 0 } else { PART }, PART);
        fixture.answer_dated(&old, 200, &format!("etag: \"E\"\nx-oss-hash-crc64ecma: {crc}\n"), "");
        fixture.handle(Event::AppShown);
        fixture.reach("part");
        let now = vod_upload::timestamp::iso_basic(fixture.now);
        assert!(fixture.request().headers.contains(&now), "{}", fixture.request().headers);
        fixture.handle(Event::AppHidden);
        fixture.now += 1_200_000;
    }
}

#[test]
fn an_upload_goes_on_after_a_kill_whatever_the_clock_says() {
    let day = 24 * 3_600_000;
    for (before, after) in [(-40 * day, 0), (-20_000 * day, 0), (0, 365 * day), (-8 * day, -8 * day)] {
        let options = Options { parallel: 1, part_size: PART as u64, ..Options::default() };
        let mut fixture = Fixture::make(false, 12 * PART, options);
        fixture.skew = before;
        fixture.begin("");
        for _ in 0..5 {
            fixture.reach("part");
            fixture.grant();
        }
        fixture.skew = after;
        fixture.restart(|_| ());
        assert_eq!(fixture.next(), Next::Request("part", 0), "{before} {after}");
        let url = &fixture.request().url;
        assert!(url.contains("partNumber=6&") && url.contains("uploadId=U1"), "{before} {after}: {url}");
        assert_eq!(fixture.finish(), Next::Succeeded);
    }
    // OSS says when it does not have it any more.
    let mut fixture = at("part");
    fixture.now += 8 * day;
    fixture.restart(|_| ());
    fixture.reach("part");
    fixture.refuse(404, "NoSuchUpload");
    fixture.reach("initiate");
    assert_eq!(fixture.finish(), Next::Succeeded);
}

/// What a clock shows at a time, ms.
type Reading = fn(i64) -> i64;

/// Clocks that do not show how much time passes.
const USELESS: [(&str, Reading); 5] = [
    ("stands still", |_| EPOCH),
    ("gives no number", |_| 0),
    ("runs backwards", |now| 2 * EPOCH - now),
    ("is set back again and again", |now| now - (now - EPOCH) / 7_000 * 3_600_000),
    ("runs at half the speed", |now| EPOCH + (now - EPOCH) / 2),
];

#[test]
fn a_timer_that_has_fired_shows_that_time_has_passed() {
    for (what, clock) in USELESS {
        let mut fixture = at("part");
        fixture.clock = Some(clock);
        fixture.lose();
        // The time-out, a margin for the platform, and the pause before the next attempt.
        let ends = 65_000 + first_delay()..68_000 + first_delay();
        assert!(matches!(fixture.next(), Next::Request("part", delay) if ends.contains(&delay)), "{what}");
        assert_eq!(fixture.finish(), Next::Succeeded, "{what}");
    }
}
