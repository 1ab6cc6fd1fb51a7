//! The books of a run: what the engine has been told, what the app has heard, what lies at the server.

use crate::cloud::Told;
use crate::world::World;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use vod_upload::api::event::Event;

/// A request that the engine awaits.
pub struct Awaited {
    pub what: &'static str,
    pub object: String,
    /// Its file was canceled, or given up for good, while it was on its way.
    pub given_up: bool,
}

/// One file as the app has heard of it.
#[derive(Default)]
pub struct Book {
    pub state: &'static str,
    pub started: bool,
    /// Beside another of the same content: only one of them is remembered.
    pub beside: bool,
    pub ended: bool,
    /// When it was taken up.
    pub since: i64,
    pub shown: f64,
    /// Bytes, as last told, of how many.
    pub loaded: f64,
    pub total: f64,
    /// What lay at the path since it was inspected.
    pub versions: Vec<Version>,
    /// The app was asked for a credential, and has not answered.
    pub asked: bool,
    /// It was asked for a first one since the file was taken up.
    pub granted: bool,
    /// The server has called the file's credential expired since the last one was given.
    pub expired: bool,
}

/// What lay at a file's path for a while.
#[derive(Clone, Debug)]
pub struct Version {
    pub size: u64,
    pub crc: u64,
    /// The visible change that ended it.
    replaced: Option<u64>,
}

/// A part that the engine was told is stored.
pub struct Known {
    pub object: String,
    /// The turn in which it was told came to its end.
    pub lasting: bool,
}

#[derive(Default)]
pub struct Watch {
    /// What the answer under way to a request truly says.
    pub told: HashMap<u32, Told>,
    pub awaited: BTreeMap<u32, Awaited>,
    /// Files that are being looked at.
    pub looks: HashMap<u32, String>,
    /// What a read has found, not yet told to the engine: the path, and the number of its last visible change.
    pub seen: HashMap<u32, (String, u64)>,
    pub known: HashMap<(String, u32), Known>,
    /// Uploads that the engine has reason to leave: dead, damaged, thrown away.
    pub left: BTreeSet<String>,
    /// Objects that were put together since their file was taken up.
    pub made: BTreeSet<String>,
    /// The same of a former run of the app, which was killed before it heard of it.
    pub made_before: BTreeSet<String>,
    /// Uploads whose ids the engine knows.
    pub opened: BTreeSet<String>,
    pub films: crate::films::Films,
    /// The app was away for a week.
    pub week_passed: bool,
    pub books: BTreeMap<u32, Book>,
    /// Some file has changed in this world.
    pub changed: bool,
    /// A run is on, and a file has ended in it.
    pub run: bool,
    pub run_ended: bool,
    pub stopped: bool,
    /// resumeUploadWithAuth does not say which file it means, and an UploadAuth holds nothing by which it could be told: an
    /// answer that came late has met another file.
    pub misled: bool,
}

impl Watch {
    pub fn added(&mut self, id: u32) {
        self.books.insert(id, Book { state: "Ready", ..Book::default() });
    }

    pub fn answered(&mut self, id: u32) {
        if let Some(book) = self.books.get_mut(&id) {
            // An answer to the question of a former attempt is none to this one's.
            book.granted |= book.asked;
            (book.asked, book.expired) = (false, false);
        }
    }

    /// resumeUploadWith… does not say which file it is for.
    pub fn answered_all(&mut self) {
        for book in self.books.values_mut() {
            (book.asked, book.expired) = (false, false);
        }
    }

    /// The question for a credential was answered with a refusal.
    pub fn rejected(&mut self, id: u32) {
        if let Some(book) = self.books.get_mut(&id) {
            book.asked = false;
        }
    }

    /// The video is gone: another credential is for another one.
    pub fn video_gone(&mut self, id: u32) {
        if let Some(book) = self.books.get_mut(&id) {
            book.granted = false;
        }
    }

    pub fn removed(&mut self, id: u32) {
        self.books.remove(&id);
    }

    /// A stored text is removed: the second line of a chunk names the upload.
    pub fn forgotten(&mut self, text: &str) {
        let second = text.split('\n').nth(1).unwrap_or_default();
        if let Ok(upload) = serde_json::from_str::<String>(second) {
            self.known.retain(|(id, _), _| *id != upload);
            self.left.insert(upload);
        }
    }

    pub fn killed(&mut self) {
        self.told.clear();
        self.awaited.clear();
        self.looks.clear();
        self.seen.clear();
        self.books.clear();
        self.made_before.append(&mut self.made);
        self.films.killed();
        (self.run, self.run_ended, self.stopped) = (false, false, false);
        // What was not saved when the process died was never known.
        self.known.retain(|_, known| known.lasting);
    }
}

impl World {
    pub fn before_event(&mut self, event: &Event) {
        match event {
            Event::Response { id, .. } => {
                let told = self.watch.told.remove(id);
                let Some(awaited) = self.watch.awaited.remove(id) else { return };
                self.heard(awaited, told.unwrap_or_default());
            }
            Event::Hide => self.told_hidden = true,
            Event::Show => self.told_hidden = false,
            Event::Stat { op, .. } => {
                self.file_calls.remove(op);
                self.inspected(*op);
            }
            Event::Read { op, result } => {
                self.file_calls.remove(op);
                if let (Some((path, visible)), Ok(_)) = (self.watch.seen.remove(op), result) {
                    self.looked_at(&path, visible);
                }
            }
            // The requests of the app itself end with it.
            Event::Network { connected: false, .. } => self.app.interrupted = self.now,
            Event::Stop => self.watch.stopped = true,
            Event::Clean => {
                self.watch.stopped = true;
                self.watch.books.clear();
            }
            Event::Start => self.watch.stopped = false,
            _ => {}
        }
    }

    fn heard(&mut self, awaited: Awaited, told: Told) {
        match told {
            Told::Part { upload, number } => {
                self.watch.known.insert((upload, number), Known { object: awaited.object, lasting: false });
            }
            // With its end an upload is forgotten, though a kill may leave half of what was remembered.
            Told::UploadedPart { object } => {
                self.watch.made_before.remove(&object);
                self.watch.made.remove(&object);
                self.watch.known.retain(|_, known| known.object != object);
                self.watch.left.extend(self.cloud.uploads.iter().filter(|u| u.1.object == object).map(|u| u.0.clone()));
            }
            Told::Gone { upload } => {
                self.watch.left.insert(upload);
            }
            Told::Expired if awaited.what == "vod" => self.watch.books.values_mut().for_each(|b| b.expired = true),
            Told::Expired => {
                for file in self.app.files.iter().filter(|f| f.object == awaited.object) {
                    if let Some(book) = self.watch.books.get_mut(&file.id) {
                        book.expired = true;
                    }
                }
            }
            Told::Opened { upload } => {
                self.watch.opened.insert(upload);
            }
            Told::Nothing => {}
        }
    }

    /// A file was looked at anew: from here on it must not become a mixture.
    fn inspected(&mut self, op: u32) {
        let Some(path) = self.watch.looks.remove(&op) else { return };
        for file in self.app.files.iter().filter(|f| f.path == path) {
            let Some(book) = self.watch.books.get_mut(&file.id) else { continue };
            if file.state == "Uploading" && !book.started {
                let found = self.phone.file(&file.path);
                let version = |f: &crate::phone::PhoneFile| Version {
                    size: f.content.size,
                    crc: f.content.whole(),
                    replaced: None,
                };
                book.versions = found.map(version).into_iter().collect();
            }
        }
    }

    /// The engine has seen the file as it is since a visible change: what was there before it is not the file any more.
    fn looked_at(&mut self, path: &str, visible: u64) {
        for file in self.app.files.iter().filter(|f| f.path == path) {
            if let Some(book) = self.watch.books.get_mut(&file.id) {
                book.versions.retain(|version| version.replaced.is_none_or(|when| when > visible));
            }
        }
    }

    pub fn file_changed(&mut self, at: usize, visibly: bool) {
        self.watch.changed = true;
        self.watch.made.clear();
        self.watch.made_before.clear();
        // What was stored of it is of no use any more, nor is what is stored under the same name of another.
        self.watch.left.extend(self.cloud.uploads.keys().cloned());
        let file = &self.phone.files[at];
        for other in self.app.files.iter().filter(|f| f.path == file.path) {
            if let Some(book) = self.watch.books.get_mut(&other.id) {
                for version in book.versions.iter_mut().filter(|version| visibly && version.replaced.is_none()) {
                    version.replaced = Some(file.visible);
                }
                book.versions.push(Version { size: file.content.size, crc: file.content.whole(), replaced: None });
            }
        }
    }
}
