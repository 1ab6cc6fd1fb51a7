//! Remembering an upload in the phone's storage, and finding it again.

use super::Engine;
use crate::api::action::Action;
use crate::checkpoint::{self, chunk, head::Head, index, LIFE};
use crate::file::state::State;
use crate::file::transfer::Phase;
use crate::multipart::plan::MAX_PARTS;
use crate::oss::content_type::Kind;
use crate::oss::endpoint::ObjectLocation;

/// Why a key was asked for.
pub(super) enum Load {
    Head(u32),
    Chunk {
        id: u32,
        chunk: u32,
        of: u32,
        parts: Vec<crate::multipart::plan::UploadedPart>,
        head: Box<Head>,
    },
    /// The name is to be kept, with so many chunks, or not.
    Index {
        name: String,
        keep: Option<u32>,
    },
    /// A forgotten upload's head, to know its chunks.
    Old(String),
}

impl Engine {
    /// Videos and audio are remembered; a picture gets a new address with every credential.
    fn remembers(&self, f: usize) -> bool {
        self.options.checkpoint && self.queue[f].kind != Kind::Image
    }

    /// Asks the storage for what is remembered of an inspected file, then authorises it.
    pub(super) fn look_up(&mut self, f: usize) {
        if !self.remembers(f) {
            return self.authorise(f);
        }
        let t = &self.queue[f].t;
        let name = checkpoint::name(&self.options.user_id, &self.options.region, t.size, t.print);
        // A twin that was sent beside another one has an upload of its own, though no name.
        let twin = t.name.is_empty() && !t.parts.upload_id.is_empty();
        let known = !t.name.is_empty();
        if twin || !self.common.claim(&name, self.owner(f)) || known {
            return self.authorise(f);
        }
        let key = checkpoint::head_key(&name);
        self.queue[f].t.name = name;
        let id = self.queue[f].id;
        self.load(key, Load::Head(id));
    }

    /// What the file knows of its upload is still so; a file that remembers nothing knows its own.
    pub(super) fn owns(&self, f: usize) -> bool {
        let name = &self.queue[f].t.name;
        name.is_empty() || self.common.owns(name, self.owner(f))
    }

    fn load(&mut self, key: String, why: Load) {
        self.loads.push((key.clone(), why));
        self.act(Action::Load(key));
    }

    pub(super) fn loaded(&mut self, key: &str, value: &str) -> bool {
        let Some(at) = self.loads.iter().position(|(k, _)| k == key) else { return false };
        match self.loads.remove(at).1 {
            Load::Head(id) => self.head_loaded(id, value),
            Load::Chunk { id, chunk, of, mut parts, head } => {
                chunk::read(value, &head.upload_id, &mut parts);
                self.next_chunk(id, chunk + 1, of, parts, head);
            }
            Load::Index { name, keep } => self.index_loaded(value, &name, keep),
            Load::Old(name) => {
                let chunks = Head::read(value).map_or(chunk::MAX_CHUNKS, |h| h.chunks);
                self.erase(&name, chunks);
            }
        }
        true
    }

    /// The file this load is for, if it still waits.
    fn recalling(&self, id: u32) -> Option<usize> {
        let f = self.queue.find(id)?;
        let file = &self.queue[f];
        (file.state == State::Uploading && file.t.phase == Phase::Recall).then_some(f)
    }

    fn head_loaded(&mut self, id: u32, value: &str) {
        let Some(f) = self.recalling(id) else { return };
        // By the phone's own clock, as it was written: however wrong it is, it knows what is a week.
        let now = self.clock.wall();
        let size = self.queue[f].t.size;
        let head = Head::read(value).filter(|h| h.size == size && now.saturating_sub(h.created) < LIFE);
        let Some(mut head) = head else { return self.authorise(f) };
        if self.queue[f].video_id.is_empty() && !head.video_id.is_empty() {
            self.queue[f].video_id = head.video_id.clone();
        }
        let file = &mut self.queue[f];
        file.t.created = head.created;
        file.t.chunks = head.chunks;
        if now.saturating_sub(head.opened) >= LIFE {
            head.upload_id.clear();
        }
        if head.upload_id.is_empty() || head.bucket.is_empty() {
            return self.authorise(f);
        }
        let of = head.chunks;
        // Room for all at once, for a list that doubles is held twice.
        let parts = Vec::with_capacity((of.min(chunk::MAX_CHUNKS) * chunk::PARTS).min(MAX_PARTS) as usize);
        self.next_chunk(id, 0, of, parts, head);
    }

    fn next_chunk(
        &mut self,
        id: u32,
        chunk: u32,
        of: u32,
        parts: Vec<crate::multipart::plan::UploadedPart>,
        head: Box<Head>,
    ) {
        let Some(f) = self.recalling(id) else { return };
        if chunk < of {
            let key = checkpoint::chunk_key(&self.queue[f].t.name, chunk);
            return self.load(key, Load::Chunk { id, chunk, of, parts, head });
        }
        let crc = self.options.crc;
        let file = &mut self.queue[f];
        let t = &mut file.t;
        // The region is that of the next credential.
        let target =
            ObjectLocation::new(&head.endpoint, &head.bucket, &head.key, self.options.cname, &self.options.region);
        if let (Ok(target), true) = (target, t.parts.restore(&head.upload_id, parts, t.size)) {
            t.target = Some(target);
            // A twin may have one already, for an object of its own: it does not open this one.
            t.credential = None;
            t.endpoint = head.endpoint;
            t.opened = head.opened;
            t.completing = head.completing;
            if !crc {
                t.parts.trust();
            }
        }
        self.authorise(f);
    }

    /// Writes the head of an upload, and with `list` what the list says of it.
    pub(super) fn remember(&mut self, f: usize, list: bool) {
        if !self.remembers(f) {
            return;
        }
        let now = self.clock.wall();
        let file = &mut self.queue[f];
        let t = &mut file.t;
        if t.name.is_empty() {
            return;
        }
        if t.created == 0 {
            t.created = now;
        }
        let (bucket, key) = t.target.as_ref().map_or(("", ""), |t| (&t.bucket, &t.key));
        let head = Head {
            size: t.size,
            created: t.created,
            video_id: file.video_id.clone(),
            endpoint: t.endpoint.clone(),
            bucket: bucket.into(),
            key: key.into(),
            upload_id: t.parts.upload_id.clone(),
            opened: t.opened,
            completing: t.completing,
            chunks: t.chunks,
        };
        let name = t.name.clone();
        self.act(Action::Save { key: checkpoint::head_key(&name), value: head.write() });
        if list {
            self.load(checkpoint::index_key(), Load::Index { name, keep: Some(head.chunks) });
        }
    }

    /// Remembers one more part: rewrites its chunk alone.
    pub(super) fn remember_part(&mut self, f: usize, number: u32) {
        if !self.remembers(f) {
            return;
        }
        let t = &mut self.queue[f].t;
        if t.name.is_empty() {
            return;
        }
        let at = chunk::of(number);
        let key = checkpoint::chunk_key(&t.name, at);
        let value = t.writer.write(&t.parts.upload_id, number, t.parts.stored());
        let more = at >= t.chunks;
        t.chunks = t.chunks.max(at + 1);
        if more {
            // Before the chunk: a chunk that no head knows of would stay for ever.
            self.remember(f, true);
        }
        self.act(Action::Save { key, value });
    }

    /// UploadedPart parts from this number on are thrown away.
    pub(super) fn remember_cut(&mut self, f: usize, number: u32) {
        for chunk in chunk::of(number)..self.queue[f].t.chunks {
            self.remember_part(f, chunk * chunk::PARTS + 1);
        }
    }

    /// Nothing of the upload is worth remembering.
    pub(super) fn forget(&mut self, f: usize) {
        let t = &mut self.queue[f].t;
        let name = core::mem::take(&mut t.name);
        let chunks = core::mem::take(&mut t.chunks);
        if name.is_empty() || !self.remembers(f) {
            return;
        }
        self.common.forget(&name);
        self.erase(&name, chunks);
        self.load(checkpoint::index_key(), Load::Index { name, keep: None });
    }

    pub(super) fn forget_chunks(&mut self, f: usize) {
        let t = &mut self.queue[f].t;
        let chunks = core::mem::take(&mut t.chunks);
        let name = t.name.clone();
        for chunk in 0..chunks {
            self.act(Action::Forget(checkpoint::chunk_key(&name, chunk)));
        }
    }

    /// The head first: after a kill in between it would tell of an upload without its parts, and a finished one be begun anew.
    fn erase(&mut self, name: &str, chunks: u32) {
        self.act(Action::Forget(checkpoint::head_key(name)));
        for chunk in 0..chunks {
            self.act(Action::Forget(checkpoint::chunk_key(name, chunk)));
        }
    }

    fn index_loaded(&mut self, value: &str, name: &str, keep: Option<u32>) {
        let mut rows = index::read(value);
        let gone = index::touch(&mut rows, name, self.clock.wall(), keep);
        let key = checkpoint::index_key();
        self.act(if rows.is_empty() { Action::Forget(key) } else { Action::Save { key, value: index::write(&rows) } });
        for row in gone {
            self.load(checkpoint::head_key(&row.name), Load::Old(row.name));
        }
    }

    /// The storage is full or broken: the upload goes on, only a kill would cost more.
    pub(super) fn save_failed(&mut self) -> bool {
        if !self.storage_warned && !self.queue.files.is_empty() {
            self.storage_warned = true;
            let f = self.queue.files.iter().position(|f| f.state == State::Uploading).unwrap_or(0);
            self.log(
                f,
                "warn",
                "storage",
                "storage refused a checkpoint; the upload goes on but may not resume after a restart",
            );
        }
        true
    }
}
