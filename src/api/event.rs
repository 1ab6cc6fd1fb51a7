//! The events of the engine: commands of the app, and what happened in the world.

/// What a file holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FileKind {
    Image,
    Video,
    Audio,
    #[default]
    Unknown,
}

/// A file as the app adds it; empty strings stand for what is absent.
#[derive(Clone, Debug, Default)]
pub struct NewFile {
    /// Unique, never used again.
    pub id: u32,
    pub path: String,
    pub name: String,
    /// As the platform's chooser names it; counts where the extension is unknown.
    pub kind: FileKind,
    pub endpoint: String,
    pub bucket: String,
    pub object: String,
    /// JSON text with the `Vod` level.
    pub param_data: String,
    /// Local path or address of the cover.
    pub cover: String,
}

/// What came of a call for a credential, after its file had been canceled, deleted or forgotten with its engine.
#[derive(Clone, Debug, Default)]
pub struct LateAnswer {
    /// Name of the file's checkpoint, as [`UploadEvent::Identified`](super::action::UploadEvent::Identified) gave it.
    pub record: String,
    /// Bytes of the file.
    pub size: u64,
    /// JSON text with a VideoId.
    pub answer: String,
}

/// An STS token as the app hands it over.
#[derive(Clone, Debug, Default)]
pub struct StsText {
    pub access_key_id: String,
    pub access_key_secret: String,
    pub security_token: String,
    /// ISO date, or seconds or milliseconds since 1970 as text; may be empty.
    pub expiration: String,
}

/// Why a request got no HTTP response. The platform decides it from its own error codes and messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TransportErrorKind {
    /// The host is not on the platform's list of allowed domains.
    DomainNotAllowed,
    /// The platform does not accept the URL or the method.
    BadUrl,
    /// Aborted by the engine.
    Abort,
    /// The app was in the background.
    Interrupted,
    /// No response came in time.
    Timeout,
    /// The platform ended the request because the phone changed to another network.
    NetworkChanged,
    /// The platform has no free connection.
    TooManyRequests,
    /// The body is larger than the platform takes.
    TooLarge,
    /// TLS failed.
    Tls,
    /// The phone has no network.
    Offline,
    /// Any other failure of the connection.
    #[default]
    Network,
}

/// Why a file could not be looked at or read. The platform decides it from its own error codes and messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FileErrorKind {
    /// The app was in the background.
    Interrupted,
    /// No file lies at the path.
    Missing,
    /// The app may not read the file.
    Denied,
    /// Position or length lie outside of the file.
    Range,
    /// The file is larger than the platform reads.
    TooLarge,
    /// The platform has too many calls under way.
    Busy,
    #[default]
    Other,
}

/// An HTTP exchange's end. `status` 0: no response came, for the reason in `failure`.
#[derive(Clone, Debug, Default)]
pub struct HttpResponse {
    pub status: u16,
    /// Lines `name: value`.
    pub headers: String,
    /// Without an answer the platform's own words.
    pub body: String,
    pub failure: TransportErrorKind,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileStat {
    pub size: u64,
    /// Last modification, seconds.
    pub mtime: i64,
}

/// Why a file could not be looked at or read.
#[derive(Clone, Debug, Default)]
pub struct FileError {
    pub failure: FileErrorKind,
    /// The platform's own words.
    pub detail: String,
}

/// A finished read: what came, and what the file looked like just after.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadOutcome {
    pub length: u64,
    /// CRC-64 of the bytes.
    pub crc: u64,
    pub facts: FileStat,
}

#[derive(Clone, Debug)]
pub enum Event {
    // Commands.
    Add(NewFile),
    Start,
    Stop,
    Clean,
    Remove(u32),
    Cancel(u32),
    Resume(u32),
    Pause(u32),
    SetAuth {
        id: u32,
        auth: String,
        address: String,
        video_id: String,
    },
    ResumeAuth(String),
    /// `video_id`: one that the app itself has written into its uploadInfo; may be empty.
    SetSts {
        id: u32,
        token: StsText,
        video_id: String,
    },
    ResumeSts(StsText),
    SetDirect {
        id: u32,
        token: StsText,
    },
    Credential {
        id: u32,
        json: String,
    },
    /// The answer of a call that was given up: a later call may be under way.
    LateCredential {
        id: u32,
        json: String,
    },
    /// `error`: what getAuth or getSTSToken was rejected with, in words or JSON; may be empty.
    CredentialFailed {
        id: u32,
        error: String,
    },
    /// An answer to a call for a credential has come for a file that no engine has any more.
    LateAnswer(LateAnswer),
    /// The app's callback of the file's success has returned.
    Reported(u32),
    // The world.
    Response {
        id: u32,
        answer: HttpResponse,
    },
    /// Bytes of a form that are sent; -1: the request waits for one of WeChat's slots, 0: it begins now.
    UploadProgress {
        id: u32,
        sent: i64,
    },
    Stat {
        op: u32,
        result: Result<FileStat, FileError>,
    },
    Read {
        op: u32,
        result: Result<ReadOutcome, FileError>,
    },
    Digest {
        id: u32,
        md5: String,
    },
    Loaded {
        key: String,
        value: String,
    },
    SaveFailed,
    Hide,
    Show,
    Network {
        connected: bool,
        kind: String,
    },
    Memory,
    Tick,
}
