//! The phone: its clock, its files, its storage.

use crate::content::Content;
use crate::scenario::{Scenario, MINUTE};
use std::collections::BTreeMap;

/// 2026-06-01: where the virtual time starts, server time in ms.
pub const EPOCH: i64 = 1_780_272_000_000;
/// wx.setStorageSync: 1 MB a key, 10 MB in all.
const KEY_LIMIT: usize = 1 << 20;
const TOTAL_LIMIT: usize = 10 << 20;

pub struct PhoneFile {
    pub path: String,
    pub content: Content,
    pub mtime: i64,
    pub there: bool,
    /// Counts the changes that show in size or modification time.
    pub visible: u64,
    /// Which plan it was made from.
    pub plan: usize,
}

/// What the phone's clock does instead of showing the time, between two moments of the run, ms. It goes on from there.
#[derive(Clone, Copy, Debug, Default)]
pub struct OddClock {
    pub kind: Oddity,
    pub from: i64,
    pub until: i64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Oddity {
    #[default]
    None,
    StandsStill,
    /// It is set back by three seconds each second.
    RunsBack,
    /// It is set back by a year.
    YearBack,
    /// `Date.now()` gives NaN, which arrives as 0.
    NoNumber,
}

impl OddClock {
    /// What is missing from the time at `now`, ms.
    fn lost(&self, now: i64) -> i64 {
        let passed = now.clamp(self.from, self.until) - self.from;
        match self.kind {
            Oddity::None | Oddity::NoNumber => 0,
            Oddity::StandsStill => passed,
            Oddity::RunsBack => passed / 1_000 * 3_000,
            Oddity::YearBack if now < self.from => 0,
            Oddity::YearBack => 365 * 24 * 60 * MINUTE,
        }
    }
}

#[derive(Default)]
pub struct Phone {
    /// Wall clock minus the server's, without what `odd_clock` does to it.
    pub skew: i64,
    pub odd_clock: OddClock,
    pub files: Vec<PhoneFile>,
    pub hidden: bool,
    pub suspended: bool,
    pub storage: BTreeMap<String, String>,
    /// Something that was saved is not there any more, or was never: what a kill costs is then not counted.
    pub storage_failed: bool,
}

impl Phone {
    /// What the clock shows, ms since 1970.
    pub fn wall(&self, now: i64) -> i64 {
        EPOCH + now + self.skew - self.odd_clock.lost(now)
    }

    /// How it is reported to the engine.
    pub fn reading(&self, now: i64) -> i64 {
        let odd = &self.odd_clock;
        let none = odd.kind == Oddity::NoNumber && (odd.from..odd.until).contains(&now);
        if none {
            0
        } else {
            self.wall(now)
        }
    }

    pub fn file(&self, path: &str) -> Option<&PhoneFile> {
        self.files.iter().find(|f| f.path == path && f.there)
    }

    /// Sets a later modification time than before, even if the clock was set back.
    pub fn stamp(&mut self, at: usize, now: i64, unknown: bool) {
        let wall = self.wall(now).div_euclid(1_000);
        let file = &mut self.files[at];
        file.mtime = if unknown { 0 } else { wall.max(file.mtime + 1) };
        file.visible += 1;
    }

    /// As a file system does, in whole seconds. Returns whether the time is another one.
    pub fn stamp_second(&mut self, at: usize, now: i64) -> bool {
        let wall = self.wall(now).div_euclid(1_000);
        let file = &mut self.files[at];
        let another = std::mem::replace(&mut file.mtime, wall) != wall;
        file.visible += u64::from(another);
        another
    }

    pub fn fits(&self, key: &str, value: &str, scenario: &Scenario) -> bool {
        let total: usize = self.storage.iter().filter(|(k, _)| *k != key).map(|(k, v)| k.len() + v.len()).sum();
        let limit = if scenario.storage_small { 3_000 } else { TOTAL_LIMIT };
        key.len() + value.len() <= KEY_LIMIT && total + key.len() + value.len() <= limit
    }
}
