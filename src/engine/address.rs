//! The upload address of a file: taken over, moved, or refused because it is another file's.

use super::Engine;
use crate::api::action::InfoPatch;
use crate::api::error::{ErrorCode, Stage, UploadError};
use crate::file::FileId;
use crate::oss::{AddressError, ObjectLocation};
use crate::vod::upload_auth::Address;

/// What the move of a file to another object leaves behind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Moved {
    /// A multipart upload of the former object, which is being aborted.
    Upload,
    Nothing,
}

impl Engine {
    /// Takes an address over. What addFile was given takes precedence. Returns what the move to another object leaves behind.
    pub(super) fn set_target(
        &mut self,
        id: FileId,
        address: Address,
        region: &str,
    ) -> Result<Option<Moved>, AddressError> {
        let file = &self.files[id];
        let pick = |own: &String, given: String| if own.is_empty() { given } else { own.clone() };
        let endpoint = pick(&file.source.endpoint, address.endpoint);
        let bucket = pick(&file.source.bucket, address.bucket);
        let key = pick(&file.source.object, address.key);
        let target = ObjectLocation::new(&endpoint, &bucket, &key, self.options.cname, region)?;
        if !self.occupy(id, &target) && file.source.object.is_empty() {
            return Err(AddressError::Taken);
        }
        let file = &self.files[id];
        let another = |old: &ObjectLocation| !old.is_same_object(&target);
        let moved = match file.auth.target.as_deref().is_some_and(another) {
            false => None,
            true if file.upload.is_open() => Some(Moved::Upload),
            true => Some(Moved::Nothing),
        };
        if moved == Some(Moved::Upload) {
            // With the old address and credential, which alone open it.
            let in_flight = file.has_parts_in_flight();
            self.abort_upload(id, in_flight);
            self.files[id].upload.parts.upload_id.clear();
        }
        let auth = &mut self.files[id].auth;
        auth.endpoint = endpoint.clone();
        auth.target = Some(target);
        self.patch_target(id, endpoint, bucket, key, region.into());
        Ok(moved)
    }

    /// Shows where the file goes.
    pub(super) fn patch_target(&mut self, id: FileId, endpoint: String, bucket: String, key: String, region: String) {
        self.patch(id, InfoPatch::Endpoint(endpoint));
        self.patch(id, InfoPatch::Bucket(bucket));
        self.patch(id, InfoPatch::Object(key));
        self.patch(id, InfoPatch::Region(region));
    }

    /// Notes that the file is sent to this object. False: one with other bytes is, by whichever uploader, or was by this one.
    pub(super) fn occupy(&self, id: FileId, target: &ObjectLocation) -> bool {
        let fingerprint = &self.files[id].fingerprint;
        self.shared.occupy(self.owner(id), target, (fingerprint.size, fingerprint.crc))
    }

    /// With another file's address came that file's video, too: it is not this file's.
    pub(super) fn leave_shared_video(&mut self, id: FileId, error: AddressError) {
        if error == AddressError::Taken {
            self.forget_video(id);
            self.save_listed_checkpoint(id);
        }
    }

    /// A renewed credential is for another object, and all parts are sent again: a picture cannot be refreshed, and one that
    /// takes longer than its credential lives would start again for ever. False: it did so too often, and the file has failed.
    pub(super) fn count_move(&mut self, id: FileId) -> bool {
        let file = &mut self.files[id];
        file.restarts += 1;
        if file.restarts > self.retry.max_upload_restarts {
            let text = "the credential ended three times before the upload did; have the server make it last longer";
            let error = UploadError::new(ErrorCode::Server("SecurityTokenExpired".into()), Stage::Part).message(text);
            self.fail_without_parts(id, error);
            return false;
        }
        self.log(id, "warn", "new-address", "the credential is for another object: all parts are sent again");
        true
    }
}
