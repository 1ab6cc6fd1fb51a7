//! One multipart upload of a file, as far as the engine knows it.

use super::plan::PartPlan;
use crate::oss::response::ListedPart;

/// The parts of a file's multipart upload, and what is known of its completion.
#[derive(Debug, Default)]
pub struct MultipartUpload {
    /// The parts, and the upload id under which OSS holds them.
    pub parts: PartPlan,
    /// When OSS gave the upload id, by the phone's clock, ms. OSS removes unfinished uploads after seven days.
    pub opened_at: i64,
    /// A CompleteMultipartUpload was sent whose outcome is not known.
    pub completing: bool,
    /// The present CompleteMultipartUpload repeats one whose outcome is not known.
    pub completion_doubtful: bool,
    /// A HEAD request for the object was refused.
    pub head_denied: bool,
    /// A HEAD request has found no object.
    pub object_absent: bool,
    /// ListParts requests after InvalidPart in this run.
    relists: u32,
    listed: Vec<ListedPart>,
}

/// Runs of ListParts after InvalidPart before all parts are sent again.
const MAX_RELISTS: u32 = 2;

impl MultipartUpload {
    /// Whether OSS has given an upload id.
    pub fn is_open(&self) -> bool {
        !self.parts.upload_id.is_empty()
    }

    /// Forgets the upload id and all parts, and whatever was known of the completion.
    pub fn reset(&mut self) {
        self.parts.reset();
        self.completing = false;
        self.head_denied = false;
        self.object_absent = false;
    }

    /// Notes that a CompleteMultipartUpload is about to be sent. Returns whether it is the first one.
    pub fn begin_completion(&mut self) -> bool {
        self.completion_doubtful = self.completing;
        self.completing = true;
        !self.completion_doubtful
    }

    /// The last CompleteMultipartUpload had no effect: only an earlier one may have completed the upload.
    pub fn completion_refused(&mut self) {
        self.completing = self.completion_doubtful;
    }

    /// Begins a run of ListParts, whose outcome replaces what is known of the completion.
    pub fn begin_listing(&mut self) {
        self.listed.clear();
        self.completing = false;
    }

    /// Adds a page of ListParts.
    pub fn add_listed(&mut self, parts: Vec<ListedPart>) {
        self.listed.extend(parts);
    }

    /// Returns every part that OSS does not have as recorded to the parts to be sent. False: that does not explain the
    /// refused completion, and everything is to be sent again.
    pub fn reconcile(&mut self) -> bool {
        let listed = std::mem::take(&mut self.listed);
        let lost = self.parts.forget(|part| {
            !listed.iter().any(|l| {
                l.number == part.number
                    && l.size == part.length
                    && l.etag.trim_matches('"') == part.etag.text().trim_matches('"')
            })
        });
        self.relists += 1;
        lost > 0 && self.relists <= MAX_RELISTS
    }

    /// Begins a new run: earlier failures do not count against it.
    pub fn begin_run(&mut self) {
        self.relists = 0;
    }
}
