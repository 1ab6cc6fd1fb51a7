//! The credential and the address with which a file is uploaded.

use crate::credential::Credential;
use crate::oss::endpoint::ObjectLocation;

/// What keeps a file's requests to OSS back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Waiting {
    #[default]
    Nothing,
    /// The app is to bring a credential: onUploadstarted was called, or getAuth runs.
    App,
    /// The credential has expired; onUploadTokenExpired will be called, for one file after the other.
    Expired,
    /// onUploadTokenExpired was called for this file.
    ExpiryReported,
    /// VOD is called for a credential.
    Vod,
}

impl Waiting {
    /// Whether the next step is the app's.
    pub fn is_for_app(self) -> bool {
        matches!(self, Waiting::App | Waiting::Expired | Waiting::ExpiryReported)
    }
}

/// A call of getAuth or getSTSToken. It goes on while its file is stopped, canceled and started again: then its outcome is
/// that of the wait which has begun since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CredentialCall {
    #[default]
    None,
    UnderWay,
    /// The app was hidden or its network changed meanwhile: a rejection is no answer of the app's server.
    Interrupted,
}

impl CredentialCall {
    /// It is made now, or goes on for another wait.
    pub fn begin(&mut self, interrupted: bool) {
        if interrupted || *self == CredentialCall::Interrupted {
            *self = CredentialCall::Interrupted;
        } else {
            *self = CredentialCall::UnderWay;
        }
    }

    /// The app was hidden or its network changed.
    pub fn interrupt(&mut self) {
        if *self == CredentialCall::UnderWay {
            *self = CredentialCall::Interrupted;
        }
    }
}

/// How a file may be uploaded, and where to.
#[derive(Default)]
pub struct Authorization {
    pub waiting: Waiting,
    /// Since when the app is waited for, monotonic ms.
    pub waiting_since: i64,
    /// getAuth or getSTSToken runs for this file.
    pub requested: bool,
    /// A call of getAuth or getSTSToken is under way though its answer is not needed: another call has answered since. It will be
    /// used when the next credential is.
    pub superseded_call: bool,
    /// When an interrupted getAuth or getSTSToken is called again, monotonic ms.
    pub request_again_at: Option<i64>,
    /// Interrupted calls of getAuth or getSTSToken in a row.
    pub interruptions: u32,
    /// Code and message for onUploadTokenExpired.
    pub expiry_reason: (String, String),
    pub credential: Option<Box<Credential>>,
    /// Counts credentials: a refusal of an earlier one says nothing about the present one.
    pub generation: u32,
    /// `credential.expires_at` was derived from a duration, not from a date.
    relative: bool,
    /// `credential.expires_at` is in the server's time, known when the credential came or learnt since.
    settled: bool,
    /// Life of the credential when it came, ms. Renewal ahead of the expiry takes a share of it as its margin.
    pub life: i64,
    /// Refusals of credentials in a row.
    pub refusals: u32,
    /// An STS token with which the VOD API is called.
    pub sts: Option<Box<Credential>>,
    /// The STS token itself signs the requests to OSS (setSTSTokenDirectlyUpload).
    pub direct: bool,
    pub target: Option<Box<ObjectLocation>>,
    /// The endpoint as the upload address gave it.
    pub endpoint: String,
}

impl Authorization {
    /// Takes a credential over. `relative`: its expiry was derived from a duration; `settled`: with the server's time known.
    pub fn install(&mut self, credential: Box<Credential>, relative: bool, settled: bool, life: i64) {
        self.credential = Some(credential);
        self.relative = relative;
        self.settled = settled;
        self.generation += 1;
        self.life = life;
        self.stop_waiting();
    }

    /// Forgets where the file goes, and the credential for it.
    pub fn forget_target(&mut self) {
        self.credential = None;
        self.target = None;
        self.endpoint.clear();
    }

    /// Whether new credentials come from the VOD API, called with an STS token.
    pub fn renews_by_vod(&self) -> bool {
        self.sts.is_some() && !self.direct
    }

    /// Time of the credential's expiry by the server's clock, ms, where it is known.
    pub fn expires_at(&self) -> Option<i64> {
        self.credential.as_ref()?.expires_at
    }

    /// The phone's clock jumped: expiries derived with it stay as they are.
    pub fn settle(&mut self) {
        self.settled = true;
    }

    /// The server's time has become known and differs from the assumed one by `shift` ms.
    pub fn on_clock_synced(&mut self, shift: i64) {
        if std::mem::replace(&mut self.settled, true) {
            return;
        }
        if !self.relative {
            self.life -= shift;
        } else if let Some(at) = self.credential.as_mut().and_then(|credential| credential.expires_at.as_mut()) {
            *at += shift;
        }
    }

    /// Ends the wait for getAuth or getSTSToken. False: nothing waits for it.
    pub fn end_request(&mut self) -> bool {
        let is_planned = self.request_again_at.take().is_some();
        std::mem::take(&mut self.requested) || is_planned
    }

    /// Ends all waiting.
    pub fn stop_waiting(&mut self) {
        self.superseded_call = false;
        self.waiting = Waiting::Nothing;
        self.end_request();
        self.interruptions = 0;
    }
}
