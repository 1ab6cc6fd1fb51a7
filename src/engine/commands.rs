//! Commands of the app to the list of files.

use super::Engine;
use crate::api::action::{Action, UploadEvent};
use crate::api::event::NewFile;
use crate::file::{FileId, State, UploadFile};
use crate::vod::ParamData;

impl Engine {
    pub(super) fn add_file(&mut self, mut source: NewFile) -> bool {
        // Read once: it may be long.
        let param_data = std::mem::take(&mut source.param_data);
        let parsed = ParamData::parse(&param_data);
        let unreadable = parsed.is_err();
        let params = parsed.unwrap_or_else(|_| ParamData::unread(&param_data));
        let file = UploadFile::new(source, params);
        let (id, content_type) = (file.id(), file.known_type().unwrap_or_default());
        if !self.files.push(file) {
            return false;
        }
        if unreadable {
            let text = "too deeply nested: the server gets it, but its Vod level is not read here";
            self.log(id, "warn", "param-data", text);
        }
        self.emit(id, UploadEvent::Added { content_type });
        true
    }

    /// Makes stopped files Ready, and failed ones that were not added again, and begins a run.
    pub(super) fn start(&mut self) -> bool {
        if self.running {
            return false;
        }
        for id in self.files.ids() {
            let state = self.files[id].state();
            if state == State::Stoped || state == State::Failure && !self.was_added_again(id) {
                self.set_state(id, State::Ready);
            }
        }
        self.last_ended = None;
        self.load_links();
        self.running = self.files.first_ready().is_some();
        if !self.running {
            // An app that waits for onUploadEnd must not wait for ever.
            self.act(Action::Emit { id: 0, emit: UploadEvent::End });
        }
        self.running
    }

    /// Whether the app has added the same file once more, and not taken that back: the later one is sent in its place.
    fn was_added_again(&self, id: FileId) -> bool {
        let file = &self.files[id];
        let is_later = |other: &UploadFile| other.id() > id && other.source.path == file.source.path;
        let is_same = |other: &UploadFile| other.state() != State::Canceled && other.source_key() == file.source_key();
        self.files.iter().any(|other| is_later(other) && is_same(other))
    }

    pub(super) fn stop(&mut self) -> bool {
        self.running = false;
        let uploading = self.files.uploading_ids();
        for id in &uploading {
            self.stop_file(*id);
        }
        !uploading.is_empty()
    }

    /// Stops a file that is being uploaded, or keeps one that waits for its turn out of the run.
    pub(super) fn pause_file(&mut self, id: FileId) -> bool {
        match self.files.get(id).map(UploadFile::state) {
            Some(State::Uploading) => self.stop_file(id),
            Some(State::Ready) => self.set_state(id, State::Stoped),
            _ => false,
        }
    }

    fn stop_file(&mut self, id: FileId) -> bool {
        self.abort_all(id);
        self.set_state(id, State::Stoped)
    }

    pub(super) fn resume_file(&mut self, id: FileId) -> bool {
        match self.files.get(id).map(UploadFile::state) {
            Some(State::Canceled) => self.set_state(id, State::Ready),
            Some(State::Stoped) => {
                if !self.running {
                    self.last_ended = None;
                }
                self.running = true;
                self.set_state(id, State::Ready)
            }
            _ => false,
        }
    }

    pub(super) fn cancel_file(&mut self, id: FileId) -> bool {
        let Some(state) = self.files.get(id).map(UploadFile::state) else { return false };
        if !state.may_become(State::Canceled) {
            return false;
        }
        self.withdraw_upload(id);
        self.set_state(id, State::Canceled);
        // A failed file has had its last callback.
        if state != State::Failure {
            self.emit(id, UploadEvent::Canceled);
            self.last_ended = Some(id);
        }
        true
    }

    pub(super) fn remove_file(&mut self, id: FileId) -> bool {
        let Some(state) = self.files.get(id).map(UploadFile::state) else { return false };
        match state {
            State::Uploading => {
                self.cancel_file(id);
            }
            State::Success => {
                self.on_reported(id);
            }
            _ => self.withdraw_upload(id),
        }
        self.shared.vacate(self.number, Some(id.0));
        self.files.remove(id);
        true
    }

    /// Stops everything and empties the list. What OSS has stays for a later upload of the same file.
    pub(super) fn clear(&mut self) -> bool {
        self.stop();
        for id in self.files.ids() {
            self.on_reported(id);
        }
        self.shared.vacate(self.number, None);
        self.files.clear();
        true
    }
}
