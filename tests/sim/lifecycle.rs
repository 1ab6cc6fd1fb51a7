//! The life cycle of the app: launched, hidden, suspended, shown, killed and launched again.

use crate::app::AppAction;
use crate::http::SUSPENDS_AFTER;
use crate::scenario::{Interrupt, Temp, MINUTE, SECOND};
use crate::timetable::PhoneEvent;
use crate::world::{JsTask, Scheduled, World};
use vod_upload::api::event::Event;

impl World {
    pub fn start_app(&mut self) {
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

    pub fn hide(&mut self) {
        if self.phone.hidden || self.engine.is_none() || !self.faulty() {
            return;
        }
        self.note(|| "hidden".into());
        self.down_since = None;
        self.phone.hidden = true;
        self.handle_event(Event::AppHidden);
        let away = self.rng.spread(200, 40 * 60_000) as i64;
        self.schedule(SUSPENDS_AFTER, Scheduled::Phone(PhoneEvent::Suspend));
        self.schedule(away, Scheduled::Phone(PhoneEvent::Show));
    }

    pub fn suspend(&mut self) {
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
            // Requests that fail at once are reported before the thread stops.
            self.schedule(1, Scheduled::Phone(PhoneEvent::Suspend));
            self.scenario.interrupt = Interrupt::OnReturn;
            return;
        }
        self.interrupt_all();
    }

    pub fn show(&mut self) {
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
            self.handle_event(Event::AppShown);
        }
        for js in parked {
            if app_run == self.app_run {
                self.run_js_task(js);
            }
        }
        if !first && app_run == self.app_run {
            self.handle_event(Event::AppShown);
        }
        if was && self.scenario.timers_burst {
            for _ in 0..3 {
                self.schedule_js(0, JsTask::Event(Event::Timeout));
            }
        }
    }

    pub fn kill_soon(&mut self) {
        if self.engine.is_none() || !self.faulty() {
            return;
        }
        if self.scenario.kill_midway && !self.phone.suspended {
            self.kill_after_actions = Some(self.rng.below(12));
        } else {
            self.kill();
        }
    }

    /// The process ends without an event.
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
}
