//! What is known of a file's object at OSS.

use super::plan::PartPlan;
use crate::oss::response::ListedPart;

/// Runs of ListParts after InvalidPart before all parts are sent again.
const MAX_RELISTS: u32 = 2;

/// The parts of a file's multipart upload, and what is known of the object that they become.
#[derive(Debug, Default)]
pub struct MultipartUpload {
    /// The parts, and the upload id under which OSS holds them.
    pub parts: PartPlan,
    /// Parts come from a checkpoint.
    pub restored: bool,
    /// No object was there when the upload was opened, and OSS has acknowledged each part with its CRC-64: an object that is
    /// there later is this file.
    pub fresh: bool,
    /// A CompleteMultipartUpload was sent whose outcome is not known.
    pub completing: bool,
    /// The present CompleteMultipartUpload repeats one whose outcome is not known.
    pub completion_doubtful: bool,
    /// An object is there that is not known to be this file: it is to be overwritten.
    pub object_exists: bool,
    /// A response to UploadPart has shown the CRC-64 of its part.
    pub crc_shown: bool,
    /// Another one has not.
    pub crc_missing: bool,
    /// HeadObject has shown an object of the file's length, but not its CRC-64.
    pub checksum_hidden: bool,
    /// OSS has acknowledged the file's form, without a CRC-64.
    pub form_stored: bool,
    /// Looks at the object of a form that showed no CRC-64.
    pub looks: u32,
    /// The file is not to be sent in one request, since OSS's response to it cannot be read.
    pub avoid_single_request: bool,
    /// ListParts requests after InvalidPart in this run.
    relists: u32,
    listed: Vec<ListedPart>,
}

impl MultipartUpload {
    /// Whether OSS has given an upload id.
    pub fn is_open(&self) -> bool {
        !self.parts.upload_id.is_empty()
    }

    /// OSS has opened the upload. `nothing_there`: the request forbade it if an object was there.
    pub fn open(&mut self, upload_id: String, nothing_there: bool) {
        self.parts.upload_id = upload_id;
        self.fresh = nothing_there;
        self.completing = false;
    }

    /// Forgets the upload id and all parts, and whatever was known of the completion.
    pub fn reset(&mut self) {
        self.parts.reset();
        self.restored = false;
        self.crc_shown = false;
        self.crc_missing = false;
        self.fresh = false;
        self.completing = false;
        self.checksum_hidden = false;
        self.begin_form();
    }

    /// A form is sent: nothing is known of its object.
    pub fn begin_form(&mut self) {
        self.form_stored = false;
        self.looks = 0;
    }

    /// Whether an object that is there now must be the file: see [`fresh`](Self::fresh). `size`: bytes of the file.
    pub fn proves_object(&self, size: u64) -> bool {
        self.fresh && self.completing && self.parts.loaded() == size
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

    /// Begins a run of ListParts: parts are missing, so the upload was not completed.
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
            let same = |other: &ListedPart| {
                other.number == part.number
                    && other.size == part.length
                    && other.etag.trim_matches('"') == part.etag.text().trim_matches('"')
            };
            !listed.iter().any(same)
        });
        self.relists += 1;
        lost > 0 && self.relists <= MAX_RELISTS
    }

    /// Begins a new run: earlier failures do not count against it.
    pub fn begin_run(&mut self) {
        self.relists = 0;
        self.object_exists = false;
        self.avoid_single_request = false;
    }
}
