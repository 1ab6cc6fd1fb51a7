//! What the app may do to the list.

use super::Engine;
use crate::api::action::{Action, UploadEvent};
use crate::api::event::NewFile;
use crate::file::queue::FileEntry;
use crate::file::state::State;
use crate::file::transfer::Transfer;
use crate::oss::content_type::{self, Kind};
use crate::vod::api;

impl Engine {
    pub(super) fn add(&mut self, new: &mut NewFile) -> bool {
        let read = api::parse_param_data(&new.param_data);
        let unread = read.is_err();
        let params = read.unwrap_or_else(|_| api::unread(&new.param_data));
        let mut file = FileEntry {
            given: core::mem::take(new),
            kind: Kind::Image,
            params,
            video_id: String::new(),
            image_id: String::new(),
            image_url: String::new(),
            state: State::Ready,
            t: Transfer::default(),
        };
        // It may be long, and is read.
        file.given.param_data = String::new();
        file.kind = match file.given.kind {
            1 => Kind::Image,
            2 => Kind::Video,
            3 => Kind::Audio,
            _ => content_type::kind_of(file.typed()),
        };
        self.queue.push(file);
        let f = self.queue.files.len() - 1;
        if unread {
            self.log(
                f,
                "warn",
                "param-data",
                "too deeply nested: the server gets it, but its Vod level is not read here",
            );
        }
        self.emit(f, UploadEvent::Added);
        true
    }

    pub(super) fn start(&mut self) -> bool {
        if self.running {
            return false;
        }
        for f in 0..self.queue.files.len() {
            if matches!(self.queue[f].state, State::Failure | State::Stoped) {
                self.become_(f, State::Ready);
            }
        }
        self.last_ended = None;
        self.running = self.queue.first_ready().is_some();
        if !self.running {
            // An app that waits for onUploadEnd must not wait for ever.
            self.act(Action::Emit { id: 0, emit: UploadEvent::End });
        }
        self.running
    }

    pub(super) fn stop(&mut self) -> bool {
        self.running = false;
        let mut any = false;
        for f in 0..self.queue.files.len() {
            any |= self.pause_at(f);
        }
        any
    }

    pub(super) fn pause(&mut self, id: u32) -> bool {
        self.queue.find(id).is_some_and(|f| self.pause_at(f) || self.park(f))
    }

    fn pause_at(&mut self, f: usize) -> bool {
        if self.queue[f].state != State::Uploading {
            return false;
        }
        self.halt(f);
        self.become_(f, State::Stoped)
    }

    /// Keeps a file that waits for its turn out of the run.
    fn park(&mut self, f: usize) -> bool {
        self.queue[f].state == State::Ready && self.become_(f, State::Stoped)
    }

    pub(super) fn resume(&mut self, id: u32) -> bool {
        let Some(f) = self.queue.find(id) else { return false };
        match self.queue[f].state {
            State::Canceled => self.become_(f, State::Ready),
            State::Stoped => {
                if !self.running {
                    self.last_ended = None;
                }
                self.running = true;
                self.become_(f, State::Ready)
            }
            _ => false,
        }
    }

    pub(super) fn cancel(&mut self, id: u32) -> bool {
        let Some(f) = self.queue.find(id) else { return false };
        let state = self.queue[f].state;
        if !state.may_become(State::Canceled) {
            return false;
        }
        self.throw_away(f);
        self.become_(f, State::Canceled);
        // A failed file has had its end.
        if state != State::Failure {
            self.emit(f, UploadEvent::Canceled);
            self.last_ended = Some(id);
        }
        true
    }

    pub(super) fn remove(&mut self, id: u32) -> bool {
        let Some(f) = self.queue.find(id) else { return false };
        match self.queue[f].state {
            State::Uploading => {
                self.cancel(id);
            }
            State::Success => {}
            _ => self.throw_away(f),
        }
        self.queue.remove(f);
        true
    }

    /// Stops and empties; what is stored on the server stays for a later upload of the same file.
    pub(super) fn clean(&mut self) -> bool {
        self.stop();
        self.queue.clear();
        true
    }
}
