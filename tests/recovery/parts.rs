//! Parts that are lost, listed wrongly, too large for the link, or too many.

use crate::at;
use crate::harness::{Fixture, Next, PART};
use vod_upload::api::event::{Event, TransportErrorKind};
use vod_upload::api::options::Options;

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
        // Much that is stored is not sent again for one part: then the file fails.
        let ends = if behind > 9 { Next::Failed("RequestTimeout".into()) } else { Next::Succeeded };
        assert_eq!(end, ends, "{retry_count} {behind}, after {timeouts} time-outs");
        // The first time-out may be the fault of the parts sent at the same time; the second is the part's own.
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
