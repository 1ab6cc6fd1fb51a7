//! A file that is rewritten while it is sent must not become an object of two contents, whatever its modification time shows.

use crate::harness::{Fixture, Next, EPOCH, PART};
use vod_upload::api::options::Options;

/// More than is read as a whole, and room between the blocks of the sample.
const SIZE: usize = 16 * PART;
const SECOND: i64 = EPOCH / 1_000;

/// Being sent, one part after the other: the first of so many parts is not acknowledged yet.
fn upload(mtime: i64, sent: u32) -> Fixture {
    let options = Options { parallel: 1, part_size: PART as u64, ..Options::default() };
    let mut fixture = Fixture::make(false, SIZE, options);
    fixture.mtime = mtime;
    fixture.begin("");
    for _ in 0..sent {
        fixture.reach("part");
        fixture.grant();
    }
    fixture.reach("part");
    fixture
}

/// Some bytes of a part that was sent and of one that was not, none of which belongs to the sample.
fn rewrite(fixture: &mut Fixture) {
    fixture.rewritten = 3 * PART..3 * PART + 9;
}

#[test]
fn a_rewrite_that_the_modification_time_cannot_show_is_seen() {
    for (mtime, what) in [(0, "unknown"), (SECOND, "of this second"), (SECOND + 3_600, "in the future")] {
        let mut fixture = upload(mtime, 8);
        rewrite(&mut fixture);
        assert_eq!(fixture.finish(), Next::Failed("FileChanged".into()), "a time {what}");
        assert!(fixture.video_id.is_empty(), "the video is not that of the other bytes");
    }
}

#[test]
fn a_rewrite_after_many_changes_of_the_modification_time_is_seen() {
    let mut fixture = upload(1, 3);
    for _ in 0..9 {
        fixture.mtime += 1;
        fixture.grant();
        fixture.reach("part");
    }
    rewrite(&mut fixture);
    fixture.mtime += 1;
    assert_eq!(fixture.finish(), Next::Failed("FileChanged".into()));
}

#[test]
fn parts_are_compared_once_where_a_change_would_not_have_shown() {
    let parts = || (0..16).map(|part| part * PART as u64);
    // Unknown: all of them, at the end.
    let mut fixture = upload(0, 8);
    assert_eq!(fixture.finish(), Next::Succeeded);
    assert!(fixture.compared.is_empty(), "{:?}", fixture.compared);
    assert!(fixture.compared_at_end.iter().copied().eq(parts()), "{:?}", fixture.compared_at_end);
    // Of this second: those that were read in it and in the next, afterwards.
    let mut fixture = upload(SECOND, 4);
    fixture.now += 2_000;
    assert_eq!(fixture.finish(), Next::Succeeded);
    assert!(fixture.compared.iter().copied().eq(parts().take(5)), "{:?}", fixture.compared);
    // Long ago: none.
    let mut fixture = upload(1, 8);
    assert_eq!(fixture.finish(), Next::Succeeded);
    assert!(fixture.compared.is_empty(), "{:?}", fixture.compared);
    // Without integrity nothing is known to compare them with.
    let options = Options { parallel: 1, part_size: PART as u64, crc: false, ..Options::default() };
    let mut fixture = Fixture::make(false, SIZE, options);
    fixture.mtime = 0;
    fixture.begin("");
    assert_eq!(fixture.finish(), Next::Succeeded);
    assert!(fixture.compared.is_empty() && fixture.compared_at_end.is_empty());
}

#[test]
fn what_was_compared_at_the_end_is_compared_again_when_it_was_not_the_end() {
    let mut fixture = upload(0, 15);
    // Every byte was read: all parts but the last are compared while it is on its way.
    assert_eq!(fixture.compared_at_end.len(), 16);
    // It is taken back, and read again after what was compared has changed.
    fixture.handle(vod_upload::api::event::Event::Pause(1));
    rewrite(&mut fixture);
    fixture.handle(vod_upload::api::event::Event::Resume(1));
    assert_eq!(fixture.finish(), Next::Failed("FileChanged".into()));
}

#[test]
fn a_rewrite_that_sets_the_time_back_is_seen_while_the_last_parts_are_on_their_way() {
    let options = Options { parallel: 4, part_size: PART as u64, ..Options::default() };
    for rewritten in [false, true] {
        let mut fixture = Fixture::make(false, SIZE, options.clone());
        fixture.begin("");
        for _ in 0..8 {
            fixture.reach("part");
            fixture.grant();
        }
        if rewritten {
            rewrite(&mut fixture);
        }
        let end = if rewritten { Next::Failed("FileChanged".into()) } else { Next::Succeeded };
        assert_eq!(fixture.finish(), end);
        assert!(fixture.compared_at_end.contains(&(3 * PART as u64)), "{:?}", fixture.compared_at_end);
    }
}
