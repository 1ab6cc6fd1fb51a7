//! What others do to an upload: a file that changes, a video that is deleted, an impatient user; and the end of all faults.

use crate::app::AppAction;
use crate::content::Content;
use crate::scenario::{MINUTE, SECOND};
use crate::world::{JsTask, World};
use vod_upload::api::event::Event;

impl World {
    pub fn rewrite(&mut self) {
        let at = self.rng.below(self.scenario.files.len() as u64) as usize;
        let (now, unknown) = (self.now, self.scenario.mtime_unknown);
        let how = if self.scenario.rewritten { self.rng.pick(&[1, 4, 4, 4]) } else { self.rng.below(6) };
        let mark = self.rng.draw();
        let file = &mut self.phone.files[at];
        let size = file.content.size;
        match how {
            0 => file.content.size = size.saturating_sub(1 + mark % 5_000),
            1 => file.content.size = size + 1 + mark % 50_000,
            2 => file.there = false,
            // The last one does not even show in the time.
            3 | 5 => file.content = Content::new(mark, size),
            _ => {
                // Without CRCs only the sampled bytes are watched, the first ones among them.
                let at = if self.scenario.options.crc { mark % size.max(1) } else { 0 };
                let most = if mark & 1 == 1 { size / 2 } else { 0 }.max(999);
                file.content.overwrite(at, (1 + mark % most).min(size - at.min(size)), mark);
            }
        }
        let visible = match how {
            5 => false,
            // A change in the same second as the one before shows in nothing but its bytes.
            3 | 4 if self.scenario.fresh_files && !unknown => self.phone.stamp_second(at, now),
            _ => {
                self.phone.stamp(at, now, unknown);
                how < 3 || !unknown
            }
        };
        self.note(|| format!("file {at} changes ({how})"));
        self.file_changed(at, visible);
    }

    /// A video is deleted in the VOD console; sometimes its unfinished uploads are removed with it.
    pub fn delete_video(&mut self) {
        let alive: Vec<String> =
            self.cloud.assets.iter().filter(|a| !a.1.gone && !a.1.image).map(|a| a.0.clone()).collect();
        if alive.is_empty() || !self.faulty() {
            return;
        }
        let id = &alive[self.rng.below(alive.len() as u64) as usize];
        self.note(|| format!("the video {id} is deleted"));
        self.observed.videos.gone(id);
        self.cloud.references.retain(|_, video| video != id);
        let Some(asset) = self.cloud.assets.get_mut(id) else { return };
        asset.gone = true;
        let object = asset.object.clone();
        let uploads = self.cloud.uploads.iter().filter(|u| u.1.object == object).map(|u| u.0.clone());
        self.observed.abandoned.extend(uploads);
        if self.rng.chance(0.5) {
            self.cloud.uploads.retain(|_, upload| upload.object != object);
            self.observed.known_parts.retain(|_, known| known.object != object);
        }
        self.observed.completed.remove(&object);
        self.observed.completed_before_kill.remove(&object);
    }

    pub fn user(&mut self) {
        if self.engine.is_none() || !self.faulty() {
            return;
        }
        let n = self.app.files.len() as u64;
        let id = if n > 0 { self.app.files[self.rng.below(n) as usize].id } else { 0 };
        let plan = self.rng.below(self.scenario.files.len() as u64) as usize;
        let action = match self.rng.below(12) {
            0..3 => AppAction::Stop,
            3..7 => AppAction::Start,
            7 => AppAction::Cancel(id),
            8 => AppAction::Resume(id),
            9 => AppAction::Pause(id),
            10 => AppAction::Remove(id),
            11 if self.rng.chance(0.3) => AppAction::Clean,
            _ => AppAction::Add(plan),
        };
        self.schedule_js(0, JsTask::App(action));
    }

    pub fn heal(&mut self) {
        self.note(|| "---- everything is in order".into());
        self.portal = false;
        self.kill_after_actions = None;
        if !self.scenario.calm {
            let total: u64 = self.scenario.files.iter().map(|f| f.size).sum();
            self.link.resize(self.now, self.scenario.bandwidth.max(300_000).max(total / 3_600));
        }
        if self.engine.is_none() {
            self.start_app();
        }
        if !self.link.up {
            self.outage(true);
        }
        self.forecast();
        self.show();
        if !self.scenario.calm {
            self.schedule_js(100, JsTask::Event(Event::NetworkChanged { connected: true, kind: "wifi".into() }));
        }
        self.schedule_js(5 * SECOND, JsTask::App(AppAction::RestartUnfinished));
    }

    /// Starts unfinished files again, at most eight times.
    pub fn restart_unfinished(&mut self) {
        let open = |state: &str| !matches!(state, "Success" | "Canceled");
        let uploading = self.app.files.iter().any(|f| f.state == "Uploading");
        let left = self.app.files.iter().any(|f| open(f.state));
        if !uploading && left {
            self.app.restarts += 1;
            if self.app.restarts <= 8 {
                self.handle_event(Event::Start);
            }
        }
        if left && self.app.restarts <= 8 {
            self.schedule_js(MINUTE, JsTask::App(AppAction::RestartUnfinished));
        }
    }
}
