//! Several files in one list: what one of them has, or waits for, must not harm the others.

use std::collections::{HashMap, VecDeque};
use vod_upload::api::action::{Action, UploadEvent};
use vod_upload::api::event::{Event, FileStat, HttpResponse, NewFile, ReadOutcome};
use vod_upload::api::options::{Authoriser, Options};
use vod_upload::encoding::base64;
use vod_upload::engine::Engine;

struct Request {
    id: u32,
    method: &'static str,
    url: String,
    headers: String,
}

/// A phone whose files are all alike, and a server that answers when it is told to.
struct Table {
    engine: Engine,
    size: u64,
    now: i64,
    storage: HashMap<String, String>,
    forgotten: Vec<String>,
    requests: VecDeque<Request>,
    heard: Vec<(u32, &'static str)>,
}

impl Table {
    fn new(files: u32, size: u64, options: Options) -> Self {
        let options = Options { network: "wifi".into(), parallel_files: files, crc: false, ..options };
        let mut table = Table {
            engine: Engine::new(options),
            size,
            now: 1_780_272_000_000,
            storage: HashMap::new(),
            forgotten: Vec::new(),
            requests: VecDeque::new(),
            heard: Vec::new(),
        };
        for id in 1..=files {
            let (path, name) = (format!("{id}"), "a.mp4".into());
            table.tell(Event::Add(NewFile { id, path, name, ..NewFile::default() }));
        }
        table.tell(Event::Start);
        table
    }

    fn tell(&mut self, event: Event) -> bool {
        let mut local = VecDeque::from([event]);
        let mut taken = None;
        let facts = FileStat { size: self.size, mtime: 1 };
        while let Some(event) = local.pop_front() {
            let effect = self.engine.handle_event(event, self.now);
            taken = taken.or(Some(effect));
            while let Some(action) = self.engine.poll_action() {
                match action {
                    Action::Stat { op, .. } => local.push_back(Event::Stat { op, result: Ok(facts) }),
                    Action::Read { op, length, .. } => {
                        local.push_back(Event::Read { op, result: Ok(ReadOutcome { length, crc: 0, facts }) })
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
                    Action::Emit { id, emit } => self.heard.extend(name(&emit).map(|what| (id, what))),
                    _ => {}
                }
            }
        }
        taken == Some(true)
    }

    /// A credential for the file's own object, by which it can be told who signed.
    fn authorise(&mut self, id: u32) {
        let (auth, address) = granted(&format!("{id}"), "3600");
        assert!(self.tell(Event::SetAuth { id, auth, address, video_id: format!("v{id}") }));
    }

    fn count(&self, what: &str) -> usize {
        self.heard.iter().filter(|heard| heard.1 == what).count()
    }

    fn answer(&mut self, request: &Request, status: u16, body: &str) {
        let headers = "x-oss-request-id: R\netag: \"E\"\n".into();
        self.now += 50;
        self.tell(Event::Response {
            id: request.id,
            answer: HttpResponse { status, headers, body: body.into(), ..HttpResponse::default() },
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
            self.tell(Event::Tick);
        }
    }

    /// A sound server, until nothing is left to answer; `refused` are told that their credential has expired.
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
    let mut table = Table::new(2, 3_000_000, Options::default());
    // Both hold the same content; the first is remembered, and its upload is open.
    table.authorise(1);
    let first = table.requests.pop_front().expect("an Initiate");
    table.grant(&first);
    table.authorise(2);
    table.tell(Event::Stop);
    // The second finds what is remembered of the first, and gets an address of its own once more.
    table.tell(Event::Resume(2));
    table.authorise(2);
    assert!(table.requests.iter().any(|request| request.headers.contains("STS.K2")));
    for request in &table.requests {
        let own = request.url.contains("/2.mp4") == request.headers.contains("STS.K2");
        assert!(own, "{} {} with\n{}", request.method, request.url, request.headers);
    }
    table.serve("");
    assert!(table.heard.contains(&(2, "succeeded")));
}

#[test]
fn files_that_wait_for_the_app_leave_their_memory_to_others() {
    // More of them than the memory holds at once, and an app that answers nobody before all have started.
    let mut table = Table::new(20, 1_000_000, Options::default());
    assert_eq!(table.count("started"), 16, "apps that answer at once cost no file a second read");
    table.wait();
    assert_eq!((table.count("started"), table.count("failed")), (20, 0));
    (1..=20).for_each(|id| table.authorise(id));
    table.serve("");
    assert_eq!(table.count("succeeded"), 20);
}

#[test]
fn a_file_whose_credential_has_expired_holds_nobody_up() {
    let mut table = Table::new(2, 100_000_000, Options { checkpoint: false, ..Options::default() });
    table.authorise(1);
    table.authorise(2);
    for _ in 0..20 {
        if let Some(request) = table.requests.pop_front() {
            table.grant(&request);
        }
    }
    table.serve("STS.K1");
    table.wait();
    table.serve("STS.K1");
    assert_eq!((table.count("expired"), table.count("failed")), (1, 0));
    assert_eq!(table.heard.iter().filter(|heard| heard.1 == "succeeded").collect::<Vec<_>>(), [&(2, "succeeded")]);
    assert!(table.tell(Event::ResumeAuth(granted("1b", "3600").0)));
    table.serve("");
    assert_eq!(table.count("succeeded"), 2);
}

#[test]
fn a_short_lived_token_is_asked_for_once_in_its_life() {
    for authoriser in [Authoriser::Auth, Authoriser::Callbacks] {
        let asked = if authoriser == Authoriser::Auth { "asked" } else { "expired" };
        let mut table = Table::new(1, 100_000_000, Options { authoriser, ..Options::default() });
        let (mut answered, since) = (usize::from(authoriser == Authoriser::Callbacks), table.now);
        let (auth, address) = granted("1", "20");
        if answered > 0 {
            table.tell(Event::SetAuth { id: 1, auth: auth.clone(), address: address.clone(), video_id: "v".into() });
        }
        while table.count("succeeded") == 0 {
            if table.count("started") + table.count(asked) > answered + 1 {
                answered += 1;
                let json = format!("{{\"UploadAuth\":\"{auth}\",\"UploadAddress\":\"{address}\",\"VideoId\":\"v\"}}");
                table.tell(match authoriser {
                    Authoriser::Auth => Event::Credential { id: 1, json },
                    _ => Event::ResumeAuth(auth.clone()),
                });
            }
            table.now += 1_500;
            match table.requests.pop_front() {
                Some(request) => table.grant(&request),
                None => drop(table.tell(Event::Tick)),
            }
        }
        // The margin before the end is a fifth of the life at most.
        let lives = (table.now - since) / 16_000 + 1;
        assert!(lives > 4 && table.count(asked) as i64 <= lives, "{} in {lives} lives", table.count(asked));
        assert_eq!(table.count("failed"), 0);
    }
}

#[test]
fn an_upload_is_forgotten_from_its_head_on() {
    // A kill may come between: a head without its parts would tell of an upload that waits for all of them.
    let mut table = Table::new(1, 3_000_000, Options::default());
    table.authorise(1);
    table.serve("");
    assert_eq!(table.count("succeeded"), 1);
    let [head, chunk, index] = &table.forgotten[..] else { panic!("{:?}", table.forgotten) };
    assert_eq!((format!("{head}:0"), "vod-upload:index"), (chunk.clone(), index.as_str()));
    assert!(table.storage.keys().all(|key| key == "vod-upload:link"), "{:?}", table.storage.keys());
}

#[test]
fn an_abort_on_its_way_has_one_of_the_eight_slots() {
    let mut table = Table::new(2, 100_000_000, Options::default());
    table.authorise(1);
    table.authorise(2);
    for _ in 0..30 {
        let request = table.requests.pop_front().expect("a request");
        table.grant(&request);
    }
    assert!(table.tell(Event::Cancel(1)));
    for _ in 0..20 {
        assert_eq!(table.requests.iter().filter(|request| request.method == "DELETE").count(), 1);
        assert_eq!(table.requests.len(), 8);
        // The abort alone is not answered.
        let at = table.requests.iter().position(|request| request.method != "DELETE").expect("a part");
        let request = table.requests.remove(at).expect("it");
        table.grant(&request);
    }
}
