//! The files, in the order in which they were added.

use super::{FileId, JobId, State, Step, UploadFile};
use std::ops::{Index, IndexMut};

/// The list of files. Those that are Ready or Uploading are found without a walk through it: an event costs the same with
/// a thousand files as with one.
#[derive(Default)]
pub struct Queue {
    /// Sorted by id, which is the order of the list. Boxed: a list that grows moves pointers, and leaves no large holes in
    /// the module's memory.
    #[allow(clippy::vec_box)]
    files: Vec<Box<UploadFile>>,
    /// Sorted.
    uploading: Vec<FileId>,
    /// Sorted.
    ready: Vec<FileId>,
}

impl Queue {
    /// Adds a file at the end of the list. False: its id is taken.
    pub fn push(&mut self, file: UploadFile) -> bool {
        let id = file.id();
        let Err(at) = self.position(id) else { return false };
        self.list_by_state(id, file.state);
        self.files.insert(at, Box::new(file));
        true
    }

    pub fn get(&self, id: FileId) -> Option<&UploadFile> {
        self.position(id).ok().map(|at| &*self.files[at])
    }

    pub fn get_mut(&mut self, id: FileId) -> Option<&mut UploadFile> {
        self.position(id).ok().map(|at| &mut *self.files[at])
    }

    pub fn contains(&self, id: FileId) -> bool {
        self.position(id).is_ok()
    }

    pub fn remove(&mut self, id: FileId) {
        self.unlist(id);
        if let Ok(at) = self.position(id) {
            self.files.remove(at);
        }
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    pub fn ids(&self) -> Vec<FileId> {
        self.files.iter().map(|file| file.id()).collect()
    }

    pub fn iter(&self) -> impl Iterator<Item = &UploadFile> {
        self.files.iter().map(Box::as_ref)
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut UploadFile> {
        self.files.iter_mut().map(Box::as_mut)
    }

    pub fn first(&self) -> Option<FileId> {
        self.files.first().map(|file| file.id())
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
        self.uploading.clone()
    }

    /// The files that are being uploaded.
    pub fn uploading(&self) -> impl Iterator<Item = &UploadFile> {
        self.uploading.iter().filter_map(|id| self.get(*id))
    }

    /// Changes a file's state, without checking that the move is legal; [`State::may_become`] does.
    pub fn set_state(&mut self, id: FileId, state: State) {
        self.unlist(id);
        self.list_by_state(id, state);
        self[id].state = state;
    }

    /// The job of an uploading file that has come to such a step.
    pub fn find_job(&self, condition: impl Fn(Step) -> bool) -> Option<(FileId, JobId)> {
        self.uploading().find_map(|file| Some((file.id(), file.jobs.find(|job| condition(job.step))?)))
    }

    /// Where a file is in the list, or where it belongs.
    fn position(&self, id: FileId) -> Result<usize, usize> {
        self.files.binary_search_by_key(&id, |file| file.id())
    }

    fn list_by_state(&mut self, id: FileId, state: State) {
        let list = match state {
            State::Ready => &mut self.ready,
            State::Uploading => &mut self.uploading,
            _ => return,
        };
        if let Err(at) = list.binary_search(&id) {
            list.insert(at, id);
        }
    }

    fn unlist(&mut self, id: FileId) {
        for list in [&mut self.ready, &mut self.uploading] {
            if let Ok(at) = list.binary_search(&id) {
                list.remove(at);
            }
        }
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
