//! What happens to the phone and around it: the timetable of a run.

use crate::app::AppAction;
use crate::content::Content;
use crate::http::SUSPENDS_AFTER;
use crate::oss::Object;
use crate::phone::PhoneFile;
use crate::scenario::{Interrupt, Temp, MINUTE, SECOND};
use crate::world::{JsTask, Scheduled, World};
use vod_upload::api::event::Event;

pub enum PhoneEvent {
    Launch,
    Hide,
    Suspend,
    Show,
    Kill,
    LinkDown,
    LinkUp,
    Portal(bool),
    /// The link becomes another one, slower or faster.
    Fade,
    Switch,
    FalseNetworkEvent,
    Clock,
    Rewrite,
    Touch,
    Memory,
    User,
    /// VOD deletes a video.
    VideoDeleted,
    /// OSS clears unfinished uploads after a week.
    LifecycleCleanup,
    /// Everything is in order from now on.
    Heal,
}

impl World {
    /// Lays everything out in time.
    pub fn plan(&mut self) {
        let s = self.scenario.clone();
        for (plan, file) in s.files.iter().enumerate() {
            let seed = file.same_as.unwrap_or(plan) as u64 ^ self.rng.draw() << 8;
            let seed = file.same_as.map_or(seed, |_| 0);
            let content = match file.same_as {
                Some(other) => self.content_of(other, file.altered),
                None => Content::new(seed, file.size),
            };
            let path = format!("wxfile://tmp_{plan}_0.bin");
            self.phone.files.push(PhoneFile { path, content, mtime: 0, there: true, visible: 0, plan });
            self.phone.stamp(plan, -60 * SECOND, s.mtime_unknown);
        }
        for (plan, file) in s.files.iter().enumerate().filter(|f| f.1.own_target && f.1.size > 0 && s.options.crc) {
            // Something of the same size may lie there already.
            let object = self.own_object(plan);
            self.cloud.objects.insert(object, Object { length: file.size, crc: 1 });
        }
        let cover = Content::new(99, 40_000);
        let path = "wxfile://tmp_cover.jpg".to_string();
        let there = self.rng.chance(0.8);
        self.phone.files.push(PhoneFile { path, content: cover, mtime: 5, there, visible: 0, plan: usize::MAX });

        self.schedule(0, Scheduled::Phone(PhoneEvent::Launch));
        self.schedule(s.heal_at, Scheduled::Phone(PhoneEvent::Heal));
        self.scatter(s.hides, || PhoneEvent::Hide);
        self.scatter(s.kills, || PhoneEvent::Kill);
        self.scatter(s.fades, || PhoneEvent::Fade);
        self.scatter(s.switches, || PhoneEvent::Switch);
        self.scatter(s.false_network_events, || PhoneEvent::FalseNetworkEvent);
        self.scatter(s.clock_jumps, || PhoneEvent::Clock);
        self.scatter(s.file_changes, || PhoneEvent::Rewrite);
        self.scatter(s.touches, || PhoneEvent::Touch);
        self.scatter(s.memory_warnings, || PhoneEvent::Memory);
        self.scatter(s.user_acts, || PhoneEvent::User);
        self.scatter(s.deletions, || PhoneEvent::VideoDeleted);
        for _ in 0..s.outages {
            let (at, long) = (self.random_time(), self.rng.spread(500, 40 * 60_000) as i64);
            self.schedule(at, Scheduled::Phone(PhoneEvent::LinkDown));
            self.schedule(at + long, Scheduled::Phone(PhoneEvent::LinkUp));
        }
        for _ in 0..s.portals {
            let (at, long) = (self.random_time(), self.rng.spread(1_000, 60_000) as i64);
            self.schedule(at, Scheduled::Phone(PhoneEvent::Portal(true)));
            self.schedule(at + long, Scheduled::Phone(PhoneEvent::Portal(false)));
        }
    }

    fn content_of(&mut self, of: usize, altered: bool) -> Content {
        let mut content = self.phone.files[of].content.clone();
        if altered && content.size > 4 * 32_768 * 2 && self.scenario.options.crc {
            // Without CRCs the sample is all there is to go by. Between the first and the second block that the engine samples.
            content.overwrite(content.size / 6, 100, 77);
        }
        content
    }

    /// Early more often than late: most uploads are short.
    fn random_time(&mut self) -> i64 {
        if self.rng.chance(0.3) {
            return self.rng.range(0, self.scenario.heal_at - 1);
        }
        self.rng.spread(1, (self.scenario.heal_at - 1).max(2) as u64) as i64
    }

    fn scatter(&mut self, count: u32, turn: fn() -> PhoneEvent) {
        for _ in 0..count {
            let at = self.random_time();
            self.schedule(at, Scheduled::Phone(turn()));
        }
    }

    pub fn on_phone_event(&mut self, turn: PhoneEvent) {
        match turn {
            PhoneEvent::Launch if self.engine.is_none() => self.start_app(),
            PhoneEvent::Launch => {}
            PhoneEvent::Hide => self.hide(),
            PhoneEvent::Suspend => self.suspend(),
            PhoneEvent::Show => self.show(),
            PhoneEvent::Kill => self.kill_soon(),
            PhoneEvent::LinkDown if self.faulty() => {
                self.note(|| "outage".into());
                if !self.phone.hidden {
                    self.down_since = self.down_since.or(Some(self.now));
                }
                self.outage(false);
                self.network_event(false);
            }
            PhoneEvent::LinkUp if !self.link.up => {
                self.note(|| "outage over".into());
                self.offline_wait_rule();
                self.outage(true);
                self.network_event(true);
            }
            PhoneEvent::LinkDown | PhoneEvent::LinkUp => {}
            PhoneEvent::Portal(on) => self.portal = on,
            PhoneEvent::Fade => {
                let bandwidth = self.rng.spread(1_000, 5_000_000);
                self.note(|| format!("the link carries {bandwidth} bytes a second"));
                self.link.resize(self.now, bandwidth);
                self.forecast();
            }
            PhoneEvent::Switch => {
                self.note(|| "network switched".into());
                self.network_switched();
                self.network_event(true);
            }
            PhoneEvent::FalseNetworkEvent => {
                let connected = self.rng.chance(0.3);
                self.schedule_js(0, JsTask::Event(Event::Network { connected, kind: "wifi".into() }));
            }
            PhoneEvent::Clock => {
                let before = self.phone.skew;
                self.phone.skew += match self.rng.below(3) {
                    0 => self.rng.range(-30, 30) * SECOND,
                    1 => self.rng.range(-3_000, 3_000) * MINUTE,
                    _ => -self.phone.skew,
                };
                // Days older at once: what is remembered may seem to be forgotten by OSS.
                self.phone.storage_failed |= self.phone.skew - before > 6 * 24 * 60 * MINUTE;
                self.note(|| format!("the clock is off by {} ms", self.phone.skew));
            }
            PhoneEvent::Rewrite => self.rewrite(),
            PhoneEvent::Touch => {
                let at = self.rng.below(self.scenario.files.len() as u64) as usize;
                let unknown = self.scenario.mtime_unknown;
                self.phone.stamp(at, self.now, unknown);
            }
            PhoneEvent::Memory => self.schedule_js(0, JsTask::Event(Event::Memory)),
            PhoneEvent::User => self.user(),
            PhoneEvent::VideoDeleted => self.delete_video(),
            PhoneEvent::LifecycleCleanup => {
                self.cloud.uploads.clear();
                self.observed.known_parts.clear();
                self.observed.videos.clear();
                self.observed.week_passed = true;
                self.observed.completed_before_kill.clear();
                self.observed.completed.clear();
            }
            PhoneEvent::Heal if self.faulty() => {}
            PhoneEvent::Heal => self.heal(),
        }
    }

    fn start_app(&mut self) {
        self.launch();
        self.app.callbacks.clear();
        self.app.calls.clear();
        self.app.answers = 0;
        self.app.files.clear();
        for plan in 0..self.scenario.files.len() {
            let ms = if plan == 0 { 0 } else { self.rng.spread(1, 2_000) as i64 };
            self.schedule_js(ms, JsTask::App(AppAction::Add(plan)));
        }
        let ms = self.rng.spread(1, 1_000) as i64;
        self.schedule_js(ms, JsTask::App(AppAction::Start));
        if !self.faulty() {
            self.schedule_js(10 * SECOND, JsTask::App(AppAction::RestartUnfinished));
        }
    }

    fn network_event(&mut self, connected: bool) {
        if !self.scenario.network_events && self.faulty() {
            return;
        }
        let kind = self.rng.pick(&["wifi", "4g", "5g", "3g", "unknown"]).to_string();
        let late = self.rng.spread(1, 5_000) as i64;
        self.schedule_js(late, JsTask::Event(Event::Network { connected, kind }));
    }

    fn hide(&mut self) {
        if self.phone.hidden || self.engine.is_none() || !self.faulty() {
            return;
        }
        self.note(|| "hidden".into());
        self.down_since = None;
        self.phone.hidden = true;
        self.handle_event(Event::Hide);
        let away = self.rng.spread(200, 40 * 60_000) as i64;
        self.schedule(SUSPENDS_AFTER, Scheduled::Phone(PhoneEvent::Suspend));
        self.schedule(away, Scheduled::Phone(PhoneEvent::Show));
    }

    fn suspend(&mut self) {
        if !self.phone.hidden || self.phone.suspended {
            return;
        }
        self.note(|| "suspended".into());
        self.app.interrupted = self.now;
        if self.scenario.interrupt == Interrupt::AtOnce {
            self.interrupt_all();
        }
        self.phone.suspended = self.scenario.interrupt != Interrupt::AtOnce;
        if !self.phone.suspended {
            // What was told at once is heard before the thread stops.
            self.schedule(1, Scheduled::Phone(PhoneEvent::Suspend));
            self.scenario.interrupt = Interrupt::OnReturn;
            return;
        }
        self.interrupt_all();
    }

    fn show(&mut self) {
        if !self.phone.hidden {
            return;
        }
        self.note(|| "shown".into());
        self.phone.hidden = false;
        if !self.link.up {
            self.down_since = Some(self.now);
        }
        let was = std::mem::take(&mut self.phone.suspended);
        let parked = std::mem::take(&mut self.parked);
        let first = self.rng.chance(0.5);
        let app_run = self.app_run;
        if first {
            self.handle_event(Event::Show);
        }
        for js in parked {
            if app_run == self.app_run {
                self.run_js_task(js);
            }
        }
        if !first && app_run == self.app_run {
            self.handle_event(Event::Show);
        }
        if was && self.scenario.timers_burst {
            for _ in 0..3 {
                self.schedule_js(0, JsTask::Event(Event::Tick));
            }
        }
    }

    fn kill_soon(&mut self) {
        if self.engine.is_none() || !self.faulty() {
            return;
        }
        if self.scenario.kill_midway && !self.phone.suspended {
            self.kill_after_actions = Some(self.rng.below(12));
        } else {
            self.kill();
        }
    }

    /// The process is gone, without a word.
    pub fn kill(&mut self) {
        self.note(|| "killed".into());
        self.down_since = None;
        self.stats.kills += 1;
        self.engine = None;
        self.app_run += 1;
        self.parked.clear();
        self.held.clear();
        self.hidden_reported = false;
        self.file_calls.clear();
        self.reading.clear();
        self.drop_flights();
        self.phone.hidden = false;
        self.phone.suspended = false;
        self.observed.killed();
        if self.faulty() && self.rng.chance(self.scenario.storage_lost) {
            self.phone.storage.clear();
            self.phone.storage_failed = true;
        }
        self.choose_again();
        let mut ms = self.rng.spread(500, 5 * 60_000) as i64;
        if std::mem::take(&mut self.scenario.long_gap) {
            // Everything planned for the days between happens to a phone on which the app does not run.
            ms = 8 * 24 * 60 * MINUTE;
            self.scenario.heal_at = self.scenario.heal_at.max(self.now + ms + MINUTE);
            self.schedule(ms, Scheduled::Phone(PhoneEvent::LifecycleCleanup));
            self.schedule(ms + MINUTE, Scheduled::Phone(PhoneEvent::Heal));
        }
        self.schedule(ms, Scheduled::Phone(PhoneEvent::Launch));
    }

    /// Temporary files of the next run: the same content under a new path, or what the platform left of it.
    fn choose_again(&mut self) {
        let app_run = self.app_run;
        for file in &mut self.phone.files {
            if file.plan == usize::MAX {
                continue;
            }
            match self.scenario.temp {
                Temp::There if self.rng.chance(0.5) => {}
                Temp::OtherSize if self.rng.chance(0.3) && file.content.size > 1 => {
                    file.content.size -= 1;
                    self.observed.completed_before_kill.clear();
                    self.observed.abandoned.extend(self.cloud.uploads.keys().cloned());
                }
                _ => file.path = format!("wxfile://tmp_{}_{app_run}.bin", file.plan),
            }
        }
    }

    fn rewrite(&mut self) {
        let at = self.rng.below(self.scenario.files.len() as u64) as usize;
        let (now, unknown) = (self.now, self.scenario.mtime_unknown);
        // A change that shows in nothing but a few bytes somewhere cannot be seen by anyone.
        let how = if unknown { self.rng.below(3) } else { self.rng.below(6) };
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
                file.content.overwrite(at, (1 + mark % 999).min(size - at.min(size)), mark);
            }
        }
        if how != 5 {
            self.phone.stamp(at, now, unknown);
        }
        self.note(|| format!("file {at} changes ({how})"));
        self.file_changed(at, how != 5);
    }

    /// Somebody deletes a video in the console; sometimes its unfinished uploads go with it.
    fn delete_video(&mut self) {
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

    fn user(&mut self) {
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

    fn heal(&mut self) {
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
            self.schedule_js(100, JsTask::Event(Event::Network { connected: true, kind: "wifi".into() }));
        }
        self.schedule_js(5 * SECOND, JsTask::App(AppAction::RestartUnfinished));
    }

    /// What is not done is started again, as an impatient user does; a bounded number of times.
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
