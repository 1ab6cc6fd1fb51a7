//! Files: the app's list, the state that the app sees, and everything known of one file's upload.

pub mod authorization;
pub mod cover;
pub mod fingerprint;
pub mod job;
pub mod queue;
pub mod record;
pub mod state;

pub use authorization::{Authorization, CredentialCall, Waiting};
pub use cover::Cover;
pub use fingerprint::{Fingerprint, SAMPLES};
pub use job::{Attempts, Job, JobId, Jobs, Step, Task, VodCall};
pub use queue::Queue;
pub use record::CheckpointRecord;
pub use state::State;

use crate::api::event::{FileKind, NewFile};
use crate::flow::shared::Source;
use crate::multipart::{MultipartUpload, PartRange};
use crate::oss::content_type;
use crate::vod::ParamData;

/// Identifies a file of one uploader: the number that the app's side gave it, larger for each file added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// What the engine is doing with a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    #[default]
    Idle,
    /// Asks for size and modification time.
    Inspect,
    /// Reads a sample of the bytes, and looks for a checkpoint of them.
    Fingerprint,
    /// Waits for the first credential.
    Authorize,
    /// Uploads the cover (STS flow).
    Cover,
    /// PutObject.
    Put,
    /// Reads the file for its CRC-64 before a form is sent.
    Checksum,
    /// PostObject by the platform's form upload.
    Post,
    /// Opens the multipart upload; the first parts are read meanwhile.
    Initiate,
    /// Sends parts.
    Parts,
    /// Asks OSS which parts it has.
    List,
    Complete,
    /// Looks whether an object is there and whether it is the file, by HeadObject.
    Verify(Sent),
    /// Asks whether an object is there, by an InitiateMultipartUpload that forbids to overwrite one.
    Probe(Sent),
}

/// How a file was sent whose object is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// By PutObject.
    Put,
    /// By PostObject.
    Form,
    /// By a multipart upload.
    Parts,
}

/// The bytes of a small file, held in memory from its inspection to its request.
#[derive(Clone, Copy, Debug)]
pub struct FileBuffer {
    /// Number of the read that brought them.
    pub read: u32,
    /// When it did, monotonic ms.
    pub read_at: i64,
    pub crc: u64,
}

/// A file of the list and everything known of its upload.
pub struct UploadFile {
    /// What addFile was given. Its endpoint, bucket and object take precedence over those of the upload address.
    pub source: NewFile,
    pub kind: FileKind,
    pub params: ParamData,
    pub video_id: String,
    pub image_id: String,
    pub image_url: String,
    /// The ReferenceId with which CreateUploadVideo was called for the file; empty if it was not.
    pub reference_id: String,
    /// Digest of the paramData with which it was called; 0: without, or it was not.
    pub reference_param_data: u64,
    /// Size and CRC-64 of the file whose upload was discarded: an answer of the app that is still to come may name a video.
    pub discarded: Option<(u64, u64)>,
    /// VOD no longer had the video, and another one was requested in this run.
    pub video_recreated: bool,
    state: State,
    pub phase: Phase,
    pub jobs: Jobs,
    pub fingerprint: Fingerprint,
    pub auth: Authorization,
    pub credential_call: CredentialCall,
    pub upload: MultipartUpload,
    pub record: CheckpointRecord,
    pub cover: Cover,
    pub buffer: Option<FileBuffer>,
    /// Times the upload began again by itself in this run.
    pub restarts: u32,
    reported: Reported,
}

/// The progress as it was last reported: neither figure goes back.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reported {
    /// 0 to 100.
    pub percent: f64,
    /// Bytes.
    pub loaded: u64,
}

impl UploadFile {
    pub fn new(source: NewFile, params: ParamData) -> Self {
        let mut file = UploadFile {
            source,
            kind: FileKind::Unknown,
            params,
            video_id: String::new(),
            image_id: String::new(),
            image_url: String::new(),
            reference_id: String::new(),
            reference_param_data: 0,
            discarded: None,
            video_recreated: false,
            state: State::Ready,
            phase: Phase::Idle,
            jobs: Jobs::default(),
            fingerprint: Fingerprint::default(),
            auth: Authorization::default(),
            credential_call: CredentialCall::None,
            upload: MultipartUpload::default(),
            record: CheckpointRecord::default(),
            cover: Cover::default(),
            buffer: None,
            restarts: 0,
            reported: Reported::default(),
        };
        file.kind = content_type::kind_or(file.type_name(), file.source.kind);
        file
    }

    pub fn id(&self) -> FileId {
        FileId(self.source.id)
    }

    pub fn state(&self) -> State {
        self.state
    }

    pub fn is_image(&self) -> bool {
        self.kind == FileKind::Image
    }

    /// What distinguishes it from another file with the same content.
    pub fn source_key(&self) -> Source {
        let NewFile { path, endpoint, bucket, object, .. } = &self.source;
        let target = [endpoint, bucket, object].map(String::clone);
        Source { path: path.clone(), params: self.params.digest(), target }
    }

    /// Bytes; 0 until the file was inspected.
    pub fn size(&self) -> u64 {
        self.fingerprint.size
    }

    /// The MIME type of the object.
    pub fn content_type(&self) -> &'static str {
        content_type::content_type(self.type_name())
    }

    /// The MIME type that its extension stands for; `None` if that is unknown.
    pub fn known_type(&self) -> Option<&'static str> {
        content_type::known_type(self.type_name())
    }

    /// The text whose extension gives the type: the name, or the path where the name has no known extension.
    fn type_name(&self) -> &str {
        if content_type::kind_of(&self.source.name) == FileKind::Unknown {
            &self.source.path
        } else {
            &self.source.name
        }
    }

    /// Host of the bucket, once the address is known.
    pub fn host(&self) -> Option<&str> {
        self.auth.target.as_ref().map(|target| target.host.as_str())
    }

    /// Whether requests for parts are open, under way or planned.
    pub fn has_parts_in_flight(&self) -> bool {
        self.jobs.has(|task| matches!(task, Task::Part(_)))
    }

    /// The bytes that a task reads.
    pub fn read_length(&self, task: Task) -> u64 {
        match task {
            Task::Sample(block) | Task::Resample(block) => self.fingerprint.sample_range(block).1,
            Task::CheckPart(range) | Task::Part(range) => range.length,
            Task::Checksum { length, .. } => length,
            Task::CoverPut(size) => size,
            _ => self.size(),
        }
    }

    /// Whether everything between inspection and completion that sends parts is done.
    pub fn has_pending_parts(&self) -> bool {
        self.upload.parts.pending(self.size())
    }

    /// Whether no byte of the file is left to be read for a part.
    pub fn has_read_all_parts(&self) -> bool {
        let is_read = |job: &Job| job.task.part().is_none() || job.buffer.is_some();
        !self.has_pending_parts() && self.jobs.iter().all(is_read)
    }

    /// Comparisons of parts with the file that are under way.
    pub fn count_checks(&self) -> usize {
        self.jobs.iter().filter(|job| matches!(job.task, Task::CheckPart(_))).count()
    }

    /// The parts that are to be compared with the file: they are stored, or were read and are on their way.
    pub fn unchecked_parts(&self) -> impl Iterator<Item = PartRange> + '_ {
        let on_its_way = |job: &Job| job.task.part().filter(|_| job.outdated && job.buffer.is_some());
        self.upload.parts.all_unchecked().chain(self.jobs.iter().filter_map(on_its_way))
    }

    /// Compares a part, stored or on its way, with bytes that were just read at its place. False: they differ.
    pub fn check_part(&mut self, range: PartRange, crc: u64) -> bool {
        let on_its_way = |job: &&mut Job| job.task == Task::Part(range) && job.buffer.is_some();
        match self.jobs.iter_mut().find(on_its_way) {
            Some(job) => {
                job.outdated &= job.crc != crc;
                job.crc == crc
            }
            None => self.upload.parts.check(range.number, crc),
        }
    }

    /// Bytes of a part are about to be read at this time of the phone's clock, ms. Returns whether they are to be compared with
    /// the file later.
    pub fn begin_part_read(&mut self, wall: i64) -> bool {
        self.fingerprint.rechecked = false;
        if self.fingerprint.covers_whole || self.fingerprint.shows_changes(wall) {
            return false;
        }
        if std::mem::take(&mut self.fingerprint.compared_at_end) {
            // It was not the end: what was compared by now may change before these bytes are read.
            self.upload.parts.doubt();
            self.jobs.iter_mut().for_each(|job| job.outdated |= matches!(job.task, Task::CheckPart(_) | Task::Part(_)));
        }
        true
    }

    /// Adds one job for each block of the sample.
    pub fn add_sample_jobs(&mut self, task: fn(u8) -> Task) {
        self.fingerprint.begin_sample();
        for block in 0..SAMPLES {
            self.jobs.add(task(block));
        }
    }

    /// Begins a new run: what failed in an earlier one does not count against it.
    pub fn begin_run(&mut self) {
        self.phase = Phase::Inspect;
        self.restarts = 0;
        self.video_recreated = false;
        self.record.awaited = false;
        self.record.shared_at = None;
        self.auth.refusals = 0;
        self.upload.begin_run();
        self.fingerprint.begin_run();
        self.jobs.add(Task::Stat);
    }

    /// The modification time has moved while the file was being sent.
    pub fn on_modified(&mut self, mtime: i64, compare_parts: bool) {
        if !self.fingerprint.modified(mtime) {
            return;
        }
        for job in self.jobs.iter_mut() {
            job.outdated |= job.buffer.is_some() || matches!(job.step, Step::Reading(_));
        }
        if compare_parts {
            self.upload.parts.doubt();
        }
    }

    /// Forgets everything of the file's upload. It has no jobs any more.
    pub fn reset(&mut self) {
        debug_assert!(self.jobs.is_empty());
        self.phase = Phase::Idle;
        self.fingerprint = Fingerprint::default();
        self.auth = Authorization::default();
        self.upload = MultipartUpload::default();
        self.record = CheckpointRecord::default();
        self.cover = Cover::default();
        self.buffer = None;
        self.restarts = 0;
        self.reported = Reported::default();
    }

    /// The progress to report for this many confirmed bytes: 100 percent only with `done`.
    pub fn advance_progress(&mut self, loaded: u64, done: bool) -> Reported {
        let size = self.size();
        let percent = if done { 100.0 } else { (loaded as f64 * 100.0 / (size as f64).max(1.0)).min(99.0) };
        self.reported = Reported {
            percent: percent.max(self.reported.percent),
            loaded: loaded.max(self.reported.loaded).min(size),
        };
        self.reported
    }

    /// The progress as it was last reported.
    pub fn reported(&self) -> Reported {
        self.reported
    }

    /// Keeps the reported progress over a [`reset`](Self::reset).
    pub fn restore_reported(&mut self, reported: Reported) {
        self.reported = reported;
    }
}
