//! The options of an uploader. Defaults are those of the public contract.

use crate::flow::retry_policy::RetryPolicy;

/// How requests to OSS are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// The default. OSS has closed V1 to accounts made after 2025-03-01 and buckets made after 2025-09-01
    /// (OSS user guide, "Guidelines for upgrading V1 signatures to V4").
    V4,
    /// HMAC-SHA1, for hosts that do not take V4.
    V1,
}

/// How files reach OSS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// `wx.request`, and `wx.uploadFile` when only that domain list has the bucket's host.
    Auto,
    /// Only `wx.request`: parts, resume, verification.
    Request,
    /// Only `wx.uploadFile`: one form a file.
    UploadFile,
}

/// Who answers when a file needs a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authoriser {
    /// The app, in or after onUploadstarted and onUploadTokenExpired.
    Callbacks,
    /// The app's `getAuth`: UploadAuth and UploadAddress.
    Auth,
    /// The app's `getSTSToken`: the engine itself calls VOD.
    Sts,
}

/// What an uploader is set to. The package checks the app's values and completes them (`js-glue/src/options.ts`).
#[derive(Clone, Debug)]
pub struct Options {
    /// Whose uploads these are: what is stored is kept apart by it.
    pub user_scope: String,
    /// VOD region; a credential's own Region wins.
    pub region: String,
    /// Attempts after the first, per request.
    pub retry_count: u32,
    /// Wait before the first retry, ms.
    pub retry_wait: i64,
    /// Longest time of one request, ms.
    pub timeout: i64,
    /// Bytes of a part; 0 leaves it to the rate controller.
    pub part_size: u64,
    /// Parts at once; 0 leaves it to the rate controller.
    pub parallel: u32,
    /// Files at once; 0: one with callbacks, else as many as their sizes suggest.
    pub parallel_files: u32,
    /// Upload addresses may name a domain of the app's owner that is bound to the bucket; else only hosts of OSS.
    pub cname: bool,
    /// How requests to OSS are signed.
    pub signature: Signature,
    /// Compare CRC64 of every part and of the whole object.
    pub crc: bool,
    /// Progress is stored, so that an upload goes on after a restart.
    pub checkpoint: bool,
    /// How files reach OSS.
    pub transport: Transport,
    /// Who answers when a file needs a credential.
    pub authoriser: Authoriser,
    /// Someone answers when a credential has expired.
    pub expired_handled: bool,
    /// Start of the random sequence: jitter and nonces.
    pub seed: u64,
    /// The network at the start: wifi, 5g, 4g, 3g, 2g, none, unknown.
    pub network: String,
}

impl Default for Options {
    fn default() -> Self {
        let retry = RetryPolicy::default();
        Options {
            user_scope: String::new(),
            region: "cn-shanghai".into(),
            retry_count: retry.max_retries,
            retry_wait: retry.backoff.initial,
            timeout: 60_000,
            part_size: 0,
            parallel: 0,
            parallel_files: 0,
            cname: false,
            signature: Signature::V4,
            crc: true,
            checkpoint: true,
            transport: Transport::Auto,
            authoriser: Authoriser::Callbacks,
            expired_handled: true,
            seed: 1,
            network: "unknown".into(),
        }
    }
}
