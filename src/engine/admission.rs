//! Which files are begun, which of them may send, and how many credentials are requested at the same time.

use super::Engine;
use crate::api::options::Authoriser;
use crate::file::{Phase, State, UploadFile, Waiting};

/// Files up to this many bytes are small: they wait for round trips rather than for the link, so others are sent meanwhile.
const SMALL: u64 = 1 << 20;
/// Small files that are begun at the same time: while half of them send, credentials are requested for the others.
const BEGUN: usize = 8;
/// Small files that send at the same time.
const SENDING: usize = 4;
/// Calls of getAuth or getSTSToken at the same time: one phone is not to flood its app's server.
const REQUESTED: usize = 4;

impl Engine {
    /// Begins Ready files while there is room for them.
    pub(super) fn begin_ready_files(&mut self) {
        while self.running && self.has_room_for_file() {
            let Some(id) = self.files.first_ready() else { return };
            self.set_state(id, State::Uploading);
            self.files[id].begin_run();
        }
    }

    /// Whether the engine decides how many files are uploaded at the same time. With callbacks it is one, as with the vendor's
    /// SDK.
    fn is_adaptive(&self) -> bool {
        self.options.parallel_files == 0 && self.options.authoriser != Authoriser::Callbacks
    }

    fn has_room_for_file(&self) -> bool {
        let uploading = self.files.uploading_count();
        if !self.is_adaptive() {
            return uploading < self.options.parallel_files.max(1) as usize;
        }
        // Of a size that is not known yet nothing is assumed.
        if self.files.uploading().all(|file| (1..=SMALL).contains(&file.size())) {
            return uploading < BEGUN;
        }
        // The credential of the next file is requested while a large one is sent.
        uploading == 1 && self.files.uploading().all(sends)
    }

    /// Whether the file leaves the network to others: to a larger one before it until its last part is planned, or to as many
    /// small ones as may send.
    pub(super) fn holds_back(&self, file: &UploadFile) -> bool {
        if !self.is_adaptive() {
            return false;
        }
        let id = file.id();
        let unplanned = |other: &UploadFile| match other.phase {
            Phase::Complete | Phase::Verify(_) | Phase::Probe(_) => false,
            Phase::Parts => other.has_pending_parts(),
            _ => true,
        };
        let larger = |other: &UploadFile| other.id() < id && other.size() > SMALL && sends(other) && unplanned(other);
        if self.files.uploading().any(larger) {
            return true;
        }
        let has_request =
            |file: &UploadFile| file.jobs.iter().any(|job| job.is_busy() && !job.task.is_local() && !job.task.is_vod());
        let others = self.files.uploading().filter(|other| other.id() != id && has_request(other)).count();
        others >= SENDING && !has_request(file)
    }

    /// Asks getAuth or getSTSToken for the files that wait for their first credential.
    pub(super) fn request_first_credentials(&mut self) {
        if self.options.authoriser == Authoriser::Callbacks {
            return;
        }
        for id in self.files.uploading_ids() {
            let requested = self.files.uploading().filter(|file| file.auth.requested).count();
            let auth = &self.files[id].auth;
            // One whose request was interrupted is requested when its time comes.
            if requested < REQUESTED && auth.waiting == Waiting::App && auth.request_again_at.is_none() {
                self.request_credential(id);
            }
        }
    }
}

/// Whether the file has its credential and is being sent.
fn sends(file: &UploadFile) -> bool {
    let begun = !matches!(
        file.phase,
        Phase::Idle | Phase::Inspect | Phase::Fingerprint | Phase::Authorize | Phase::Cover | Phase::Checksum
    );
    begun && file.auth.waiting == Waiting::Nothing
}
