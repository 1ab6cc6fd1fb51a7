//! The timetable of a run: what happens to the phone, the network and the servers, and when.

use crate::content::Content;
use crate::oss::Object;
use crate::phone::PhoneFile;
use crate::scenario::{MINUTE, SECOND};
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
    /// All faults end.
    Heal,
}

impl World {
    /// Creates the files and schedules all events.
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
            let age = if s.fresh_files { 0 } else { 60 * SECOND };
            self.phone.stamp(plan, -age, s.mtime_unknown);
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

    fn scatter(&mut self, count: u32, event: fn() -> PhoneEvent) {
        for _ in 0..count {
            let at = self.random_time();
            self.schedule(at, Scheduled::Phone(event()));
        }
    }

    pub fn on_phone_event(&mut self, event: PhoneEvent) {
        match event {
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
                self.schedule_js(0, JsTask::Event(Event::NetworkChanged { connected, kind: "wifi".into() }));
            }
            PhoneEvent::Clock => {
                self.phone.skew += match self.rng.below(3) {
                    0 => self.rng.range(-30, 30) * SECOND,
                    1 => self.rng.range(-3_000, 3_000) * MINUTE,
                    _ => -self.phone.skew,
                };
                self.note(|| format!("the clock is off by {} ms", self.phone.skew));
            }
            PhoneEvent::Rewrite => self.rewrite(),
            PhoneEvent::Touch => {
                let at = self.rng.below(self.scenario.files.len() as u64) as usize;
                let unknown = self.scenario.mtime_unknown;
                if self.scenario.fresh_files && !unknown {
                    // Not a second ahead: a rewrite in the same second would take the time back to what it was.
                    self.phone.stamp_second(at, self.now);
                } else {
                    self.phone.stamp(at, self.now, unknown);
                }
            }
            PhoneEvent::Memory => self.schedule_js(0, JsTask::Event(Event::MemoryWarning)),
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

    fn network_event(&mut self, connected: bool) {
        if !self.scenario.network_events && self.faulty() {
            return;
        }
        let kind = self.rng.pick(&["wifi", "4g", "5g", "3g", "unknown"]).to_string();
        let late = self.rng.spread(1, 5_000) as i64;
        self.schedule_js(late, JsTask::Event(Event::NetworkChanged { connected, kind }));
    }
}
