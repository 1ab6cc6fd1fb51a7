//! Input of the engine: commands of the app, and what the platform reports.

/// What a file holds, as the platform's chooser reports it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FileKind {
    /// A picture: CreateUploadImage.
    Image,
    /// A film: CreateUploadVideo.
    Video,
    /// Sound alone: CreateUploadVideo, too.
    Audio,
    /// The chooser does not report it.
    #[default]
    Unknown,
}

/// A file as the app adds it; empty strings stand for what is absent.
#[derive(Clone, Debug, Default)]
pub struct NewFile {
    /// Unique, never used again; not 0, which stands for no file.
    pub id: u32,
    /// Where the platform finds it.
    pub path: String,
    /// With extension; decides about image or video and the content type.
    pub name: String,
    /// Counts where the extension is unknown.
    pub kind: FileKind,
    /// Endpoint of OSS, for an upload to the app's own bucket ([`Event::SetDirect`]).
    pub endpoint: String,
    /// Its bucket.
    pub bucket: String,
    /// Its object key.
    pub object: String,
    /// JSON text with the level `Vod`: Title, CateId, Tags and the other parameters of CreateUploadVideo.
    pub param_data: String,
    /// Local path or address of the cover.
    pub cover: String,
}

/// The result of a call for a credential that came after its file had been canceled, removed or lost with its engine.
#[derive(Clone, Debug, Default)]
pub struct LateAnswer {
    /// Name of the file's checkpoint, as [`UploadEvent::Identified`](super::action::UploadEvent::Identified) gave it.
    pub record: String,
    /// Bytes of the file.
    pub size: u64,
    /// JSON text of `getAuth` or `getSTSToken`, with a VideoId.
    pub answer: String,
}

/// An STS token as the app hands it over.
#[derive(Clone, Debug, Default)]
pub struct StsText {
    /// AccessKeyId of AssumeRole's Credentials.
    pub access_key_id: String,
    /// AccessKeySecret.
    pub access_key_secret: String,
    /// SecurityToken.
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
    /// Any other failure.
    #[default]
    Other,
}

/// A response, whatever its status.
#[derive(Clone, Debug, Default)]
pub struct HttpResponse {
    /// 100 to 599.
    pub status: u16,
    /// Lines `name: value`, names in lower case.
    pub headers: String,
    /// As text; files are never downloaded.
    pub body: String,
}

/// A request without a response.
#[derive(Clone, Debug, Default)]
pub struct TransportError {
    /// What is done about it depends on this.
    pub kind: TransportErrorKind,
    /// The platform's own words, without secrets.
    pub message: String,
}

/// How far a request is. The platform need not report all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestProgress {
    /// It waits for a free connection of the platform.
    Queued,
    /// It has got one.
    Started,
    /// Bytes of its body that are sent.
    Sent(u64),
}

/// What the platform knows of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileStat {
    /// Bytes.
    pub size: u64,
    /// Last modification, seconds since 1970; 0 when unknown.
    pub mtime: i64,
}

/// A file could not be looked at or read.
#[derive(Clone, Debug, Default)]
pub struct FileError {
    /// What is done about it depends on this.
    pub kind: FileErrorKind,
    /// The platform's own words.
    pub message: String,
}

/// A finished read.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadOutcome {
    /// Bytes that came.
    pub length: u64,
    /// CRC-64 of the bytes; 0 unless it was asked for.
    pub crc: u64,
    /// The file just after the read.
    pub stat: FileStat,
}

/// What happened: a command of the app, or an outcome or a change that the platform reports.
///
/// `id` is the number of a file where a command names one, of a request in [`Response`](Event::Response) and
/// [`RequestProgress`](Event::RequestProgress). `op` is the number of a file call.
/// [`Engine::handle_event`](crate::engine::Engine::handle_event) returns whether an event had an effect.
#[derive(Clone, Debug)]
pub enum Event {
    /// Command: puts a file at the end of the queue. No effect if a file with its id is there.
    Add(NewFile),
    /// Command: starts a run, in which every Ready file is uploaded. No effect during a run or without a Ready file.
    Start,
    /// Command: ends the run and aborts its requests; stored parts are kept.
    Stop,
    /// Command: as `Stop`, and empties the queue.
    Clear,
    /// Command: cancels the file and takes it out of the queue.
    Remove(u32),
    /// Command: aborts the file's requests and its multipart upload.
    Cancel(u32),
    /// Command: makes a canceled or paused file Ready again.
    Resume(u32),
    /// Command: aborts the file's requests; stored parts are kept, and the next file's turn comes.
    Pause(u32),
    /// Command: the credential and the address that VOD has granted.
    SetAuth {
        id: u32,
        /// UploadAuth: base64 of JSON.
        auth: String,
        /// UploadAddress: base64 of JSON.
        address: String,
        /// May be empty.
        video_id: String,
    },
    /// Command: a new UploadAuth for the file whose expiry was reported.
    RenewAuth(String),
    /// Command: an STS token with which the engine itself calls VOD.
    SetSts {
        id: u32,
        token: StsText,
        /// One that the app itself has written into its uploadInfo; may be empty.
        video_id: String,
    },
    /// Command: a new STS token for the file whose expiry was reported.
    RenewSts(StsText),
    /// Command: an STS token for the bucket and object that the file was added with; VOD is not called.
    SetDirect { id: u32, token: StsText },
    /// The app's `getAuth` or `getSTSToken` has resolved with this JSON text.
    Credential { id: u32, json: String },
    /// The same of a call that was given up: a later one may be under way.
    LateCredential { id: u32, json: String },
    /// The app's `getAuth` or `getSTSToken` has failed. `error`: what it was rejected with, as text or JSON; may be empty.
    CredentialFailed { id: u32, error: String },
    /// A call for a credential has resolved for a file that no engine has any more.
    LateAnswer(LateAnswer),
    /// The app's callback of the file's success has returned: its checkpoint is no longer needed.
    SuccessReported(u32),
    /// The outcome of an [`Action::Request`](super::action::Action::Request) or [`Action::Upload`](super::action::Action::Upload).
    Response { id: u32, result: Result<HttpResponse, TransportError> },
    /// A request or form has come further.
    RequestProgress { id: u32, progress: RequestProgress },
    /// The outcome of an [`Action::Stat`](super::action::Action::Stat).
    Stat { op: u32, result: Result<FileStat, FileError> },
    /// The outcome of an [`Action::Read`](super::action::Action::Read).
    Read { op: u32, result: Result<ReadOutcome, FileError> },
    /// The outcome of an [`Action::Digest`](super::action::Action::Digest): lower-case hex, empty when it cannot be had.
    Digest { id: u32, md5: String },
    /// The outcome of an [`Action::Load`](super::action::Action::Load): empty when nothing is stored.
    Loaded { key: String, value: String },
    /// The storage has refused an [`Action::Save`](super::action::Action::Save).
    SaveFailed,
    /// The app went to the background.
    AppHidden,
    /// The app is in the foreground again.
    AppShown,
    /// The phone's network is another one. `kind`: wifi, 5g, 4g, 3g, 2g, none or unknown.
    NetworkChanged { connected: bool, kind: String },
    /// The phone is short of memory.
    MemoryWarning,
    /// The time of [`Engine::next_timeout`](crate::engine::Engine::next_timeout) has passed.
    Timeout,
}
