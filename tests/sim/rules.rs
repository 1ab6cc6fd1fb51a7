//! Rules of what the app is told.

use crate::scenario::{Flow, MINUTE};
use crate::watch::Book;
use crate::world::World;
use vod_upload::api::action::{InfoPatch, UploadEvent};
use vod_upload::api::options::Authoriser;

/// Five minutes without a network, and what the retries before it take.
const LONGEST_WAIT: i64 = 20 * MINUTE;

impl World {
    /// Of two files with the same content one has an upload of its own; and a file that changed is another one.
    pub fn alone(&self, id: u32) -> bool {
        let plan = self.app.files.iter().find(|f| f.id == id).map(|f| f.plan);
        !self.watch.changed
            && self.scenario.files.iter().all(|f| f.same_as.is_none())
            && self.app.files.iter().filter(|f| Some(f.plan) == plan).count() == 1
    }

    pub fn emit_rule(&mut self, id: u32, emit: &UploadEvent) -> Result<(), String> {
        if let UploadEvent::End = emit {
            return self.end_rule(id);
        }
        let (alone, film, content) = (self.alone(id), self.film(id), self.content(id));
        let objects = &self.cloud.objects;
        // The phone's clock is right: then nothing but the end of a credential is a reason to ask for the next.
        let certain = self.scenario.clock_jumps == 0
            && self.phone.skew == 0
            && self.scenario.faults.expires_early == 0.0
            && self.scenario.options.parallel_files == 1;
        let life_left =
            self.app.files.iter().find(|f| f.id == id).map_or(0, |f| f.until - crate::phone::EPOCH - self.now);
        let object = self.app.files.iter().find(|f| f.id == id).map(|f| f.object.clone()).unwrap_or_default();
        let Some(book) = self.watch.books.get_mut(&id) else { return Ok(()) };
        let yes = |ok: bool, what: &str| if ok { Ok(()) } else { Err(what.to_string()) };
        match emit {
            UploadEvent::Patch(patch) => {
                if let InfoPatch::State(state) = *patch {
                    legal(book.state, state)?;
                    if state == "Ready" {
                        book.ended = false;
                        if book.state == "Canceled" {
                            (book.shown, book.loaded) = (0.0, 0.0);
                        }
                    }
                    if state == "Uploading" {
                        self.watch.run_ended &= self.watch.run;
                        self.watch.run = true;
                        self.watch.stopped = false;
                        (book.started, book.granted, book.expired) = (false, false, false);
                        book.since = self.now;
                    }
                    if matches!(state, "Canceled" | "Failure") {
                        let mine = self.watch.awaited.values_mut().filter(|a| a.object == object);
                        mine.for_each(|a| a.given_up = true);
                    }
                    if let ("Canceled", Some(film)) = (state, content) {
                        self.watch.films.release(film, self.now);
                    }
                    if state != "Uploading" {
                        book.asked = false;
                        self.watch.made.remove(&object);
                        self.watch.made_before.remove(&object);
                    }
                    book.state = state;
                }
                if let InfoPatch::Loaded(loaded) = *patch {
                    progress_rule(book, loaded)?;
                }
            }
            UploadEvent::Started => {
                yes(book.state == "Uploading" && !book.started, "started twice or too late")?;
                (book.started, book.beside) = (true, !alone);
                // Its onUploadstarted is to bring the credential.
                book.asked = self.scenario.options.authoriser == Authoriser::Callbacks;
                if self.app.files.iter().any(|f| f.id == id && f.video_id.is_empty()) {
                    if let (Flow::Auth, Some(film)) = (self.scenario.flow, film) {
                        self.second_video(film, id, "onUploadstarted asks for");
                    }
                }
            }
            UploadEvent::Progress(p) => {
                progress_rule(book, p.percent)?;
                yes(p.loaded <= p.total, "more loaded than there is")?;
                let falls = p.total == book.total && p.loaded < book.loaded;
                yes(!falls, &format!("detail.loaded falls from {}", book.loaded))?;
                (book.loaded, book.total) = (p.loaded, p.total);
            }
            UploadEvent::Succeed => {
                yes(book.state == "Success" && book.started && !book.ended, "an end that is none")?;
                yes(book.shown == 100.0, "success without 100 %")?;
                book.ended = true;
                self.watch.run_ended = true;
                self.stats.succeeded += 1;
                if let Some(film) = content {
                    self.watch.films.release(film, self.now);
                }
                let stored = objects.get(&object).map(|o| (o.length, o.crc));
                let same = stored.is_some_and(|s| book.versions.iter().any(|v| (v.size, v.crc) == s));
                yes(same, &format!("{object} holds {stored:?}, the file was {:?}", book.versions))?;
            }
            // Too large a part goes anew, and some stored ones with it.
            UploadEvent::Log { event: "parts-again", .. } => self.watch.known.retain(|_, known| known.object != object),
            UploadEvent::Failed(error) => {
                let length = error.code.as_str().len() + error.message.len();
                yes(length <= 2_048, &format!("a failure of {length} bytes"))?;
                yes(!error.message.contains("request:fail interrupted"), "an interrupted getAuth fails the file")?;
                yes(book.state == "Failure" && !book.ended, "a second end")?;
                book.ended = true;
                self.watch.run_ended = true;
                self.stats.failed += 1;
            }
            UploadEvent::Canceled => {
                yes(book.state == "Canceled" && !book.ended, "a second end")?;
                book.ended = true;
                self.watch.run_ended = true;
            }
            UploadEvent::Expired { .. } | UploadEvent::Credential { .. } => {
                yes(book.state == "Uploading", "asked for a credential without need")?;
                yes(!book.asked, "asked twice for a credential")?;
                book.asked = true;
                let due = !book.granted || book.expired || !certain || life_left < 150_000;
                yes(due, &format!("asked for a credential that lives for {life_left} ms more"))?;
                if let (UploadEvent::Credential { kind: "create-video", .. }, Flow::GetAuth, Some(film)) =
                    (emit, self.scenario.flow, film)
                {
                    self.second_video(film, id, "getAuth asks for");
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The engine is not to be woken: then something is under way, the app is awaited, or nothing is left to be done.
    pub fn standstill_rule(&mut self) {
        let waits = |book: &Book| book.state == "Uploading";
        let busy = !self.watch.awaited.is_empty() || !self.file_calls.is_empty();
        // What the engine has just sent to the app is not delivered yet.
        let called = !self.app.callbacks.is_empty() || self.app.answers > 0;
        if !self.told_hidden && !busy && !called && self.watch.books.values().any(waits) {
            let states = self.app.states();
            self.wrong(format!("the engine waits for nothing: {states}"));
        }
    }

    /// Without a network an upload ends after some minutes, whatever the phone says of the network.
    pub fn waited_long_enough(&mut self) {
        let Some(since) = self.down_since.take() else { return };
        let waits = |b: &Book| b.state == "Uploading" && b.started && b.since < since && !b.asked;
        if self.now - since > LONGEST_WAIT && self.watch.books.values().any(waits) {
            self.wrong(format!("an upload waits for a network for {} s", (self.now - since) / 1_000));
        }
    }

    fn end_rule(&mut self, id: u32) -> Result<(), String> {
        if id == 0 {
            // startUpload found nothing to do.
            let open = self.watch.books.values().any(|b| matches!(b.state, "Uploading" | "Ready"));
            return if open { Err("an end of nothing".into()) } else { Ok(()) };
        }
        if !self.watch.run || !self.watch.run_ended {
            return Err("a second end of the run".into());
        }
        if self.watch.books.values().any(|b| matches!(b.state, "Uploading" | "Ready")) {
            return Err("the run ends before its files".into());
        }
        self.watch.run = false;
        self.watch.run_ended = false;
        Ok(())
    }

    /// When no file is left, somebody must have said so.
    pub fn over(&mut self) {
        if self.watch.stopped {
            (self.watch.run, self.watch.run_ended) = (false, false);
        }
        let open = |b: &Book| matches!(b.state, "Uploading" | "Ready");
        if self.watch.run && !self.watch.books.values().any(open) {
            if self.watch.run_ended {
                self.wrong("the run is over, and nobody says so");
            }
            (self.watch.run, self.watch.run_ended) = (false, false);
        }
    }
}

fn progress_rule(book: &mut Book, percent: f64) -> Result<(), String> {
    if percent < book.shown {
        return Err(format!("progress falls from {}", book.shown));
    }
    if !(0.0..=100.0).contains(&percent) || (percent == 100.0 && book.state != "Success") {
        return Err("progress of 100 % before success".into());
    }
    book.shown = percent;
    Ok(())
}

/// The moves of API.md, written down a second time.
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
