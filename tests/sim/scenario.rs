//! One run: the phone, the link, the faults of the cloud, the app and its user. A seed draws it in `draw.rs`.

use crate::phone::OddClock;
use vod_upload::api::options::Options;

pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;

/// How the app gives credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// setUploadAuthAndAddress, resumeUploadWithAuth.
    Auth,
    /// setSTSToken, resumeUploadWithSTSToken.
    Sts,
    /// setSTSTokenDirectlyUpload.
    Direct,
    GetAuth,
    GetSts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormHeaders {
    All,
    /// All but those of OSS.
    Some,
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PastEnd {
    Error,
    Zeros,
    Short,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Temp {
    There,
    Gone,
    OtherSize,
}

/// What becomes of requests under way when WeChat suspends the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interrupt {
    AtOnce,
    OnReturn,
    NeverReported,
    /// They continue, and their responses are delivered on return.
    GoOn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    KillAll,
    Hang,
    Nothing,
}

#[derive(Clone, Debug)]
pub struct FilePlan {
    pub name: &'static str,
    pub size: u64,
    /// The same content as this earlier file.
    pub same_as: Option<usize>,
    /// Nearly: somewhere in the middle it differs.
    pub altered: bool,
    pub cover: &'static str,
    pub params: &'static str,
    /// The app's own object, for the direct flow and sometimes else.
    pub own_target: bool,
}

/// Probabilities a request.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    pub refused: f64,
    pub broken: f64,
    pub answer_lost: f64,
    pub hang: f64,
    pub server_error: f64,
    pub done_but_error: f64,
    pub throttled: f64,
    pub page: f64,
    pub odd_status: f64,
    pub no_etag: f64,
    pub wrong_crc: f64,
    pub corrupt: f64,
    pub upload_dies: f64,
    pub part_lost: f64,
    pub misjoined: f64,
    pub expires_early: f64,
    pub callback_failed: f64,
    pub phone_busy: f64,
    pub garbled: f64,
    pub no_crc: f64,
    /// A proxy answers after the request was served.
    pub page_after: f64,
    pub headers_hidden: f64,
    /// The app is killed while the request that ends an upload, or names a video, is answered.
    pub killed_at_end: f64,
    pub form_truncated: f64,
}

#[derive(Clone, Debug)]
pub struct Scenario {
    /// No faults and no user actions: every file must succeed at its first attempt.
    pub calm: bool,
    /// No faults, but user actions.
    pub orderly: bool,
    /// All faults end here, ms.
    pub heal_at: i64,
    pub options: Options,
    pub flow: Flow,
    pub files: Vec<FilePlan>,
    // The link.
    pub bandwidth: u64,
    pub per_connection: u64,
    pub rtt: i64,
    pub outages: u32,
    pub fades: u32,
    pub portals: u32,
    pub faults: Faults,
    // The phone.
    pub skew: i64,
    pub clock_jumps: u32,
    pub odd_clock: OddClock,
    pub cap: Option<i64>,
    /// The time a request waits in WeChat's queue counts.
    pub cap_counts_queue: bool,
    /// Requests at once that the host lets through: other uploaders of the app take theirs.
    pub slots: usize,
    /// After the first kill the app is opened again only after OSS has cleared its unfinished uploads.
    pub long_gap: bool,
    pub past_end: PastEnd,
    pub slice_limit: bool,
    pub temp: Temp,
    pub interrupt: Interrupt,
    pub switch: Switch,
    pub timers_burst: bool,
    pub hides: u32,
    pub kills: u32,
    pub kill_midway: bool,
    pub switches: u32,
    pub false_network_events: u32,
    pub network_events: bool,
    pub storage_refuses: f64,
    pub storage_silent: bool,
    pub storage_small: bool,
    pub storage_garbage: f64,
    pub storage_lost: f64,
    pub read_fails: f64,
    pub file_changes: u32,
    pub touches: u32,
    pub mtime_unknown: bool,
    /// The platform has copied the files just before the upload, and their times have whole seconds.
    pub fresh_files: bool,
    /// Files are rewritten in the middle of what is sent of them.
    pub rewritten: bool,
    pub memory_warnings: u32,
    // The cloud.
    pub head_denied: bool,
    /// HEAD does not show the CRC-64.
    pub head_without_crc: bool,
    /// The header x-oss-forbid-overwrite has no effect.
    pub versioned_bucket: bool,
    /// Objects exist already at the addresses that VOD gives out.
    pub older_objects: bool,
    /// What a client shows of the response to a form.
    pub form_headers: FormHeaders,
    pub list_denied: bool,
    pub abort_denied: bool,
    pub credential_lifetime: i64,
    pub etag_form: u32,
    pub expiry_form: u32,
    pub listed_bucket: bool,
    pub head_without_length: bool,
    pub portal_form: u64,
    /// Videos that are deleted at VOD.
    pub deletions: u32,
    /// Users of the phone, one at a time.
    pub scopes: u64,
    // The app and its user.
    pub app_delay: i64,
    pub app_garbles: f64,
    pub app_rejects: f64,
    /// The address that the app brings leads elsewhere.
    pub app_misleads: f64,
    /// Its request to its server is lost with the network or in the background.
    pub app_interrupted: f64,
    pub app_doubles: f64,
    pub app_silent: f64,
    pub user_acts: u32,
}

pub fn is_image(name: &str) -> bool {
    name.ends_with(".jpg") || name.ends_with(".png")
}
