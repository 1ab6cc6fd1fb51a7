//! What the phone keeps: files that are read while they may change, and a storage that may refuse, forget and garble.

use crate::content::Content;
use crate::scenario::PastEnd;
use crate::world::{HeldBytes, JsTask, Scheduled, World};
use vod_upload::api::event::FileErrorKind;
use vod_upload::api::event::{Event, FileError, FileStat, ReadOutcome};

/// A file call under way.
pub enum Disk {
    Stat {
        op: u32,
        path: String,
    },
    Read {
        op: u32,
        path: String,
        position: u64,
        length: u64,
        crc: bool,
        keep: bool,
    },
    /// The bytes were read; the file's size and time are read after them.
    StatAfterRead {
        op: u32,
        path: String,
        length: u64,
        crc: u64,
        reported_crc: u64,
        keep: bool,
    },
}

impl World {
    pub fn disk_later(&mut self, disk: Disk) {
        let (ms, app_run) = (self.rng.range(0, 15), self.app_run);
        self.schedule(ms, Scheduled::Disk(app_run, disk));
    }

    pub fn load(&mut self, key: &str) -> String {
        let Some(value) = self.phone.storage.get(key).cloned() else { return String::new() };
        if self.faulty() && self.rng.chance(self.scenario.storage_garbage) {
            self.phone.storage_failed = true;
            let at = self.rng.below(value.len() as u64 + 1) as usize;
            return match self.rng.below(3) {
                0 => value.chars().take(at).collect(),
                1 => value.replace('1', "2"),
                _ => "{\"data\":null}".into(),
            };
        }
        value
    }

    pub fn save(&mut self, key: String, value: String) -> bool {
        let refused = self.faulty() && self.rng.chance(self.scenario.storage_refuses);
        if refused || !self.phone.fits(&key, &value, &self.scenario) {
            self.phone.storage_failed = true;
            return self.scenario.storage_silent;
        }
        self.phone.storage.insert(key, value);
        true
    }

    pub fn disk(&mut self, disk: Disk) {
        let interrupted = self.phone.suspended;
        let error = |kind| FileError { kind, message: "readFile:fail".into() };
        let fails = self.faulty() && self.rng.chance(self.scenario.read_fails);
        match disk {
            Disk::Stat { op, path } => {
                let result = match self.phone.file(&path) {
                    _ if interrupted => Err(error(FileErrorKind::Interrupted)),
                    _ if fails => Err(error(FileErrorKind::Other)),
                    Some(file) => Ok(FileStat { size: file.content.size, mtime: file.mtime }),
                    None => Err(error(FileErrorKind::Missing)),
                };
                self.schedule_js(0, JsTask::Event(Event::Stat { op, result }));
            }
            Disk::Read { op, path, position, length, crc, keep } => {
                let got = match self.phone.file(&path) {
                    _ if interrupted => Err(error(FileErrorKind::Interrupted)),
                    _ if fails => Err(error(FileErrorKind::Other)),
                    None => Err(error(FileErrorKind::Missing)),
                    Some(file) => self.bytes(&file.content, position, length).map_err(error),
                };
                match got {
                    Ok((length, real)) => {
                        let reported_crc = if crc { real } else { 0 };
                        self.disk_later(Disk::StatAfterRead { op, path, length, crc: real, reported_crc, keep });
                    }
                    Err(error) => self.schedule_js(0, JsTask::Read { op, result: Err(error), keep: None }),
                }
            }
            Disk::StatAfterRead { op, path, length, crc, reported_crc, keep } => {
                if let Some(file) = self.phone.file(&path) {
                    self.observed.seen.insert(op, (path.clone(), file.visible));
                }
                let result = match self.phone.file(&path) {
                    _ if interrupted => Err(error(FileErrorKind::Interrupted)),
                    Some(file) => {
                        let facts = FileStat { size: file.content.size, mtime: file.mtime };
                        Ok(ReadOutcome { length, crc: reported_crc, stat: facts })
                    }
                    None => Err(error(FileErrorKind::Missing)),
                };
                let keep = (keep && result.is_ok()).then_some(HeldBytes { length, crc });
                self.schedule_js(0, JsTask::Read { op, result, keep });
            }
        }
    }

    fn bytes(&self, content: &Content, at: u64, length: u64) -> Result<(u64, u64), FileErrorKind> {
        if self.scenario.slice_limit && content.size > 100 << 20 {
            return Err(FileErrorKind::TooLarge);
        }
        if length > 100 << 20 {
            return Err(FileErrorKind::TooLarge);
        }
        if at + length <= content.size {
            return Ok((length, content.crc(at, length)));
        }
        match self.scenario.past_end {
            PastEnd::Error => Err(FileErrorKind::Range),
            PastEnd::Short if at >= content.size => Err(FileErrorKind::Range),
            PastEnd::Short => Ok((content.size - at, content.crc(at, content.size - at))),
            PastEnd::Zeros => Ok((length, crate::rng::mix(content.whole(), at ^ length))),
        }
    }
}
