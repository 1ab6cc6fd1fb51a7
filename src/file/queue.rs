//! The files, in the order in which they were added.

use super::{FileId, JobId, State, Step, UploadFile};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Index, IndexMut};

/// The list of files. Those that are Ready or Uploading are found without a walk through it: an event costs the same with
/// a thousand files as with one.
#[derive(Default)]
pub struct Queue {
    files: BTreeMap<FileId, Box<UploadFile>>,
    uploading: BTreeSet<FileId>,
    ready: BTreeSet<FileId>,
}

impl Queue {
    /// Adds a file at the end of the list. False: its id is taken.
    pub fn push(&mut self, file: UploadFile) -> bool {
        let id = file.id();
        if self.files.contains_key(&id) {
            return false;
        }
        self.list_by_state(id, file.state);
        self.files.insert(id, Box::new(file));
        true
    }

    pub fn get(&self, id: FileId) -> Option<&UploadFile> {
        self.files.get(&id).map(Box::as_ref)
    }

    pub fn get_mut(&mut self, id: FileId) -> Option<&mut UploadFile> {
        self.files.get_mut(&id).map(Box::as_mut)
    }

    pub fn contains(&self, id: FileId) -> bool {
        self.files.contains_key(&id)
    }

    pub fn remove(&mut self, id: FileId) {
        self.unlist(id);
        self.files.remove(&id);
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    pub fn ids(&self) -> Vec<FileId> {
        self.files.keys().copied().collect()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut UploadFile> {
        self.files.values_mut().map(Box::as_mut)
    }

    pub fn first(&self) -> Option<FileId> {
        self.files.keys().next().copied()
    }

    /// The file whose turn is next.
    pub fn first_ready(&self) -> Option<FileId> {
        self.ready.first().copied()
    }

    /// How many files are being uploaded.
    pub fn uploading_count(&self) -> usize {
        self.uploading.len()
    }

    /// The files that are being uploaded. A copy, since files may end meanwhile.
    pub fn uploading_ids(&self) -> Vec<FileId> {
        self.uploading.iter().copied().collect()
    }

    /// The files that are being uploaded.
    pub fn uploading(&self) -> impl Iterator<Item = &UploadFile> {
        self.uploading.iter().filter_map(|id| self.get(*id))
    }

    /// Changes a file's state, whether or not the move is legal: [`State::may_become`] tells.
    pub fn set_state(&mut self, id: FileId, state: State) {
        self.unlist(id);
        self.list_by_state(id, state);
        self[id].state = state;
    }

    /// The job of an uploading file that has come to such a step.
    pub fn find_job(&self, condition: impl Fn(Step) -> bool) -> Option<(FileId, JobId)> {
        self.uploading().find_map(|file| Some((file.id(), file.jobs.find(|job| condition(job.step))?)))
    }

    fn list_by_state(&mut self, id: FileId, state: State) {
        match state {
            State::Ready => self.ready.insert(id),
            State::Uploading => self.uploading.insert(id),
            _ => false,
        };
    }

    fn unlist(&mut self, id: FileId) {
        self.ready.remove(&id);
        self.uploading.remove(&id);
    }
}

/// For ids of files that are known to be in the list. Panics for others.
impl Index<FileId> for Queue {
    type Output = UploadFile;

    fn index(&self, id: FileId) -> &UploadFile {
        self.get(id).expect("a file of the list")
    }
}

/// For ids of files that are known to be in the list. Panics for others.
impl IndexMut<FileId> for Queue {
    fn index_mut(&mut self, id: FileId) -> &mut UploadFile {
        self.get_mut(id).expect("a file of the list")
    }
}
