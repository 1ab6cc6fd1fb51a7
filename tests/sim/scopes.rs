//! Isolation of `userScope`s: what one has stored, another neither reads nor changes.

use crate::world::World;
use vod_upload::checkpoint::{self, index, Head};

/// The users of the phone.
pub const SCOPES: [&str; 3] = ["25346073170691", "13800138000", ""];
/// The engine keeps no more stored uploads, and no more chunks of parts, than this of all scopes together.
const MOST: usize = 20;
const MOST_CHUNKS: u32 = 320;

impl World {
    fn scope_name(&self) -> &'static str {
        SCOPES[self.scope]
    }

    /// Whether a storage key names a record of another scope.
    fn is_foreign(&self, key: &str) -> bool {
        let name = key.strip_prefix("vod-upload:").unwrap_or_default();
        // Other keys (the index, what is known of the link) belong to the phone.
        let record = name.as_bytes().get(16) == Some(&b'-');
        record && !checkpoint::is_of_scope(name, self.scope_name())
    }

    /// Old records go, whose ever they are, and the oldest of too many.
    fn may_evict(&self) -> bool {
        let rows = index::read(self.phone.storage.get(&checkpoint::index_key()).map_or("", String::as_str));
        let chunks: u32 = rows.iter().map(|row| row.chunks).sum();
        let aged = self.scenario.clock_jumps > 0 || self.phone.storage_failed || self.observed.week_passed;
        aged || rows.len() >= MOST || chunks >= MOST_CHUNKS / 2
    }

    pub fn load_rule(&mut self, key: &str) {
        if self.is_foreign(key) && !self.may_evict() {
            self.fail(format!("{key} of another scope is read"));
        }
    }

    pub fn save_rule(&mut self, key: &str, value: &str) {
        if self.is_foreign(key) {
            return self.fail(format!("{key} of another scope is written"));
        }
        if key != checkpoint::index_key() {
            return;
        }
        let scope = self.scope_name();
        let before = index::read(self.phone.storage.get(key).map_or("", String::as_str));
        let after = index::read(value);
        let lost =
            |row: &&index::Row| !checkpoint::is_of_scope(&row.name, scope) && !after.iter().any(|r| r.name == row.name);
        if let (Some(row), false) = (before.iter().find(lost), self.may_evict()) {
            self.fail(format!("the index forgets {} of another scope", row.name));
        }
    }

    pub fn forget_rule(&mut self, key: &str) {
        let index = key == checkpoint::index_key();
        let rows = || index::read(self.phone.storage.get(key).map_or("", String::as_str));
        let scope = self.scope_name();
        let others = index && rows().iter().any(|row| !checkpoint::is_of_scope(&row.name, scope));
        if (others || self.is_foreign(key)) && !self.may_evict() {
            self.fail(format!("{key} of another scope is forgotten"));
        }
    }

    /// The engine names a video: it must be one of this scope.
    pub fn video_scope_rule(&mut self, video: &str) {
        if self.cloud.assets.get(video).is_some_and(|asset| asset.scope != self.scope) {
            self.fail(format!("the video {video} of another scope is seen"));
        }
    }

    /// A request concerns an object: it must be one of this scope.
    pub fn object_scope_rule(&mut self, object: &str) {
        let scope = self.scope;
        if self.cloud.assets.values().any(|asset| asset.object == object && asset.scope != scope) {
            self.fail(format!("{object} of another scope is disturbed"));
        }
    }

    /// The records that are stored for this scope name no video of another.
    pub fn stored_videos_rule(&mut self) {
        let scope = self.scope_name();
        let load = |key: &str| self.phone.storage.get(key).map_or("", String::as_str);
        let rows = index::read(load(&checkpoint::index_key()));
        let own = rows.iter().filter(|row| !row.former && checkpoint::is_of_scope(&row.name, scope));
        let heads: Vec<_> = own.filter_map(|row| Head::read(load(&checkpoint::head_key(&row.name)))).collect();
        for head in heads {
            self.video_scope_rule(&head.video_id);
        }
    }
}
