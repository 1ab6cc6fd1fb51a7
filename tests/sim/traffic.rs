//! Rules of requests, their concurrency, and the memory that is held for them.

use crate::http::WireRequest;
use crate::observed::Awaited;
use crate::perform::reported_text;
use crate::scenario::is_image;
use crate::world::World;
use vod_upload::api::action::Action;

/// WeChat's ten slots less two for the app.
const MAX_CONCURRENT: usize = 8;
const MEMORY_BUDGET: u64 = 16 << 20;
const SINGLE_REQUEST_LIMIT: u64 = 1 << 20;
/// Marks of secrets: of a secret key, of a token, of an UploadAuth, of a signature.
const MARKS: [&str; 4] = ["sEcReT", "tOkEn", "eyJBY2Nlc3NLZXlJZCI6", "Signature="];

impl World {
    pub fn before_action(&mut self, action: &Action) {
        let leak = |text: &str| MARKS.iter().any(|mark| text.contains(mark));
        match action {
            Action::Abort(id) => {
                self.observed.awaited.remove(id);
            }
            Action::Stat { op, path } => {
                self.observed.pending_stats.insert(*op, path.clone());
            }
            Action::Save { key, value } if leak(value) || leak(key) => {
                self.fail(format!("a secret is stored: {value}"))
            }
            Action::Emit { id, emit } => {
                if reported_text(emit).is_some_and(|text| leak(&text)) {
                    self.fail(format!("a secret reaches the app: {emit:?}"));
                }
                if let Err(wrong) = self.emit_rule(*id, emit) {
                    self.fail(format!("file {id}: {wrong} ({emit:?})"));
                }
            }
            _ => {}
        }
    }

    /// A request leaves the engine.
    pub fn sent(&mut self, id: u32, wire: &WireRequest) {
        let what = wire.what();
        let object = format!("{}/{}", wire.host, wire.key);
        self.object_scope_rule(&object);
        let upload = wire.query("uploadId").unwrap_or_default();
        let sure = self.scenario.options.checkpoint && !self.phone.storage_failed;
        match what {
            "part" => {
                let number = wire.query("partNumber").and_then(|n| n.parse().ok()).unwrap_or(0);
                if sure && self.observed.known_parts.contains_key(&(upload.to_string(), number)) {
                    self.fail(format!("part {number} of {object} is known to be stored, and sent again"));
                }
            }
            "abort" => {
                self.observed.known_parts.retain(|(id, _), _| id != upload);
                self.observed.abandoned.insert(upload.into());
            }
            // With x-oss-forbid-overwrite, Initiate is a probe for the object.
            "initiate" if wire.header("x-oss-forbid-overwrite").is_some() => {}
            // A picture has no checkpoint: each credential gives it a new address.
            "initiate" if self.is_completed(&object, sure) && self.provable() && self.of_video_alone(&object) => {
                self.fail(format!("{object} is complete, and begun a second time"));
            }
            "initiate" if sure && self.of_video_alone(&object) => {
                let known = |(id, _): &&(String, u32)| {
                    self.cloud.uploads.get(id).is_some_and(|u| u.object == object)
                        && !self.observed.abandoned.contains(id)
                };
                if let Some((id, _)) = self.observed.known_parts.keys().find(known) {
                    self.fail(format!("{object} is begun anew though {id} lives and has parts"));
                }
            }
            _ => {}
        }
        if wire.headers.contains("sEcReT") {
            self.fail("a secret key goes over the wire");
        }
        // An Initiate for a file that has ended counts as a cleanup, too.
        let wanted = |a: &Awaited| {
            let opened = || self.app.files.iter().any(|f| f.object == a.object && f.state == "Uploading");
            a.what != "initiate" || !a.given_up && opened()
        };
        let wide = self.observed.awaited.values().filter(|a| a.what != "abort" && wanted(a)).count();
        let most = match self.scenario.options.parallel {
            0 => MAX_CONCURRENT,
            n => MAX_CONCURRENT.min(n as usize),
        };
        if what != "abort" && wide >= most {
            self.fail(format!("{} requests at once, {most} are allowed", wide + 1));
        }
        if self.observed.awaited.len() >= MAX_CONCURRENT {
            self.fail(format!("{} requests at once, cleanups included", self.observed.awaited.len() + 1));
        }
        self.observed.awaited.insert(id, Awaited { what, object, given_up: false });
    }

    /// The object was completed, and the engine can know it: from this run, or from its checkpoint.
    pub fn is_completed(&self, object: &str, sure: bool) -> bool {
        self.observed.completed.contains(object) || sure && self.observed.completed_before_kill.contains(object)
    }

    /// Whether an object that was completed can always be known for the file.
    fn provable(&self) -> bool {
        let s = &self.scenario;
        let seen = !s.head_denied && !s.head_without_crc;
        s.faults.no_crc == 0.0 && (seen || !s.versioned_bucket && !s.older_objects)
    }

    fn of_video_alone(&self, object: &str) -> bool {
        let mut files = self.app.files.iter().filter(|f| f.object == object);
        files.all(|f| self.is_unique(f.id) && !is_image(self.scenario.files[f.plan].name))
    }

    /// The rules that hold after the engine's actions of one turn.
    pub fn after_pump(&mut self) {
        for known in self.observed.known_parts.values_mut() {
            known.persisted = true;
        }
        self.observed.videos.turn_ended();
        self.end_reported_rule();
        self.run_end_rule();
        let uploading = |state: &str| state == "Uploading";
        let idle = !self.app.files.iter().any(|f| uploading(f.state));
        for awaited in self.observed.awaited.values().filter(|a| a.what != "abort") {
            let mine = |f: &&crate::app::AppFile| f.object == awaited.object;
            let dead = self.app.files.iter().any(|f| mine(&f))
                && !self.app.files.iter().filter(mine).any(|f| uploading(f.state));
            // An Initiate in flight is awaited after a cancel, so that the upload can be aborted.
            let stopped = self.app.files.iter().filter(mine).any(|f| f.state == "Stoped");
            let opens = awaited.what == "initiate" && (awaited.given_up || !stopped);
            if (idle || dead) && !opens {
                let text = format!("{} of {} is in flight for nobody", awaited.what, awaited.object);
                return self.fail(text);
            }
        }
        if idle && !self.held.is_empty() {
            self.fail("bytes are held for nobody");
        }
        let held: u64 = self.held.values().map(|h| h.length).sum::<u64>() + self.reading.values().sum::<u64>();
        let limit = self.most_held();
        if held > limit {
            self.fail(format!("{held} bytes of files are held, {limit} are allowed"));
        }
    }

    fn most_held(&self) -> u64 {
        let o = &self.scenario.options;
        let width = if o.parallel == 0 { MAX_CONCURRENT } else { MAX_CONCURRENT.min(o.parallel as usize) } as u64;
        let part = o.part_size.max(102_400);
        let fixed = match (o.part_size, o.parallel) {
            (0, _) => 0,
            (_, 0) => part,
            // A last part may swallow a rest that would be too small on its own.
            _ => width * part + 102_400,
        };
        let whole = if o.part_size == 0 { SINGLE_REQUEST_LIMIT } else { part };
        // One part of the largest files may be more: there are only 10,000 numbers.
        let largest = self.phone.files.iter().map(|f| f.content.size).max().unwrap_or(0);
        MEMORY_BUDGET.max(fixed).max(largest / 9_000).max(whole)
    }

    /// Every file in a final state has had its callback.
    fn end_reported_rule(&mut self) {
        let ends = |state: &str| matches!(state, "Success" | "Failure" | "Canceled");
        if let Some((id, record)) = self.observed.files.iter().find(|(_, record)| ends(record.state) && !record.ended) {
            let text = format!("file {id} is at {}, and no callback says so", record.state);
            self.fail(text);
        }
    }
}
