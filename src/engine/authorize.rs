//! Where credentials come from, and what happens when they run out.

use super::transfer::RESTARTS;
use super::Engine;
use crate::api::action::{InfoPatch, UploadEvent};
use crate::api::error::{clean_code, clean_message, ErrorCode, Stage, UploadError};
use crate::api::event::StsText;
use crate::api::options::Authoriser;
use crate::file::state::State;
use crate::file::transfer::{Call, Phase, Task, Waiting};
use crate::oss::content_type::Kind;
use crate::oss::endpoint::ObjectLocation;
use crate::text::json;
use crate::vod::response::{created_from, Created};
use crate::vod::upload_auth::{decode_address, decode_auth, parse_expiry, Address, Credential};

/// Refusals of fresh credentials in a row before the file fails: they are wrong, not old.
const REFUSALS: u32 = 2;
/// The same for tokens that OSS calls expired: an app's server may hand out a cached one.
const EXPIRIES: u32 = 5;
/// A life in seconds gives an earlier date than this, an absolute one a later (ms).
const EPOCH: i64 = 100_000_000_000;

impl Engine {
    /// The file waits for the app's credential.
    fn awaits(&self, id: u32) -> Option<usize> {
        let f = self.queue.find(id)?;
        let file = &self.queue[f];
        (file.state == State::Uploading && file.t.waiting.for_app()).then_some(f)
    }

    /// The one file whose expiry the app has been told of.
    fn told_expired(&self) -> Option<usize> {
        self.queue.under_way().find(|(_, file)| file.t.waiting == Waiting::Told).map(|(f, _)| f)
    }

    pub(super) fn set_auth(&mut self, id: u32, auth: &str, address: &str, video_id: &str) -> bool {
        let Some(f) = self.awaits(id) else { return false };
        self.take_answer(f, auth, address, [video_id, "", ""])
    }

    pub(super) fn resume_auth(&mut self, auth: &str) -> bool {
        // One that has no address yet is told by VOD where it goes: an STS token is what it waits for.
        let told = self.told_expired().filter(|f| self.queue[*f].t.target.is_some());
        let Some(f) = told else { return false };
        match decode_auth(auth, 0) {
            Ok(credential) => self.accept(f, credential, None),
            Err(e) => self.bad_text(f, ErrorCode::InvalidUploadAuth, &e.message()),
        }
    }

    pub(super) fn set_sts(&mut self, id: u32, token: &mut StsText, video_id: &str) -> bool {
        let Some(f) = self.awaits(id) else { return false };
        match self.sts(token) {
            Some(token) => {
                let file = &mut self.queue[f];
                // The app knows the video from elsewhere: it is refreshed, not created a second time.
                if !video_id.is_empty() && file.kind != Kind::Image {
                    file.video_id = video_id.into();
                }
                self.accept_sts(f, token)
            }
            None => self.bad_sts(f),
        }
    }

    /// An STS token is not bound to a file: it serves all that wait.
    pub(super) fn resume_sts(&mut self, token: &mut StsText) -> bool {
        let Some(first) = self.told_expired() else { return false };
        let Some(token) = self.sts(token) else { return self.bad_sts(first) };
        for f in 0..self.queue.files.len() {
            let file = &self.queue[f];
            let waits = file.state == State::Uploading && matches!(file.t.waiting, Waiting::Expired | Waiting::Told);
            if waits && file.t.direct {
                self.accept(f, token.clone(), None);
            } else if waits {
                self.accept_sts(f, token.clone());
            }
        }
        true
    }

    pub(super) fn set_direct(&mut self, id: u32, token: &mut StsText) -> bool {
        let Some(f) = self.awaits(id) else { return false };
        let Some(token) = self.sts(token) else { return self.bad_sts(f) };
        let file = &mut self.queue[f];
        file.t.direct = true;
        let address =
            Address { endpoint: file.endpoint.clone(), bucket: file.bucket.clone(), key: file.object.clone() };
        if address.endpoint.is_empty() || address.bucket.is_empty() || address.key.is_empty() {
            let text = "addFile was given no endpoint, bucket and object; setSTSTokenDirectlyUpload needs all three";
            return self.bad_text(f, ErrorCode::InvalidUploadAddress, text);
        }
        self.accept(f, token, Some(address))
    }

    /// What getAuth or getSTSToken answered.
    pub(super) fn take_credential(&mut self, id: u32, text: &str) -> bool {
        let Some(f) = self.queue.find(id) else { return false };
        let wanted = self.queue[f].state == State::Uploading;
        let t = &mut self.queue[f].t;
        // Asked ahead of time, or waited for; anything else comes too late.
        if !wanted || !core::mem::take(&mut t.asked) {
            return false;
        }
        let value = json::parse(text).unwrap_or(json::Json::Null);
        if self.options.authoriser == Authoriser::Sts {
            return match Credential::from_json(&value, 0) {
                Ok(token) => self.accept_sts(f, token),
                Err(_) => self.bad_sts(f),
            };
        }
        match created_from(&value) {
            Some(created) => self.take_created(f, &created),
            None => {
                let text =
                    "getAuth must answer { UploadAuth, UploadAddress, VideoId or ImageId } as the VOD API gave them";
                self.bad_text(f, ErrorCode::InvalidUploadAuth, text)
            }
        }
    }

    /// An answer of the VOD API: from the app's server or from VOD itself.
    pub(super) fn take_created(&mut self, f: usize, created: &Created) -> bool {
        let ids = [&*created.video_id, &created.image_id, &created.image_url];
        self.take_answer(f, &created.upload_auth, &created.upload_address, ids)
    }

    fn take_answer(&mut self, f: usize, auth: &str, address: &str, ids: [&str; 3]) -> bool {
        let credential = match decode_auth(auth, 0) {
            Ok(credential) => credential,
            Err(e) => return self.bad_text(f, ErrorCode::InvalidUploadAuth, &e.message()),
        };
        let address = match decode_address(address) {
            Ok(address) => address,
            Err(e) => return self.bad_text(f, ErrorCode::InvalidUploadAddress, &e.message()),
        };
        self.take_ids(f, ids);
        self.accept(f, credential, Some(address))
    }

    pub(super) fn credential_failed(&mut self, id: u32, code: &str, message: &str) -> bool {
        let Some(f) = self.queue.find(id) else { return false };
        let file = &mut self.queue[f];
        if file.state != State::Uploading || !core::mem::take(&mut file.t.asked) {
            return false;
        }
        if file.t.waiting == Waiting::Nothing {
            self.ask_later(f, &clean_message(message));
            return true;
        }
        let sts = self.options.authoriser == Authoriser::Sts;
        let fallback = if sts { ErrorCode::InvalidSTSToken } else { ErrorCode::InvalidUploadAuth };
        let code = if code.is_empty() { fallback } else { ErrorCode::from(clean_code(code).as_str()) };
        self.fail(f, UploadError::new(code, Stage::Authorise).message(clean_message(message)));
        true
    }

    fn sts(&self, token: &mut StsText) -> Option<Box<Credential>> {
        let whole =
            !token.access_key_id.is_empty() && !token.access_key_secret.is_empty() && !token.security_token.is_empty();
        whole.then(|| {
            Box::new(Credential {
                access_key_id: core::mem::take(&mut token.access_key_id),
                access_key_secret: core::mem::take(&mut token.access_key_secret),
                security_token: core::mem::take(&mut token.security_token),
                expires_at: parse_expiry("", &token.expiration, 0),
                region: None,
            })
        })
    }

    fn bad_sts(&mut self, f: usize) -> bool {
        let text =
            "the STS token lacks AccessKeyId, AccessKeySecret or SecurityToken; pass all three as AssumeRole gave them";
        self.bad_text(f, ErrorCode::InvalidSTSToken, text)
    }

    /// What was asked for ahead of time has not come: the present credential still lives, and while it does it is asked for again.
    pub(super) fn ask_later(&mut self, f: usize, why: &str) {
        // The margin before the end is a share of this, so that each further attempt comes nearer to it.
        let left = self.left(f).unwrap_or_default();
        self.queue[f].t.life = left;
        self.log(f, "warn", "credential", why);
    }

    fn bad_text(&mut self, f: usize, code: ErrorCode, text: &str) -> bool {
        if self.queue[f].t.waiting == Waiting::Nothing {
            self.ask_later(f, text);
            return false;
        }
        self.fail(f, UploadError::new(code, Stage::Authorise).message(text));
        false
    }

    fn take_ids(&mut self, f: usize, [video_id, image_id, image_url]: [&str; 3]) {
        let file = &mut self.queue[f];
        let image = file.kind == Kind::Image;
        // The vendor's setUploadAuthAndAddress has one parameter for either id.
        let image_id = if image && image_id.is_empty() { video_id } else { image_id };
        if !image && !video_id.is_empty() {
            file.video_id = video_id.into();
            self.patch(f, InfoPatch::VideoId(video_id.into()));
        }
        let file = &mut self.queue[f];
        if !image_id.is_empty() {
            file.image_id = image_id.into();
            self.patch(f, InfoPatch::ImageId(image_id.into()));
        }
        let file = &mut self.queue[f];
        if !image_url.is_empty() {
            file.image_url = image_url.into();
            self.patch(f, InfoPatch::ImageUrl(image_url.into()));
        }
    }

    fn accept_sts(&mut self, f: usize, mut token: Box<Credential>) -> bool {
        self.place(&mut token);
        let file = &mut self.queue[f];
        file.t.sts = Some(token);
        file.t.asked = false;
        // Ahead of time: the parts go on while VOD is asked.
        if file.t.waiting != Waiting::Nothing {
            file.t.waiting = Waiting::Vod;
        }
        if !file.t.has(|t| matches!(t, Task::Vod(_) | Task::CoverStat | Task::CoverPut(_))) {
            self.call_vod(f);
        }
        true
    }

    /// Turns a life in seconds into a date of the server's clock; true when it was one.
    fn place(&self, credential: &mut Credential) -> bool {
        let server = self.clock.server();
        match &mut credential.expires_at {
            Some(at) if *at < EPOCH => {
                *at += server;
                true
            }
            _ => false,
        }
    }

    /// Takes a credential (and with it an address) over: the file goes on.
    pub(super) fn accept(&mut self, f: usize, mut credential: Box<Credential>, address: Option<Address>) -> bool {
        let relative = self.place(&mut credential);
        let life = credential.expires_at.map_or(0, |at| at - self.clock.server());
        let region = credential.region.clone().unwrap_or_else(|| self.options.region.clone());
        let (mut moved, mut open) = (false, false);
        if let Some(address) = address {
            let file = &self.queue[f];
            let pick = |own: &String, given: String| if own.is_empty() { given } else { own.clone() };
            let endpoint = pick(&file.endpoint, address.endpoint);
            let bucket = pick(&file.bucket, address.bucket);
            let key = pick(&file.object, address.key);
            let target = match ObjectLocation::new(&endpoint, &bucket, &key, self.options.cname, &region) {
                Ok(target) => target,
                Err(text) => return self.bad_text(f, ErrorCode::InvalidUploadAddress, text),
            };
            let t = &self.queue[f].t;
            moved = t.target.as_ref().is_some_and(|old| old.bucket != target.bucket || old.key != target.key);
            open = moved && !t.parts.upload_id.is_empty();
            if open {
                // With the old address and credential, which alone open it.
                let flying = t.has(|task| matches!(task, Task::Part(_)));
                self.abort_on_server(f, flying);
            }
            let t = &mut self.queue[f].t;
            if open {
                t.parts.upload_id.clear();
            }
            t.endpoint = endpoint.clone();
            t.target = Some(target);
            self.patch(f, InfoPatch::Endpoint(endpoint));
            self.patch(f, InfoPatch::Bucket(bucket));
            self.patch(f, InfoPatch::Object(key));
            self.patch(f, InfoPatch::Region(region));
        }
        if self.queue[f].t.has(|task| task.vod()) {
            // It waited for an STS token, and has now what VOD was to give.
            self.take_back(f, |task| task.vod());
        }
        let settled = self.clock.learnt();
        let t = &mut self.queue[f].t;
        t.credential = Some(credential);
        t.settled = settled;
        t.generation += 1;
        t.relative = relative;
        t.life = life;
        t.waiting = Waiting::Nothing;
        t.asked = false;
        let first = t.phase == Phase::Authorise || t.phase == Phase::Cover;
        if open && !first {
            // A picture cannot be refreshed: one that takes longer than its credential would start again for ever.
            t.restarts += 1;
            if t.restarts > RESTARTS {
                let text =
                    "the credential ended three times before the upload did; have the server make it last longer";
                self.fail_for_good(
                    f,
                    UploadError::new(ErrorCode::from("SecurityTokenExpired"), Stage::Part).message(text),
                );
                return false;
            }
            self.log(f, "warn", "new-address", "the credential is for another object: all parts are sent again");
        }
        if moved {
            let t = &mut self.queue[f].t;
            if !first {
                let whole = t.whole.take();
                self.halt(f);
                self.queue[f].t.whole = whole;
            }
            self.forget_chunks(f);
            let t = &mut self.queue[f].t;
            t.parts.reset();
            t.completing = false;
        }
        if first || moved {
            self.go(f);
        }
        true
    }

    /// OSS or VOD no longer takes the credential.
    pub(super) fn expired(&mut self, f: usize, error: UploadError) {
        let t = &mut self.queue[f].t;
        let of_vod = matches!(error.stage, Stage::Authorise | Stage::Cover);
        // A new one is on its way: many parts fail by one credential.
        if t.waiting.for_app() || t.waiting == Waiting::Vod && !of_vod {
            return;
        }
        t.refused += 1;
        let limit = if error.code.as_str().contains("Expired") { EXPIRIES } else { REFUSALS };
        if t.refused >= limit {
            return self.fail(f, error);
        }
        if t.sts.is_some() && !t.direct && !of_vod {
            t.waiting = Waiting::Vod;
            return self.call_vod(f);
        }
        if !self.options.expired_handled {
            return self.fail(f, error);
        }
        self.await_app(f, error.code.as_str(), &error.message);
    }

    /// The file waits for the app's next credential.
    fn await_app(&mut self, f: usize, code: &str, message: &str) {
        let now = self.clock.mono();
        let t = &mut self.queue[f].t;
        t.since = now;
        if self.options.authoriser != Authoriser::Callbacks {
            t.waiting = Waiting::App;
            return self.ask_app(f);
        }
        t.waiting = Waiting::Expired;
        t.reason = (code.into(), message.into());
        self.tell_expired();
    }

    /// Tells the app of one expiry at a time: resumeUploadWithAuth does not say which file it means.
    pub(super) fn tell_expired(&mut self) {
        if self.told_expired().is_some() {
            return;
        }
        let waiting = self.queue.under_way().find(|(_, file)| file.t.waiting == Waiting::Expired);
        let Some(f) = waiting.map(|(f, _)| f) else { return };
        let t = &mut self.queue[f].t;
        t.waiting = Waiting::Told;
        let (code, message) = core::mem::take(&mut t.reason);
        self.emit(f, UploadEvent::Expired { code, message });
    }

    /// Asks getAuth or getSTSToken.
    pub(super) fn ask_app(&mut self, f: usize) {
        let file = &mut self.queue[f];
        if core::mem::replace(&mut file.t.asked, true) {
            return;
        }
        let kind = match file.kind {
            Kind::Image => "create-image",
            _ if file.video_id.is_empty() => "create-video",
            _ => "refresh-video",
        };
        let video_id = file.video_id.clone();
        self.emit(f, UploadEvent::Credential { kind, video_id });
    }

    /// Life left of a credential, ms; none when it or the server's time is not known.
    pub(super) fn left(&self, f: usize) -> Option<i64> {
        let at = self.queue[f].t.credential.as_ref()?.expires_at?;
        self.clock.learnt().then(|| at - self.clock.server())
    }

    /// Ms until a credential should be renewed ahead of its end.
    pub(super) fn renew_in(&self, f: usize) -> Option<i64> {
        let file = &self.queue[f];
        let t = &file.t;
        let sending = matches!(t.phase, Phase::Initiate | Phase::PartPlan | Phase::List);
        if file.state != State::Uploading
            || !sending
            || t.waiting != Waiting::Nothing
            || t.asked
            || t.has(|task| matches!(task, Task::Vod(_)))
            // Dead when it came: then it is the clock that is wrong, and only OSS can tell.
            || t.life <= 0
            || file.kind == Kind::Image
        {
            return None;
        }
        let automatic = self.options.authoriser != Authoriser::Callbacks || t.sts.is_some() && !t.direct;
        // Time enough for a round trip to the app's server; an app that is called by name must not be called early.
        let margin = if automatic { (t.life / 5).clamp(0, 120_000) } else { (t.life / 20).clamp(0, 5_000) };
        Some(self.left(f)? - margin).filter(|_| automatic || self.options.expired_handled)
    }

    /// Renews what is about to end.
    pub(super) fn renew(&mut self, f: usize) {
        let t = &mut self.queue[f].t;
        if t.sts.is_some() && !t.direct {
            if !t.has(|t| matches!(t, Task::Vod(_))) {
                t.ask(Task::Vod(Call::RefreshVideo));
            }
        } else if self.options.authoriser != Authoriser::Callbacks {
            self.ask_app(f);
        } else {
            let text = "the credential is at its end; ask for a new one and call resumeUploadWithAuth";
            self.await_app(f, "SecurityTokenExpired", text);
        }
    }
}
