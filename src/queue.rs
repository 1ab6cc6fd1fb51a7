//! The files, in the order of the app's list.

use crate::oss::mime::Kind;
use crate::state::State;
use crate::transfer::Transfer;
use crate::vod::calls::ParamData;

pub struct FileEntry {
    pub id: u32,
    pub path: String,
    pub name: String,
    pub kind: Kind,
    /// Given to addFile: they win over the upload address.
    pub endpoint: String,
    pub bucket: String,
    pub object: String,
    pub params: ParamData,
    pub cover: String,
    pub video_id: String,
    pub image_id: String,
    pub image_url: String,
    pub state: State,
    pub t: Transfer,
}

#[derive(Default)]
pub struct Queue {
    pub files: Vec<FileEntry>,
}

impl Queue {
    pub fn find(&self, id: u32) -> Option<usize> {
        self.files.iter().position(|f| f.id == id)
    }

    pub fn first_ready(&self) -> Option<usize> {
        self.files.iter().position(|f| f.state == State::Ready)
    }

    pub fn uploading(&self) -> usize {
        self.files.iter().filter(|f| f.state == State::Uploading).count()
    }
}
