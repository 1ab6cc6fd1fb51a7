//! The same file in two uploaders of an app: the second waits for the first, and ends with its success.

use super::Engine;
use crate::api::action::{Action, InfoPatch, UploadEvent};
use crate::file::{CheckpointRecord, FileId, Phase, Task};
use crate::flow::shared::Outcome;

/// So long a file waits for another uploader that has no credential, ms: as long as getAuth may take by default.
const MAX_IDLE: i64 = 60_000;

/// So long a success counts for another uploader with the same file, ms: it looks for one once a second.
const MAX_SHARED_AGE: i64 = 10_000;

impl Engine {
    /// Shows the other uploaders which of its files wait for the app, and goes on with those that another one was sending.
    pub(super) fn follow_other_uploaders(&mut self) {
        for id in self.files.uploading_ids() {
            let file = &self.files[id];
            if !file.record.awaited {
                let (name, asks_app) = (&file.record.name, file.auth.waiting.is_for_app());
                self.shared.set_asks_app(name, self.owner(id), asks_app);
                continue;
            }
            let (name, source) = (self.checkpoint_name(id), file.source_key());
            if self.shared.is_sent_elsewhere(&name, &source, self.owner(id)) {
                self.limit_wait(id, &name);
            } else {
                self.inspect_again(id);
            }
        }
    }

    /// The other uploader's upload has ended: its success is this file's, too, unless the file has changed meanwhile.
    fn inspect_again(&mut self, id: FileId) {
        let file = &mut self.files[id];
        (file.record.awaited, file.record.waited) = (false, Some(file.fingerprint.mtime));
        file.phase = Phase::Inspect;
        file.jobs.add(Task::Stat);
        if let Some(unused) = file.buffer.take() {
            self.act(Action::Drop(unused.read));
        }
    }

    /// An app that gives the other uploader no credential must not hold up this one, too.
    fn limit_wait(&mut self, id: FileId, name: &str) {
        let now = self.clock.monotonic_ms();
        let idle = self.shared.asks_app(name);
        let record = &mut self.files[id].record;
        if !idle {
            record.idle_since = 0;
        } else if record.idle_since == 0 {
            record.idle_since = now;
        } else if now - record.idle_since >= MAX_IDLE {
            record.awaited = false;
            self.request_authorization(id);
        }
    }

    /// The same file was uploaded just now by another uploader, for which this one has waited, or which went on with its upload:
    /// reports its start. Its success follows, so that the app receives the start while the file is in upload.
    pub(super) fn share_success(&mut self, id: FileId) -> bool {
        let now = self.clock.monotonic_ms();
        let Some(outcome) = self.outcome_elsewhere(id) else { return false };
        let age = self.clock.wall() - outcome.at;
        // An object that was stored some time ago may be gone, and one that nobody has proved may be damaged.
        let counts = (0..=MAX_SHARED_AGE).contains(&age) && (outcome.is_proved || !self.options.crc);
        if !counts || outcome.video_id.is_empty() {
            return false;
        }
        let file = &mut self.files[id];
        let size = file.size();
        file.video_id.clone_from(&outcome.video_id);
        // The checkpoint is the other one's.
        file.record = CheckpointRecord { shared_at: Some(now), ..CheckpointRecord::default() };
        self.patch(id, InfoPatch::FileSize(size as f64));
        self.patch(id, InfoPatch::VideoId(outcome.video_id));
        self.patch_target(id, outcome.endpoint, outcome.bucket, outcome.key, outcome.region);
        self.emit(id, UploadEvent::Started);
        true
    }

    /// What became of the same file, if another uploader has sent it.
    pub(super) fn outcome_elsewhere(&self, id: FileId) -> Option<Outcome> {
        self.shared.finished(&self.checkpoint_name(id), &self.files[id].source_key())
    }
}
