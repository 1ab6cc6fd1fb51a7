//! Which responses count as those of OSS or VOD, and what a success has to contain.

use crate::at;
use crate::harness::{first_delay, Fixture, Next, PART};
use vod_upload::api::event::Event;
use vod_upload::api::options::{Options, Transport};
use vod_upload::flow::retry_policy::RetryPolicy;
use vod_upload::timestamp::{http_date, iso, iso_basic};

const MINUTE: i64 = 60_000;
const DENIED: &str = "<Error><Code>AccessDenied</Code></Error>";

fn form() -> Fixture {
    let mut fixture = Fixture::with(false, 60_000, Options { transport: Transport::UploadFile, ..Options::default() });
    fixture.reach("post");
    fixture
}

#[test]
fn a_form_that_a_wrong_clock_spoilt_is_made_anew() {
    // OSS reports an expired policy as AccessDenied only. The date of the response shows that the clock is wrong.
    let mut fixture = form();
    let late = http_date(fixture.now + 3 * MINUTE);
    fixture.answer_dated(&late, 403, "", DENIED);
    assert_eq!(fixture.next(), Next::Request("post", 0));
    let date = iso_basic(fixture.now + 3 * MINUTE);
    assert!(fixture.request().headers.contains(&format!("x-oss-date: {date}")), "{}", fixture.request().headers);
    // With the right time it is denied for another reason.
    fixture.answer_dated(&late, 403, "", DENIED);
    assert_eq!(fixture.next(), Next::Failed("AccessDenied".into()));
    // So it is where the clock was right enough.
    for off in [0, MINUTE, -MINUTE] {
        let mut fixture = form();
        fixture.answer_dated(&http_date(fixture.now + off), 403, "", DENIED);
        assert_eq!(fixture.next(), Next::Failed("AccessDenied".into()), "{off}");
    }
    // A time that moves with every answer is no time.
    let mut fixture = form();
    let corrections = i64::from(RetryPolicy::default().max_clock_corrections);
    for n in 1..=corrections {
        fixture.answer_dated(&http_date(fixture.now + n * 5 * MINUTE), 403, "", DENIED);
        assert_eq!(fixture.next(), Next::Request("post", 0));
    }
    fixture.answer_dated(&http_date(fixture.now + (corrections + 1) * 5 * MINUTE), 403, "", DENIED);
    assert_eq!(fixture.next(), Next::Failed("AccessDenied".into()));
    // What is no form is not spoilt by this.
    let mut fixture = at("initiate");
    fixture.answer_dated(&http_date(fixture.now + 5 * MINUTE), 403, "", DENIED);
    assert_eq!(fixture.next(), Next::Failed("AccessDenied".into()));
}

#[test]
fn an_answer_is_known_for_oss_by_its_headers_or_by_its_document() {
    let initiated = "<InitiateMultipartUploadResult><UploadId>U</UploadId></InitiateMultipartUploadResult>";
    let completed = "<CompleteMultipartUploadResult></CompleteMultipartUploadResult>";
    let mut fixture = at("initiate");
    fixture.answer_bare(200, "", initiated);
    assert_eq!(fixture.next(), Next::Request("part", 0));
    // Without the checksum the object is looked at.
    let mut fixture = at("complete");
    fixture.answer_bare(200, "", completed);
    assert_eq!(fixture.next(), Next::Request("head", 0));
    assert_eq!(fixture.finish(), Next::Succeeded);
    for (what, headers, body) in [
        ("initiate", "", "<html></html>"),
        ("initiate", "x-oss-request-id: R\n", "<html></html>"),
        ("initiate", "x-oss-request-id: R\n", "<InitiateMultipartUploadResult></InitiateMultipartUploadResult>"),
        ("part", "", ""),
        ("part", "", "<html></html>"),
        ("complete", "", "<html></html>"),
        ("complete", "x-oss-request-id: R\n", ""),
        ("list", "x-oss-request-id: R\n", "<ListPartsResult><Part>"),
        ("head", "content-length: 1\n", ""),
    ] {
        let mut fixture = at(what);
        fixture.answer_bare(200, headers, body);
        match fixture.next() {
            Next::Request(again, delay) if delay >= first_delay() => assert_eq!(again, what),
            other => panic!("{other:?} after {what} {headers} {body}"),
        }
    }
}

#[test]
fn a_part_is_stored_when_its_etag_and_its_checksum_say_so() {
    for crc in [true, false] {
        let options = Options { parallel: 1, part_size: PART as u64, crc, ..Options::default() };
        let sum = |fixture: &Fixture| if crc { fixture.crc(0, PART) } else { 0 };
        // No ETag: there is nothing to name it by in Complete.
        let mut fixture = Fixture::with(false, 3 * PART, options.clone());
        fixture.reach("part");
        let headers = format!("x-oss-hash-crc64ecma: {}\n", sum(&fixture));
        fixture.answer(200, &headers, "");
        assert!(matches!(fixture.next(), Next::Request("part", delay) if delay >= first_delay()));
        assert!(fixture.request().url.contains("partNumber=1&"));
        // Another checksum counts unless the app wants none compared.
        let mut fixture = Fixture::with(false, 3 * PART, options);
        fixture.reach("part");
        fixture.answer(200, "etag: \"E\"\nx-oss-hash-crc64ecma: 1\n", "");
        let (number, waits) = if crc { (1, first_delay()) } else { (2, 0) };
        assert!(matches!(fixture.next(), Next::Request("part", ms) if ms >= waits));
        assert!(fixture.request().url.contains(&format!("partNumber={number}&")));
    }
    // The field is optional.
    let mut fixture = at("part");
    fixture.answer(200, "etag: \"E\"\n", "");
    assert_eq!(fixture.next(), Next::Request("part", 0));
    let mut fixture = at("put");
    fixture.answer(200, "etag: \"E\"\n", "");
    assert_eq!(fixture.next(), Next::Request("head", 0), "then the object is looked at");
    for status in [200, 203] {
        let mut fixture = at("put");
        let body = if status == 203 { "<Error><Code>CallbackFailed</Code></Error>" } else { "" };
        fixture.answer(status, "etag: \"E\"\nx-oss-hash-crc64ecma: 1\n", body);
        assert!(matches!(fixture.next(), Next::Request("put", delay) if delay >= first_delay()), "{status}");
    }
}

#[test]
fn an_object_that_is_not_the_file_is_no_success() {
    let mut fixture = at("complete");
    fixture.answer(200, "x-oss-hash-crc64ecma: 1\n", "<CompleteMultipartUploadResult></CompleteMultipartUploadResult>");
    assert_eq!(fixture.next(), Next::Failed("IntegrityError".into()));
    // It is there, and cannot be aborted; the next start sends everything again.
    assert!(fixture.idle());
    assert!(fixture.handle(Event::Start));
    fixture.reach("initiate");
    assert_eq!(fixture.finish(), Next::Succeeded);
    let mut fixture = at("complete");
    fixture.answer(203, "x-oss-hash-crc64ecma: 1\n", "<Error><Code>CallbackFailed</Code></Error>");
    assert_eq!(fixture.next(), Next::Failed("IntegrityError".into()));
}

#[test]
fn a_proxy_does_not_tell_the_time() {
    let off = 30 * MINUTE;
    for (id, taught) in [("x-oss-request-id: R\n", true), ("", false)] {
        let mut fixture = at("part");
        let headers = format!("date: {}\n{id}", http_date(fixture.now + off));
        fixture.answer_bare(502, &headers, "");
        fixture.reach("part");
        let expected = iso_basic(fixture.now + if taught { off } else { 0 });
        assert!(fixture.request().headers.contains(&expected), "{}", fixture.request().headers);
    }
    // VOD names its answers in the body.
    for (body, taught) in [("{\"RequestId\":\"R\",\"Code\":\"InternalError\"}", true), ("{}", false)] {
        let mut fixture = at("vod");
        let headers = format!("date: {}\n", http_date(fixture.now + off));
        fixture.answer_bare(500, &headers, body);
        fixture.reach("vod");
        let expected = iso(fixture.now + if taught { off } else { 0 }).replace(':', "%3A");
        assert!(fixture.request().body.contains(&format!("Timestamp={expected}")), "{}", fixture.request().body);
    }
}

#[test]
fn lists_that_do_not_help_end_in_a_new_upload() {
    let page = |parts: &[(usize, usize, &str)]| {
        let mut body = String::from("<ListPartsResult>");
        for (number, size, etag) in parts {
            body += &format!("<Part><PartNumber>{number}</PartNumber><Size>{size}</Size><ETag>{etag}</ETag></Part>");
        }
        body + "</ListPartsResult>"
    };
    let all = [(1, PART, "E"), (2, PART, "\"E\""), (3, PART, "\"E\""), (4, 30_000, "\"E\"")];
    // Everything is there, and yet Complete was refused.
    let mut fixture = at("list");
    fixture.answer(200, "", &page(&all));
    fixture.reach("initiate");
    // What differs in number, size or ETag is sent again.
    for (at_part, wrong) in [(1, (9, PART, "\"E\"")), (2, (2, PART - 1, "\"E\"")), (3, (3, PART, "\"F\""))] {
        let mut fixture = at("list");
        let mut parts = all;
        parts[at_part - 1] = wrong;
        fixture.answer(200, "", &page(&parts));
        assert_eq!(fixture.next(), Next::Request("part", 0));
        assert!(fixture.request().url.contains(&format!("partNumber={at_part}&")));
        assert_eq!(fixture.finish(), Next::Succeeded);
    }
    // Twice it may be so.
    let mut fixture = at("list");
    for again in [true, true, false] {
        fixture.answer(200, "", &page(&all[..3]));
        if again {
            fixture.reach("complete");
            fixture.refuse(400, "InvalidPart");
            fixture.reach("list");
        }
    }
    fixture.reach("initiate");
}

#[test]
fn a_part_that_was_on_its_way_when_the_file_was_touched_is_compared() {
    for (crc, touched, compared) in [(true, true, 3), (true, false, 0), (false, true, 0)] {
        let options = Options { parallel: 2, part_size: PART as u64, crc, ..Options::default() };
        let mut fixture = Fixture::with(false, 6 * PART, options);
        fixture.reach("part");
        fixture.defer();
        assert!(fixture.request().url.contains("partNumber=2&"));
        if touched {
            fixture.mtime = 2;
        }
        // The read of the third one sees the touch; the first is still on its way.
        fixture.grant();
        assert_eq!(fixture.finish(), Next::Succeeded);
        let mut at = fixture.compared.clone();
        at.sort_unstable();
        let expected: Vec<u64> = (0..compared).map(|n| n * PART as u64).collect();
        assert_eq!(at, expected, "{crc} {touched}");
    }
}

#[test]
fn a_part_that_later_ones_have_overtaken_is_sent_again() {
    let options = Options { parallel: 4, part_size: PART as u64, retry_count: 0, ..Options::default() };
    let mut fixture = Fixture::with(false, 60 * PART, options);
    fixture.reach("part");
    let first = fixture.request().id;
    for overtaken in 1..=8 {
        while fixture.request().id == first {
            fixture.defer();
        }
        fixture.wait(500);
        fixture.grant();
        // Three may be chance.
        assert!(overtaken > 3 || !fixture.logs.contains(&"stall"));
    }
    fixture.wait(3_000);
    assert_eq!(fixture.logs.iter().filter(|event| **event == "stall").count(), 1);
    assert_eq!(fixture.finish(), Next::Succeeded);
}

#[test]
fn what_is_stored_is_not_sent_again_though_a_callback_failed() {
    let warning = "<Error><Code>CallbackFailed</Code></Error>";
    for what in ["put", "complete", "post"] {
        let mut fixture = if what == "post" { form() } else { at(what) };
        fixture.answer(203, "", warning);
        assert_eq!(fixture.next(), Next::Request("head", 0), "{what}");
        assert_eq!(fixture.finish(), Next::Succeeded, "{what}");
        assert!(fixture.logs.contains(&"callback-failed"));
    }
}

#[test]
fn a_slow_initiate_makes_the_beginning_careful() {
    for (ms, at_once) in [(200, 4), (1_500, 1)] {
        let mut fixture = Fixture::with(false, 3_000_000, Options::default());
        fixture.reach("initiate");
        fixture.now += ms;
        fixture.grant();
        fixture.reach("part");
        assert_eq!(fixture.in_flight(), at_once, "after {ms} ms");
        assert_eq!(fixture.finish(), Next::Succeeded);
    }
}
