//! Rules of what goes over the wire and of what is held for it.

use crate::http::Wire;
use crate::scenario::is_image;
use crate::watch::Awaited;
use crate::world::{told, World};
use vod_upload::api::action::Action;

/// WeChat's ten slots less two for the app.
const WIDTH: usize = 8;
const BUDGET: u64 = 16 << 20;
const SINGLE: u64 = 1 << 20;
/// Marks of secrets: of a secret key, of a token, of an UploadAuth, of a signature.
const MARKS: [&str; 4] = ["sEcReT", "tOkEn", "eyJBY2Nlc3NLZXlJZCI6", "Signature="];

impl World {
    pub fn before_action(&mut self, action: &Action) {
        let leak = |text: &str| MARKS.iter().any(|mark| text.contains(mark));
        match action {
            Action::Abort(id) => {
                self.watch.awaited.remove(id);
            }
            Action::Stat { op, path } => {
                self.watch.looks.insert(*op, path.clone());
            }
            Action::Save { key, value } if leak(value) || leak(key) => {
                self.wrong(format!("a secret is stored: {value}"))
            }
            Action::Emit { id, emit } => {
                if told(emit).is_some_and(|text| leak(&text)) {
                    self.wrong(format!("a secret is told: {emit:?}"));
                }
                if let Err(wrong) = self.emit_rule(*id, emit) {
                    self.wrong(format!("file {id}: {wrong} ({emit:?})"));
                }
            }
            _ => {}
        }
    }

    /// A request leaves the engine.
    pub fn sent(&mut self, id: u32, wire: &Wire) {
        let what = wire.what();
        let object = format!("{}/{}", wire.host, wire.key);
        self.object_scope_rule(&object);
        let upload = wire.query("uploadId").unwrap_or_default();
        let sure = self.scenario.options.checkpoint && !self.phone.storage_failed;
        match what {
            "part" => {
                let number = wire.query("partNumber").and_then(|n| n.parse().ok()).unwrap_or(0);
                if sure && self.watch.known.contains_key(&(upload.to_string(), number)) {
                    self.wrong(format!("part {number} of {object} is known to be stored, and sent again"));
                }
            }
            "abort" => {
                self.watch.known.retain(|(id, _), _| id != upload);
                self.watch.left.insert(upload.into());
            }
            // One that forbids to overwrite an object asks whether it is there.
            "initiate" if wire.header("x-oss-forbid-overwrite").is_some() => {}
            // A picture is not remembered: each credential gives it a new address.
            "initiate" if self.made(&object, sure) && self.provable() && self.of_video_alone(&object) => {
                self.wrong(format!("{object} is complete, and begun a second time"));
            }
            "initiate" if sure && self.of_video_alone(&object) => {
                let known = |(id, _): &&(String, u32)| {
                    self.cloud.uploads.get(id).is_some_and(|u| u.object == object) && !self.watch.left.contains(id)
                };
                if let Some((id, _)) = self.watch.known.keys().find(known) {
                    self.wrong(format!("{object} is begun anew though {id} lives and has parts"));
                }
            }
            _ => {}
        }
        if wire.headers.contains("sEcReT") {
            self.wrong("a secret key goes over the wire");
        }
        // One that still opens what was given up is a cleanup, too.
        let wanted = |a: &Awaited| {
            let opened = || self.app.files.iter().any(|f| f.object == a.object && f.state == "Uploading");
            a.what != "initiate" || !a.given_up && opened()
        };
        let wide = self.watch.awaited.values().filter(|a| a.what != "abort" && wanted(a)).count();
        let most = match self.scenario.options.parallel {
            0 => WIDTH,
            n => WIDTH.min(n as usize),
        };
        if what != "abort" && wide >= most {
            self.wrong(format!("{} requests at once, {most} are allowed", wide + 1));
        }
        if self.watch.awaited.len() >= WIDTH {
            self.wrong(format!("{} requests at once, cleanups included", self.watch.awaited.len() + 1));
        }
        self.watch.awaited.insert(id, Awaited { what, object, given_up: false });
    }

    /// The object was put together, and the engine can know it: from this run, or from what it remembers of the last.
    pub fn made(&self, object: &str, sure: bool) -> bool {
        self.watch.made.contains(object) || sure && self.watch.made_before.contains(object)
    }

    /// Whether an object that was completed can always be known for the file.
    fn provable(&self) -> bool {
        let s = &self.scenario;
        let seen = !s.head_denied && !s.head_without_crc;
        s.faults.no_crc == 0.0 && (seen || !s.versioned_bucket && !s.older_objects)
    }

    fn of_video_alone(&self, object: &str) -> bool {
        let mut files = self.app.files.iter().filter(|f| f.object == object);
        files.all(|f| self.alone(f.id) && !is_image(self.scenario.files[f.plan].name))
    }

    /// The engine has said all it wanted to say.
    pub fn after_pump(&mut self) {
        for known in self.watch.known.values_mut() {
            known.lasting = true;
        }
        self.watch.films.turn_ended();
        self.ended();
        self.over();
        let uploading = |state: &str| state == "Uploading";
        let idle = !self.app.files.iter().any(|f| uploading(f.state));
        for awaited in self.watch.awaited.values().filter(|a| a.what != "abort") {
            let mine = |f: &&crate::app::AppFile| f.object == awaited.object;
            let dead = self.app.files.iter().any(|f| mine(&f))
                && !self.app.files.iter().filter(mine).any(|f| uploading(f.state));
            // What was canceled while it was being opened is let open, to be aborted.
            let stopped = self.app.files.iter().filter(mine).any(|f| f.state == "Stoped");
            let opens = awaited.what == "initiate" && (awaited.given_up || !stopped);
            if (idle || dead) && !opens {
                let text = format!("{} of {} is in flight for nobody", awaited.what, awaited.object);
                return self.wrong(text);
            }
        }
        if idle && !self.held.is_empty() {
            self.wrong("bytes are held for nobody");
        }
        let held: u64 = self.held.values().map(|h| h.length).sum::<u64>() + self.reading.values().sum::<u64>();
        let limit = self.most_held();
        if held > limit {
            self.wrong(format!("{held} bytes of files are held, {limit} are allowed"));
        }
    }

    fn most_held(&self) -> u64 {
        let o = &self.scenario.options;
        let width = if o.parallel == 0 { WIDTH } else { WIDTH.min(o.parallel as usize) } as u64;
        let part = o.part_size.max(102_400);
        let fixed = match (o.part_size, o.parallel) {
            (0, _) => 0,
            (_, 0) => part,
            // A last part may swallow a rest that would be too small on its own.
            _ => width * part + 102_400,
        };
        let whole = if o.part_size == 0 { SINGLE } else { part };
        // One part of the largest files may be more: there are only 10,000 numbers.
        let largest = self.phone.files.iter().map(|f| f.content.size).max().unwrap_or(0);
        BUDGET.max(fixed).max(largest / 9_000).max(whole)
    }

    /// Whoever has ended has been told.
    fn ended(&mut self) {
        let ends = |state: &str| matches!(state, "Success" | "Failure" | "Canceled");
        if let Some((id, book)) = self.watch.books.iter().find(|(_, book)| ends(book.state) && !book.ended) {
            let text = format!("file {id} is at {}, and no callback says so", book.state);
            self.wrong(text);
        }
    }
}
