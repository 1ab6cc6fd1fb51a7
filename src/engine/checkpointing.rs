//! The checkpoint in the phone's storage: written as the upload goes, and found again after a restart.

use super::authorize::is_video_id;
use super::Engine;
use crate::api::action::{Action, UploadEvent};
use crate::api::event::LateAnswer;
use crate::checkpoint::{self, chunk, head::Head, index, link};
use crate::file::{FileId, Phase, State};
use crate::flow::shared::Owner;
use crate::multipart::plan::MAX_PARTS;
use crate::multipart::UploadedPart;
use crate::oss::endpoint::ObjectLocation;
use crate::vod::response;

/// A key that is being read.
pub(super) struct Load {
    key: String,
    purpose: Purpose,
}

/// Why a key is read.
enum Purpose {
    Head {
        id: FileId,
        /// The file that had the checkpoint before.
        former: Option<Owner>,
    },
    Chunk {
        id: FileId,
        chunk: u32,
        parts: Vec<UploadedPart>,
        head: Box<Head>,
    },
    /// To list a checkpoint with this many chunks, or to take it off the list.
    Index {
        name: String,
        keep: Option<u32>,
    },
    /// To remember a video that was created for a file without a checkpoint, or which has left the list.
    Late {
        record: String,
        size: u64,
        video_id: String,
    },
    /// To know what an earlier run has measured of the networks.
    Links,
    /// To know the chunks of a checkpoint that fell off the list.
    Old(String),
}

impl Engine {
    /// Videos and audio are remembered; a picture gets a new address with every credential.
    fn is_checkpointed(&self, id: FileId) -> bool {
        self.options.checkpoint && !self.files[id].is_image()
    }

    /// Reads the checkpoint of a fingerprinted file, then asks for its credential.
    pub(super) fn load_checkpoint(&mut self, id: FileId) {
        if !self.is_checkpointed(id) {
            return self.request_authorization(id);
        }
        let file = &mut self.files[id];
        let is_unchanged = file.record.waited.take() == Some(file.fingerprint.mtime);
        if is_unchanged && self.share_success(id) {
            return;
        }
        let file = &self.files[id];
        let name = self.checkpoint_name(id);
        let source = file.source_key();
        let known = !file.record.name.is_empty();
        // A file that is sent at the same time as another one with the same content has an upload of its own without a name.
        let unnamed = !known && file.upload.is_open();
        let waits = !unnamed && self.shared.is_sent_elsewhere(&name, &source, self.owner(id));
        let record = &mut self.files[id].record;
        (record.awaited, record.idle_since) = (waits, 0);
        if waits {
            return;
        }
        let former = self.shared.owner(&name);
        if unnamed || !self.shared.claim(&name, &source, self.owner(id)) || known {
            return self.request_authorization(id);
        }
        let key = checkpoint::head_key(&name);
        self.emit(id, UploadEvent::Identified { record: name.clone() });
        self.files[id].record.name = name;
        self.load(key, Purpose::Head { id, former });
    }

    /// The name under which the checkpoint of an inspected file is stored.
    pub(super) fn checkpoint_name(&self, id: FileId) -> String {
        let fingerprint = &self.files[id].fingerprint;
        checkpoint::name(&self.options.user_scope, &self.options.region, fingerprint.size, fingerprint.crc)
    }

    /// An answer for a file that the engine does not have any more: keeps the VideoId in it, unless one is known.
    pub(super) fn on_late_answer(&mut self, late: LateAnswer) -> bool {
        let video_id = response::video_id(&late.answer);
        let is_stored = self.options.checkpoint && checkpoint::is_of_scope(&late.record, &self.options.user_scope);
        if is_stored && is_video_id(&video_id) {
            self.store_video(late.record, late.size, video_id);
        }
        is_stored
    }

    fn store_video(&mut self, record: String, size: u64, video_id: String) {
        self.load(checkpoint::head_key(&record), Purpose::Late { record, size, video_id });
    }

    /// Adds a video to what is stored under this name, unless one is known there.
    fn on_late_head_loaded(&mut self, value: &str, record: String, size: u64, video_id: String) {
        let now = self.clock.wall();
        let head = Head::read(value).unwrap_or_else(|| Box::new(Head { size, created: now, ..Head::default() }));
        if !head.video_id.is_empty() {
            return;
        }
        let (head, keep) = (Head { video_id, ..*head }, Some(head.chunks));
        self.act(Action::Save { key: checkpoint::head_key(&record), value: head.write() });
        self.load(checkpoint::index_key(), Purpose::Index { name: record, keep });
    }

    /// Whether no other file has gone on with the file's upload.
    pub(super) fn owns_checkpoint(&self, id: FileId) -> bool {
        let name = &self.files[id].record.name;
        name.is_empty() || self.shared.owns(name, self.owner(id))
    }

    fn load(&mut self, key: String, purpose: Purpose) {
        self.loads.push(Load { key: key.clone(), purpose });
        self.act(Action::Load(key));
    }

    pub(super) fn on_loaded(&mut self, key: &str, value: &str) -> bool {
        let Some(at) = self.loads.iter().position(|load| load.key == key) else { return false };
        match self.loads.remove(at).purpose {
            Purpose::Head { id, former } => self.on_head_loaded(id, former, value),
            Purpose::Chunk { id, chunk, mut parts, head } => {
                chunk::read(value, &head.upload_id, &mut parts);
                self.load_chunk(id, chunk + 1, parts, head);
            }
            Purpose::Index { name, keep } => self.on_index_loaded(value, &name, keep),
            Purpose::Late { record, size, video_id } => self.on_late_head_loaded(value, record, size, video_id),
            Purpose::Links => self.rate.on_records(link::read(value), self.clock.wall()),
            Purpose::Old(name) => {
                let chunks = Head::read(value).map_or(chunk::MAX_CHUNKS, |head| head.chunks);
                self.erase(&name, chunks);
            }
        }
        true
    }

    /// Reads what an earlier run has measured of the networks.
    pub(super) fn load_links(&mut self) {
        if self.options.checkpoint && !std::mem::replace(&mut self.links_loaded, true) {
            self.load(checkpoint::link_key(), Purpose::Links);
        }
    }

    /// Saves what was measured of the networks.
    pub(super) fn save_links(&mut self) {
        if !self.options.checkpoint {
            return;
        }
        if let Some(records) = self.rate.take_records(self.clock.wall()) {
            self.act(Action::Save { key: checkpoint::link_key(), value: link::write(&records) });
        }
    }

    /// Whether the file still waits for its checkpoint.
    fn awaits_checkpoint(&self, id: FileId) -> bool {
        self.files.get(id).is_some_and(|file| file.state() == State::Uploading && file.phase == Phase::Fingerprint)
    }

    fn on_head_loaded(&mut self, id: FileId, former: Option<Owner>, value: &str) {
        if !self.awaits_checkpoint(id) {
            return;
        }
        let file = &mut self.files[id];
        // How old it is does not matter: the phone's clock may be wrong, and OSS reports whether it still has the upload.
        let fits = |head: &Head| head.size == file.fingerprint.size;
        let Some(head) = Head::read(value).filter(|head| fits(head)) else { return self.request_authorization(id) };
        let has_another_video =
            !file.video_id.is_empty() && !head.video_id.is_empty() && file.video_id != head.video_id;
        // An entry of unfinished() comes without paramData: it goes on with that of the earlier upload.
        let given = file.params.notification.is_some();
        let has_other_params = !head.reference_id.is_empty() && given && head.param_data != file.params.digest();
        let former = former.filter(|(engine, file)| *engine != self.number || self.files.contains(FileId(*file)));
        if has_another_video || has_other_params && former.is_some() {
            // The checkpoint is that of another file with the same content.
            let name = std::mem::take(&mut self.files[id].record.name);
            self.shared.give_back(&name, former);
            return self.request_authorization(id);
        }
        let file = &mut self.files[id];
        file.record.chunks = head.chunks;
        if has_other_params {
            // That video was created with other paramData: this is another one.
            self.delete_chunks(id);
            return self.request_authorization(id);
        }
        if file.video_id.is_empty() {
            file.video_id.clone_from(&head.video_id);
            file.reference_id.clone_from(&head.reference_id);
            file.reference_param_data = head.param_data;
        }
        file.record.created = head.created;
        if head.upload_id.is_empty() || head.bucket.is_empty() {
            return self.request_authorization(id);
        }
        // Room for all at once: a list that doubles is held twice meanwhile.
        let parts = Vec::with_capacity((head.chunks.min(chunk::MAX_CHUNKS) * chunk::PARTS).min(MAX_PARTS) as usize);
        self.load_chunk(id, 0, parts, head);
    }

    /// Reads the chunk with this number, or takes the checkpoint over when all were read.
    fn load_chunk(&mut self, id: FileId, chunk: u32, parts: Vec<UploadedPart>, head: Box<Head>) {
        if !self.awaits_checkpoint(id) {
            return;
        }
        if chunk < head.chunks {
            let key = checkpoint::chunk_key(&self.files[id].record.name, chunk);
            return self.load(key, Purpose::Chunk { id, chunk, parts, head });
        }
        // The region is that of the next credential.
        let (cname, region) = (self.options.cname, &self.options.region);
        let target = ObjectLocation::new(&head.endpoint, &head.bucket, &head.key, cname, region);
        if let Ok(target) = &target {
            self.occupy(id, target);
        }
        let file = &mut self.files[id];
        let size = file.size();
        if let (Ok(target), true) = (target, file.upload.parts.restore(&head.upload_id, parts, size)) {
            file.auth.target = Some(target);
            // One that the file may have is for an object of its own.
            file.auth.credential = None;
            file.auth.endpoint = head.endpoint;
            file.upload.restored = true;
            file.upload.fresh = head.fresh;
            file.upload.completing = head.completing;
            if !self.options.crc {
                file.upload.parts.trust();
            }
        }
        self.request_authorization(id);
    }

    /// Writes the head of the checkpoint, and lists the checkpoint as in use.
    pub(super) fn save_listed_checkpoint(&mut self, id: FileId) {
        if self.save_checkpoint(id) {
            let record = &self.files[id].record;
            let (name, keep) = (record.name.clone(), Some(record.chunks));
            self.load(checkpoint::index_key(), Purpose::Index { name, keep });
        }
    }

    /// Stores the video of a file whose upload was discarded, and which is to be uploaded again.
    pub(super) fn save_video_of_discarded(&mut self, id: FileId) {
        let checkpointed = self.is_checkpointed(id);
        let file = &self.files[id];
        let Some((size, crc)) = file.discarded.filter(|_| file.state() != State::Canceled) else { return };
        let name = checkpoint::name(&self.options.user_scope, &self.options.region, size, crc);
        if !checkpointed || self.shared.owner(&name).is_some() {
            return;
        }
        let video_id = file.video_id.clone();
        self.store_video(name, size, video_id);
    }

    /// Writes the head of the checkpoint. False: the file has none.
    pub(super) fn save_checkpoint(&mut self, id: FileId) -> bool {
        let now = self.clock.wall();
        let checkpointed = self.is_checkpointed(id);
        let file = &mut self.files[id];
        if !checkpointed || file.record.name.is_empty() {
            return false;
        }
        if file.record.created == 0 {
            file.record.created = now;
        }
        let target = file.auth.target.as_deref();
        let head = Head {
            size: file.size(),
            created: file.record.created,
            video_id: file.video_id.clone(),
            endpoint: file.auth.endpoint.clone(),
            bucket: target.map(|target| target.bucket.clone()).unwrap_or_default(),
            key: target.map(|target| target.key.clone()).unwrap_or_default(),
            upload_id: file.upload.parts.upload_id.clone(),
            completing: file.upload.completing,
            chunks: file.record.chunks,
            reference_id: file.reference_id.clone(),
            param_data: if file.reference_id.is_empty() { 0 } else { file.reference_param_data },
            fresh: file.upload.fresh,
        };
        let key = checkpoint::head_key(&file.record.name);
        self.act(Action::Save { key, value: head.write() });
        true
    }

    /// Writes the chunk that a part belongs to.
    pub(super) fn save_part(&mut self, id: FileId, number: u32) {
        let checkpointed = self.is_checkpointed(id);
        let file = &mut self.files[id];
        let record = &mut file.record;
        if !checkpointed || record.name.is_empty() {
            return;
        }
        let chunk = chunk::of(number);
        let key = checkpoint::chunk_key(&record.name, chunk);
        let value = record.writer.write(&file.upload.parts.upload_id, number, file.upload.parts.stored());
        if chunk >= record.chunks {
            record.chunks = chunk + 1;
            // Before the chunk: one that no head knows of would stay for ever.
            self.save_listed_checkpoint(id);
        }
        self.act(Action::Save { key, value });
    }

    /// Writes the chunks of all parts from this number on: they were taken back.
    pub(super) fn save_parts_from(&mut self, id: FileId, number: u32) {
        for chunk in chunk::of(number)..self.files[id].record.chunks {
            self.save_part(id, chunk * chunk::PARTS + 1);
        }
    }

    /// Deletes the checkpoint.
    pub(super) fn delete_checkpoint(&mut self, id: FileId) {
        let record = &mut self.files[id].record;
        let name = std::mem::take(&mut record.name);
        let chunks = std::mem::take(&mut record.chunks);
        if name.is_empty() || !self.is_checkpointed(id) {
            return;
        }
        self.shared.forget(&name);
        self.erase(&name, chunks);
        self.load(checkpoint::index_key(), Purpose::Index { name, keep: None });
    }

    /// Deletes the stored parts of the checkpoint.
    pub(super) fn delete_chunks(&mut self, id: FileId) {
        let record = &mut self.files[id].record;
        let chunks = std::mem::take(&mut record.chunks);
        let name = record.name.clone();
        for chunk in 0..chunks {
            self.act(Action::Forget(checkpoint::chunk_key(&name, chunk)));
        }
    }

    /// Deletes the keys of a checkpoint, the head first: after a kill in between, a head without its parts would begin a
    /// finished upload anew.
    fn erase(&mut self, name: &str, chunks: u32) {
        self.act(Action::Forget(checkpoint::head_key(name)));
        for chunk in 0..chunks {
            self.act(Action::Forget(checkpoint::chunk_key(name, chunk)));
        }
    }

    fn on_index_loaded(&mut self, value: &str, name: &str, keep: Option<u32>) {
        let now = self.clock.is_synced().then(|| self.clock.server());
        let mut rows = index::read(value);
        let dropped = index::touch(&mut rows, name, now, keep);
        let key = checkpoint::index_key();
        self.act(if rows.is_empty() { Action::Forget(key) } else { Action::Save { key, value: index::write(&rows) } });
        for row in dropped {
            if row.former {
                self.erase(&row.name, row.chunks);
                continue;
            }
            self.load(checkpoint::head_key(&row.name), Purpose::Old(row.name));
        }
    }

    /// The storage is full or broken: the upload goes on, only a kill would cost more.
    pub(super) fn on_save_failed(&mut self) -> bool {
        let uploading = self.files.uploading_ids().first().copied();
        if let (false, Some(id)) = (self.storage_warned, uploading.or_else(|| self.files.first())) {
            self.storage_warned = true;
            let text = "storage refused a checkpoint; the upload goes on but may not resume after a restart";
            self.log(id, "warn", "storage", text);
        }
        true
    }
}
