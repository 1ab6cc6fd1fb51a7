//! The app: the list as it sees it, its callbacks, its server.

use crate::scenario::{Flow, MINUTE, SECOND};
use crate::world::{JsTask, World};
use std::collections::{BTreeMap, VecDeque};
use vod_upload::api::action::{InfoPatch, UploadEvent};
use vod_upload::api::event::{Event, FileKind, NewFile};

/// A file in the app's list.
pub struct AppFile {
    pub id: u32,
    pub plan: usize,
    pub path: String,
    pub state: &'static str,
    pub loaded: f64,
    pub video_id: String,
    pub image_id: String,
    /// When its last credential ends, server time.
    pub until: i64,
    /// `host/key` of where it went last.
    pub object: String,
}

#[derive(Default)]
pub struct App {
    pub files: Vec<AppFile>,
    pub callbacks: VecDeque<(u32, UploadEvent)>,
    /// The calls of getAuth or getSTSToken under way: the shim makes one at a time for each file.
    pub calls: BTreeMap<u32, &'static str>,
    /// Answers of the app's server that are on their way.
    pub answers: u32,
    /// When requests of the app itself were last cut off.
    pub interrupted: i64,
    pub next_id: u32,
    /// Presses of "start" since everything was put in order.
    pub restarts: u32,
}

/// What the app or its user does.
#[derive(Clone, Debug)]
pub enum AppAction {
    Start,
    Stop,
    Clean,
    Add(usize),
    Cancel(u32),
    Remove(u32),
    Resume(u32),
    Pause(u32),
    /// The app's server has answered.
    Authorise {
        id: u32,
        renew: bool,
        kind: &'static str,
        video_id: String,
        /// When the server was called.
        asked: i64,
        /// It comes after the shim has given up.
        late: bool,
    },
    /// The shim waits for getAuth no longer; its answer may come all the same.
    GiveUp(u32),
    /// Starts unfinished files again, if there are any.
    RestartUnfinished,
}

impl App {
    pub fn states(&self) -> String {
        self.files.iter().map(|f| format!("{}:{} ", f.id, f.state)).collect()
    }

    pub fn file(&mut self, id: u32) -> Option<&mut AppFile> {
        self.files.iter_mut().find(|f| f.id == id)
    }
}

impl World {
    pub fn emitted(&mut self, id: u32, emit: UploadEvent) {
        let UploadEvent::Patch(patch) = &emit else {
            self.app.callbacks.push_back((id, emit));
            let ms = if self.rng.chance(0.9) { 0 } else { self.rng.range(1, 100) };
            return self.schedule_js(ms, JsTask::Deliver);
        };
        let cname = self.scenario.options.cname;
        let Some(file) = self.app.file(id) else { return };
        match patch {
            InfoPatch::State(state) => file.state = state,
            InfoPatch::Loaded(loaded) => file.loaded = *loaded,
            InfoPatch::VideoId(video_id) => {
                file.video_id = video_id.clone();
                let video_id = video_id.clone();
                self.video_scope_rule(&video_id);
            }
            InfoPatch::ImageId(image_id) => file.image_id = image_id.clone(),
            // These three come together, in this order.
            InfoPatch::Endpoint(endpoint) => file.object = endpoint.trim_start_matches("https://").into(),
            InfoPatch::Bucket(bucket) if !cname => file.object = format!("{bucket}.{}", file.object),
            InfoPatch::Object(key) => file.object = format!("{}/{key}", file.object),
            _ => {}
        }
    }

    pub fn deliver(&mut self) {
        while let Some((id, emit)) = self.app.callbacks.pop_front() {
            match emit {
                UploadEvent::Started if matches!(self.scenario.flow, Flow::GetAuth | Flow::GetSts) => {}
                UploadEvent::Started => self.ask_server(id, false, ""),
                UploadEvent::Expired { .. } => self.ask_server(id, true, ""),
                UploadEvent::Credential { kind, .. } => self.ask_server(id, false, kind),
                UploadEvent::Succeed => {
                    self.handle_event(Event::SuccessReported(id));
                }
                _ => {}
            }
        }
    }

    /// Calls the app's server; the response takes its time.
    fn ask_server(&mut self, id: u32, renew: bool, kind: &'static str) {
        let delay = self.scenario.app_delay;
        let mut ms = delay + self.rng.range(0, delay);
        if self.faulty() {
            if self.rng.chance(self.scenario.app_silent) {
                // It answers only after all faults have ended.
                ms = self.scenario.heal_at - self.now + self.rng.range(1, 30) * SECOND;
            } else if self.rng.chance(0.05) {
                ms = self.rng.range(1, 10) * MINUTE;
            }
        }
        let Some(file) = self.app.file(id) else { return };
        let video_id = file.video_id.clone();
        let mut late = false;
        if !kind.is_empty() {
            // The call under way serves this request, too.
            if self.app.calls.insert(id, kind) == Some(kind) {
                return;
            }
            if self.scenario.orderly {
                ms = ms.min(self.scenario.options.timeout);
            }
            late = ms > self.scenario.options.timeout;
            if late {
                self.schedule_js(self.scenario.options.timeout, JsTask::App(AppAction::GiveUp(id)));
            }
        }
        let action = AppAction::Authorise { id, renew, kind, video_id, asked: self.now, late };
        self.app.answers += 1;
        if kind.is_empty() && self.faulty() && self.rng.chance(self.scenario.app_doubles) {
            self.app.answers += 1;
            self.schedule_js(ms + 5, JsTask::App(action.clone()));
        }
        self.schedule_js(ms, JsTask::App(action));
    }

    pub fn perform_app_action(&mut self, action: AppAction) {
        self.note(|| format!("app: {action:?}"));
        match action {
            AppAction::Start => {
                self.handle_event(Event::Start);
            }
            AppAction::Stop => {
                self.handle_event(Event::Stop);
            }
            AppAction::Clean => {
                self.handle_event(Event::Clear);
                self.app.files.clear();
                self.cleaned = true;
            }
            AppAction::Add(plan) => self.add(plan),
            AppAction::Cancel(id) => {
                self.release(self.source_of(id));
                self.handle_event(Event::Cancel(id));
            }
            AppAction::Resume(id) => {
                self.handle_event(Event::Resume(id));
            }
            AppAction::Pause(id) => {
                self.handle_event(Event::Pause(id));
            }
            AppAction::Remove(id) => {
                self.release(self.source_of(id));
                self.handle_event(Event::Remove(id));
                self.app.files.retain(|f| f.id != id);
                self.observed.removed(id);
            }
            AppAction::Authorise { id, renew, kind, video_id, asked, late } => {
                self.authorise(id, renew, kind, &video_id, asked, late)
            }
            AppAction::GiveUp(id) => {
                self.app.calls.remove(&id);
                self.observed.rejected(id);
                self.handle_event(Event::CredentialFailed { id, error: "getAuth has not answered in time".into() });
            }
            AppAction::RestartUnfinished => self.restart_unfinished(),
        }
    }

    /// `host/key` of an object that the app chose itself.
    pub fn own_object(&self, plan: usize) -> String {
        let o = &self.scenario.options;
        match o.cname {
            true => format!("media.example.com/{}", self.own_key(plan)),
            false => format!("own-bucket.oss-{}.aliyuncs.com/{}", o.region, self.own_key(plan)),
        }
    }

    /// Each user has a folder.
    fn own_key(&self, plan: usize) -> String {
        format!("user {}/dir {plan}/x.mp4", self.scope)
    }

    /// Adds a file of the phone to the list, as addFile does.
    pub fn add(&mut self, plan: usize) {
        let Some(file) = self.phone.files.iter().rev().find(|f| f.plan == plan && f.there) else { return };
        let path = file.path.clone();
        let listed = |f: &AppFile| f.path == path && !matches!(f.state, "Success" | "Failure" | "Canceled");
        if self.app.files.iter().any(listed) {
            return;
        }
        self.app.next_id += 1;
        let id = self.app.next_id;
        let p = self.scenario.files[plan].clone();
        let region = &self.scenario.options.region;
        let own = |text: String| if p.own_target { text } else { String::new() };
        let endpoint = match self.scenario.options.cname {
            true => "media.example.com".to_string(),
            false => format!("oss-{region}.aliyuncs.com"),
        };
        let new = NewFile {
            id,
            path: path.clone(),
            name: p.name.into(),
            kind: FileKind::Unknown,
            endpoint: own(endpoint),
            bucket: own("own-bucket".into()),
            object: own(self.own_key(plan)),
            param_data: p.params.into(),
            cover: if p.cover == "cover" { "wxfile://tmp_cover.jpg".into() } else { p.cover.into() },
        };
        self.app.files.push(AppFile {
            id,
            plan,
            path,
            state: "Ready",
            loaded: 0.0,
            video_id: String::new(),
            image_id: String::new(),
            object: String::new(),
            until: 0,
        });
        self.observed.added(id);
        self.handle_event(Event::Add(new));
    }
}
