//! Rules of the callbacks that the app receives.

use crate::observed::FileRecord;
use crate::phone::Oddity;
use crate::scenario::{Flow, MINUTE};
use crate::world::World;
use vod_upload::api::action::{InfoPatch, UploadEvent};
use vod_upload::api::options::Authoriser;

/// Five minutes without a network, and the retries before that, ms.
const LONGEST_WAIT: i64 = 20 * MINUTE;

impl World {
    /// Of two files with the same content one has an upload of its own; and a file that changed is another one.
    pub fn is_unique(&self, id: u32) -> bool {
        let plan = self.app.files.iter().find(|f| f.id == id).map(|f| f.plan);
        !self.observed.changed
            && self.scenario.files.iter().all(|f| f.same_as.is_none())
            && self.app.files.iter().filter(|f| Some(f.plan) == plan).count() == 1
    }

    pub fn emit_rule(&mut self, id: u32, emit: &UploadEvent) -> Result<(), String> {
        if let UploadEvent::End = emit {
            return self.end_rule(id);
        }
        let (source, content) = (self.unique_source(id), self.source_of(id));
        let objects = &self.cloud.objects;
        // With a correct clock, only an expiring credential is a reason to ask for the next one.
        let certain = self.scenario.clock_jumps == 0
            && self.phone.skew == 0
            && self.scenario.odd_clock.kind == Oddity::None
            && self.scenario.faults.expires_early == 0.0
            && self.scenario.options.parallel_files == 1;
        let remaining_lifetime =
            self.app.files.iter().find(|f| f.id == id).map_or(0, |f| f.until - crate::phone::EPOCH - self.now);
        let object = self.app.files.iter().find(|f| f.id == id).map(|f| f.object.clone()).unwrap_or_default();
        let Some(record) = self.observed.files.get_mut(&id) else { return Ok(()) };
        let require = |ok: bool, what: &str| if ok { Ok(()) } else { Err(what.to_string()) };
        match emit {
            UploadEvent::Patch(patch) => {
                if let InfoPatch::State(state) = *patch {
                    legal(record.state, state)?;
                    if state == "Ready" {
                        record.ended = false;
                        if record.state == "Canceled" {
                            (record.shown, record.loaded) = (0.0, 0.0);
                        }
                    }
                    if state == "Uploading" {
                        self.observed.run_ended &= self.observed.run;
                        self.observed.run = true;
                        self.observed.stopped = false;
                        (record.started, record.granted, record.expired) = (false, false, false);
                        record.since = self.now;
                    }
                    if matches!(state, "Canceled" | "Failure") {
                        let mine = self.observed.awaited.values_mut().filter(|a| a.object == object);
                        mine.for_each(|a| a.given_up = true);
                    }
                    if let ("Canceled", Some(source)) = (state, content) {
                        self.observed.videos.release(source, self.now);
                    }
                    if state != "Uploading" {
                        record.asked = false;
                        self.observed.completed.remove(&object);
                        self.observed.completed_before_kill.remove(&object);
                    }
                    record.state = state;
                }
                if let InfoPatch::Loaded(loaded) = *patch {
                    progress_rule(record, loaded)?;
                }
            }
            UploadEvent::Started => {
                require(record.state == "Uploading" && !record.started, "started twice or too late")?;
                record.started = true;
                // Its onUploadstarted is to bring the credential.
                record.asked = self.scenario.options.authoriser == Authoriser::Callbacks;
                if self.app.files.iter().any(|f| f.id == id && f.video_id.is_empty()) {
                    if let (Flow::Auth, Some(source)) = (self.scenario.flow, source) {
                        self.second_video(source, id, "onUploadstarted asks for");
                    }
                }
            }
            UploadEvent::Progress(p) => {
                progress_rule(record, p.percent)?;
                require(p.loaded <= p.total, "more loaded than there is")?;
                let falls = p.total == record.total && p.loaded < record.loaded;
                require(!falls, &format!("detail.loaded falls from {}", record.loaded))?;
                (record.loaded, record.total) = (p.loaded, p.total);
            }
            UploadEvent::Succeed => {
                require(record.state == "Success" && record.started && !record.ended, "an end that is none")?;
                require(record.shown == 100.0, "success without 100 %")?;
                record.ended = true;
                self.observed.run_ended = true;
                self.stats.succeeded += 1;
                if let Some(source) = content {
                    self.observed.videos.release(source, self.now);
                }
                let stored = objects.get(&object).map(|o| (o.length, o.crc));
                let same = stored.is_some_and(|s| record.versions.iter().any(|v| (v.size, v.crc) == s));
                require(same, &format!("{object} holds {stored:?}, the file was {:?}", record.versions))?;
            }
            // Too large a part goes anew, and some stored ones with it.
            UploadEvent::Log { event: "parts-again", .. } => {
                self.observed.known_parts.retain(|_, known| known.object != object)
            }
            // The file gets another video, and with it another object.
            UploadEvent::Log { event: event @ ("other-file" | "video-gone"), .. } => {
                record.granted &= *event != "other-file";
                self.observed.awaited.values_mut().filter(|a| a.object == object).for_each(|a| a.given_up = true);
            }
            UploadEvent::Failed(error) => {
                let length = error.code.as_str().len() + error.message.len();
                require(length <= 2_048, &format!("a failure of {length} bytes"))?;
                require(!error.message.contains("request:fail interrupted"), "an interrupted getAuth fails the file")?;
                require(record.state == "Failure" && !record.ended, "a second end")?;
                record.ended = true;
                self.observed.run_ended = true;
                self.stats.failed += 1;
            }
            UploadEvent::Canceled => {
                require(record.state == "Canceled" && !record.ended, "a second end")?;
                record.ended = true;
                self.observed.run_ended = true;
            }
            UploadEvent::Expired { .. } | UploadEvent::Credential { .. } => {
                require(record.state == "Uploading", "asked for a credential without need")?;
                require(!record.asked, "asked twice for a credential")?;
                record.asked = true;
                let due = !record.granted || record.expired || !certain || remaining_lifetime < 150_000;
                require(due, &format!("asked for a credential that lives for {remaining_lifetime} ms more"))?;
                if let (UploadEvent::Credential { kind: "create-video", .. }, Flow::GetAuth, Some(source)) =
                    (emit, self.scenario.flow, source)
                {
                    self.second_video(source, id, "getAuth asks for");
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// An engine without a timer has a request or file call under way, waits for the app, or has nothing to do.
    pub fn standstill_rule(&mut self) {
        let waits = |record: &FileRecord| record.state == "Uploading";
        let busy = !self.observed.awaited.is_empty() || !self.file_calls.is_empty();
        // What the engine has just sent to the app is not delivered yet.
        let called = !self.app.callbacks.is_empty() || self.app.answers > 0;
        if !self.hidden_reported && !busy && !called && self.observed.files.values().any(waits) {
            let states = self.app.states();
            self.fail(format!("the engine waits for nothing: {states}"));
        }
    }

    /// Without a network an upload ends after some minutes, whatever network events the phone sends.
    pub fn offline_wait_rule(&mut self) {
        let Some(since) = self.down_since.take() else { return };
        let waits = |b: &FileRecord| b.state == "Uploading" && b.started && b.since < since && !b.asked;
        if self.now - since > LONGEST_WAIT && self.observed.files.values().any(waits) {
            self.fail(format!("an upload waits for a network for {} s", (self.now - since) / 1_000));
        }
    }

    fn end_rule(&mut self, id: u32) -> Result<(), String> {
        if id == 0 {
            // startUpload found nothing to do.
            let open = self.observed.files.values().any(|b| matches!(b.state, "Uploading" | "Ready"));
            return if open { Err("an end of nothing".into()) } else { Ok(()) };
        }
        if !self.observed.run || !self.observed.run_ended {
            return Err("a second end of the run".into());
        }
        if self.observed.files.values().any(|b| matches!(b.state, "Uploading" | "Ready")) {
            return Err("the run ends before its files".into());
        }
        self.observed.run = false;
        self.observed.run_ended = false;
        Ok(())
    }

    /// When no file is left to upload, onUploadEnd must have been called.
    pub fn run_end_rule(&mut self) {
        if self.observed.stopped {
            (self.observed.run, self.observed.run_ended) = (false, false);
        }
        let open = |b: &FileRecord| matches!(b.state, "Uploading" | "Ready");
        if self.observed.run && !self.observed.files.values().any(open) {
            if self.observed.run_ended {
                self.fail("the run is over, and nobody says so");
            }
            (self.observed.run, self.observed.run_ended) = (false, false);
        }
    }
}

fn progress_rule(record: &mut FileRecord, percent: f64) -> Result<(), String> {
    if percent < record.shown {
        return Err(format!("progress falls from {}", record.shown));
    }
    if !(0.0..=100.0).contains(&percent) || (percent == 100.0 && record.state != "Success") {
        return Err("progress of 100 % before success".into());
    }
    record.shown = percent;
    Ok(())
}

/// The moves between states that `js-glue/README.md` documents, written down independently of the engine.
fn legal(from: &str, to: &str) -> Result<(), String> {
    let to_them: &[&str] = match from {
        "Ready" => &["Uploading", "Canceled", "Stoped", "Failure"],
        "Uploading" => &["Success", "Failure", "Canceled", "Stoped"],
        "Stoped" => &["Ready", "Canceled"],
        "Failure" => &["Ready", "Canceled"],
        "Canceled" => &["Ready"],
        _ => &[],
    };
    if to_them.contains(&to) {
        Ok(())
    } else {
        Err(format!("moves from {from} to {to}"))
    }
}
