//! What must be true of every run, kept in books beside the engine.

use crate::cloud::Told;
use crate::http::Wire;
use crate::scenario::MINUTE;
use crate::world::{told, World};
use std::collections::{BTreeMap, HashMap};
use vod_upload::action::{Action, Emit};
use vod_upload::event::Event;
use vod_upload::options::Transport;
use vod_upload::oss::Signature;

/// WeChat's ten slots less two for the app.
const WIDTH: usize = 8;
const BUDGET: u64 = 16 << 20;
const SINGLE: u64 = 1 << 20;
/// Marks of secrets: of a secret key, of a token, of an UploadAuth.
const MARKS: [&str; 4] = ["sEcReT", "tOkEn", "eyJBY2Nlc3NLZXlJZCI6", "Signature="];

/// A request that the engine awaits.
pub struct Awaited {
    what: &'static str,
    object: String,
}

/// One file as the app has heard of it.
#[derive(Default)]
struct Book {
    state: &'static str,
    started: bool,
    ended: bool,
    shown: f64,
    /// Size and CRC of what lay at the path since it was inspected.
    versions: Vec<(u64, u64)>,
    /// The app was asked for a credential, and has not answered.
    asked: bool,
}

/// A part that the engine was told is stored.
pub struct Known {
    object: String,
    /// The turn in which it was told came to its end.
    lasting: bool,
}

#[derive(Default)]
pub struct Watch {
    /// What the answer under way to a request truly says.
    pub told: HashMap<u32, Told>,
    awaited: BTreeMap<u32, Awaited>,
    /// Files that are being looked at.
    looks: HashMap<u32, String>,
    pub known: HashMap<(String, u32), Known>,
    books: BTreeMap<u32, Book>,
    /// A run is on, and a file has ended in it.
    run: bool,
    run_ended: bool,
    stopped: bool,
}

impl Watch {
    pub fn added(&mut self, id: u32) {
        self.books.insert(id, Book { state: "Ready", ..Book::default() });
    }

    pub fn answered(&mut self, id: u32) {
        if let Some(book) = self.books.get_mut(&id) {
            book.asked = false;
        }
    }

    /// A remembered text is thrown away; if it was a chunk, its second line names the upload.
    pub fn forgotten(&mut self, text: &str) {
        let upload = text.split('\n').nth(1).unwrap_or_default();
        self.known.retain(|(id, _), _| id != upload);
    }

    pub fn answered_all(&mut self) {
        self.books.values_mut().for_each(|book| book.asked = false);
    }

    pub fn removed(&mut self, id: u32) {
        self.books.remove(&id);
    }

    pub fn killed(&mut self) {
        self.told.clear();
        self.awaited.clear();
        self.books.clear();
        (self.run, self.run_ended, self.stopped) = (false, false, false);
        // What was not saved when the process died was never known.
        self.known.retain(|_, known| known.lasting);
    }
}

impl World {
    pub fn before_event(&mut self, event: &Event) {
        match event {
            Event::Answer { id, .. } => {
                let told = self.watch.told.remove(id);
                let Some(awaited) = self.watch.awaited.remove(id) else { return };
                match told {
                    Some(Told::Part { upload, number }) => {
                        let known = Known { object: awaited.object, lasting: false };
                        self.watch.known.insert((upload, number), known);
                    }
                    // With its end an upload is forgotten, though a kill may leave half of what was remembered.
                    Some(Told::Stored { object }) => self.watch.known.retain(|_, known| known.object != object),
                    _ => {}
                }
            }
            Event::Stat { op, .. } => self.inspected(*op),
            Event::Stop | Event::Clean => self.watch.stopped = true,
            Event::Start => self.watch.stopped = false,
            _ => {}
        }
        if let Event::Clean = event {
            self.watch.books.clear();
        }
    }

    /// A file was looked at anew: from here on it must not become a mixture.
    fn inspected(&mut self, op: u32) {
        let Some(path) = self.watch.looks.remove(&op) else { return };
        for file in self.app.files.iter().filter(|f| f.path == path) {
            let Some(book) = self.watch.books.get_mut(&file.id) else { continue };
            if file.state == "Uploading" && !book.started {
                let found = self.phone.file(&file.path);
                book.versions = found.map(|f| (f.content.size, f.content.whole())).into_iter().collect();
            }
        }
    }

    pub fn file_changed(&mut self, at: usize) {
        let file = &self.phone.files[at];
        let version = (file.content.size, file.content.whole());
        for other in self.app.files.iter().filter(|f| f.path == file.path) {
            if let Some(book) = self.watch.books.get_mut(&other.id) {
                book.versions.push(version);
            }
        }
    }

    /// A request leaves the engine.
    pub fn sent(&mut self, id: u32, wire: &Wire) {
        let what = wire.what();
        let object = format!("{}/{}", wire.host, wire.key);
        if what == "part" && self.scenario.options.checkpoint {
            let upload = wire.query("uploadId").unwrap_or_default().to_string();
            let number = wire.query("partNumber").and_then(|n| n.parse().ok()).unwrap_or(0);
            if self.watch.known.contains_key(&(upload, number)) && !self.phone.storage_failed {
                self.wrong(format!("part {number} of {object} is known to be stored, and sent again"));
            }
        }
        if wire.headers.contains("sEcReT") {
            self.wrong("a secret key goes over the wire");
        }
        let wide = self.watch.awaited.values().filter(|a| a.what != "abort").count();
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
        self.watch.awaited.insert(id, Awaited { what, object });
    }

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

    fn emit_rule(&mut self, id: u32, emit: &Emit) -> Result<(), String> {
        if let Emit::End = emit {
            return self.end_rule(id);
        }
        let objects = &self.cloud.objects;
        let object = self.app.files.iter().find(|f| f.id == id).map(|f| f.object.clone()).unwrap_or_default();
        let Some(book) = self.watch.books.get_mut(&id) else { return Ok(()) };
        let yes = |ok: bool, what: &str| if ok { Ok(()) } else { Err(what.to_string()) };
        match emit {
            Emit::Patch(patch) => {
                if let Some(state) = patch.state {
                    legal(book.state, state)?;
                    if state == "Ready" {
                        book.ended = false;
                        if book.state == "Canceled" {
                            book.shown = 0.0;
                        }
                    }
                    if state == "Uploading" {
                        self.watch.run_ended &= self.watch.run;
                        self.watch.run = true;
                        self.watch.stopped = false;
                        book.started = false;
                    }
                    if state != "Uploading" {
                        book.asked = false;
                    }
                    book.state = state;
                }
                if let Some(loaded) = patch.loaded {
                    progress_rule(book, loaded)?;
                }
            }
            Emit::Started => {
                yes(book.state == "Uploading" && !book.started, "started twice or too late")?;
                book.started = true;
            }
            Emit::Progress(p) => {
                progress_rule(book, p.percent)?;
                yes(p.loaded <= p.total, "more loaded than there is")?;
            }
            Emit::Succeed => {
                yes(book.state == "Success" && book.started && !book.ended, "an end that is none")?;
                yes(book.shown == 100.0, "success without 100 %")?;
                book.ended = true;
                self.watch.run_ended = true;
                self.stats.succeeded += 1;
                let stored = objects.get(&object).map(|o| (o.length, o.crc));
                let same = stored.is_some_and(|s| book.versions.contains(&s));
                yes(same, &format!("{object} holds {stored:?}, the file was {:?}", book.versions))?;
            }
            Emit::Failed(_) => {
                yes(book.state == "Failure" && !book.ended, "a second end")?;
                book.ended = true;
                self.watch.run_ended = true;
                self.stats.failed += 1;
            }
            Emit::Canceled => {
                yes(book.state == "Canceled" && !book.ended, "a second end")?;
                book.ended = true;
                self.watch.run_ended = true;
            }
            Emit::Expired { .. } | Emit::Credential { .. } => {
                yes(book.state == "Uploading", "asked for a credential without need")?;
                yes(!book.asked, "asked twice for a credential")?;
                book.asked = true;
            }
            _ => {}
        }
        Ok(())
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

    /// The engine has said all it wanted to say.
    pub fn after_pump(&mut self) {
        for known in self.watch.known.values_mut() {
            known.lasting = true;
        }
        let open = |b: &Book| matches!(b.state, "Uploading" | "Ready");
        if self.watch.stopped {
            (self.watch.run, self.watch.run_ended) = (false, false);
        }
        if self.watch.run && !self.watch.books.values().any(open) {
            if self.watch.run_ended {
                self.wrong("the run is over, and nobody says so");
            }
            self.watch.run = false;
            self.watch.run_ended = false;
        }
        let uploading = |state: &str| state == "Uploading";
        let idle = !self.app.files.iter().any(|f| uploading(f.state));
        for awaited in self.watch.awaited.values().filter(|a| a.what != "abort") {
            let mine = |f: &&crate::app::AppFile| f.object == awaited.object;
            let dead = self.app.files.iter().any(|f| mine(&f))
                && !self.app.files.iter().filter(mine).any(|f| uploading(f.state));
            if idle || dead {
                let text =
                    format!("{} of {} is in flight for a file that is not uploading", awaited.what, awaited.object);
                return self.wrong(text);
            }
        }
        if idle && !self.held.is_empty() {
            self.wrong("bytes are held for nobody");
        }
        let held: u64 = self.held.values().map(|h| h.length).sum::<u64>() + self.reading.values().sum::<u64>();
        let o = &self.scenario.options;
        let width = if o.parallel == 0 { WIDTH } else { WIDTH.min(o.parallel as usize) } as u64;
        let part = o.part_size.max(102_400);
        let fixed = if o.part_size == 0 {
            0
        } else if o.parallel == 0 {
            part
        } else {
            // A last part may swallow a rest that would be too small on its own.
            width * part + 102_400
        };
        let whole = if o.part_size == 0 { SINGLE } else { part };
        // One part of the largest files may be more: there are only 10,000 numbers.
        let largest = self.phone.files.iter().map(|f| f.content.size).max().unwrap_or(0);
        let limit = BUDGET.max(fixed).max(largest / 9_000) + whole * u64::from(o.parallel_files);
        if held > limit {
            self.wrong(format!("{held} bytes of files are held, {limit} are allowed"));
        }
    }

    pub fn finish(&mut self) {
        if !self.watch.awaited.is_empty() {
            self.wrong("requests are still awaited");
        }
        if !self.held.is_empty() {
            self.wrong("bytes are still held");
        }
        let states = self.app.states();
        let s = self.scenario.clone();
        // The old form's policy is dated by the phone, and its answers do not tell the time.
        let dated = !s.listed_bucket || s.options.transport == Transport::UploadFile;
        let dated = dated && s.options.signature == Signature::V1 && self.phone.skew.abs() > 15 * MINUTE;
        for at in 0..self.app.files.len() {
            let (plan, state) = (self.app.files[at].plan, self.app.files[at].state);
            let Some(file) = self.phone.file(&self.app.files[at].path) else { continue };
            let size = file.content.size;
            let hopeless = size == 0
                || dated
                || !s.options.expired_handled && size > 10 << 20
                || s.slice_limit && size > 100 << 20
                || !s.listed_bucket && s.options.transport == Transport::Request
                || s.files[plan].size > 5 << 30 && !s.listed_bucket;
            let unproven = s.head_denied && !s.calm;
            if !matches!(state, "Success" | "Canceled") && !hopeless && !unproven {
                self.wrong(format!("all is well, and file {} is not uploaded: {states}", self.app.files[at].id));
            }
        }
        let reason = s.files.iter().any(|f| f.size == 0)
            || !s.listed_bucket
            || s.slice_limit
            || dated
            // Nobody brings a new credential: the file ends with the old one.
            || !s.options.expired_handled;
        if s.calm && self.stats.failed > 0 && !reason {
            self.wrong("a file failed without a reason");
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
