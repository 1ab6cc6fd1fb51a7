//! What happens to the phone and around it: the timetable of a run.

use crate::app::Deed;
use crate::content::Content;
use crate::http::SUSPENDS_AFTER;
use crate::oss::Object;
use crate::phone::PhoneFile;
use crate::scenario::{Interrupt, Temp, MINUTE, SECOND};
use crate::world::{Happening, Js, World};
use vod_upload::api::event::Event;

pub enum Turn {
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
    Lie,
    Clock,
    Rewrite,
    Touch,
    Memory,
    User,
    /// VOD deletes a video.
    Deleted,
    /// OSS clears unfinished uploads after a week.
    Swept,
    /// Everything is in order from now on.
    Heal,
}

impl World {
    /// Lays everything out in time.
    pub fn plan(&mut self) {
        let s = self.scenario.clone();
        for (plan, file) in s.files.iter().enumerate() {
            let seed = file.same_as.unwrap_or(plan) as u64 ^ self.dice.draw() << 8;
            let seed = file.same_as.map_or(seed, |_| 0);
            let content = match file.same_as {
                Some(other) => self.content_of(other, file.twisted),
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
        let there = self.dice.chance(0.8);
        self.phone.files.push(PhoneFile { path, content: cover, mtime: 5, there, visible: 0, plan: usize::MAX });

        self.after(0, Happening::Phone(Turn::Launch));
        self.after(s.heal_at, Happening::Phone(Turn::Heal));
        self.scatter(s.hides, || Turn::Hide);
        self.scatter(s.kills, || Turn::Kill);
        self.scatter(s.fades, || Turn::Fade);
        self.scatter(s.switches, || Turn::Switch);
        self.scatter(s.lies, || Turn::Lie);
        self.scatter(s.clock_jumps, || Turn::Clock);
        self.scatter(s.file_changes, || Turn::Rewrite);
        self.scatter(s.touches, || Turn::Touch);
        self.scatter(s.memory_warnings, || Turn::Memory);
        self.scatter(s.user_acts, || Turn::User);
        self.scatter(s.deletions, || Turn::Deleted);
        for _ in 0..s.outages {
            let (at, long) = (self.sometime(), self.dice.spread(500, 40 * 60_000) as i64);
            self.after(at, Happening::Phone(Turn::LinkDown));
            self.after(at + long, Happening::Phone(Turn::LinkUp));
        }
        for _ in 0..s.portals {
            let (at, long) = (self.sometime(), self.dice.spread(1_000, 60_000) as i64);
            self.after(at, Happening::Phone(Turn::Portal(true)));
            self.after(at + long, Happening::Phone(Turn::Portal(false)));
        }
    }

    fn content_of(&mut self, of: usize, twisted: bool) -> Content {
        let mut content = self.phone.files[of].content.clone();
        if twisted && content.size > 4 * 32_768 * 2 && self.scenario.options.crc {
            // Without CRCs the sample is all there is to go by. Between the first and the second block that the engine samples.
            content.overwrite(content.size / 6, 100, 77);
        }
        content
    }

    /// Early more often than late: most uploads are short.
    fn sometime(&mut self) -> i64 {
        if self.dice.chance(0.3) {
            return self.dice.range(0, self.scenario.heal_at - 1);
        }
        self.dice.spread(1, (self.scenario.heal_at - 1).max(2) as u64) as i64
    }

    fn scatter(&mut self, count: u32, turn: fn() -> Turn) {
        for _ in 0..count {
            let at = self.sometime();
            self.after(at, Happening::Phone(turn()));
        }
    }

    pub fn live(&mut self, turn: Turn) {
        match turn {
            Turn::Launch if self.engine.is_none() => self.start_app(),
            Turn::Launch => {}
            Turn::Hide => self.hide(),
            Turn::Suspend => self.suspend(),
            Turn::Show => self.show(),
            Turn::Kill => self.kill_soon(),
            Turn::LinkDown if self.faulty() => {
                self.note(|| "outage".into());
                if !self.phone.hidden {
                    self.down_since = self.down_since.or(Some(self.now));
                }
                self.outage(false);
                self.network_event(false);
            }
            Turn::LinkUp if !self.link.up => {
                self.note(|| "outage over".into());
                self.waited_long_enough();
                self.outage(true);
                self.network_event(true);
            }
            Turn::LinkDown | Turn::LinkUp => {}
            Turn::Portal(on) => self.portal = on,
            Turn::Fade => {
                let bandwidth = self.dice.spread(1_000, 5_000_000);
                self.note(|| format!("the link carries {bandwidth} bytes a second"));
                self.link.resize(self.now, bandwidth);
                self.forecast();
            }
            Turn::Switch => {
                self.note(|| "network switched".into());
                self.network_switched();
                self.network_event(true);
            }
            Turn::Lie => {
                let connected = self.dice.chance(0.3);
                self.js(0, Js::Event(Event::Network { connected, kind: "wifi".into() }));
            }
            Turn::Clock => {
                let before = self.phone.skew;
                self.phone.skew += match self.dice.below(3) {
                    0 => self.dice.range(-30, 30) * SECOND,
                    1 => self.dice.range(-3_000, 3_000) * MINUTE,
                    _ => -self.phone.skew,
                };
                // Days older at once: what is remembered may seem to be forgotten by OSS.
                self.phone.storage_failed |= self.phone.skew - before > 6 * 24 * 60 * MINUTE;
                self.note(|| format!("the clock is off by {} ms", self.phone.skew));
            }
            Turn::Rewrite => self.rewrite(),
            Turn::Touch => {
                let at = self.dice.below(self.scenario.files.len() as u64) as usize;
                let unknown = self.scenario.mtime_unknown;
                self.phone.stamp(at, self.now, unknown);
            }
            Turn::Memory => self.js(0, Js::Event(Event::Memory)),
            Turn::User => self.user(),
            Turn::Deleted => self.delete_video(),
            Turn::Swept => {
                self.cloud.uploads.clear();
                self.watch.known.clear();
                self.watch.films.clear();
                self.watch.week_passed = true;
                self.watch.made_before.clear();
                self.watch.made.clear();
            }
            Turn::Heal if self.faulty() => {}
            Turn::Heal => self.heal(),
        }
    }

    fn start_app(&mut self) {
        self.launch();
        self.app.callbacks.clear();
        self.app.calls.clear();
        self.app.answers = 0;
        self.app.files.clear();
        for plan in 0..self.scenario.files.len() {
            let ms = if plan == 0 { 0 } else { self.dice.spread(1, 2_000) as i64 };
            self.js(ms, Js::App(Deed::Add(plan)));
        }
        let ms = self.dice.spread(1, 1_000) as i64;
        self.js(ms, Js::App(Deed::Start));
        if !self.faulty() {
            self.js(10 * SECOND, Js::App(Deed::Press));
        }
    }

    fn network_event(&mut self, connected: bool) {
        if !self.scenario.network_told && self.faulty() {
            return;
        }
        let kind = self.dice.pick(&["wifi", "4g", "5g", "3g", "unknown"]).to_string();
        let late = self.dice.spread(1, 5_000) as i64;
        self.js(late, Js::Event(Event::Network { connected, kind }));
    }

    fn hide(&mut self) {
        if self.phone.hidden || self.engine.is_none() || !self.faulty() {
            return;
        }
        self.note(|| "hidden".into());
        self.down_since = None;
        self.phone.hidden = true;
        self.tell(Event::Hide);
        let away = self.dice.spread(200, 40 * 60_000) as i64;
        self.after(SUSPENDS_AFTER, Happening::Phone(Turn::Suspend));
        self.after(away, Happening::Phone(Turn::Show));
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
            self.after(1, Happening::Phone(Turn::Suspend));
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
        let first = self.dice.chance(0.5);
        let life = self.life;
        if first {
            self.tell(Event::Show);
        }
        for js in parked {
            if life == self.life {
                self.turn(js);
            }
        }
        if !first && life == self.life {
            self.tell(Event::Show);
        }
        if was && self.scenario.timers_burst {
            for _ in 0..3 {
                self.js(0, Js::Event(Event::Tick));
            }
        }
    }

    fn kill_soon(&mut self) {
        if self.engine.is_none() || !self.faulty() {
            return;
        }
        if self.scenario.kill_midway && !self.phone.suspended {
            self.dies_after = Some(self.dice.below(12));
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
        self.life += 1;
        self.parked.clear();
        self.held.clear();
        self.told_hidden = false;
        self.file_calls.clear();
        self.reading.clear();
        self.drop_flights();
        self.phone.hidden = false;
        self.phone.suspended = false;
        self.watch.killed();
        if self.faulty() && self.dice.chance(self.scenario.storage_lost) {
            self.phone.storage.clear();
            self.phone.storage_failed = true;
        }
        self.choose_again();
        let mut ms = self.dice.spread(500, 5 * 60_000) as i64;
        if std::mem::take(&mut self.scenario.long_gap) {
            // Everything planned for the days between happens to a phone on which the app does not run.
            ms = 8 * 24 * 60 * MINUTE;
            self.scenario.heal_at = self.scenario.heal_at.max(self.now + ms + MINUTE);
            self.after(ms, Happening::Phone(Turn::Swept));
            self.after(ms + MINUTE, Happening::Phone(Turn::Heal));
        }
        self.after(ms, Happening::Phone(Turn::Launch));
    }

    /// Temporary files of the next run: the same content under a new path, or what the platform left of it.
    fn choose_again(&mut self) {
        let life = self.life;
        for file in &mut self.phone.files {
            if file.plan == usize::MAX {
                continue;
            }
            match self.scenario.temp {
                Temp::There if self.dice.chance(0.5) => {}
                Temp::OtherSize if self.dice.chance(0.3) && file.content.size > 1 => {
                    file.content.size -= 1;
                    self.watch.made_before.clear();
                    self.watch.left.extend(self.cloud.uploads.keys().cloned());
                }
                _ => file.path = format!("wxfile://tmp_{}_{life}.bin", file.plan),
            }
        }
    }

    fn rewrite(&mut self) {
        let at = self.dice.below(self.scenario.files.len() as u64) as usize;
        let (now, unknown) = (self.now, self.scenario.mtime_unknown);
        // A change that shows in nothing but a few bytes somewhere cannot be seen by anyone.
        let how = if unknown { self.dice.below(3) } else { self.dice.below(6) };
        let mark = self.dice.draw();
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
        let id = &alive[self.dice.below(alive.len() as u64) as usize];
        self.note(|| format!("the video {id} is deleted"));
        self.watch.films.gone(id);
        self.cloud.references.retain(|_, video| video != id);
        let Some(asset) = self.cloud.assets.get_mut(id) else { return };
        asset.gone = true;
        let object = asset.object.clone();
        let uploads = self.cloud.uploads.iter().filter(|u| u.1.object == object).map(|u| u.0.clone());
        self.watch.left.extend(uploads);
        if self.dice.chance(0.5) {
            self.cloud.uploads.retain(|_, upload| upload.object != object);
            self.watch.known.retain(|_, known| known.object != object);
        }
        self.watch.made.remove(&object);
        self.watch.made_before.remove(&object);
    }

    fn user(&mut self) {
        if self.engine.is_none() || !self.faulty() {
            return;
        }
        let n = self.app.files.len() as u64;
        let id = if n > 0 { self.app.files[self.dice.below(n) as usize].id } else { 0 };
        let plan = self.dice.below(self.scenario.files.len() as u64) as usize;
        let deed = match self.dice.below(12) {
            0..3 => Deed::Stop,
            3..7 => Deed::Start,
            7 => Deed::Cancel(id),
            8 => Deed::Resume(id),
            9 => Deed::Pause(id),
            10 => Deed::Remove(id),
            11 if self.dice.chance(0.3) => Deed::Clean,
            _ => Deed::Add(plan),
        };
        self.js(0, Js::App(deed));
    }

    fn heal(&mut self) {
        self.note(|| "---- everything is in order".into());
        self.portal = false;
        self.dies_after = None;
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
            self.js(100, Js::Event(Event::Network { connected: true, kind: "wifi".into() }));
        }
        self.js(5 * SECOND, Js::App(Deed::Press));
    }

    /// What is not done is started again, as an impatient user does; a bounded number of times.
    pub fn press(&mut self) {
        let open = |state: &str| !matches!(state, "Success" | "Canceled");
        let uploading = self.app.files.iter().any(|f| f.state == "Uploading");
        let left = self.app.files.iter().any(|f| open(f.state));
        if !uploading && left {
            self.app.presses += 1;
            if self.app.presses <= 8 {
                self.tell(Event::Start);
            }
        }
        if left && self.app.presses <= 8 {
            self.js(MINUTE, Js::App(Deed::Press));
        }
    }
}
