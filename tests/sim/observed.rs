//! What the rules record of a run: events given to the engine, callbacks of the app, objects and uploads at the server.

use crate::cloud::Effect;
use crate::world::World;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use vod_upload::api::event::Event;

/// A request that the engine awaits.
pub struct Awaited {
    pub what: &'static str,
    pub object: String,
    /// Its file was canceled or has failed while the request was in flight.
    pub given_up: bool,
}

/// One file as the app's callbacks describe it.
#[derive(Default)]
pub struct FileRecord {
    pub state: &'static str,
    pub started: bool,
    pub ended: bool,
    /// When it was started, ms.
    pub since: i64,
    pub shown: f64,
    /// Bytes of the last progress event, and its total.
    pub loaded: f64,
    pub total: f64,
    /// What lay at the path since it was inspected.
    pub versions: Vec<Version>,
    /// A call for a credential has not returned.
    pub asked: bool,
    /// The app has provided a credential since the file was started.
    pub granted: bool,
    /// The server has called the file's credential expired since the last one was given.
    pub expired: bool,
}

/// What lay at a file's path for a while.
#[derive(Clone, Debug)]
pub struct Version {
    pub size: u64,
    pub crc: u64,
    /// The visible change that ended it.
    replaced: Option<u64>,
}

/// A part whose storage a response has confirmed to the engine.
pub struct KnownPart {
    pub object: String,
    /// The turn with that response has ended, so the engine had the chance to save it.
    pub persisted: bool,
}

#[derive(Default)]
pub struct Observed {
    /// The effects of responses that are on their way to the engine, by request.
    pub effects: HashMap<u32, Effect>,
    pub awaited: BTreeMap<u32, Awaited>,
    /// Paths of stat calls under way, by call.
    pub pending_stats: HashMap<u32, String>,
    /// Reads whose result is on its way to the engine: the path, and the number of its last visible change.
    pub seen: HashMap<u32, (String, u64)>,
    /// Reads that the engine has taken back: it looks at no result of them.
    pub dropped_reads: BTreeSet<u32>,
    pub known_parts: HashMap<(String, u32), KnownPart>,
    /// Uploads that the engine may abandon: gone, damaged or discarded.
    pub abandoned: BTreeSet<String>,
    /// Objects that were completed since their file was started.
    pub completed: BTreeSet<String>,
    /// Objects that were completed for a former run of the app, which was killed before the response.
    pub completed_before_kill: BTreeSet<String>,
    /// Uploads whose ids the engine knows.
    pub opened: BTreeSet<String>,
    pub videos: crate::videos::KnownVideos,
    /// The app was away for a week.
    pub week_passed: bool,
    pub files: BTreeMap<u32, FileRecord>,
    /// Some file has changed in this world.
    pub changed: bool,
    /// A run is on, and a file has ended in it.
    pub run: bool,
    pub run_ended: bool,
    pub stopped: bool,
    /// resumeUploadWithAuth names no file, and neither does an UploadAuth: an
    /// answer that came late was taken for another file.
    pub credential_misassigned: bool,
}

impl Observed {
    pub fn added(&mut self, id: u32) {
        self.files.insert(id, FileRecord { state: "Ready", ..FileRecord::default() });
    }

    pub fn answered(&mut self, id: u32) {
        if let Some(record) = self.files.get_mut(&id) {
            // An answer to the question of a former attempt is none to this one's.
            record.granted |= record.asked;
            (record.asked, record.expired) = (false, false);
        }
    }

    /// resumeUploadWith… names no file.
    pub fn answered_all(&mut self) {
        for record in self.files.values_mut() {
            (record.asked, record.expired) = (false, false);
        }
    }

    /// The question for a credential was answered with a refusal.
    pub fn rejected(&mut self, id: u32) {
        if let Some(record) = self.files.get_mut(&id) {
            record.asked = false;
        }
    }

    /// The video is gone: another credential is for another one.
    pub fn video_gone(&mut self, id: u32) {
        if let Some(record) = self.files.get_mut(&id) {
            record.granted = false;
        }
    }

    pub fn removed(&mut self, id: u32) {
        self.files.remove(&id);
    }

    /// A stored text is removed: the second line of a chunk names the upload.
    pub fn forgotten(&mut self, text: &str) {
        let second = text.split('\n').nth(1).unwrap_or_default();
        if let Ok(upload) = serde_json::from_str::<String>(second) {
            self.known_parts.retain(|(id, _), _| *id != upload);
            self.abandoned.insert(upload);
        }
    }

    pub fn killed(&mut self) {
        self.effects.clear();
        self.awaited.clear();
        self.pending_stats.clear();
        self.seen.clear();
        self.dropped_reads.clear();
        self.files.clear();
        self.completed_before_kill.append(&mut self.completed);
        self.videos.killed();
        (self.run, self.run_ended, self.stopped) = (false, false, false);
        // What was not saved when the process died was never known.
        self.known_parts.retain(|_, known| known.persisted);
    }
}

impl World {
    pub fn before_event(&mut self, event: &Event) {
        match event {
            Event::Response { id, .. } => {
                let effect = self.observed.effects.remove(id);
                let Some(awaited) = self.observed.awaited.remove(id) else { return };
                self.record_effect(awaited, effect.unwrap_or_default());
            }
            Event::AppHidden => self.hidden_reported = true,
            Event::AppShown => self.hidden_reported = false,
            Event::Stat { op, .. } => {
                self.file_calls.remove(op);
                self.inspected(*op);
            }
            Event::Read { op, result } => {
                self.file_calls.remove(op);
                let (seen, dropped) = (self.observed.seen.remove(op), self.observed.dropped_reads.remove(op));
                if let (Some((path, visible)), Ok(_), false) = (seen, result, dropped) {
                    self.looked_at(&path, visible);
                }
            }
            // The requests of the app itself end with it.
            Event::NetworkChanged { connected: false, .. } => self.app.interrupted = self.now,
            Event::Stop => self.observed.stopped = true,
            Event::Clear => {
                self.observed.stopped = true;
                self.observed.files.clear();
            }
            Event::Start => self.observed.stopped = false,
            _ => {}
        }
    }

    fn record_effect(&mut self, awaited: Awaited, effect: Effect) {
        match effect {
            Effect::Part { upload, number } => {
                self.observed
                    .known_parts
                    .insert((upload, number), KnownPart { object: awaited.object, persisted: false });
            }
            // The checkpoint of a completed upload is deleted, though a kill may leave a part of it.
            Effect::UploadedPart { object } => {
                self.observed.completed_before_kill.remove(&object);
                self.observed.completed.remove(&object);
                self.observed.known_parts.retain(|_, known| known.object != object);
                self.observed
                    .abandoned
                    .extend(self.cloud.uploads.iter().filter(|u| u.1.object == object).map(|u| u.0.clone()));
            }
            Effect::Gone { upload } => {
                self.observed.abandoned.insert(upload);
            }
            Effect::Expired if awaited.what == "vod" => self.observed.files.values_mut().for_each(|b| b.expired = true),
            Effect::Expired => {
                for file in self.app.files.iter().filter(|f| f.object == awaited.object) {
                    if let Some(record) = self.observed.files.get_mut(&file.id) {
                        record.expired = true;
                    }
                }
            }
            Effect::Opened { upload } => {
                self.observed.opened.insert(upload);
            }
            Effect::Nothing => {}
        }
    }

    /// A file was inspected: the object must match one version that the file has had since then.
    fn inspected(&mut self, op: u32) {
        let Some(path) = self.observed.pending_stats.remove(&op) else { return };
        for file in self.app.files.iter().filter(|f| f.path == path) {
            let Some(record) = self.observed.files.get_mut(&file.id) else { continue };
            if file.state == "Uploading" && !record.started {
                let found = self.phone.file(&file.path);
                let version = |f: &crate::phone::PhoneFile| Version {
                    size: f.content.size,
                    crc: f.content.whole(),
                    replaced: None,
                };
                record.versions = found.map(version).into_iter().collect();
            }
        }
    }

    /// The engine has seen the file after a visible change: earlier versions no longer count.
    fn looked_at(&mut self, path: &str, visible: u64) {
        for file in self.app.files.iter().filter(|f| f.path == path) {
            if let Some(record) = self.observed.files.get_mut(&file.id) {
                record.versions.retain(|version| version.replaced.is_none_or(|when| when > visible));
            }
        }
    }

    pub fn file_changed(&mut self, at: usize, visibly: bool) {
        self.observed.changed = true;
        self.observed.completed.clear();
        self.observed.completed_before_kill.clear();
        // Parts of the former content are useless, as are those of another file under the same name.
        self.observed.abandoned.extend(self.cloud.uploads.keys().cloned());
        let file = &self.phone.files[at];
        for other in self.app.files.iter().filter(|f| f.path == file.path) {
            if let Some(record) = self.observed.files.get_mut(&other.id) {
                for version in record.versions.iter_mut().filter(|version| visibly && version.replaced.is_none()) {
                    version.replaced = Some(file.visible);
                }
                record.versions.push(Version { size: file.content.size, crc: file.content.whole(), replaced: None });
            }
        }
    }
}
