//! Never a second video for one file, never somebody else's, and none that is gone.

use crate::harness::{Desk, Next, PART};
use vod_upload::api::event::{Event, TransportErrorKind};
use vod_upload::api::options::{Authoriser, Options};

const SIZE: usize = 3 * PART;

fn options(authoriser: Authoriser) -> Options {
    Options { parallel: 1, part_size: PART as u64, authoriser, ..Options::default() }
}

/// getAuth is called for a new video.
fn asked() -> Desk {
    let mut desk = Desk::with(false, SIZE, options(Authoriser::Auth));
    assert_eq!(desk.next(), Next::Asked("create-video"));
    desk
}

#[test]
fn an_answer_after_stop_or_pause_is_kept() {
    for deed in [Event::Stop, Event::Pause(1), Event::Cancel(1)] {
        let mut desk = asked();
        desk.tell(deed.clone());
        assert!(!desk.bring("late"), "{deed:?}");
        assert_eq!(desk.video_id, "late");
        desk.tell(Event::Resume(1));
        desk.tell(Event::Start);
        assert_eq!(desk.next(), Next::Asked("refresh-video"), "{deed:?}");
        assert!(desk.bring("late"));
        assert_eq!(desk.finish(), Next::Succeeded);
    }
    // After the app's server took too long.
    let mut desk = asked();
    desk.reject("", "getAuth took too long");
    assert!(matches!(desk.next(), Next::Failed(_)));
    desk.bring("late");
    desk.tell(Event::Start);
    assert_eq!(desk.next(), Next::Asked("refresh-video"));
    // It survives a kill.
    let mut desk = asked();
    desk.tell(Event::Stop);
    desk.bring("late");
    desk.restart(|_| ());
    assert_eq!(desk.next(), Next::Asked("refresh-video"));
    // So it is with callbacks.
    let mut desk = Desk::make(false, SIZE, options(Authoriser::Callbacks));
    desk.authorises = false;
    desk.begin("");
    desk.tell(Event::Stop);
    assert!(!desk.set_auth("late"));
    assert_eq!(desk.video_id, "late");
}

#[test]
fn a_call_that_the_background_or_the_network_interrupted_is_made_again() {
    let network = |connected, kind: &str| Event::Network { connected, kind: kind.into() };
    let interruptions = [
        (vec![Event::Hide], vec![Event::Show]),
        (vec![network(true, "4g"), network(true, "wifi")], vec![]),
        (vec![network(false, "none")], vec![network(true, "wifi")]),
    ];
    for (before, after) in interruptions {
        let mut desk = asked();
        for event in before {
            desk.tell(event);
        }
        desk.reject("", "request:fail interrupted");
        desk.wait(400);
        for event in after {
            desk.tell(event);
        }
        assert_eq!(desk.next(), Next::Asked("create-video"));
        // In peace a rejection is the app's.
        desk.reject("NotLoggedIn", "sign in first");
        assert_eq!(desk.next(), Next::Failed("NotLoggedIn".into()));
    }
}

#[test]
fn a_video_that_is_gone_is_replaced_once() {
    for (code, message) in [
        ("InvalidVideo.NotFound", "m"),
        ("", "the server says InvalidVideo.Deleted: The video does not exist."),
        ("", "{\"Code\":\"InvalidVideo.Damaged\",\"Message\":\"m\"}"),
    ] {
        let mut desk = asked();
        desk.bring("v");
        desk.reach("complete");
        desk.restart(|_| ());
        assert_eq!(desk.next(), Next::Asked("refresh-video"));
        desk.reject(code, message);
        assert_eq!(desk.next(), Next::Asked("create-video"), "{code} {message}");
        assert_eq!(desk.video_id, "");
        assert!(desk.bring("w"));
        desk.reach("initiate");
        assert_eq!(desk.finish(), Next::Succeeded);
        assert_eq!(desk.video_id, "w");
    }
    // The new one, too: that is no accident.
    let mut desk = asked();
    desk.bring("v");
    for then in [Next::Asked("create-video"), Next::Failed("InvalidVideo.NotFound".into())] {
        desk.reach("part");
        desk.refuse(403, "SecurityTokenExpired");
        assert_eq!(desk.next(), Next::Asked("refresh-video"));
        desk.reject("InvalidVideo.NotFound", "m");
        assert_eq!(desk.next(), then);
        desk.bring("w");
    }
}

#[test]
fn vod_itself_says_that_a_video_is_gone() {
    for authoriser in [Authoriser::Sts, Authoriser::Callbacks] {
        let mut desk = Desk::with(true, SIZE, options(authoriser));
        if authoriser == Authoriser::Sts {
            assert_eq!(desk.next(), Next::Asked("create-video"));
            desk.bring("");
        }
        desk.reach("part");
        desk.refuse(403, "SecurityTokenExpired");
        assert_eq!(desk.next(), Next::Request("vod", 0));
        assert!(desk.request().body.contains("Action=RefreshUploadVideo"));
        desk.refuse(404, "InvalidVideo.NotFound");
        if authoriser == Authoriser::Callbacks {
            // The app hears of it, and the next start begins anew.
            assert_eq!(desk.next(), Next::Failed("InvalidVideo.NotFound".into()));
            assert_eq!(desk.video_id, "");
            desk.tell(Event::Start);
        }
        desk.reach("vod");
        assert!(desk.request().body.contains("Action=CreateUploadVideo"));
        assert_eq!(desk.finish(), Next::Succeeded);
    }
}

fn parameter(body: &str, name: &str) -> String {
    let name = format!("{name}=");
    body.split('&').find_map(|pair| pair.strip_prefix(&name)).unwrap_or_default().into()
}

#[test]
fn a_video_whose_creation_was_not_answered_is_looked_for() {
    for (kill, found) in [(false, false), (false, true), (true, false), (true, true)] {
        let mut desk = Desk::with(true, SIZE, options(Authoriser::Callbacks));
        desk.reach("vod");
        let created = desk.request().body.clone();
        let reference = parameter(&created, "ReferenceId");
        assert!(created.contains("Action=CreateUploadVideo") && reference.len() >= 6, "{created}");
        if kill {
            desk.restart(|_| ());
        } else {
            desk.fail(TransportErrorKind::Network);
        }
        desk.reach("vod");
        assert!(desk.request().body.contains("Action=RefreshUploadVideo"));
        assert_eq!(parameter(&desk.request().body, "ReferenceId"), reference);
        if !found {
            desk.refuse(404, "InvalidVideo.NotFound");
            desk.reach("vod");
            assert!(desk.request().body.contains("Action=CreateUploadVideo"));
            assert_eq!(parameter(&desk.request().body, "ReferenceId"), reference);
        }
        assert_eq!(desk.finish(), Next::Succeeded);
    }
}

#[test]
fn another_scope_has_uploads_of_its_own() {
    let mut desk = asked();
    desk.bring("v");
    desk.reach("complete");
    desk.restart(|options| options.user_scope = "2".into());
    assert_eq!(desk.next(), Next::Asked("create-video"));
    desk.bring("w");
    desk.reach("part");
    assert!(desk.request().url.contains("partNumber=1&"));
    // What the first has stored is undisturbed.
    desk.restart(|options| options.user_scope = "1".into());
    assert_eq!(desk.next(), Next::Asked("refresh-video"));
    desk.bring("v");
    assert_eq!(desk.next(), Next::Request("complete", 0));
    assert_eq!(desk.finish(), Next::Succeeded);
}

#[test]
fn other_param_data_in_the_sts_flow_is_another_video() {
    for (title, same) in [("a", true), ("b", false)] {
        let param_data = |title: &str| format!("{{\"Vod\":{{\"Title\":\"{title}\"}}}}");
        let mut desk = Desk::make(true, SIZE, options(Authoriser::Callbacks));
        desk.param_data = param_data("a");
        desk.begin("");
        desk.reach("complete");
        desk.param_data = param_data(title);
        desk.restart(|_| ());
        assert_eq!(desk.video_id, if same { "v" } else { "" });
        desk.reach("vod");
        let action = if same { "Action=RefreshUploadVideo" } else { "Action=CreateUploadVideo" };
        assert!(desk.request().body.contains(action));
        desk.grant();
        desk.reach(if same { "complete" } else { "initiate" });
        assert_eq!(desk.finish(), Next::Succeeded);
    }
}

#[test]
fn other_content_at_the_same_path_never_takes_the_video_of_the_first() {
    let mut desk = asked();
    desk.bring("v");
    desk.reach("part");
    desk.tell(Event::Stop);
    desk.other_content = true;
    desk.tell(Event::Start);
    assert_eq!(desk.next(), Next::Failed("FileChanged".into()));
    assert_eq!(desk.video_id, "");
    // Started once more, it is a file of its own.
    desk.tell(Event::Start);
    loop {
        match desk.next() {
            Next::Asked(kind) => break assert_eq!(kind, "create-video"),
            Next::Request("abort", _) => desk.grant(),
            other => panic!("{other:?}"),
        }
    }
}
