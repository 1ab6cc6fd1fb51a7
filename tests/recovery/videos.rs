//! Never a second video for one file, never somebody else's, and none that is gone.

use crate::harness::{created, Fixture, Next, PART};
use vod_upload::api::event::{Event, LateAnswer, TransportErrorKind};
use vod_upload::api::options::{Authoriser, Options};
use vod_upload::checkpoint::{self, Head};
use vod_upload::flow::retry_policy::RetryPolicy;

const SIZE: usize = 3 * PART;

fn options(authoriser: Authoriser) -> Options {
    Options { parallel: 1, part_size: PART as u64, authoriser, ..Options::default() }
}

/// getAuth is called for a new video.
fn asked() -> Fixture {
    let mut fixture = Fixture::with(false, SIZE, options(Authoriser::Auth));
    assert_eq!(fixture.next(), Next::Asked("create-video"));
    fixture
}

#[test]
fn an_answer_after_stop_or_pause_is_kept() {
    for event in [Event::Stop, Event::Pause(1), Event::Cancel(1)] {
        let mut fixture = asked();
        fixture.handle(event.clone());
        assert!(!fixture.bring("late"), "{event:?}");
        assert_eq!(fixture.video_id, "late");
        fixture.handle(Event::Resume(1));
        fixture.handle(Event::Start);
        assert_eq!(fixture.next(), Next::Asked("refresh-video"), "{event:?}");
        assert!(fixture.bring("late"));
        assert_eq!(fixture.finish(), Next::Succeeded);
    }
    // After the app's server took too long.
    let mut fixture = asked();
    fixture.reject("getAuth took too long");
    assert!(matches!(fixture.next(), Next::Failed(_)));
    fixture.bring("late");
    fixture.handle(Event::Start);
    assert_eq!(fixture.next(), Next::Asked("refresh-video"));
    // It survives a kill.
    let mut fixture = asked();
    fixture.handle(Event::Stop);
    fixture.bring("late");
    fixture.restart(|_| ());
    assert_eq!(fixture.next(), Next::Asked("refresh-video"));
    // So it is with callbacks.
    let mut fixture = Fixture::make(false, SIZE, options(Authoriser::Callbacks));
    fixture.authorises = false;
    fixture.begin("");
    fixture.handle(Event::Stop);
    assert!(!fixture.set_auth("late"));
    assert_eq!(fixture.video_id, "late");
}

#[test]
fn a_call_that_the_background_or_the_network_interrupted_is_made_again() {
    let network = |connected, kind: &str| Event::NetworkChanged { connected, kind: kind.into() };
    let interruptions = [
        (vec![Event::AppHidden], vec![Event::AppShown]),
        (vec![network(true, "4g"), network(true, "wifi")], vec![]),
        (vec![network(false, "none")], vec![network(true, "wifi")]),
    ];
    for (before, after) in interruptions {
        let mut fixture = asked();
        for event in before {
            fixture.handle(event);
        }
        fixture.reject("request:fail interrupted");
        fixture.wait(400);
        for event in after {
            fixture.handle(event);
        }
        assert_eq!(fixture.next(), Next::Asked("create-video"));
        // In peace a rejection is the app's.
        fixture.reject(r#"{"code":"NotLoggedIn","message":"sign in first"}"#);
        assert_eq!(fixture.next(), Next::Failed("NotLoggedIn".into()));
    }
}

#[test]
fn a_video_that_is_gone_is_replaced_once() {
    for error in [
        r#"{"code":"InvalidVideo.NotFound","message":"m"}"#,
        "the server says InvalidVideo.Deleted: The video does not exist.",
        r#"{"data":{"Code":"InvalidVideo.Damaged","Message":"m"}}"#,
    ] {
        let mut fixture = asked();
        fixture.bring("v");
        fixture.reach("complete");
        fixture.restart(|_| ());
        assert_eq!(fixture.next(), Next::Asked("refresh-video"));
        fixture.reject(error);
        assert_eq!(fixture.next(), Next::Asked("create-video"), "{error}");
        assert_eq!(fixture.video_id, "");
        assert!(fixture.bring("w"));
        fixture.reach("initiate");
        assert_eq!(fixture.finish(), Next::Succeeded);
        assert_eq!(fixture.video_id, "w");
    }
    // The new one, too: that is no accident.
    let mut fixture = asked();
    fixture.bring("v");
    for then in [Next::Asked("create-video"), Next::Failed("InvalidVideo.NotFound".into())] {
        fixture.reach("part");
        fixture.refuse(403, "SecurityTokenExpired");
        assert_eq!(fixture.next(), Next::Asked("refresh-video"));
        fixture.reject(r#"{"Code":"InvalidVideo.NotFound","Message":"m"}"#);
        assert_eq!(fixture.next(), then);
        fixture.bring("w");
    }
}

#[test]
fn vod_itself_says_that_a_video_is_gone() {
    for authoriser in [Authoriser::Sts, Authoriser::Callbacks] {
        let mut fixture = Fixture::with(true, SIZE, options(authoriser));
        if authoriser == Authoriser::Sts {
            assert_eq!(fixture.next(), Next::Asked("create-video"));
            fixture.bring("");
        }
        fixture.reach("part");
        fixture.refuse(403, "SecurityTokenExpired");
        assert_eq!(fixture.next(), Next::Request("vod", 0));
        assert!(fixture.request().body.contains("Action=RefreshUploadVideo"));
        fixture.refuse(404, "InvalidVideo.NotFound");
        assert_eq!(fixture.video_id, "");
        fixture.reach("vod");
        assert!(fixture.request().body.contains("Action=CreateUploadVideo"));
        assert_eq!(fixture.finish(), Next::Succeeded);
    }
}

fn parameter(body: &str, name: &str) -> String {
    let name = format!("{name}=");
    body.split('&').find_map(|pair| pair.strip_prefix(&name)).unwrap_or_default().into()
}

#[test]
fn a_video_whose_creation_was_not_answered_is_looked_for() {
    for (kill, found) in [(false, false), (false, true), (true, false), (true, true)] {
        let mut fixture = Fixture::with(true, SIZE, options(Authoriser::Callbacks));
        fixture.reach("vod");
        let created = fixture.request().body.clone();
        let reference = parameter(&created, "ReferenceId");
        assert!(created.contains("Action=CreateUploadVideo") && reference.len() >= 6, "{created}");
        if kill {
            fixture.restart(|_| ());
        } else {
            fixture.fail(TransportErrorKind::Network);
        }
        fixture.reach("vod");
        assert!(fixture.request().body.contains("Action=RefreshUploadVideo"));
        assert_eq!(parameter(&fixture.request().body, "ReferenceId"), reference);
        if !found {
            fixture.refuse(404, "InvalidVideo.NotFound");
            fixture.reach("vod");
            assert!(fixture.request().body.contains("Action=CreateUploadVideo"));
            assert_eq!(parameter(&fixture.request().body, "ReferenceId"), reference);
        }
        assert_eq!(fixture.finish(), Next::Succeeded);
    }
}

#[test]
fn another_scope_has_uploads_of_its_own() {
    let mut fixture = asked();
    fixture.bring("v");
    fixture.reach("complete");
    fixture.restart(|options| options.user_scope = "2".into());
    assert_eq!(fixture.next(), Next::Asked("create-video"));
    fixture.bring("w");
    fixture.reach("part");
    assert!(fixture.request().url.contains("partNumber=1&"));
    // What the first has stored is undisturbed.
    fixture.restart(|options| options.user_scope = "1".into());
    assert_eq!(fixture.next(), Next::Asked("refresh-video"));
    fixture.bring("v");
    assert_eq!(fixture.next(), Next::Request("complete", 0));
    assert_eq!(fixture.finish(), Next::Succeeded);
}

#[test]
fn other_param_data_in_the_sts_flow_is_another_video() {
    for (title, same) in [(Some("a"), true), (Some("b"), false), (None, true)] {
        let param_data = |title: &str| format!("{{\"Vod\":{{\"Title\":\"{title}\"}}}}");
        let mut fixture = Fixture::make(true, SIZE, options(Authoriser::Callbacks));
        fixture.param_data = param_data("a");
        fixture.begin("");
        fixture.reach("complete");
        // An entry of unfinished() comes without any, twice here.
        fixture.param_data = title.map(param_data).unwrap_or_default();
        if title.is_none() {
            fixture.restart(|_| ());
            fixture.reach("complete");
        }
        fixture.restart(|_| ());
        assert_eq!(fixture.video_id, if same { "v" } else { "" });
        fixture.reach("vod");
        let action = if same { "Action=RefreshUploadVideo" } else { "Action=CreateUploadVideo" };
        assert!(fixture.request().body.contains(action));
        fixture.grant();
        fixture.reach(if same { "complete" } else { "initiate" });
        assert_eq!(fixture.finish(), Next::Succeeded);
    }
}

#[test]
fn other_content_at_the_same_path_never_takes_the_video_of_the_first() {
    let mut fixture = asked();
    fixture.bring("v");
    fixture.reach("part");
    fixture.handle(Event::Stop);
    fixture.other_content = true;
    fixture.handle(Event::Start);
    assert_eq!(fixture.next(), Next::Failed("FileChanged".into()));
    assert_eq!(fixture.video_id, "");
    // Started once more, it is a file of its own.
    fixture.handle(Event::Start);
    loop {
        match fixture.next() {
            Next::Asked(kind) => break assert_eq!(kind, "create-video"),
            Next::Request("abort", _) => fixture.grant(),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_file_that_failed_for_good_keeps_its_video_over_a_kill() {
    let mut fixture = asked();
    fixture.bring("v");
    loop {
        fixture.reach("part");
        fixture.refuse(404, "NoSuchUpload");
        match fixture.next() {
            Next::Request("initiate", _) => {}
            end => break assert_eq!(end, Next::Failed("NoSuchUpload".into())),
        }
    }
    fixture.restart(|_| ());
    assert_eq!(fixture.next(), Next::Asked("refresh-video"));
    fixture.bring("v");
    assert_eq!(fixture.next(), Next::Request("initiate", 0), "its parts are gone");
    assert_eq!(fixture.finish(), Next::Succeeded);
}

#[test]
fn the_video_of_an_answer_that_cannot_be_used_is_kept() {
    let answers = [
        "{\"VideoId\":\"v\",\"UploadAuth\":\"garbled\",\"UploadAddress\":\"e30=\"}".to_string(),
        "{\"VideoId\":\"v\",\"UploadAddress\":\"e30=\"}".to_string(),
        created("v").replace("UploadAddress\":\"", "UploadAddress\":\"!"),
    ];
    for json in answers {
        for killed in [false, true] {
            let mut fixture = asked();
            assert!(!fixture.handle(Event::Credential { id: 1, json: json.clone() }));
            assert!(matches!(fixture.next(), Next::Failed(_)));
            if killed {
                fixture.restart(|_| ());
            } else {
                fixture.handle(Event::Start);
            }
            assert_eq!(fixture.next(), Next::Asked("refresh-video"), "{json}, killed: {killed}");
            fixture.bring("v");
            assert_eq!(fixture.finish(), Next::Succeeded);
        }
    }
}

#[test]
fn an_interrupted_call_that_ends_after_a_new_start_fails_nothing() {
    for steps in [vec![Event::Stop, Event::Start], vec![Event::Cancel(1), Event::Resume(1), Event::Start]] {
        let mut fixture = asked();
        fixture.handle(Event::AppHidden);
        fixture.handle(Event::AppShown);
        for event in steps {
            fixture.handle(event);
        }
        assert_eq!(fixture.next(), Next::Asked("create-video"));
        fixture.reject("request:fail interrupted");
        assert_eq!(fixture.next(), Next::Asked("create-video"), "it is called again");
        fixture.reject(r#"{"code":"NotLoggedIn","message":"sign in first"}"#);
        assert_eq!(fixture.next(), Next::Failed("NotLoggedIn".into()));
    }
}

#[test]
fn the_checkpoint_is_deleted_after_the_success_was_reported() {
    let mut fixture = asked();
    fixture.bring("v");
    assert_eq!(fixture.finish(), Next::Succeeded);
    assert!(fixture.remembered);
    assert!(fixture.storage.values().any(|value| value.contains("k.mp4")), "the success has not been reported yet");
    fixture.handle(Event::SuccessReported(1));
    assert!(!fixture.storage.values().any(|value| value.contains("k.mp4")), "{:?}", fixture.storage);
}

#[test]
fn another_film_of_the_same_size_and_samples_gets_a_video_of_its_own() {
    let begun = |authoriser| {
        let mut fixture = Fixture::with(false, 16 * PART, options(authoriser));
        if authoriser == Authoriser::Auth {
            assert_eq!(fixture.next(), Next::Asked("create-video"));
            fixture.bring("first");
        }
        for _ in 0..5 {
            fixture.reach("part");
            fixture.grant();
        }
        // None of these bytes belongs to the sample.
        fixture.rewritten = 3 * PART..4 * PART;
        fixture.restart(|_| ());
        fixture
    };
    let mut fixture = begun(Authoriser::Auth);
    assert_eq!(fixture.next(), Next::Asked("refresh-video"));
    fixture.bring("first");
    assert_eq!((fixture.next(), fixture.video_id.as_str()), (Next::Asked("create-video"), ""));
    fixture.bring("second");
    assert_eq!((fixture.finish(), fixture.video_id.as_str()), (Next::Succeeded, "second"));
    // With callbacks the app receives the error, and the next start is one of a new file.
    let mut fixture = begun(Authoriser::Callbacks);
    assert_eq!((fixture.finish(), fixture.video_id.as_str()), (Next::Failed("FileChanged".into()), ""));
    fixture.handle(Event::Start);
    assert_eq!(fixture.finish(), Next::Succeeded);
}

#[test]
fn a_video_of_a_resumed_file_is_recognised_after_a_kill() {
    // Created at the second attempt, after the file was canceled.
    let mut fixture = Fixture::make(true, SIZE, options(Authoriser::Callbacks));
    fixture.param_data = "{\"Vod\":{\"CateId\":7}}".into();
    fixture.begin("");
    fixture.reach("vod");
    fixture.fail(TransportErrorKind::Network);
    fixture.handle(Event::Cancel(1));
    fixture.handle(Event::Resume(1));
    fixture.handle(Event::Start);
    fixture.reach("vod");
    fixture.refuse(404, "InvalidVideo.NotFound");
    fixture.reach("vod");
    assert!(fixture.request().body.contains("Action=CreateUploadVideo"));
    fixture.grant();
    fixture.reach("part");
    fixture.restart(|_| ());
    fixture.reach("vod");
    assert!(fixture.request().body.contains("Action=RefreshUploadVideo"), "{}", fixture.request().body);
    // Named by an answer that came between cancel and start.
    let mut fixture = asked();
    fixture.handle(Event::Cancel(1));
    fixture.handle(Event::Resume(1));
    fixture.handle(Event::Stop);
    fixture.bring("late");
    fixture.restart(|_| ());
    assert_eq!(fixture.next(), Next::Asked("refresh-video"));
}

#[test]
fn a_late_answer_serves_the_file_and_no_third_call_is_made_beside_the_second() {
    let mut fixture = asked();
    fixture.handle(Event::AppHidden);
    fixture.reject("getAuth has not answered in time");
    fixture.handle(Event::AppShown);
    assert_eq!(fixture.next(), Next::Asked("create-video"));
    assert!(fixture.bring_late("first"));
    fixture.reach("part");
    fixture.refuse(403, "SecurityTokenExpired");
    assert!(fixture.idle(), "the second call has not answered yet");
    assert!(fixture.bring("second"));
    assert_eq!(fixture.finish(), Next::Succeeded);
    // While the first answer still serves, the second is not needed.
    let mut fixture = asked();
    fixture.handle(Event::AppHidden);
    fixture.reject("getAuth has not answered in time");
    fixture.handle(Event::AppShown);
    fixture.next();
    fixture.bring_late("first");
    assert!(!fixture.bring("second"));
    assert_eq!((fixture.finish(), fixture.video_id.as_str()), (Next::Succeeded, "first"));
}

#[test]
fn a_reference_id_of_the_app_finds_no_video_that_may_be_another_ones() {
    let mut fixture = Fixture::make(true, SIZE, options(Authoriser::Callbacks));
    fixture.param_data = "{\"Vod\":{\"ReferenceId\":\"my-ref-01\"}}".into();
    fixture.begin("");
    for _ in 0..RetryPolicy::default().max_retries {
        fixture.reach("vod");
        assert!(fixture.request().body.contains("Action=CreateUploadVideo"), "{}", fixture.request().body);
        assert_eq!(parameter(&fixture.request().body, "ReferenceId"), "my-ref-01");
        fixture.fail(TransportErrorKind::Network);
    }
    assert_eq!(fixture.finish(), Next::Succeeded);
}

#[test]
fn an_answer_after_a_failure_for_a_video_that_is_gone_is_kept_for_the_same_bytes() {
    for changed in [false, true] {
        let mut fixture = Fixture::make(false, SIZE, options(Authoriser::Callbacks));
        fixture.begin("");
        fixture.reach("part");
        fixture.handle(Event::Stop);
        fixture.authorises = false;
        fixture.handle(Event::Start);
        let auth = "{\"Code\":\"InvalidVideo.NotFound\"}".into();
        fixture.handle(Event::SetAuth { id: 1, auth, address: String::new(), video_id: String::new() });
        assert!(matches!(fixture.next(), Next::Failed(_)));
        assert_eq!(fixture.video_id, "");
        fixture.set_auth("late");
        fixture.other_content = changed;
        fixture.handle(Event::Start);
        assert_eq!(fixture.video_id, if changed { "" } else { "late" });
    }
}

#[test]
fn what_is_no_id_is_not_stored_as_one() {
    let mut fixture = Fixture::make(false, 3 * PART, Options::default());
    fixture.authorises = false;
    fixture.begin("");
    // An app that mixes up its arguments passes a credential for the VideoId.
    let secret = "eyJBY2Nlc3NLZXlTZWNyZXQiOiJzZWNyZXQifQ".repeat(4);
    assert!(!fixture.handle(Event::SetAuth {
        id: 1,
        auth: secret.clone(),
        address: String::new(),
        video_id: secret.clone()
    }));
    assert!(matches!(fixture.next(), Next::Failed(_)));
    fixture.handle(Event::SetAuth { id: 1, auth: String::new(), address: String::new(), video_id: secret.clone() });
    // The same with an authorisation that is taken.
    fixture.handle(Event::Start);
    for id in [secret.as_str(), "sEcReT/with+signs="] {
        fixture.set_auth(id);
        assert!(fixture.video_id.is_empty() && fixture.storage.values().all(|value| !value.contains(id)), "{id}");
    }
}

#[test]
fn a_late_video_is_added_to_what_is_stored() {
    let mut fixture = Fixture::make(false, SIZE, Options::default());
    let record = checkpoint::name("1", "cn-shanghai", 7, 9);
    let key = checkpoint::head_key(&record);
    let stored = Head { size: 7, created: 5, upload_id: "U".into(), chunks: 2, ..Head::default() };
    fixture.storage.insert(key.clone(), stored.write());
    for (answer, video_id) in [(created(&"x".repeat(99)), ""), (created("v"), "v"), (created("w"), "v")] {
        fixture.handle(Event::LateAnswer(LateAnswer { record: record.clone(), size: 7, answer }));
        let head = Head::read(&fixture.storage[&key]).expect("a head");
        assert_eq!(*head, Head { video_id: video_id.into(), ..stored.clone() });
    }
    let rows = checkpoint::index::read(&fixture.storage[&checkpoint::index_key()]);
    assert_eq!(rows.iter().map(|row| (row.name.as_str(), row.chunks)).collect::<Vec<_>>(), [(record.as_str(), 2)]);
}
