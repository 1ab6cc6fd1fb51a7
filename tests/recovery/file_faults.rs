//! Reads that fail: what is stored at OSS is of use to whoever chooses the file again.

use crate::harness::{Fixture, Next, PART};
use vod_upload::api::event::{Event, FileErrorKind, RequestProgress};
use vod_upload::api::options::{Options, Transport};

const EVERY: u32 = u32::MAX;

/// Six parts, of which three are stored; reads answer with the fault from now on.
fn interrupted(times: u32, kind: Option<FileErrorKind>) -> Fixture {
    let options = Options { parallel: 1, part_size: PART as u64, ..Options::default() };
    let mut fixture = Fixture::with(false, 6 * PART, options);
    for _ in 0..3 {
        fixture.reach("part");
        fixture.grant();
    }
    fixture.reach("part");
    fixture.read_faults = (times, kind);
    fixture
}

#[test]
fn parts_are_kept_when_a_read_fails_in_the_middle() {
    for (kind, code) in [
        (FileErrorKind::Missing, "FileNotFound"),
        (FileErrorKind::TooLarge, "FileTooLarge"),
        (FileErrorKind::Denied, "FileReadFailed"),
        (FileErrorKind::Other, "FileReadFailed"),
    ] {
        let mut fixture = interrupted(EVERY, Some(kind));
        assert_eq!(fixture.finish(), Next::Failed(code.into()), "{kind:?}");
        assert!(fixture.idle(), "{kind:?}: the upload is not aborted");
        fixture.read_faults.0 = 0;
        let before = fixture.progress.last().unwrap().1;
        assert!(fixture.handle(Event::Start));
        assert_eq!(fixture.finish(), Next::Succeeded, "{kind:?}");
        assert_eq!(fixture.uploads, 1, "{kind:?}: goes on with what is stored");
        assert!(fixture.progress.iter().all(|step| step.1 <= 6.0 * PART as f64 && before >= 3.0 * PART as f64));
    }
}

#[test]
fn a_read_that_contradicts_the_size_of_the_file_is_repeated() {
    for kind in [None, Some(FileErrorKind::Range)] {
        let mut fixture = interrupted(1, kind);
        assert_eq!(fixture.finish(), Next::Succeeded, "{kind:?}");
        assert_eq!((fixture.uploads, fixture.video_id.as_str()), (1, "v"), "{kind:?}");
    }
    assert_eq!(interrupted(EVERY, None).finish(), Next::Failed("FileReadFailed".into()));
    let mut fixture = interrupted(EVERY, Some(FileErrorKind::Range));
    assert_eq!(fixture.finish(), Next::Failed("FileChanged".into()), "shorter after all");
}

#[test]
fn a_form_has_a_speed() {
    let options = Options { transport: Transport::UploadFile, ..Options::default() };
    let mut fixture = Fixture::with(false, 6 * PART, options);
    fixture.reach("post");
    let id = fixture.request().id;
    for n in 1..=4 {
        fixture.now += 1_000;
        fixture.handle(Event::RequestProgress { id, progress: RequestProgress::Sent(n * PART as u64) });
    }
    let (speed, left) = fixture.speed;
    assert!((90_000.0..115_000.0).contains(&speed), "{speed} bytes a second");
    assert!((1.0..3.0).contains(&left), "{left} s");
}
