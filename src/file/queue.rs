//! The files, in the order of the app's list.

use crate::api::event::NewFile;
use crate::file::state::State;
use crate::file::transfer::{Job, Step, Transfer};
use crate::oss::content_type::{self, Kind};
use crate::vod::api::ParamData;
use core::ops::{Deref, Index, IndexMut};

pub struct FileEntry {
    /// What addFile was given; its endpoint, bucket and object win over the upload address.
    pub given: NewFile,
    pub kind: Kind,
    pub params: ParamData,
    pub video_id: String,
    pub image_id: String,
    pub image_url: String,
    pub state: State,
    pub t: Transfer,
}

/// Most of what is asked of a file is what it was added with.
impl Deref for FileEntry {
    type Target = NewFile;

    fn deref(&self) -> &NewFile {
        &self.given
    }
}

impl FileEntry {
    /// What its type is told by: the name, or the path where an app's own name says nothing.
    pub fn typed(&self) -> &str {
        if content_type::kind_of(&self.name) == Kind::Other {
            &self.path
        } else {
            &self.name
        }
    }
}

/// What happens concerns few of the files: those under way. So that a thousand others cost nothing, these are known
/// without looking through the list.
#[derive(Default)]
pub struct Queue {
    /// Boxed: a list that grows moves pointers, not entries, and leaves no large holes in the module's memory.
    #[allow(clippy::vec_box)]
    pub files: Vec<Box<FileEntry>>,
    /// Where the files are that are Uploading, in order.
    active: Vec<usize>,
    ready: usize,
}

// Asked for in hundreds of places: out of line, each is a call instead of a check, two loads and a multiplication.

impl Index<usize> for Queue {
    type Output = FileEntry;

    #[inline(never)]
    fn index(&self, f: usize) -> &FileEntry {
        &self.files[f]
    }
}

impl IndexMut<usize> for Queue {
    #[inline(never)]
    fn index_mut(&mut self, f: usize) -> &mut FileEntry {
        &mut self.files[f]
    }
}

impl Queue {
    pub fn find(&self, id: u32) -> Option<usize> {
        self.files.iter().position(|f| f.id == id)
    }

    #[inline(never)]
    pub fn job(&self, f: usize, j: usize) -> &Job {
        &self[f].t.jobs[j]
    }

    #[inline(never)]
    pub fn job_mut(&mut self, f: usize, j: usize) -> &mut Job {
        &mut self[f].t.jobs[j]
    }

    pub fn first_ready(&self) -> Option<usize> {
        if self.ready == 0 {
            return None;
        }
        self.files.iter().position(|f| f.state == State::Ready)
    }

    /// Files under way.
    pub fn uploading(&self) -> usize {
        self.active.len()
    }

    /// Their places in the list. A copy, so that files may end meanwhile.
    pub fn active(&self) -> Vec<usize> {
        self.active.clone()
    }

    pub fn under_way(&self) -> impl Iterator<Item = (usize, &FileEntry)> {
        self.active.iter().map(|f| (*f, &self[*f]))
    }

    /// Adds a file that is Ready.
    pub fn push(&mut self, file: FileEntry) {
        debug_assert!(file.state == State::Ready);
        self.files.push(Box::new(file));
        self.ready += 1;
    }

    pub fn remove(&mut self, f: usize) {
        let gone = self.files.remove(f);
        self.ready -= usize::from(gone.state == State::Ready);
        self.idle(f);
        for a in &mut self.active {
            *a -= usize::from(*a > f);
        }
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    pub fn become_(&mut self, f: usize, state: State) {
        let before = core::mem::replace(&mut self[f].state, state);
        self.ready = self.ready + usize::from(state == State::Ready) - usize::from(before == State::Ready);
        self.idle(f);
        if state == State::Uploading {
            let at = self.active.iter().position(|a| *a > f).unwrap_or(self.active.len());
            self.active.insert(at, f);
        }
    }

    fn idle(&mut self, f: usize) {
        if let Some(at) = self.active.iter().position(|a| *a == f) {
            self.active.remove(at);
        }
    }

    /// The job of a file under way whose step is this.
    pub fn job_of(&self, step: impl Fn(&Step) -> bool) -> Option<(usize, usize)> {
        for f in &self.active {
            for (j, job) in self[*f].t.jobs.iter().enumerate() {
                if step(&job.step) {
                    return Some((*f, j));
                }
            }
        }
        None
    }
}
