//! A file is sent again from its start, in a new upload.

use super::verification::CHECKSUM_HIDDEN;
use super::Engine;
use crate::api::error::{ErrorCode, Stage, UploadError};
use crate::file::{FileId, Phase};

/// Why what OSS has of a file is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RestartReason {
    /// OSS does not have the multipart upload any more, or may not have completed it.
    UploadLost,
    /// OSS does not have the parts that it acknowledged, or does not list them.
    PartsLost,
    /// OSS refuses the size of the parts.
    PartsTooSmall,
    /// The stored parts are of another file with the same fingerprint.
    OtherFile,
    /// The object has other bytes than were sent, or does not show that it has the same.
    ObjectDamaged,
    /// OSS does not have the object that it confirmed.
    ObjectMissing,
    /// The answers were not OSS's.
    ForeignAnswers,
}

impl RestartReason {
    /// The reason in OSS's refusal with this code.
    pub fn from_code(code: &str) -> Self {
        match code {
            "NoSuchUpload" => RestartReason::UploadLost,
            "EntityTooSmall" => RestartReason::PartsTooSmall,
            _ => RestartReason::PartsLost,
        }
    }

    /// The code with which the file fails in the end.
    pub fn code(self) -> ErrorCode {
        match self {
            RestartReason::UploadLost => ErrorCode::Server("NoSuchUpload".into()),
            RestartReason::PartsLost => ErrorCode::Server("InvalidPart".into()),
            RestartReason::PartsTooSmall => ErrorCode::Server("EntityTooSmall".into()),
            RestartReason::OtherFile => ErrorCode::FileChanged,
            RestartReason::ObjectDamaged => ErrorCode::IntegrityError,
            RestartReason::ObjectMissing => ErrorCode::Server("NoSuchKey".into()),
            RestartReason::ForeignAnswers => ErrorCode::NetworkError,
        }
    }
}

impl Engine {
    /// What OSS has of the file is lost or worthless: sends everything again, in a new upload.
    pub(super) fn restart_upload(&mut self, id: FileId, reason: RestartReason) {
        let file = &self.files[id];
        let (looking, in_flight) =
            (matches!(file.phase, Phase::Verify(_) | Phase::Probe(_)), file.has_parts_in_flight());
        if !self.count_restart(id, reason) {
            return;
        }
        if reason != RestartReason::UploadLost && !looking {
            self.abort_upload(id, in_flight);
        }
        self.abort_oss_requests(id);
        self.delete_chunks(id);
        let file = &mut self.files[id];
        file.upload.reset();
        file.fingerprint.doubted = false;
        self.begin_transfer(id);
    }

    /// The file is sent again from its start. False: it was too often, and the file has failed.
    pub(super) fn count_restart(&mut self, id: FileId, reason: RestartReason) -> bool {
        self.log(id, "warn", "restart", reason.code().as_str());
        let file = &mut self.files[id];
        file.restarts += 1;
        if file.restarts <= self.retry.max_upload_restarts {
            return true;
        }
        let (stage, text) = match reason {
            RestartReason::ObjectDamaged if file.upload.checksum_hidden => (Stage::Verify, CHECKSUM_HIDDEN),
            RestartReason::ObjectDamaged => {
                (Stage::Verify, "OSS stored other bytes than were sent; try again on another network")
            }
            RestartReason::ForeignAnswers => {
                (Stage::Put, "the answers were not OSS's; sign in to the Wi-Fi or change the network")
            }
            RestartReason::ObjectMissing => {
                (Stage::Verify, "OSS does not have the object that it confirmed; start it again later")
            }
            RestartReason::UploadLost
            | RestartReason::PartsLost
            | RestartReason::PartsTooSmall
            | RestartReason::OtherFile => (Stage::Part, "OSS lost the upload three times; start it again later"),
        };
        self.fail_without_parts(id, UploadError::new(reason.code(), stage).message(text));
        false
    }
}
