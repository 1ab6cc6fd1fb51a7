//! One file's way: inspect → authorise → send → confirm, and the jobs it consists of.

use crate::api::error::Stage;
use crate::checkpoint::chunk::Writer;
use crate::multipart::plan::{PartPlan, PartRange};
use crate::oss::endpoint::ObjectLocation;
use crate::oss::response::ListedPart;
use crate::vod::upload_auth::Credential;

/// How far a file has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    #[default]
    Idle,
    /// Size and time of change.
    Inspect,
    /// A sample of the bytes, to find what is remembered of them.
    Recall,
    /// Waits for the first credential.
    Authorise,
    /// The cover goes first (STS flow).
    Cover,
    /// One PutObject.
    Put,
    /// One PostObject by wx.uploadFile.
    Post,
    /// Opens the multipart upload.
    Initiate,
    PartPlan,
    /// Asks which parts OSS really has.
    List,
    Complete,
    /// Complete's answer was lost: looks at the object.
    Verify,
}

/// What keeps requests to OSS back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Waiting {
    #[default]
    Nothing,
    /// The app is to bring a credential: it has been told by onUploadstarted, or getAuth runs.
    App,
    /// The credential has expired; the app is to be told, one file after the other.
    Expired,
    /// onUploadTokenExpired was called for this file.
    Told,
    /// VOD is asked for one.
    Vod,
}

impl Waiting {
    /// The next step is the app's.
    pub fn for_app(self) -> bool {
        matches!(self, Waiting::App | Waiting::Expired | Waiting::Told)
    }
}

/// The calls to VOD's API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    CreateVideo,
    RefreshVideo,
    CreateImage,
    CreateCover,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    // Local.
    Stat,
    /// One of the sampled blocks.
    Sample(u8),
    /// A small file as a whole: sample and body in one.
    Whole,
    /// The sample once more, before Complete.
    Recheck(u8),
    /// A small file as a whole once more, where no CRCs of its parts tell.
    Reread,
    /// A part stored before a restart is compared with the file.
    Check(PartRange),
    CoverStat,
    // With a body from the file.
    CoverPut(u64),
    Put,
    Part(PartRange),
    // The rest.
    Post,
    Vod(Call),
    Initiate,
    List(u32),
    Complete,
    Head,
}

impl Task {
    /// Needs no network.
    pub fn local(self) -> bool {
        matches!(
            self,
            Task::Stat
                | Task::Sample(_)
                | Task::Whole
                | Task::Recheck(_)
                | Task::Reread
                | Task::Check(_)
                | Task::CoverStat
        )
    }

    /// Goes to VOD's API, not to OSS.
    pub fn vod(self) -> bool {
        matches!(self, Task::Vod(_))
    }

    pub fn stage(self) -> Stage {
        match self {
            Task::Stat | Task::Sample(_) | Task::Whole | Task::Recheck(_) | Task::Reread | Task::Check(_) => {
                Stage::Inspect
            }
            Task::CoverStat | Task::CoverPut(_) | Task::Vod(Call::CreateCover) => Stage::Cover,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Waiting,
    /// The file is being read or looked at, under this number.
    Reading(u32),
    /// The request with this number is on its way; times in mono ms.
    Sending {
        request: u32,
        since: i64,
        deadline: i64,
    },
}

#[derive(Debug)]
pub struct Job {
    pub task: Task,
    pub step: Step,
    /// Number of the read whose bytes are held for this job.
    pub bytes: Option<u32>,
    pub crc: u64,
    /// Attempts spent.
    pub tries: u32,
    /// Failures that spend no attempt.
    pub free: u32,
    /// Clock corrections.
    pub clock: u8,
    /// Not before this, mono ms.
    pub not_before: i64,
    /// Which of the transfer's credentials signed it.
    pub credential: u32,
    /// Its bytes were read, or being read, when the file's time of change moved.
    pub old: bool,
    /// Number of its request; later ones have higher numbers.
    pub request: u32,
    /// PartPlan sent after it that have come back before it.
    pub overtaken: u32,
    /// Times it was sent anew because others had overtaken it.
    pub stalls: u8,
    /// Times the link did not carry it in time.
    pub timeouts: u8,
    /// It was in flight when the app went to the background: its silence is nobody's fault.
    pub suspended: bool,
}

impl Job {
    pub fn new(task: Task) -> Self {
        Job {
            task,
            step: Step::Waiting,
            bytes: None,
            crc: 0,
            tries: 0,
            free: 0,
            clock: 0,
            not_before: 0,
            credential: 0,
            old: false,
            request: 0,
            overtaken: 0,
            stalls: 0,
            timeouts: 0,
            suspended: false,
        }
    }

    pub fn busy(&self) -> bool {
        self.step != Step::Waiting
    }
}

#[derive(Default)]
pub struct Transfer {
    pub phase: Phase,
    pub jobs: Vec<Job>,
    // The file as it was inspected.
    pub size: u64,
    pub mtime: i64,
    /// CRC of the sampled bytes; of all bytes for a small file.
    pub print: u64,
    /// It is that of all bytes.
    pub whole_print: bool,
    pub samples: [u64; SAMPLES as usize],
    /// The sample was taken again after the last byte was read.
    pub rechecked: bool,
    /// Its time of change moved: stored parts are being compared.
    pub doubted: bool,
    /// How often it moved in this run.
    pub touches: u32,
    // Authorisation.
    pub waiting: Waiting,
    /// When it began to wait for the app, mono ms.
    pub since: i64,
    /// getAuth or getSTSToken runs for this file.
    pub asked: bool,
    /// Code and message of an expiry that the app is to be told.
    pub reason: (String, String),
    pub credential: Option<Box<Credential>>,
    /// Counts credentials, so that late refusals of an old one are known.
    pub generation: u32,
    /// `credential.expires_at` was reckoned from a life in seconds.
    pub relative: bool,
    /// It is in the server's time, which was known when it came or was learnt since.
    pub settled: bool,
    /// Life when received, ms.
    pub life: i64,
    /// Credentials refused in a row.
    pub refused: u32,
    pub sts: Option<Box<Credential>>,
    /// The STS token itself opens OSS.
    pub direct: bool,
    pub target: Option<Box<ObjectLocation>>,
    pub endpoint: String,
    // Sending.
    pub parts: PartPlan,
    /// When the upload id was born, by the phone's clock.
    pub opened: i64,
    /// A Complete was sent whose answer is not known.
    pub completing: bool,
    /// The present Complete is not the first: the one before may have worked.
    pub doubtful: bool,
    /// A look at the object was refused.
    pub denied: bool,
    /// Another found that there is none.
    pub absent: bool,
    pub restarts: u32,
    pub relisted: u32,
    pub listed: Vec<ListedPart>,
    /// The read that holds a small file's bytes.
    pub whole: Option<u32>,
    pub whole_crc: u64,
    /// Highest percentage shown.
    pub shown: f64,
    // Checkpoint.
    pub name: String,
    pub created: i64,
    pub chunks: u32,
    pub writer: Writer,
    /// Cover (STS flow).
    pub cover_target: Option<(Box<ObjectLocation>, Box<Credential>)>,
    pub cover_url: String,
    pub cover_size: u64,
    pub cover_done: bool,
}

/// Blocks of the sample: the head, the tail, and two between.
pub const SAMPLES: u8 = 4;
/// Bytes of each: one disk read on a phone.
pub const SAMPLE: u64 = 32 << 10;

impl Transfer {
    /// Where a block of the sample lies.
    pub fn sample(&self, n: u8) -> (u64, u64) {
        let length = SAMPLE.min(self.size);
        ((self.size - length) / (SAMPLES as u64 - 1) * n as u64, length)
    }

    /// One thing more to be done.
    #[inline(never)]
    pub fn ask(&mut self, task: Task) {
        self.jobs.push(Job::new(task));
    }

    /// Forgets everything of the file's way.
    #[inline(never)]
    pub fn reset(&mut self) {
        *self = Transfer::default();
    }

    #[inline(never)]
    pub fn has(&self, task: fn(&Task) -> bool) -> bool {
        self.jobs.iter().any(|j| task(&j.task))
    }
}
