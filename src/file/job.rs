//! Jobs: the file calls and requests that carry a file forward.

use crate::api::error::Stage;
use crate::flow::rate_control::Departure;
use crate::multipart::PartRange;
use crate::oss::Op;
use std::ops::{Index, IndexMut};

/// Identifies a job among those of its file. Never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct JobId(u32);

/// A call of the VOD API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VodCall {
    CreateVideo,
    /// RefreshUploadVideo by the ReferenceId of a CreateUploadVideo whose response was lost.
    FindVideo,
    RefreshVideo,
    CreateImage,
    CreateCover,
}

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Asks for the file's size and time of change.
    Stat,
    /// Reads one of the sampled blocks for the fingerprint.
    Sample(u8),
    /// Reads a small file as a whole: its fingerprint and the body of its request in one.
    ReadWhole,
    /// Reads one of the sampled blocks again before the upload is completed.
    Resample(u8),
    /// Reads a small file as a whole again, where no CRCs of its parts are compared.
    Reread,
    /// Compares a part stored before a restart with the file.
    CheckPart(PartRange),
    /// Reads a block of the file for the CRC-64 of all its bytes, with which OSS's of a form is compared.
    Checksum { offset: u64, length: u64 },
    /// Asks for the size of the cover.
    CoverStat,
    /// Uploads the cover, which has this many bytes.
    CoverPut(u64),
    /// PutObject with the whole file.
    Put,
    /// UploadPart.
    Part(PartRange),
    /// PostObject by the platform's form upload.
    Post,
    /// A call of the VOD API.
    Vod(VodCall),
    /// InitiateMultipartUpload.
    Initiate,
    /// ListParts from this part number on.
    List(u32),
    /// CompleteMultipartUpload.
    Complete,
    /// HeadObject.
    Head,
}

impl Task {
    /// Whether the task needs no network.
    pub fn is_local(self) -> bool {
        matches!(
            self,
            Task::Stat
                | Task::Sample(_)
                | Task::ReadWhole
                | Task::Resample(_)
                | Task::Reread
                | Task::CheckPart(_)
                | Task::Checksum { .. }
                | Task::CoverStat
        )
    }

    /// Whether the task calls the VOD API, not OSS.
    pub fn is_vod(self) -> bool {
        matches!(self, Task::Vod(_))
    }

    /// Whether the task is a request that carries the cover of a video or asks for its address: a video goes on without it.
    pub fn is_cover_request(self) -> bool {
        matches!(self, Task::CoverPut(_) | Task::Vod(VodCall::CreateCover))
    }

    /// Whether the task reads more of the file than a block of the sample.
    pub fn reads_much(self) -> bool {
        matches!(
            self,
            Task::ReadWhole
                | Task::Reread
                | Task::CheckPart(_)
                | Task::Checksum { .. }
                | Task::Part(_)
                | Task::Put
                | Task::CoverPut(_)
        )
    }

    /// The part that an UploadPart sends.
    pub fn part(self) -> Option<PartRange> {
        match self {
            Task::Part(range) => Some(range),
            _ => None,
        }
    }

    /// The operation of OSS that the task is; none for the others.
    pub fn oss_op(self) -> Option<Op> {
        match self {
            Task::CoverPut(_) | Task::Put => Some(Op::Put),
            Task::Post => Some(Op::Post),
            Task::Initiate => Some(Op::Initiate),
            Task::Part(_) => Some(Op::Part),
            Task::List(_) => Some(Op::List),
            Task::Complete => Some(Op::Complete),
            Task::Head => Some(Op::Head),
            _ => None,
        }
    }

    /// The stage that an error of this task reports.
    pub fn stage(self) -> Stage {
        match self {
            Task::Stat
            | Task::Sample(_)
            | Task::ReadWhole
            | Task::Resample(_)
            | Task::Reread
            | Task::CheckPart(_)
            | Task::Checksum { .. } => Stage::Inspect,
            Task::CoverStat | Task::CoverPut(_) | Task::Vod(VodCall::CreateCover) => Stage::Cover,
            Task::Vod(_) => Stage::Authorise,
            Task::Put | Task::Post => Stage::Put,
            Task::Initiate => Stage::Initiate,
            Task::Part(_) => Stage::Part,
            Task::List(_) => Stage::List,
            Task::Complete => Stage::Complete,
            Task::Head => Stage::Verify,
        }
    }
}

/// How far a job has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It can start, or start again.
    Waiting,
    /// The file call with this number is under way.
    Reading(u32),
    /// The request with this number is under way. Monotonic times, ms.
    Sending { request: u32, since: i64, deadline: i64 },
}

/// Failures of one job so far; [`RetryPolicy`](crate::flow::retry_policy::RetryPolicy) decides by them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Attempts {
    /// Failures that count against the option `retryCount`.
    pub failures: u32,
    /// Interruptions by the background or by a change of the network.
    pub interruptions: u32,
    /// Times the clock was corrected for it.
    pub clock_corrections: u32,
    /// Times it was sent again because later parts had overtaken it.
    pub stalls: u32,
    /// Times the link did not carry it in time.
    pub timeouts: u32,
}

impl Attempts {
    /// Forgets failures and interruptions: parts do arrive.
    pub fn forgive(&mut self) {
        self.failures = 0;
        self.interruptions = 0;
    }
}

/// One file call or request, repeated until it succeeds or is given up.
#[derive(Debug)]
pub struct Job {
    pub id: JobId,
    pub task: Task,
    pub step: Step,
    /// Number of the read whose bytes are held for this job.
    pub buffer: Option<u32>,
    /// When they were read, monotonic ms.
    pub read_at: i64,
    /// CRC-64 of those bytes.
    pub crc: u64,
    pub attempts: Attempts,
    /// Bytes of its form that were reported as sent.
    pub sent: u64,
    /// Earliest start, monotonic ms.
    pub not_before: i64,
    /// Generation of the credential that signed its last request.
    pub credential: u32,
    /// Its bytes were read, or were being read, when the file's modification time moved. Of a part, also: when a change of the
    /// file would not have shown in that time.
    pub outdated: bool,
    /// Number of its last request; later requests have higher numbers.
    pub request: u32,
    /// How the link stood when it was sent.
    pub departure: Departure,
    /// Parts sent after it that were acknowledged before it.
    pub overtaken: u32,
    /// Its request was in flight when the app went to the background or the network changed: it may never be answered.
    pub suspended: bool,
}

impl Job {
    /// Whether its file call or request is under way.
    pub fn is_busy(&self) -> bool {
        self.step != Step::Waiting
    }

    /// Its request, which is no longer awaited: the job can start again.
    pub fn take_request(&mut self) -> Option<u32> {
        let Step::Sending { request, .. } = self.step else { return None };
        self.step = Step::Waiting;
        Some(request)
    }

    /// Whether its request is under way and overdue at `now`, monotonic ms.
    pub fn is_overdue(&self, now: i64) -> bool {
        matches!(self.step, Step::Sending { deadline, .. } if deadline <= now)
    }
}

/// The jobs of one file, in the order of their creation.
#[derive(Debug, Default)]
pub struct Jobs {
    last_id: u32,
    list: Vec<Job>,
}

impl Jobs {
    /// Adds a job that can start at once.
    pub fn add(&mut self, task: Task) -> JobId {
        self.last_id += 1;
        let id = JobId(self.last_id);
        self.list.push(Job {
            id,
            task,
            step: Step::Waiting,
            buffer: None,
            read_at: 0,
            crc: 0,
            attempts: Attempts::default(),
            sent: 0,
            not_before: 0,
            credential: 0,
            outdated: false,
            request: 0,
            departure: Departure::default(),
            overtaken: 0,
            suspended: false,
        });
        id
    }

    pub fn get_mut(&mut self, id: JobId) -> Option<&mut Job> {
        self.list.iter_mut().find(|job| job.id == id)
    }

    pub fn get(&self, id: JobId) -> Option<&Job> {
        self.list.iter().find(|job| job.id == id)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Job> {
        self.list.iter()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Job> {
        self.list.iter_mut()
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The first job that fulfils the condition.
    pub fn find(&self, condition: impl Fn(&Job) -> bool) -> Option<JobId> {
        self.list.iter().find(|job| condition(job)).map(|job| job.id)
    }

    /// Whether one of the jobs has such a task.
    pub fn has(&self, condition: impl Fn(Task) -> bool) -> bool {
        self.list.iter().any(|job| condition(job.task))
    }

    pub fn remove(&mut self, id: JobId) -> Option<Job> {
        let at = self.list.iter().position(|job| job.id == id)?;
        Some(self.list.remove(at))
    }

    /// Removes the first job that fulfils the condition.
    pub fn take(&mut self, condition: impl Fn(&Job) -> bool) -> Option<Job> {
        let at = self.list.iter().position(condition)?;
        Some(self.list.remove(at))
    }
}

/// For ids of jobs that are known to exist. Panics for others.
impl Index<JobId> for Jobs {
    type Output = Job;

    fn index(&self, id: JobId) -> &Job {
        self.get(id).expect("a job of the file")
    }
}

/// For ids of jobs that are known to exist. Panics for others.
impl IndexMut<JobId> for Jobs {
    fn index_mut(&mut self, id: JobId) -> &mut Job {
        self.get_mut(id).expect("a job of the file")
    }
}
