//! Several files in one list: what one of them has, or waits for, must not harm the others.

use std::collections::{HashMap, VecDeque};
use vod_upload::api::action::{Action, UploadEvent};
use vod_upload::api::event::{Event, FileStat, HttpResponse, NewFile, ReadOutcome, StsText};
use vod_upload::api::options::{Authoriser, Options};
use vod_upload::encoding::base64;
use vod_upload::engine::Engine;
use vod_upload::flow::shared::SharedState;

struct Request {
    id: u32,
    method: &'static str,
    url: String,
    headers: String,
}

/// An engine, a phone with files of the same content, and a server that answers when the test says so.
struct Fixture {
    engine: Engine,
    size: u64,
    /// Each file has so many bytes more than the one before.
    growth: u64,
    now: i64,
    storage: HashMap<String, String>,
    forgotten: Vec<String>,
    requests: VecDeque<Request>,
    callbacks: Vec<(u32, &'static str)>,
}

impl Fixture {
    fn new(files: u32, size: u64, options: Options) -> Self {
        Self::beside(SharedState::default(), files, size, options)
    }

    /// One of several uploaders of an app.
    fn beside(shared: SharedState, files: u32, size: u64, options: Options) -> Self {
        let options = Options { network: "wifi".into(), parallel_files: files, crc: false, ..options };
        let mut fixture = Fixture {
            engine: Engine::with_shared(options, shared),
            size,
            growth: 0,
            now: 1_780_272_000_000,
            storage: HashMap::new(),
            forgotten: Vec::new(),
            requests: VecDeque::new(),
            callbacks: Vec::new(),
        };
        for id in 1..=files {
            let (path, name) = (format!("{id}"), "a.mp4".into());
            fixture.handle_event(Event::Add(NewFile { id, path, name, ..NewFile::default() }));
        }
        fixture.handle_event(Event::Start);
        fixture
    }

    fn handle_event(&mut self, event: Event) -> bool {
        let mut local = VecDeque::from([event]);
        let mut taken = None;
        let (size, growth) = (self.size, self.growth);
        let facts = |path: &str| FileStat { size: size + growth * path.parse::<u64>().unwrap_or_default(), mtime: 1 };
        while let Some(event) = local.pop_front() {
            let effect = self.engine.handle_event(event, self.now);
            taken = taken.or(Some(effect));
            while let Some(action) = self.engine.poll_action() {
                match action {
                    Action::Stat { op, path } => {
                        let result = Ok(facts(&path));
                        local.push_back(Event::Stat { op, result })
                    }
                    Action::Read { op, length, path, .. } => {
                        let facts = facts(&path);
                        local.push_back(Event::Read { op, result: Ok(ReadOutcome { length, crc: 0, stat: facts }) })
                    }
                    Action::Load(key) => {
                        let value = self.storage.get(&key).cloned().unwrap_or_default();
                        local.push_back(Event::Loaded { key, value });
                    }
                    Action::Save { key, value } => drop(self.storage.insert(key, value)),
                    Action::Forget(key) => {
                        self.storage.remove(&key);
                        self.forgotten.push(key);
                    }
                    Action::Request { id, method, url, headers, .. } => {
                        self.requests.push_back(Request { id, method, url, headers })
                    }
                    Action::Abort(id) => self.requests.retain(|request| request.id != id),
                    Action::Emit { id, emit } => self.callbacks.extend(name(&emit).map(|what| (id, what))),
                    _ => {}
                }
            }
        }
        taken == Some(true)
    }

    /// A credential for the file's own object; its access key id shows which credential signed a request.
    fn authorise(&mut self, id: u32) {
        let (auth, address) = granted(&format!("{id}"), "3600");
        assert!(self.handle_event(Event::SetAuth { id, auth, address, video_id: format!("v{id}") }));
    }

    fn count(&self, what: &str) -> usize {
        self.callbacks.iter().filter(|callback| callback.1 == what).count()
    }

    fn answer(&mut self, request: &Request, status: u16, body: &str) {
        let headers = "x-oss-request-id: R\netag: \"E\"\n".into();
        self.now += 50;
        self.handle_event(Event::Response {
            id: request.id,
            result: Ok(HttpResponse { status, headers, body: body.into() }),
        });
    }

    fn grant(&mut self, request: &Request) {
        let body = match (request.method, request.url.contains("uploadId=")) {
            ("POST", true) => "<CompleteMultipartUploadResult></CompleteMultipartUploadResult>".into(),
            ("POST", false) => format!(
                "<InitiateMultipartUploadResult><UploadId>U{}</UploadId></InitiateMultipartUploadResult>",
                request.id
            ),
            _ => String::new(),
        };
        self.answer(request, 200, &body);
    }

    /// Time passes while nobody answers.
    fn wait(&mut self) {
        for _ in 0..100 {
            let Some(ms) = self.engine.next_timeout() else { return };
            self.now += ms.max(1);
            self.handle_event(Event::Timeout);
        }
    }

    /// Answers all requests until none is left; those signed with `refused` are answered with an expired credential.
    fn serve(&mut self, refused: &str) {
        while let Some(request) = self.requests.pop_front() {
            if !refused.is_empty() && request.headers.contains(refused) {
                self.answer(&request, 403, "<Error><Code>SecurityTokenExpired</Code></Error>");
            } else {
                self.grant(&request);
            }
        }
    }
}

/// UploadAuth and UploadAddress.
fn granted(key: &str, life: &str) -> (String, String) {
    let auth = format!(
        "{{\"AccessKeyId\":\"STS.K{key}\",\"AccessKeySecret\":\"s\",\"SecurityToken\":\"t\",\"Expiration\":\"{life}\"}}"
    );
    let address = format!(
        "{{\"Endpoint\":\"https://oss-cn-shanghai.aliyuncs.com\",\"Bucket\":\"outin-1\",\"FileName\":\"{key}.mp4\"}}"
    );
    (base64::encode(auth.as_bytes()), base64::encode(address.as_bytes()))
}

fn name(emit: &UploadEvent) -> Option<&'static str> {
    Some(match emit {
        UploadEvent::Started => "started",
        UploadEvent::Succeed => "succeeded",
        UploadEvent::Failed(_) => "failed",
        UploadEvent::Expired { .. } => "expired",
        UploadEvent::Credential { .. } => "asked",
        _ => return None,
    })
}

#[test]
fn a_cleanup_is_signed_by_none_but_its_own_credential() {
    let mut fixture = Fixture::new(2, 3_000_000, Options::default());
    // Both hold the same content; the first is remembered, and its upload is open.
    fixture.authorise(1);
    let first = fixture.requests.pop_front().expect("an Initiate");
    fixture.grant(&first);
    fixture.authorise(2);
    fixture.handle_event(Event::Stop);
    // The second finds what is remembered of the first, and gets an address of its own once more.
    fixture.handle_event(Event::Resume(2));
    fixture.authorise(2);
    assert!(fixture.requests.iter().any(|request| request.headers.contains("STS.K2")));
    for request in &fixture.requests {
        let own = request.url.contains("/2.mp4") == request.headers.contains("STS.K2");
        assert!(own, "{} {} with\n{}", request.method, request.url, request.headers);
    }
    fixture.serve("");
    assert!(fixture.callbacks.contains(&(2, "succeeded")));
}

#[test]
fn files_that_wait_for_the_app_leave_their_memory_to_others() {
    // More of them than the memory holds at once, and an app that answers nobody before all have started.
    let mut fixture = Fixture::new(20, 1_000_000, Options::default());
    assert_eq!(fixture.count("started"), 16, "apps that answer at once cost no file a second read");
    fixture.wait();
    assert_eq!((fixture.count("started"), fixture.count("failed")), (20, 0));
    (1..=20).for_each(|id| fixture.authorise(id));
    fixture.serve("");
    assert_eq!(fixture.count("succeeded"), 20);
}

#[test]
fn a_file_whose_credential_has_expired_holds_nobody_up() {
    let mut fixture = Fixture::new(2, 100_000_000, Options { checkpoint: false, ..Options::default() });
    fixture.authorise(1);
    fixture.authorise(2);
    for _ in 0..20 {
        if let Some(request) = fixture.requests.pop_front() {
            fixture.grant(&request);
        }
    }
    fixture.serve("STS.K1");
    fixture.wait();
    fixture.serve("STS.K1");
    assert_eq!((fixture.count("expired"), fixture.count("failed")), (1, 0));
    assert_eq!(
        fixture.callbacks.iter().filter(|callback| callback.1 == "succeeded").collect::<Vec<_>>(),
        [&(2, "succeeded")]
    );
    assert!(fixture.handle_event(Event::RenewAuth(granted("1b", "3600").0)));
    fixture.serve("");
    assert_eq!(fixture.count("succeeded"), 2);
}

#[test]
fn a_short_lived_token_is_asked_for_once_in_its_life() {
    for authoriser in [Authoriser::Auth, Authoriser::Callbacks] {
        let asked = if authoriser == Authoriser::Auth { "asked" } else { "expired" };
        let mut fixture = Fixture::new(1, 100_000_000, Options { authoriser, ..Options::default() });
        let (mut answered, since) = (usize::from(authoriser == Authoriser::Callbacks), fixture.now);
        let (auth, address) = granted("1", "20");
        if answered > 0 {
            fixture.handle_event(Event::SetAuth {
                id: 1,
                auth: auth.clone(),
                address: address.clone(),
                video_id: "v".into(),
            });
        }
        while fixture.count("succeeded") == 0 {
            if fixture.count("started") + fixture.count(asked) > answered + 1 {
                answered += 1;
                let json = format!("{{\"UploadAuth\":\"{auth}\",\"UploadAddress\":\"{address}\",\"VideoId\":\"v\"}}");
                fixture.handle_event(match authoriser {
                    Authoriser::Auth => Event::Credential { id: 1, json },
                    _ => Event::RenewAuth(auth.clone()),
                });
            }
            fixture.now += 1_500;
            match fixture.requests.pop_front() {
                Some(request) => fixture.grant(&request),
                None => drop(fixture.handle_event(Event::Timeout)),
            }
        }
        // The margin before the end is a fifth of the life at most.
        let lives = (fixture.now - since) / 16_000 + 1;
        assert!(lives > 4 && fixture.count(asked) as i64 <= lives, "{} in {lives} lives", fixture.count(asked));
        assert_eq!(fixture.count("failed"), 0);
    }
}

#[test]
fn an_upload_is_forgotten_from_its_head_on() {
    // A kill may come between: a head without its parts would tell of an upload that waits for all of them.
    let mut fixture = Fixture::new(1, 3_000_000, Options::default());
    fixture.authorise(1);
    fixture.serve("");
    assert_eq!(fixture.count("succeeded"), 1);
    assert!(fixture.forgotten.is_empty(), "the success has not been reported yet");
    fixture.handle_event(Event::SuccessReported(1));
    let [head, chunk, index] = &fixture.forgotten[..] else { panic!("{:?}", fixture.forgotten) };
    assert_eq!((format!("{head}:0"), "vod-upload:index"), (chunk.clone(), index.as_str()));
    assert!(fixture.storage.keys().all(|key| key == "vod-upload:link"), "{:?}", fixture.storage.keys());
}

#[test]
fn an_abort_on_its_way_has_one_of_the_eight_slots() {
    let mut fixture = Fixture::new(2, 100_000_000, Options::default());
    fixture.authorise(1);
    fixture.authorise(2);
    for _ in 0..30 {
        let request = fixture.requests.pop_front().expect("a request");
        fixture.grant(&request);
    }
    assert!(fixture.handle_event(Event::Cancel(1)));
    for _ in 0..20 {
        assert_eq!(fixture.requests.iter().filter(|request| request.method == "DELETE").count(), 1);
        assert_eq!(fixture.requests.len(), 8);
        // The abort alone is not answered.
        let at = fixture.requests.iter().position(|request| request.method != "DELETE").expect("a part");
        let request = fixture.requests.remove(at).expect("it");
        fixture.grant(&request);
    }
}

#[test]
fn one_address_is_not_taken_for_two_files() {
    for size in [50_000, 3_000_000] {
        let mut fixture = Fixture::new(2, size, Options::default());
        fixture.handle_event(Event::Clear);
        (fixture.growth, fixture.callbacks) = (1_000, Vec::new());
        for id in [3, 4] {
            let (path, name) = (format!("{id}"), "a.mp4".into());
            fixture.handle_event(Event::Add(NewFile { id, path, name, ..NewFile::default() }));
        }
        fixture.handle_event(Event::Start);
        let (auth, address) = granted("one", "3600");
        let mut give = |id| {
            let (auth, address) = (auth.clone(), address.clone());
            fixture.handle_event(Event::SetAuth { id, auth, address, video_id: "v".into() });
            fixture.serve("");
        };
        give(3);
        give(4);
        let ends = ["succeeded", "failed"];
        let ends: Vec<_> = fixture.callbacks.iter().filter(|callback| ends.contains(&callback.1)).collect();
        assert_eq!(ends, [&(3, "succeeded"), &(4, "failed")], "{size} bytes");
        // The same bytes once more, as an app that starts again gives them, harm nobody.
        let (path, name) = ("3".into(), "a.mp4".into());
        fixture.handle_event(Event::Add(NewFile { id: 5, path, name, ..NewFile::default() }));
        fixture.handle_event(Event::Start);
        fixture.handle_event(Event::SetAuth {
            id: 5,
            auth: auth.clone(),
            address: address.clone(),
            video_id: "v".into(),
        });
        fixture.serve("");
        assert!(fixture.callbacks.contains(&(5, "succeeded")), "{size} bytes");
    }
}

/// The answer of CreateUploadVideo or RefreshUploadVideo.
fn created(video: &str) -> String {
    let (auth, address) = granted(video, "3600");
    format!("{{\"RequestId\":\"R\",\"VideoId\":\"{video}\",\"UploadAuth\":\"{auth}\",\"UploadAddress\":\"{address}\"}}")
}

#[test]
fn an_upload_with_other_param_data_stays_with_its_file() {
    let mut fixture = Fixture::new(0, 3_000_000, Options::default());
    let begin = |fixture: &mut Fixture, id: u32| {
        let param_data = format!("{{\"Vod\":{{\"Title\":\"{id}\"}}}}");
        let (path, name) = (format!("{id}"), "a.mp4".into());
        fixture.handle_event(Event::Add(NewFile { id, path, name, param_data, ..NewFile::default() }));
        fixture.handle_event(Event::Pause(id));
    };
    let go_on = |fixture: &mut Fixture, id: u32| {
        assert!(fixture.handle_event(Event::Resume(id)));
        let [access_key_id, access_key_secret, security_token] = ["STS.K", "s", "t"].map(String::from);
        let token = StsText { access_key_id, access_key_secret, security_token, expiration: String::new() };
        assert!(fixture.handle_event(Event::SetSts { id, token, video_id: String::new() }));
        let call = fixture.requests.pop_front().expect("a call of VOD");
        fixture.answer(&call, 200, &created(&format!("v{id}")));
    };
    begin(&mut fixture, 1);
    go_on(&mut fixture, 1);
    let initiate = fixture.requests.pop_front().expect("an Initiate");
    fixture.grant(&initiate);
    let upload = format!("uploadId=U{}", initiate.id);
    fixture.handle_event(Event::Stop);
    // The same bytes under another title are another video.
    begin(&mut fixture, 2);
    go_on(&mut fixture, 2);
    assert!(fixture.requests.iter().all(|request| request.url.contains("v2.mp4")));
    fixture.serve("");
    assert!(fixture.callbacks.contains(&(2, "succeeded")));
    // The first goes on where it was.
    go_on(&mut fixture, 1);
    assert!(!fixture.requests.is_empty() && fixture.requests.iter().all(|request| request.url.contains(&upload)));
    fixture.serve("");
    assert!(fixture.callbacks.contains(&(1, "succeeded")));
}

#[test]
fn a_failed_file_that_was_added_again_is_not_sent_twice() {
    let mut fixture = Fixture::new(1, 3_000_000, Options::default());
    fixture.authorise(1);
    let first = fixture.requests.pop_front().expect("an Initiate");
    fixture.answer(&first, 403, "<Error><Code>AccessDenied</Code></Error>");
    assert_eq!(fixture.count("failed"), 1);
    let again = |id, object: &str| {
        let (path, name, object) = ("1".into(), "a.mp4".into(), object.into());
        Event::Add(NewFile { id, path, name, object, ..NewFile::default() })
    };
    fixture.handle_event(again(2, ""));
    fixture.handle_event(again(3, "elsewhere.mp4"));
    fixture.handle_event(Event::Cancel(3));
    fixture.handle_event(Event::Start);
    fixture.authorise(2);
    fixture.serve("");
    assert_eq!((fixture.count("started"), fixture.count("succeeded")), (2, 1), "once each");
    // Not after that either; but when the later one was taken back.
    fixture.handle_event(Event::Start);
    assert_eq!(fixture.count("started"), 2);
    fixture.handle_event(Event::Remove(2));
    fixture.handle_event(Event::Start);
    assert_eq!(fixture.count("started"), 3);
}

#[test]
fn an_object_takes_one_file_at_a_time_whichever_uploader_sends_it() {
    let shared = SharedState::default();
    let mut fixture = Fixture::beside(shared.clone(), 1, 3_000_000, Options::default());
    fixture.authorise(1);
    assert!(!fixture.requests.is_empty());
    // The app's server gives the same address to another film of another page.
    let mut other = Fixture::beside(shared.clone(), 1, 4_000_000, Options::default());
    let (auth, address) = granted("1", "3600");
    let set = |id: u32| Event::SetAuth { id, auth: auth.clone(), address: address.clone(), video_id: "v1".into() };
    let keeps_video = |fixture: &Fixture| fixture.storage.values().any(|value| value.contains("\"videoId\":\"v1\""));
    assert!(!other.handle_event(set(1)));
    assert_eq!((other.count("failed"), other.requests.len()), (1, 0));
    assert!(keeps_video(&fixture) && !keeps_video(&other), "it is the first film's");
    fixture.serve("");
    assert_eq!(fixture.count("succeeded"), 1);
    // What is there may be replaced by another uploader, as with RefreshUploadVideo; in one list it is a mistake.
    fixture.handle_event(Event::Add(NewFile { id: 2, path: "2".into(), name: "b.mp4".into(), ..NewFile::default() }));
    fixture.growth = 1_000;
    fixture.handle_event(Event::Start);
    assert!(!fixture.handle_event(set(2)));
    other.handle_event(Event::Start);
    assert!(other.handle_event(set(1)));
    // An uploader that is no more holds no object.
    drop(other);
    let mut last = Fixture::beside(shared, 1, 5_000_000, Options::default());
    assert!(last.handle_event(set(1)));
    last.serve("");
    assert_eq!(last.count("succeeded"), 1);
}
